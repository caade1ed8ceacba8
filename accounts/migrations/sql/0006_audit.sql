SET LOCAL ROLE colloquy_usher;

-- As before, and noted: the first organization and its owner, the actor; false when there is one already.
CREATE OR REPLACE FUNCTION found_organization(p_id uuid, p_name text, p_slug text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('found_organization'));
  IF current_actor() IS NULL OR has_company() THEN
    RETURN false;
  END IF;
  INSERT INTO accounts_organization (id, name, slug, kind, created_at) VALUES (p_id, p_name, p_slug, 'company', now());
  INSERT INTO accounts_organizationrole (id, organization_id, person_id, role, created_at)
    VALUES (gen_random_uuid(), p_id, current_actor(), 'owner', now());
  PERFORM note_act(p_id, NULL, current_actor(), current_actor(), 'organization_founded', '{}', 'office', now());
  RETURN true;
END $$;

RESET ROLE;
