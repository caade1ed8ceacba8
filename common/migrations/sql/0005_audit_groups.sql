-- An entry about a group belongs to the record of that group's own organization.
CREATE FUNCTION is_group_of(p_group uuid, p_organization uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN EXISTS (SELECT 1 FROM groups_coachinggroup WHERE id = p_group AND organization_id = p_organization);
END $$;
REVOKE ALL ON FUNCTION is_group_of(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_group_of(uuid, uuid) TO colloquy_member, colloquy_hr, colloquy_self;
ALTER FUNCTION is_group_of(uuid, uuid) OWNER TO colloquy_usher;
