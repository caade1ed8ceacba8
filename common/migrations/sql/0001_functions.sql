-- Who is acting, and what is theirs. Policies call the helpers as (SELECT helper()), so each runs once per statement.

CREATE FUNCTION current_actor() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('app.actor', true), '')::uuid $$;

CREATE FUNCTION current_org() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('app.org', true), '')::uuid $$;

-- Organizations in which the actor is a member of a group or has a duty; narrowed by app.org where it is set.
CREATE FUNCTION my_organizations() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(o.id), '{}') FROM (
      SELECT organization_id AS id FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL
      UNION
      SELECT organization_id FROM accounts_organizationrole WHERE person_id = current_actor()
    ) o WHERE current_org() IS NULL OR o.id = current_org());
END $$;

-- Groups the actor may read: a membership that is open and admitted.
CREATE FUNCTION my_groups() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(group_id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL);
END $$;

-- Groups at whose door the actor stands: an open membership, admitted or not yet.
CREATE FUNCTION my_doors() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(group_id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL);
END $$;

-- The actor's own memberships that are open and admitted.
CREATE FUNCTION my_memberships() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL);
END $$;

-- Groups that the actor reads as their facilitator.
CREATE FUNCTION my_facilitated() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(group_id), '{}') FROM groups_membership
    WHERE person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL AND role = 'facilitator');
END $$;

-- People the actor may know by name: everybody who is or was in a group the actor reads, and the facilitator of a
-- group at whose door the actor stands.
CREATE FUNCTION my_peers() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT person_id), '{}') FROM groups_membership
    WHERE group_id = ANY (my_groups())
       OR (group_id = ANY (my_doors()) AND role = 'facilitator' AND left_at IS NULL));
END $$;

-- The organization whose pages the actor is on, if they have a duty there; else NULL, which matches no row.
CREATE FUNCTION my_office() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT organization_id FROM accounts_organizationrole
    WHERE person_id = current_actor() AND organization_id = current_org() LIMIT 1);
END $$;

-- The actor's duties in that organization.
CREATE FUNCTION my_office_roles() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(role::text), '{}') FROM accounts_organizationrole
    WHERE person_id = current_actor() AND organization_id = current_org());
END $$;

-- Everybody with a duty or a membership, past ones included, in that organization.
CREATE FUNCTION office_people() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT coalesce(array_agg(p.person_id), '{}') FROM (
      SELECT person_id FROM accounts_organizationrole WHERE organization_id = my_office()
      UNION
      SELECT person_id FROM groups_membership WHERE organization_id = my_office()
    ) p);
END $$;

-- Nobody has signed the group's charter yet: it can still be put together.
CREATE FUNCTION is_new_group(p_group uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN RETURN NOT EXISTS (SELECT 1 FROM groups_membership WHERE group_id = p_group AND admitted_at IS NOT NULL); END $$;

-- What the navigation offers the actor.
CREATE FUNCTION my_places(OUT is_member boolean, OUT is_facilitator boolean, OUT offices jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  SELECT coalesce(bool_or(role = 'member'), false), coalesce(bool_or(role = 'facilitator'), false)
    INTO is_member, is_facilitator
    FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL;
  SELECT coalesce(jsonb_agg(jsonb_build_object('slug', o.slug, 'name', o.name, 'role', r.role) ORDER BY o.name, r.role), '[]')
    INTO offices
    FROM accounts_organizationrole r JOIN accounts_organization o ON o.id = r.organization_id
    WHERE r.person_id = current_actor() AND o.kind = 'company';
END $$;

REVOKE ALL ON FUNCTION current_actor() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_actor() TO colloquy_signin, colloquy_member, colloquy_hr, colloquy_worker, colloquy_definer, colloquy_usher;
REVOKE ALL ON FUNCTION current_org() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_org() TO colloquy_signin, colloquy_member, colloquy_hr, colloquy_worker, colloquy_definer, colloquy_usher;
REVOKE ALL ON FUNCTION my_organizations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_organizations() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_organizations() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_groups() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_groups() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_groups() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_doors() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_doors() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_doors() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_memberships() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_memberships() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_memberships() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_facilitated() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_facilitated() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_facilitated() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_peers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_peers() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_peers() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_office() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_office() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_office() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_office_roles() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_office_roles() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_office_roles() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION office_people() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION office_people() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION office_people() OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION is_new_group(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_new_group(uuid) TO colloquy_hr;
ALTER FUNCTION is_new_group(uuid) OWNER TO colloquy_definer;
REVOKE ALL ON FUNCTION my_places() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_places() TO colloquy_member, colloquy_hr, colloquy_definer;
ALTER FUNCTION my_places() OWNER TO colloquy_definer;
