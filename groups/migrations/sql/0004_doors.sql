-- The doors of a group that changes. Made as colloquy_usher, whose they are; each checks everything itself, because it runs
-- past the walls. What happens to a group's charter and to who is in it happens one at a time, under that group's lock.
SET LOCAL ROLE colloquy_usher;

CREATE FUNCTION note_act(p_organization uuid, p_group uuid, p_actor uuid, p_subject uuid, p_act text, p_facts jsonb,
                         p_circle text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  INSERT INTO common_auditentry (id, organization_id, group_id, actor_id, subject_id, act, facts, circle, at)
    VALUES (gen_random_uuid(), p_organization, p_group, p_actor, p_subject, p_act, p_facts, p_circle, p_at);
END $$;
REVOKE ALL ON FUNCTION note_act(uuid, uuid, uuid, uuid, text, jsonb, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION lock_charter(p_group uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('charter' || p_group::text)); END $$;
REVOKE ALL ON FUNCTION lock_charter(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_charter(uuid) TO colloquy_member;

-- The version that everybody is asked to sign: the newest that nobody said no to.
CREATE FUNCTION newest_charter(p_group uuid) RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (SELECT id FROM groups_charter WHERE group_id = p_group AND withdrawn_at IS NULL ORDER BY version DESC LIMIT 1);
END $$;
REVOKE ALL ON FUNCTION newest_charter(uuid) FROM PUBLIC;

-- Everybody who reads the group now has signed this version.
CREATE FUNCTION is_signed_by_all(p_group uuid, p_charter uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN NOT EXISTS (
    SELECT 1 FROM groups_membership m
    WHERE m.group_id = p_group AND m.left_at IS NULL AND m.admitted_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM groups_chartersignature s WHERE s.charter_id = p_charter AND s.membership_id = m.id));
END $$;
REVOKE ALL ON FUNCTION is_signed_by_all(uuid, uuid) FROM PUBLIC;

-- Admits each newcomer who has signed the newest version, as has everybody who reads the group. They read from this moment.
CREATE FUNCTION settle_group(p_group uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE newest uuid := newest_charter(p_group); m record; BEGIN
  FOR m IN SELECT id, organization_id, person_id FROM groups_membership
           WHERE group_id = p_group AND left_at IS NULL AND admitted_at IS NULL AND NOT is_founding
           ORDER BY joined_at, id LOOP
    IF is_signed_by_all(p_group, newest)
       AND EXISTS (SELECT 1 FROM groups_chartersignature WHERE charter_id = newest AND membership_id = m.id) THEN
      UPDATE groups_membership SET admitted_at = p_at, reads_from = p_at WHERE id = m.id;
      PERFORM note_act(m.organization_id, p_group, NULL, m.person_id, 'newcomer_admitted', '{}', 'both', p_at);
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION settle_group(uuid, timestamptz) FROM PUBLIC;

-- Somebody is in the group from now on: in a group that nobody has signed into, as one of its founders; otherwise as a
-- newcomer, for whom there is a new version of the charter.
CREATE FUNCTION take_in(p_group uuid, p_person uuid, p_participant uuid, p_role text, p_founding boolean, p_at timestamptz)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE new uuid := gen_random_uuid(); org uuid; founding boolean; BEGIN
  PERFORM lock_charter(p_group);
  SELECT organization_id INTO org FROM groups_coachinggroup WHERE id = p_group;
  founding := p_founding OR NOT EXISTS (SELECT 1 FROM groups_membership WHERE group_id = p_group AND admitted_at IS NOT NULL);
  INSERT INTO groups_membership (id, organization_id, group_id, person_id, participant_id, role, is_founding, joined_at,
                                 ended_as, ended_for)
    VALUES (new, org, p_group, p_person, p_participant, p_role, founding, p_at, '', '');
  IF NOT founding THEN
    INSERT INTO groups_charter (id, organization_id, group_id, version, text_key, words_in_id, made_for_id, created_at)
      SELECT gen_random_uuid(), org, p_group, (SELECT max(version) + 1 FROM groups_charter WHERE group_id = p_group),
             c.text_key, CASE WHEN c.written_by_id IS NULL THEN c.words_in_id ELSE c.id END, new, p_at
      FROM groups_charter c WHERE c.id = newest_charter(p_group);
    PERFORM note_act(org, p_group, current_actor(), p_person, 'newcomer_came', jsonb_build_object('role', p_role), 'both', p_at);
  END IF;
  RETURN new;
END $$;
REVOKE ALL ON FUNCTION take_in(uuid, uuid, uuid, text, boolean, timestamptz) FROM PUBLIC;

-- The group of which the actor is now a member, not yet admitted; NULL when the token is not for them or no longer good.
CREATE OR REPLACE FUNCTION accept_invitation(p_hash text, p_at timestamptz DEFAULT NULL) RETURNS uuid
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
  PERFORM lock_charter(i.group_id);
  IF NOT EXISTS (SELECT 1 FROM groups_membership
                 WHERE group_id = i.group_id AND person_id = current_actor() AND left_at IS NULL) THEN
    PERFORM take_in(i.group_id, current_actor(), i.participant_id, 'member', i.is_founding, moment);
  END IF;
  RETURN i.group_id;
END $$;

-- The actor agrees to the newest version of their group's charter. A founding member reads the group from then on; a
-- newcomer does when everybody has signed.
CREATE OR REPLACE FUNCTION sign_charter(p_charter uuid, p_at timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE g uuid; org uuid; m groups_membership; moment timestamptz; BEGIN
  SELECT group_id, organization_id INTO g, org FROM groups_charter WHERE id = p_charter;
  PERFORM lock_charter(g);
  SELECT * INTO m FROM groups_membership
    WHERE group_id = g AND person_id = current_actor() AND left_at IS NULL FOR UPDATE;
  IF m.id IS NULL OR p_charter <> newest_charter(g) THEN
    RETURN false;
  END IF;
  moment := door_moment(org, p_at);
  INSERT INTO groups_chartersignature (id, organization_id, charter_id, group_id, membership_id, signed_at)
    VALUES (gen_random_uuid(), org, p_charter, g, m.id, moment)
    ON CONFLICT (charter_id, membership_id) DO NOTHING;
  IF m.is_founding AND m.admitted_at IS NULL THEN
    UPDATE groups_membership SET admitted_at = moment WHERE id = m.id;
    PERFORM note_act(org, g, m.person_id, m.person_id, 'member_admitted', jsonb_build_object('role', m.role), 'both', moment);
  END IF;
  PERFORM settle_group(g, moment);
  RETURN true;
END $$;

-- The actor leaves a group: the membership stays as a fact, the access ends here.
CREATE OR REPLACE FUNCTION leave_group(p_group uuid, p_at timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE m groups_membership; moment timestamptz; BEGIN
  PERFORM lock_charter(p_group);
  SELECT * INTO m FROM groups_membership WHERE group_id = p_group AND person_id = current_actor() AND left_at IS NULL FOR UPDATE;
  IF m.id IS NULL THEN
    RETURN false;
  END IF;
  moment := door_moment(m.organization_id, p_at);
  PERFORM end_membership(m.id, 'left', '', m.person_id, moment);
  RETURN true;
END $$;

-- The one way in which memberships end. Versions of the charter that were made for a newcomer go with them.
CREATE FUNCTION end_membership(p_membership uuid, p_as text, p_for text, p_actor uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE m groups_membership; BEGIN
  UPDATE groups_membership SET left_at = p_at, ended_as = p_as, ended_for = p_for
    WHERE id = p_membership AND left_at IS NULL RETURNING * INTO m;
  IF m.id IS NULL THEN
    RETURN;
  END IF;
  IF m.admitted_at IS NULL THEN
    UPDATE groups_charter SET withdrawn_at = p_at WHERE made_for_id = m.id AND withdrawn_at IS NULL;
  END IF;
  PERFORM note_act(m.organization_id, m.group_id, p_actor, m.person_id, 'membership_' || p_as,
                   jsonb_build_object('role', m.role, 'for', p_for), 'both', p_at);
  PERFORM settle_group(m.group_id, p_at);
END $$;
REVOKE ALL ON FUNCTION end_membership(uuid, text, text, uuid, timestamptz) FROM PUBLIC;

-- The group says no to a newcomer. Any one of those who read it may say it for all; who did is kept nowhere.
CREATE FUNCTION decline_newcomer(p_membership uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE m groups_membership; BEGIN
  SELECT * INTO m FROM groups_membership WHERE id = p_membership;
  IF m.id IS NULL OR NOT m.group_id = ANY (my_groups()) THEN
    RAISE EXCEPTION 'Only who reads a group says no for it.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM lock_charter(m.group_id);
  SELECT * INTO m FROM groups_membership WHERE id = p_membership FOR UPDATE;
  IF m.left_at IS NOT NULL OR m.admitted_at IS NOT NULL OR m.is_founding THEN
    RETURN false;
  END IF;
  PERFORM end_membership(m.id, 'declined', '', NULL, now());
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION decline_newcomer(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION decline_newcomer(uuid) TO colloquy_member;

-- The group says no to other words. Not once everybody has signed them: then they count.
CREATE FUNCTION decline_charter(p_charter uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE g uuid; org uuid; v integer; newcomer uuid; BEGIN
  SELECT group_id, organization_id, version, made_for_id INTO g, org, v, newcomer FROM groups_charter WHERE id = p_charter;
  IF g IS NULL OR NOT g = ANY (my_groups()) THEN
    RAISE EXCEPTION 'Only who reads a group says no for it.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM lock_charter(g);
  IF newcomer IS NOT NULL OR v = 1 OR p_charter <> newest_charter(g) OR is_signed_by_all(g, p_charter) THEN
    RETURN false;
  END IF;
  UPDATE groups_charter SET withdrawn_at = now() WHERE id = p_charter AND withdrawn_at IS NULL;
  PERFORM note_act(org, g, NULL, NULL, 'charter_declined', jsonb_build_object('version', v), 'group', now());
  PERFORM settle_group(g, now());
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION decline_charter(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION decline_charter(uuid) TO colloquy_member;

-- The group's facilitator ends somebody's membership, for a reason of the list.
CREATE FUNCTION remove_member(p_membership uuid, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE m groups_membership; BEGIN
  SELECT * INTO m FROM groups_membership WHERE id = p_membership;
  IF m.id IS NULL OR NOT m.group_id = ANY (my_facilitated()) OR m.role <> 'member'
     OR p_reason NOT IN ('asked', 'moved_on', 'absent', 'conflict', 'charter') THEN
    RAISE EXCEPTION 'Only the facilitator removes a member, and says why.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM lock_charter(m.group_id);
  IF NOT EXISTS (SELECT 1 FROM groups_membership WHERE id = m.id AND left_at IS NULL) THEN
    RETURN false;
  END IF;
  PERFORM end_membership(m.id, 'removed', p_reason, current_actor(), now());
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION remove_member(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remove_member(uuid, text) TO colloquy_member;

-- Somebody with a duty names a facilitator for a group; where they replace one, that one's access ends now. The new one
-- reads nothing of a group that has begun until everybody has signed. NULL when that person cannot be named.
CREATE FUNCTION name_facilitator(p_group uuid, p_person uuid, p_replaces uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE org uuid; new uuid; BEGIN
  SELECT organization_id INTO org FROM groups_coachinggroup WHERE id = p_group AND state = 'active';
  IF org IS NULL OR org IS DISTINCT FROM current_org() OR NOT EXISTS (
      SELECT 1 FROM accounts_organizationrole WHERE organization_id = org AND person_id = current_actor()) THEN
    RAISE EXCEPTION 'Only who has a duty in the organization names facilitators.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM lock_charter(p_group);
  IF NOT EXISTS (SELECT 1 FROM accounts_organizationrole
                 WHERE organization_id = org AND person_id = p_person AND role = 'facilitator')
     OR EXISTS (SELECT 1 FROM groups_membership WHERE group_id = p_group AND person_id = p_person AND left_at IS NULL)
     OR p_replaces IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM groups_membership
       WHERE id = p_replaces AND group_id = p_group AND role = 'facilitator' AND left_at IS NULL) THEN
    RETURN NULL;
  END IF;
  IF p_replaces IS NOT NULL THEN
    PERFORM end_membership(p_replaces, 'replaced', '', current_actor(), now());
  END IF;
  new := take_in(p_group, p_person, NULL, 'facilitator', false, now());
  PERFORM note_act(org, p_group, current_actor(), p_person, 'facilitator_named', '{}', 'both', now());
  RETURN new;
END $$;
REVOKE ALL ON FUNCTION name_facilitator(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION name_facilitator(uuid, uuid, uuid) TO colloquy_hr;

-- The actor agrees to open to a newcomer what was written before they came. When all have, it is open.
CREATE FUNCTION agree_to_past(p_newcomer uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE n groups_membership; mine uuid; BEGIN
  SELECT * INTO n FROM groups_membership WHERE id = p_newcomer;
  SELECT id INTO mine FROM groups_membership
    WHERE group_id = n.group_id AND person_id = current_actor() AND left_at IS NULL AND admitted_at IS NOT NULL;
  IF mine IS NULL OR mine = n.id THEN
    RAISE EXCEPTION 'Only the others who read the group open its past.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM lock_charter(n.group_id);
  SELECT * INTO n FROM groups_membership WHERE id = p_newcomer FOR UPDATE;
  IF n.left_at IS NOT NULL OR n.reads_from IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO groups_pastconsent (id, organization_id, group_id, newcomer_id, membership_id, agreed_at)
    VALUES (gen_random_uuid(), n.organization_id, n.group_id, n.id, mine, now())
    ON CONFLICT (newcomer_id, membership_id) DO NOTHING;
  IF NOT EXISTS (SELECT 1 FROM groups_membership m
                 WHERE m.group_id = n.group_id AND m.id <> n.id AND m.left_at IS NULL AND m.admitted_at IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM groups_pastconsent c WHERE c.newcomer_id = n.id AND c.membership_id = m.id))
  THEN
    UPDATE groups_membership SET reads_from = NULL WHERE id = n.id;
    PERFORM note_act(n.organization_id, n.group_id, NULL, n.person_id, 'past_opened', '{}', 'group', now());
  END IF;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION agree_to_past(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agree_to_past(uuid) TO colloquy_member;

CREATE FUNCTION take_back_past(p_newcomer uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE g uuid; BEGIN
  SELECT group_id INTO g FROM groups_membership WHERE id = p_newcomer;
  PERFORM lock_charter(g);
  DELETE FROM groups_pastconsent WHERE newcomer_id = p_newcomer AND membership_id = ANY (my_memberships())
    AND EXISTS (SELECT 1 FROM groups_membership WHERE id = p_newcomer AND reads_from IS NOT NULL);
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION take_back_past(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_back_past(uuid) TO colloquy_member;

-- The actor gives up every membership and every duty, before their account is blanked. False for the last owner of an
-- organization, who hands it over first; then nothing has happened.
CREATE FUNCTION give_up_everything() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE m record; r record; BEGIN
  FOR r IN SELECT organization_id FROM accounts_organizationrole WHERE person_id = current_actor() AND role = 'owner'
           ORDER BY organization_id LOOP
    PERFORM pg_advisory_xact_lock(hashtext('end_duty' || r.organization_id::text));
    IF NOT EXISTS (SELECT 1 FROM accounts_organizationrole
                   WHERE organization_id = r.organization_id AND role = 'owner' AND person_id <> current_actor()) THEN
      RETURN false;
    END IF;
  END LOOP;
  FOR m IN SELECT id, group_id FROM groups_membership WHERE person_id = current_actor() AND left_at IS NULL
           ORDER BY group_id LOOP
    PERFORM lock_charter(m.group_id);
    PERFORM end_membership(m.id, 'erased', '', current_actor(), now());
  END LOOP;
  FOR r IN DELETE FROM accounts_organizationrole WHERE person_id = current_actor() RETURNING organization_id, role LOOP
    PERFORM note_act(r.organization_id, NULL, current_actor(), current_actor(), 'duty_ended',
                     jsonb_build_object('role', r.role), 'office', now());
  END LOOP;
  UPDATE accounts_staffinvitation SET withdrawn_at = now()
    WHERE invited_by_id = current_actor() AND accepted_at IS NULL AND withdrawn_at IS NULL;
  UPDATE groups_participant SET person_id = NULL WHERE person_id = current_actor();
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION give_up_everything() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION give_up_everything() TO colloquy_self;

-- As before, and noted: an owner ends somebody's duty in their organization. False for the last owner, who stays.
CREATE OR REPLACE FUNCTION end_duty(p_role uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE r accounts_organizationrole; m record; BEGIN
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
  PERFORM note_act(r.organization_id, NULL, current_actor(), r.person_id, 'duty_ended',
                   jsonb_build_object('role', r.role), 'office', now());
  IF r.role = 'facilitator' THEN
    FOR m IN SELECT id, group_id FROM groups_membership
             WHERE organization_id = r.organization_id AND person_id = r.person_id AND role = 'facilitator' AND left_at IS NULL
             ORDER BY group_id LOOP
      PERFORM lock_charter(m.group_id);
      PERFORM end_membership(m.id, 'duty_ended', '', current_actor(), now());
    END LOOP;
  ELSIF r.role = 'owner' THEN
    UPDATE accounts_staffinvitation SET withdrawn_at = now()
      WHERE organization_id = r.organization_id AND invited_by_id = r.person_id
        AND accepted_at IS NULL AND withdrawn_at IS NULL;
  END IF;
  RETURN true;
END $$;

-- As before, and noted: the organization in which the actor now has the duty.
CREATE OR REPLACE FUNCTION accept_staff_invitation(p_hash text) RETURNS uuid
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
  PERFORM note_act(i.organization_id, NULL, current_actor(), current_actor(), 'duty_taken',
                   jsonb_build_object('role', i.role, 'invitation', i.id), 'office', now());
  RETURN i.organization_id;
END $$;

RESET ROLE;
SET LOCAL ROLE colloquy_definer;
GRANT EXECUTE ON FUNCTION my_groups(), my_facilitated(), my_memberships() TO colloquy_usher;
RESET ROLE;
