-- The doors: the only ways in which duties come into being for a person. Each checks everything itself, because it runs
-- past the walls as colloquy_usher.

CREATE FUNCTION has_verified_address(p_person uuid, p_email text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN EXISTS (SELECT 1 FROM account_emailaddress
                 WHERE user_id = p_person AND verified AND lower(email) = lower(p_email));
END $$;

CREATE FUNCTION has_company() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN RETURN EXISTS (SELECT 1 FROM accounts_organization WHERE kind = 'company'); END $$;

-- The first organization and its owner, the actor; false when there is one already.
CREATE FUNCTION found_organization(p_id uuid, p_name text, p_slug text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('found_organization'));
  IF current_actor() IS NULL OR has_company() THEN
    RETURN false;
  END IF;
  INSERT INTO accounts_organization (id, name, slug, kind, created_at) VALUES (p_id, p_name, p_slug, 'company', now());
  INSERT INTO accounts_organizationrole (id, organization_id, person_id, role, created_at)
    VALUES (gen_random_uuid(), p_id, current_actor(), 'owner', now());
  RETURN true;
END $$;

-- What an invited person may know before accepting. No row for a wrong, used, withdrawn or old token.
CREATE FUNCTION staff_invitation_preview(p_hash text)
RETURNS TABLE (organization_name text, role text, email text, invited_by text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT o.name::text, i.role::text, i.email::text, p.name::text
    FROM accounts_staffinvitation i
    JOIN accounts_organization o ON o.id = i.organization_id
    JOIN accounts_person p ON p.id = i.invited_by_id
    WHERE i.token_hash = p_hash AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now();
END $$;

-- The organization in which the actor now has the duty; NULL when the token is not for them or no longer good.
CREATE FUNCTION accept_staff_invitation(p_hash text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE i accounts_staffinvitation; BEGIN
  SELECT * INTO i FROM accounts_staffinvitation WHERE token_hash = p_hash FOR UPDATE;
  IF i.id IS NULL OR i.accepted_at IS NOT NULL OR i.withdrawn_at IS NOT NULL OR i.expires_at <= now()
     OR NOT has_verified_address(current_actor(), i.email) THEN
    RETURN NULL;
  END IF;
  UPDATE accounts_staffinvitation SET accepted_at = now() WHERE id = i.id;
  INSERT INTO accounts_organizationrole (id, organization_id, person_id, role, created_at)
    VALUES (gen_random_uuid(), i.organization_id, current_actor(), i.role, now())
    ON CONFLICT (organization_id, person_id, role) DO NOTHING;
  RETURN i.organization_id;
END $$;

-- An owner ends somebody's duty in their organization. False for the last owner, who stays. A facilitator's places in
-- groups end with the duty, and an owner's open invitations with theirs.
CREATE FUNCTION end_duty(p_role uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE r accounts_organizationrole; BEGIN
  SELECT * INTO r FROM accounts_organizationrole WHERE id = p_role;
  PERFORM pg_advisory_xact_lock(hashtext('end_duty' || r.organization_id::text));
  IF r.id IS NULL OR NOT EXISTS (SELECT 1 FROM accounts_organizationrole WHERE person_id = current_actor()
                                 AND organization_id = r.organization_id AND role = 'owner') THEN
    RAISE EXCEPTION 'Only an owner ends duties.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF r.role = 'owner' AND NOT EXISTS (SELECT 1 FROM accounts_organizationrole WHERE id <> r.id
                                      AND organization_id = r.organization_id AND role = 'owner') THEN
    RETURN false;
  END IF;
  DELETE FROM accounts_organizationrole WHERE id = r.id;
  IF r.role = 'facilitator' THEN
    UPDATE groups_membership SET left_at = now()
      WHERE organization_id = r.organization_id AND person_id = r.person_id AND role = 'facilitator' AND left_at IS NULL;
  ELSIF r.role = 'owner' THEN
    UPDATE accounts_staffinvitation SET withdrawn_at = now()
      WHERE organization_id = r.organization_id AND invited_by_id = r.person_id
        AND accepted_at IS NULL AND withdrawn_at IS NULL;
  END IF;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION end_duty(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_duty(uuid) TO colloquy_hr;
ALTER FUNCTION end_duty(uuid) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION has_verified_address(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION has_verified_address(uuid, text) TO colloquy_usher;
ALTER FUNCTION has_verified_address(uuid, text) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION has_company() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION has_company() TO colloquy_signin, colloquy_usher;
ALTER FUNCTION has_company() OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION found_organization(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION found_organization(uuid, text, text) TO colloquy_member;
ALTER FUNCTION found_organization(uuid, text, text) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION staff_invitation_preview(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_invitation_preview(text) TO colloquy_signin;
ALTER FUNCTION staff_invitation_preview(text) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION accept_staff_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_staff_invitation(text) TO colloquy_member;
ALTER FUNCTION accept_staff_invitation(text) OWNER TO colloquy_usher;
