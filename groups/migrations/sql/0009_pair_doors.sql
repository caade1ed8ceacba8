-- The doors of pairs. A pair is a group of two in an organization of its own, which nobody has a duty in. Both come into being
-- when an invitation is accepted, and the pair ends when one of the two goes. Made as colloquy_usher; each checks everything.
SET LOCAL ROLE colloquy_usher;

-- What the same two people do about being a pair happens one at a time, whoever of them begins.
CREATE FUNCTION lock_pair(p_one uuid, p_other uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('pair' || least(p_one, p_other)::text || greatest(p_one, p_other)::text)); END $$;
REVOKE ALL ON FUNCTION lock_pair(uuid, uuid) FROM PUBLIC;

-- The pair that these two are now, signed or not; NULL when they are none.
CREATE FUNCTION pair_of(p_one uuid, p_other uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT g.id FROM groups_coachinggroup g
      JOIN groups_membership a ON a.group_id = g.id AND a.person_id = p_one AND a.left_at IS NULL
      JOIN groups_membership b ON b.group_id = g.id AND b.person_id = p_other AND b.left_at IS NULL
    WHERE g.kind = 'pair' AND g.state = 'active' LIMIT 1);
END $$;
REVOKE ALL ON FUNCTION pair_of(uuid, uuid) FROM PUBLIC;

-- An invitation that still leads somewhere, for whoever asks: nobody answered it, and nobody else holds it.
CREATE FUNCTION is_good_pair_invitation(i groups_pairinvitation) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN i.id IS NOT NULL AND i.accepted_at IS NULL AND i.declined_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now()
    AND EXISTS (SELECT 1 FROM accounts_person p WHERE p.id = i.inviter_id AND p.is_active)
    AND (i.claimed_by_id IS NULL OR i.claimed_by_id = current_actor() OR i.inviter_id = current_actor());
END $$;
REVOKE ALL ON FUNCTION is_good_pair_invitation(groups_pairinvitation) FROM PUBLIC;

