-- The doors: the only ways in which memberships of members come into being, are admitted, and end. Each checks
-- everything itself, because it runs past the walls as colloquy_usher.

-- The moment at which an act at a door counts: now. Only an organization that this very transaction founds can be given a
-- past, as the demonstration is; later nobody's joining, signing or leaving can be dated back.
CREATE FUNCTION door_moment(p_organization uuid, p_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  IF p_at IS NULL THEN
    RETURN now();
  END IF;
  IF p_at > now() OR NOT EXISTS (SELECT 1 FROM accounts_organization WHERE id = p_organization AND created_at = now()) THEN
    RAISE EXCEPTION 'Only an organization that is being founded can be given a past.';
  END IF;
  RETURN p_at;
END $$;

-- What an invited person may know before accepting. No row for a wrong, used, withdrawn or old token.
CREATE FUNCTION invitation_preview(p_hash text)
RETURNS TABLE (organization_name text, program_name text, group_name text, email text, name text, facilitators text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT o.name::text, pr.name::text, g.name::text, i.email::text, pa.name::text,
      (SELECT coalesce(string_agg(p.name, ', ' ORDER BY p.name), '') FROM groups_membership m
         JOIN accounts_person p ON p.id = m.person_id
         WHERE m.group_id = g.id AND m.role = 'facilitator' AND m.left_at IS NULL)
    FROM groups_invitation i
    JOIN groups_coachinggroup g ON g.id = i.group_id
    JOIN groups_participant pa ON pa.id = i.participant_id
    JOIN groups_program pr ON pr.id = pa.program_id
    JOIN accounts_organization o ON o.id = i.organization_id
    WHERE i.token_hash = p_hash AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now()
      AND g.state = 'active';
END $$;

-- The group of which the actor is now a member, not yet admitted; NULL when the token is not for them or no longer good.
CREATE FUNCTION accept_invitation(p_hash text, p_at timestamptz DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE i groups_invitation; moment timestamptz; BEGIN
  SELECT * INTO i FROM groups_invitation WHERE token_hash = p_hash FOR UPDATE;
  IF i.id IS NULL THEN
    RETURN NULL;
  END IF;
  moment := door_moment(i.organization_id, p_at);
  IF i.accepted_at IS NOT NULL OR i.withdrawn_at IS NOT NULL OR i.expires_at <= moment
     OR NOT has_verified_address(current_actor(), i.email)
     OR NOT EXISTS (SELECT 1 FROM groups_coachinggroup WHERE id = i.group_id AND state = 'active') THEN
    RETURN NULL;
  END IF;
  UPDATE groups_invitation SET accepted_at = moment WHERE id = i.id;
  UPDATE groups_participant SET person_id = current_actor() WHERE id = i.participant_id;
  IF NOT EXISTS (SELECT 1 FROM groups_membership
                 WHERE group_id = i.group_id AND person_id = current_actor() AND left_at IS NULL) THEN
    INSERT INTO groups_membership (id, organization_id, group_id, person_id, participant_id, role, joined_at)
      VALUES (gen_random_uuid(), i.organization_id, i.group_id, current_actor(), i.participant_id, 'member', moment);
  END IF;
  RETURN i.group_id;
END $$;

-- The actor agrees to the newest version of their group's charter, and from then on reads the group.
CREATE FUNCTION sign_charter(p_charter uuid, p_at timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE c groups_charter; m uuid; moment timestamptz; BEGIN
  SELECT * INTO c FROM groups_charter WHERE id = p_charter;
  SELECT id INTO m FROM groups_membership
    WHERE group_id = c.group_id AND person_id = current_actor() AND left_at IS NULL FOR UPDATE;
  IF m IS NULL OR c.version <> (SELECT max(version) FROM groups_charter WHERE group_id = c.group_id) THEN
    RETURN false;
  END IF;
  moment := door_moment(c.organization_id, p_at);
  INSERT INTO groups_chartersignature (id, organization_id, charter_id, group_id, membership_id, signed_at)
    VALUES (gen_random_uuid(), c.organization_id, c.id, c.group_id, m, moment)
    ON CONFLICT (charter_id, membership_id) DO NOTHING;
  UPDATE groups_membership SET admitted_at = coalesce(admitted_at, moment) WHERE id = m;
  RETURN true;
END $$;

-- The actor leaves a group: the membership stays as a fact, the access ends here.
CREATE FUNCTION leave_group(p_group uuid, p_at timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  UPDATE groups_membership SET left_at = door_moment(organization_id, p_at)
    WHERE group_id = p_group AND person_id = current_actor() AND left_at IS NULL;
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION door_moment(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_moment(uuid, timestamptz) TO colloquy_usher;
ALTER FUNCTION door_moment(uuid, timestamptz) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION invitation_preview(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invitation_preview(text) TO colloquy_signin;
ALTER FUNCTION invitation_preview(text) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION accept_invitation(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_invitation(text, timestamptz) TO colloquy_member;
ALTER FUNCTION accept_invitation(text, timestamptz) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION sign_charter(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_charter(uuid, timestamptz) TO colloquy_member;
ALTER FUNCTION sign_charter(uuid, timestamptz) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION leave_group(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_group(uuid, timestamptz) TO colloquy_member;
ALTER FUNCTION leave_group(uuid, timestamptz) OWNER TO colloquy_usher;
