-- Sessions of the actor's groups that were over before the actor came, where the past is closed to them.
CREATE FUNCTION my_closed_sessions() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN ARRAY(
    SELECT s.id FROM groups_membership m
    JOIN coaching_sessions_coachingsession s ON s.group_id = m.group_id AND s.ends_at <= m.reads_from
    WHERE m.person_id = current_actor() AND m.left_at IS NULL AND m.admitted_at IS NOT NULL);
END $$;
REVOKE ALL ON FUNCTION my_closed_sessions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_closed_sessions() TO colloquy_member;
ALTER FUNCTION my_closed_sessions() OWNER TO colloquy_definer;
