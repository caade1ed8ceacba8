-- What a membership helper answers is remembered until the transaction ends, the context changes, or a membership or
-- duty does. Policies for reading look there first (see common/fences.py); those for writing ask the helper anew.

-- For the triggers on memberships and duties; acting_as does the same at each change of context.
CREATE FUNCTION forget_mine() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ BEGIN
  PERFORM set_config('app.my_organizations', '', true), set_config('app.my_groups', '', true),
    set_config('app.my_doors', '', true), set_config('app.my_memberships', '', true),
    set_config('app.my_open_memberships', '', true), set_config('app.my_facilitated', '', true),
    set_config('app.my_peers', '', true), set_config('app.my_pasts', '', true), set_config('app.my_sinces', '', true),
    set_config('app.my_closed_sessions', '', true), set_config('app.my_office', '', true),
    set_config('app.my_office_roles', '', true);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION forget_mine() FROM PUBLIC;
ALTER FUNCTION forget_mine() OWNER TO colloquy_definer;

SET LOCAL ROLE colloquy_definer;
GRANT EXECUTE ON FUNCTION forget_mine() TO colloquy_owner; -- which makes the triggers

CREATE OR REPLACE FUNCTION my_organizations() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_organizations', ARRAY(
    SELECT o.id FROM (
      SELECT organization_id AS id FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL
      UNION
      SELECT organization_id FROM accounts_organizationrole WHERE person_id = current_actor()
    ) o WHERE current_org() IS NULL OR o.id = current_org())::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_groups() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_groups', ARRAY(
    SELECT group_id FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL)::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_doors() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_doors', ARRAY(
    SELECT group_id FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL)::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_memberships() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_memberships', ARRAY(
    SELECT id FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL)::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_open_memberships() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_open_memberships', ARRAY(
    SELECT id FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL)::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_facilitated() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_facilitated', ARRAY(
    SELECT group_id FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL AND role = 'facilitator')::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_peers() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_peers', ARRAY(
    SELECT DISTINCT p.person_id
    FROM groups_membership m JOIN groups_membership p ON p.group_id = m.group_id
    WHERE m.person_id = current_actor() AND m.left_at IS NULL
      AND (m.admitted_at IS NOT NULL OR (p.role = 'facilitator' AND p.left_at IS NULL)))::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_pasts() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_pasts', ARRAY(
    SELECT group_id FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL AND reads_from IS NULL)::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_sinces() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_sinces', (
    SELECT coalesce(jsonb_object_agg(group_id, reads_from), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL AND reads_from IS NOT NULL)::text, true);
END $$;

CREATE OR REPLACE FUNCTION my_office() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN nullif(set_config('app.my_office', coalesce((
    SELECT organization_id FROM accounts_organizationrole
    WHERE person_id = current_actor() AND organization_id = current_org() LIMIT 1)::text, ''), true), '');
END $$;

CREATE OR REPLACE FUNCTION my_office_roles() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN set_config('app.my_office_roles', ARRAY(
    SELECT role::text FROM accounts_organizationrole
    WHERE person_id = current_actor() AND organization_id = current_org())::text, true);
END $$;

RESET ROLE;
