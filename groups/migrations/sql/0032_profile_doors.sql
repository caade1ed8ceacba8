-- The doors of participants' profiles. A link opens one form, and writes; nobody is signed in. Made as colloquy_usher; each checks
-- everything itself.
SET LOCAL ROLE colloquy_usher;

-- The profile to which a link leads, by the hash of its token: of somebody on the roster of a program that goes on.
CREATE FUNCTION profile_behind(p_key text)
RETURNS TABLE (id uuid, organization_id uuid, program_id uuid, email text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT f.id, f.organization_id, p.program_id, lower(p.email)::text
    FROM groups_participantprofile f
    JOIN groups_participant p ON p.id = f.participant_id
    JOIN groups_program g ON g.id = p.program_id
    WHERE f.token_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex')
      AND p.withdrawn_at IS NULL AND g.state <> 'ended';
END $$;
REVOKE ALL ON FUNCTION profile_behind(text) FROM PUBLIC;

-- Whether this pair was declared with this link. The mark is made of the hash of its token, which is stored nowhere but hashed
-- once more, and of the row.
CREATE FUNCTION is_marked(p_key text, c groups_declaredconflict) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT c.mark = encode(sha256(convert_to(p_key || ':' || c.id::text, 'UTF8')), 'hex') $$;
REVOKE ALL ON FUNCTION is_marked(text, groups_declaredconflict) FROM PUBLIC;

-- What stands in the form of whoever holds the link. How many they named, never whom.
CREATE FUNCTION open_profile(p_key text)
RETURNS TABLE (name text, program text, organization text, free jsonb, timezone text, languages jsonb, topics jsonb,
               style text, completed_at timestamptz, named bigint, ends_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT p.name::text, g.name::text, o.name::text, f.free,
      coalesce(nullif(f.timezone, ''), nullif(p.timezone, ''), g.timezone)::text,
      CASE WHEN f.completed_at IS NULL THEN p.languages ELSE f.languages END, f.topics, f.style::text, f.completed_at,
      (SELECT count(*) FROM groups_declaredconflict c
         WHERE c.program_id = b.program_id AND b.email IN (c.low, c.high) AND is_marked(p_key, c)),
      g.ends_on
    FROM profile_behind(p_key) b
    JOIN groups_participantprofile f ON f.id = b.id
    JOIN groups_participant p ON p.id = f.participant_id
    JOIN groups_program g ON g.id = b.program_id
    JOIN accounts_organization o ON o.id = b.organization_id;
END $$;
REVOKE ALL ON FUNCTION open_profile(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_profile(text) TO colloquy_signin;

-- Keep the answers, and the people who were named besides those named before, or after taking these back; fifty in all.
-- False: no such link.
CREATE FUNCTION save_profile(p_key text, p_free jsonb, p_timezone text, p_languages jsonb, p_topics jsonb, p_style text,
                             p_named text[], p_take_back boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE b record; other text; fresh uuid; BEGIN
  SELECT * INTO b FROM profile_behind(p_key);
  IF b.id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('profile' || b.id::text));
  UPDATE groups_participantprofile f SET free = p_free, timezone = p_timezone, languages = p_languages, topics = p_topics,
      style = p_style, completed_at = now() WHERE f.id = b.id;
  IF p_take_back THEN
    DELETE FROM groups_declaredconflict c
      WHERE c.program_id = b.program_id AND b.email IN (c.low, c.high) AND is_marked(p_key, c);
  END IF;
  FOREACH other IN ARRAY p_named LOOP
    other := lower(other);
    EXIT WHEN (SELECT count(*) FROM groups_declaredconflict c WHERE c.program_id = b.program_id
                 AND b.email IN (c.low, c.high) AND is_marked(p_key, c)) >= 50;
    CONTINUE WHEN other = b.email OR EXISTS (
      SELECT 1 FROM groups_declaredconflict c WHERE c.program_id = b.program_id AND c.low = least(other, b.email)
        AND c.high = greatest(other, b.email) AND is_marked(p_key, c));
    fresh := gen_random_uuid();
    INSERT INTO groups_declaredconflict (id, organization_id, program_id, low, high, mark)
      VALUES (fresh, b.organization_id, b.program_id, least(other, b.email),
              greatest(other, b.email),
              encode(sha256(convert_to(p_key || ':' || fresh::text, 'UTF8')), 'hex'));
  END LOOP;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION save_profile(text, jsonb, text, jsonb, jsonb, text, text[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION save_profile(text, jsonb, text, jsonb, jsonb, text, text[], boolean) TO colloquy_signin;

-- Whom the acting person named, for their own copy: they have signed in, and the profile is theirs.
CREATE FUNCTION named_by_me(p_key text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(CASE WHEN c.low = lower(p.email) THEN c.high ELSE c.low END ORDER BY c.low, c.high), '{}')
    FROM groups_participantprofile f
    JOIN groups_participant p ON p.id = f.participant_id
    JOIN groups_declaredconflict c ON c.program_id = p.program_id AND lower(p.email) IN (c.low, c.high)
    WHERE f.token_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex') AND p.person_id = current_actor()
      AND is_marked(p_key, c));
END $$;
REVOKE ALL ON FUNCTION named_by_me(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION named_by_me(text) TO colloquy_self;

-- Forget whom the acting person named, when they erase what is theirs.
CREATE FUNCTION forget_named_by_me(p_key text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  DELETE FROM groups_declaredconflict c USING groups_participantprofile f, groups_participant p
    WHERE f.token_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex') AND p.id = f.participant_id
      AND p.person_id = current_actor() AND c.program_id = p.program_id AND lower(p.email) IN (c.low, c.high)
      AND is_marked(p_key, c);
END $$;
REVOKE ALL ON FUNCTION forget_named_by_me(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_named_by_me(text) TO colloquy_self;

-- Whether all these groups, given as lists of addresses, keep apart who is to be kept apart: one answer for the whole proposal,
-- and only to somebody with a duty in the program's organization.
CREATE FUNCTION keeps_apart(p_program uuid, p_groups jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM groups_program g JOIN accounts_organizationrole r ON r.organization_id = g.organization_id
      WHERE g.id = p_program AND g.organization_id = current_org() AND r.person_id = current_actor()) THEN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied for program';
  END IF;
  RETURN NOT EXISTS (
    SELECT 1 FROM groups_declaredconflict c, jsonb_array_elements(p_groups) people
    WHERE c.program_id = p_program AND people ? c.low AND people ? c.high);
END $$;
REVOKE ALL ON FUNCTION keeps_apart(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keeps_apart(uuid, jsonb) TO colloquy_hr;

RESET ROLE;
