-- What a newcomer may not read yet, and what is one's own in groups one has left.

-- Groups whose past the actor reads as well: all of the actor's groups but those they came to later.
CREATE FUNCTION my_pasts() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(group_id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL AND reads_from IS NULL);
END $$;

-- For the others: the moment from which the actor reads the group, by the group's id.
CREATE FUNCTION my_sinces() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(jsonb_object_agg(group_id, reads_from), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL AND reads_from IS NOT NULL);
END $$;

-- The actor's own open memberships, admitted or not.
CREATE FUNCTION my_open_memberships() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(id), '{}') FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL);
END $$;

-- The actor's memberships in which they could ever write, ended ones included; and their groups.
CREATE FUNCTION my_memberships_ever() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND admitted_at IS NOT NULL);
END $$;

CREATE FUNCTION my_groups_ever() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT group_id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND admitted_at IS NOT NULL);
END $$;

-- Everybody who was ever in a group that the actor was ever in: whose names stand beside what the actor wrote.
CREATE FUNCTION my_peers_ever() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT person_id), '{}') FROM groups_membership WHERE group_id = ANY (my_groups_ever()));
END $$;

GRANT EXECUTE ON FUNCTION current_actor() TO colloquy_self, colloquy_report;
GRANT EXECUTE ON FUNCTION current_org() TO colloquy_self, colloquy_report;
SET LOCAL ROLE colloquy_definer;
GRANT EXECUTE ON FUNCTION my_organizations() TO colloquy_report;
RESET ROLE;
REVOKE ALL ON FUNCTION my_pasts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_pasts() TO colloquy_member, colloquy_definer;
ALTER FUNCTION my_pasts() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_sinces() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_sinces() TO colloquy_member, colloquy_definer;
ALTER FUNCTION my_sinces() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_open_memberships() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_open_memberships() TO colloquy_member, colloquy_definer;
ALTER FUNCTION my_open_memberships() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_memberships_ever() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_memberships_ever() TO colloquy_self, colloquy_definer;
ALTER FUNCTION my_memberships_ever() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_groups_ever() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_groups_ever() TO colloquy_self, colloquy_definer;
ALTER FUNCTION my_groups_ever() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_peers_ever() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_peers_ever() TO colloquy_self, colloquy_definer;
ALTER FUNCTION my_peers_ever() OWNER TO colloquy_definer;
