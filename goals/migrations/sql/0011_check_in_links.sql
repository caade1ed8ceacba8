-- The link in a mail by which one checks in without signing in. Nobody but colloquy_usher looks a link up.

-- To whom and to which goal a good link leads. No row for one that is wrong, used or old, nor for whoever has left. With
-- the id of a check-in, a link that was used for exactly that one is good too: the same form, sent twice.
CREATE FUNCTION check_in_link(p_hash text, p_for uuid DEFAULT NULL)
RETURNS TABLE (link_id uuid, person_id uuid, group_id uuid, goal_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT l.id, m.person_id, l.group_id, l.goal_id
    FROM goals_checkinlink l
    JOIN groups_membership m ON m.id = l.membership_id
    JOIN groups_coachinggroup g ON g.id = l.group_id
    WHERE l.token_hash = p_hash AND l.expires_at > now() AND (l.used_at IS NULL OR l.used_for = p_for)
      AND m.left_at IS NULL AND m.admitted_at IS NOT NULL AND g.state = 'active';
END $$;

-- Use the link for this check-in, on behalf of whom it leads to; of two at once the second waits, and learns it.
CREATE FUNCTION use_check_in_link(p_hash text, p_for uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  UPDATE goals_checkinlink l SET used_at = coalesce(l.used_at, now()), used_for = p_for
    FROM groups_membership m
    WHERE l.token_hash = p_hash AND l.expires_at > now() AND (l.used_at IS NULL OR l.used_for = p_for)
      AND m.id = l.membership_id AND m.person_id = current_actor() AND m.left_at IS NULL;
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION check_in_link(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_in_link(text, uuid) TO colloquy_signin;
ALTER FUNCTION check_in_link(text, uuid) OWNER TO colloquy_usher;
REVOKE ALL ON FUNCTION use_check_in_link(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION use_check_in_link(text, uuid) TO colloquy_member;
ALTER FUNCTION use_check_in_link(text, uuid) OWNER TO colloquy_usher;