-- What whoever holds the token may know before answering; not the personal line. No row for a wrong, used or old token.
CREATE FUNCTION pair_invitation_preview(p_hash text)
RETURNS TABLE (id uuid, inviter text, inviter_email text, email text, rhythm integer, decide_on date, is_own boolean,
               is_waiting boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT i.id, p.name::text, p.email::text, i.email::text, i.rhythm::integer, i.decide_on,
      coalesce(i.inviter_id = current_actor(), false), i.claimed_by_id IS NOT NULL
    FROM groups_pairinvitation i JOIN accounts_person p ON p.id = i.inviter_id
    WHERE i.token_hash = p_hash AND is_good_pair_invitation(i);
END $$;
REVOKE ALL ON FUNCTION pair_invitation_preview(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pair_invitation_preview(text) TO colloquy_signin;

-- The personal line, sealed: to whom the invitation went, and to nobody else who holds its link.
CREATE FUNCTION pair_invitation_line(p_hash text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN (
    SELECT i.line FROM groups_pairinvitation i
    WHERE i.token_hash = p_hash AND is_good_pair_invitation(i)
      AND i.email <> '' AND has_verified_address(current_actor(), i.email));
END $$;
REVOKE ALL ON FUNCTION pair_invitation_line(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pair_invitation_line(text) TO colloquy_member;

-- The pair of an invitation, with everything it needs, for the inviter and one other. Called under lock_pair and with the
-- invitation locked. What else was open between the two has nothing left to open.
CREATE FUNCTION open_pair(i groups_pairinvitation, p_other uuid, p_rhythm integer) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE org uuid := gen_random_uuid(); g uuid := gen_random_uuid(); BEGIN
  INSERT INTO accounts_organization (id, name, slug, kind, created_at)
    VALUES (org, i.pair_name, 'pair-' || replace(org::text, '-', ''), 'personal', now());
  INSERT INTO groups_coachinggroup (id, organization_id, kind, state, name, timezone, published_at)
    VALUES (g, org, 'pair', 'active', i.pair_name, i.timezone, now());
  INSERT INTO groups_charter (id, organization_id, group_id, version, text_key, created_at)
    VALUES (gen_random_uuid(), org, g, 1, 'pair', now());
  INSERT INTO groups_pairterms (id, organization_id, group_id, rhythm, decide_on, proposed_at, agreed_at)
    VALUES (gen_random_uuid(), org, g, p_rhythm, i.decide_on, now(), now());
  PERFORM take_in(g, i.inviter_id, NULL, 'member', true, now());
  PERFORM take_in(g, p_other, NULL, 'member', true, now());
  PERFORM note_act(org, g, i.inviter_id, p_other, 'pair_begun', '{}', 'group', now());
  UPDATE groups_pairinvitation
    SET accepted_at = now(), group_id = g, email = '', claimed_by_id = p_other, claimed_at = coalesce(claimed_at, now())
    WHERE id = i.id;
  UPDATE groups_pairinvitation o SET withdrawn_at = now(), line = '{}'
    WHERE o.accepted_at IS NULL AND o.declined_at IS NULL AND o.withdrawn_at IS NULL
      AND (o.inviter_id = i.inviter_id AND (o.claimed_by_id = p_other OR has_verified_address(p_other, o.email))
        OR o.inviter_id = p_other AND (o.claimed_by_id = i.inviter_id OR has_verified_address(i.inviter_id, o.email)));
  RETURN g;
END $$;
REVOKE ALL ON FUNCTION open_pair(groups_pairinvitation, uuid, integer) FROM PUBLIC;

-- The actor says yes, perhaps in another rhythm. It opens at once for the address that was invited, to the rhythm that was
-- offered; otherwise the actor holds the invitation from now on, and the inviter has to confirm. The outcome: opened or
-- already, with the pair; waiting; own, where somebody answers themselves; gone.
CREATE FUNCTION answer_pair_invitation(p_hash text, p_rhythm integer, OUT outcome text, OUT pair uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE i groups_pairinvitation; me uuid := current_actor(); BEGIN
  outcome := 'gone';
  SELECT * INTO i FROM groups_pairinvitation WHERE token_hash = p_hash;
  IF i.id IS NULL OR me IS NULL THEN
    RETURN;
  END IF;
  PERFORM lock_pair(i.inviter_id, me);
  SELECT * INTO i FROM groups_pairinvitation WHERE token_hash = p_hash FOR UPDATE;
  IF i.accepted_at IS NOT NULL AND i.claimed_by_id = me AND pair_of(i.inviter_id, me) = i.group_id THEN
    outcome := 'already';
    pair := i.group_id;
    RETURN;
  END IF;
  IF i.id IS NULL OR NOT is_good_pair_invitation(i) THEN
    RETURN;
  END IF;
  IF i.inviter_id = me THEN
    outcome := 'own';
    RETURN;
  END IF;
  pair := pair_of(i.inviter_id, me);
  IF pair IS NOT NULL THEN
    UPDATE groups_pairinvitation SET withdrawn_at = now(), line = '{}' WHERE id = i.id;
    outcome := 'already';
  ELSIF i.email <> '' AND has_verified_address(me, i.email) AND p_rhythm = i.rhythm THEN
    pair := open_pair(i, me, p_rhythm);
    outcome := 'opened';
  ELSE
    UPDATE groups_pairinvitation
      SET claimed_by_id = me, claimed_at = coalesce(claimed_at, now()), claimed_rhythm = nullif(p_rhythm, i.rhythm)
      WHERE id = i.id;
    outcome := 'waiting';
  END IF;
END $$;
REVOKE ALL ON FUNCTION answer_pair_invitation(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION answer_pair_invitation(text, integer) TO colloquy_member;

-- Whoever holds the token says no; nobody is asked why.
CREATE FUNCTION decline_pair_invitation(p_hash text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE i groups_pairinvitation; BEGIN
  SELECT * INTO i FROM groups_pairinvitation WHERE token_hash = p_hash FOR UPDATE;
  IF i.id IS NULL OR NOT is_good_pair_invitation(i) OR i.inviter_id = current_actor() THEN
    RETURN false;
  END IF;
  UPDATE groups_pairinvitation SET declined_at = now(), line = '{}' WHERE id = i.id;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION decline_pair_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION decline_pair_invitation(text) TO colloquy_signin;

-- Who holds the actor's invitations and waits for their word: name and address, to tell one from a look-alike.
CREATE FUNCTION my_pair_claims() RETURNS TABLE (invitation uuid, name text, email text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT i.id, p.name::text, p.email::text
    FROM groups_pairinvitation i JOIN accounts_person p ON p.id = i.claimed_by_id
    WHERE i.inviter_id = current_actor() AND is_good_pair_invitation(i) AND p.is_active;
END $$;
REVOKE ALL ON FUNCTION my_pair_claims() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_pair_claims() TO colloquy_member;

-- The inviter confirms who holds their invitation, in the rhythm these proposed: the pair, or NULL.
CREATE FUNCTION confirm_pair_invitation(p_id uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DECLARE i groups_pairinvitation; other uuid; found uuid; BEGIN
  SELECT claimed_by_id INTO other FROM groups_pairinvitation WHERE id = p_id AND inviter_id = current_actor();
  IF other IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM lock_pair(current_actor(), other);
  SELECT * INTO i FROM groups_pairinvitation WHERE id = p_id FOR UPDATE;
  IF i.accepted_at IS NOT NULL THEN
    RETURN i.group_id;
  END IF;
  IF NOT is_good_pair_invitation(i) OR NOT EXISTS (SELECT 1 FROM accounts_person p WHERE p.id = other AND p.is_active) THEN
    RETURN NULL;
  END IF;
  found := pair_of(i.inviter_id, other);
  IF found IS NOT NULL THEN
    UPDATE groups_pairinvitation SET withdrawn_at = now(), line = '{}' WHERE id = i.id;
    RETURN found;
  END IF;
  RETURN open_pair(i, other, coalesce(i.claimed_rhythm, i.rhythm));
END $$;
REVOKE ALL ON FUNCTION confirm_pair_invitation(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION confirm_pair_invitation(uuid) TO colloquy_member;

-- The actor's pairs, ended ones too, and with whom: the two know each other before either has signed.
CREATE FUNCTION my_partners() RETURNS TABLE (group_id uuid, name text, email text, is_here boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN QUERY SELECT g.id, p.name::text, p.email::text, o.left_at IS NULL
    FROM groups_membership m
      JOIN groups_coachinggroup g ON g.id = m.group_id AND g.kind = 'pair'
      JOIN groups_membership o ON o.group_id = g.id AND o.person_id <> m.person_id
      JOIN accounts_person p ON p.id = o.person_id
    WHERE m.person_id = current_actor() AND m.left_at IS NULL;
END $$;
REVOKE ALL ON FUNCTION my_partners() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_partners() TO colloquy_member;

-- Pairs that the actor reads now and that go on.
CREATE FUNCTION my_pairs() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  RETURN ARRAY(
    SELECT m.group_id FROM groups_membership m JOIN groups_coachinggroup g ON g.id = m.group_id
    WHERE m.person_id = current_actor() AND m.left_at IS NULL AND m.admitted_at IS NOT NULL
      AND g.kind = 'pair' AND g.state = 'active');
END $$;
REVOKE ALL ON FUNCTION my_pairs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_pairs() TO colloquy_member;

-- As before; and a pair ends when one of the two goes.
CREATE OR REPLACE FUNCTION end_membership(p_membership uuid, p_as text, p_for text, p_actor uuid, p_at timestamptz) RETURNS void
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
  UPDATE groups_coachinggroup SET state = 'ended', ended_at = p_at
    WHERE id = m.group_id AND kind = 'pair' AND state = 'active';
  PERFORM note_act(m.organization_id, m.group_id, p_actor, m.person_id, 'membership_' || p_as,
                   jsonb_build_object('role', m.role, 'for', p_for), 'both', p_at);
  PERFORM settle_group(m.group_id, p_at);
END $$;

RESET ROLE;
