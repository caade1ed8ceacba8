-- As before, in one pass: calling a helper inside the condition asked for the actor's groups again for every row.
SET LOCAL ROLE colloquy_definer;

CREATE OR REPLACE FUNCTION my_peers() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN ARRAY(
    SELECT DISTINCT p.person_id
    FROM groups_membership m JOIN groups_membership p ON p.group_id = m.group_id
    WHERE m.person_id = current_actor() AND m.left_at IS NULL
      AND (m.admitted_at IS NOT NULL OR (p.role = 'facilitator' AND p.left_at IS NULL)));
END $$;

CREATE OR REPLACE FUNCTION my_peers_ever() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN ARRAY(
    SELECT DISTINCT p.person_id
    FROM groups_membership m JOIN groups_membership p ON p.group_id = m.group_id
    WHERE m.person_id = current_actor() AND m.admitted_at IS NOT NULL);
END $$;

RESET ROLE;
