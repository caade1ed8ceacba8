-- Saying no to other words also while a newcomer waits, whose version carries the same words.
SET LOCAL ROLE colloquy_usher;

-- Everybody who reads the group has signed this version, but for those who came in by a later one: it counts.
CREATE FUNCTION is_in_force(p_charter uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE g uuid; v integer; BEGIN
  SELECT group_id, version INTO g, v FROM groups_charter WHERE id = p_charter;
  RETURN NOT EXISTS (
    SELECT 1 FROM groups_membership m
    WHERE m.group_id = g AND m.left_at IS NULL AND m.admitted_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM groups_chartersignature s WHERE s.charter_id = p_charter AND s.membership_id = m.id)
      AND NOT coalesce(v < (SELECT min(c.version) FROM groups_chartersignature s JOIN groups_charter c ON c.id = s.charter_id
                            WHERE s.membership_id = m.id), false));
END $$;
REVOKE ALL ON FUNCTION is_in_force(uuid) FROM PUBLIC;

-- The group says no to other words. Not once everybody has signed them: then they count. Newcomers who were asked to sign
-- them are asked to sign the words that count again.
CREATE OR REPLACE FUNCTION decline_charter(p_charter uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE g uuid; org uuid; v integer; writer uuid; newcomer uuid; BEGIN
  SELECT group_id, organization_id, version, written_by_id INTO g, org, v, writer FROM groups_charter WHERE id = p_charter;
  IF g IS NULL OR NOT g = ANY (my_groups()) THEN
    RAISE EXCEPTION 'Only who reads a group says no for it.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM lock_charter(g);
  IF writer IS NULL
     OR NOT EXISTS (SELECT 1 FROM groups_charter WHERE id = p_charter AND withdrawn_at IS NULL)
     OR EXISTS (SELECT 1 FROM groups_charter
                WHERE group_id = g AND version > v AND withdrawn_at IS NULL AND written_by_id IS NOT NULL)
     OR EXISTS (SELECT 1 FROM groups_charter
                WHERE group_id = g AND version >= v AND withdrawn_at IS NULL AND is_in_force(id)) THEN
    RETURN false;
  END IF;
  UPDATE groups_charter SET withdrawn_at = now()
    WHERE group_id = g AND withdrawn_at IS NULL AND (id = p_charter OR words_in_id = p_charter);
  FOR newcomer IN SELECT m.id FROM groups_membership m
                  WHERE m.group_id = g AND m.left_at IS NULL AND m.admitted_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM groups_charter c WHERE c.made_for_id = m.id AND c.withdrawn_at IS NULL)
                    AND EXISTS (SELECT 1 FROM groups_charter c WHERE c.made_for_id = m.id)
                  ORDER BY m.joined_at, m.id LOOP
    INSERT INTO groups_charter (id, organization_id, group_id, version, text_key, words_in_id, made_for_id, created_at)
      SELECT gen_random_uuid(), org, g, (SELECT max(version) + 1 FROM groups_charter WHERE group_id = g),
             c.text_key, CASE WHEN c.written_by_id IS NULL THEN c.words_in_id ELSE c.id END, newcomer, now()
      FROM groups_charter c WHERE c.id = newest_charter(g);
  END LOOP;
  PERFORM note_act(org, g, NULL, NULL, 'charter_declined', jsonb_build_object('version', v), 'group', now());
  PERFORM settle_group(g, now());
  RETURN true;
END $$;

RESET ROLE;
