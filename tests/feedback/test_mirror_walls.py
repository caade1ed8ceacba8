"""Who finds a mirror, who may pick, and when it opens: by row security alone and by ``visible_to`` alone."""

import pytest
from django.db import DatabaseError

from common.actor import acting_as
from common.fences import MEMBER
from feedback.models import Mirror, MirrorAsk, MirrorChoice
from tests.factories import NOW, MirrorAskFactory, MirrorChoiceFactory, MirrorFactory
from tests.world import CAST


@pytest.fixture
def mirror(world, arranging):
    """*member*'s, not opened; *peer* has picked, *both* has not."""
    with arranging():
        mirror = MirrorFactory(membership=world.memberships["member"])
        asks = {name: MirrorAskFactory(mirror=mirror, peer=world.memberships[name]) for name in ("peer", "both")}
        MirrorAsk.objects.filter(pk=asks["peer"].pk).update(closed_at=NOW, ended_as="given")
        asks["peer"].refresh_from_db()
        mirror.choice = MirrorChoiceFactory(ask=asks["peer"])
    mirror.asked = asks
    return mirror


def who_finds(world, row):
    found = set()
    for name in CAST[1:]:
        with acting_as(MEMBER, person=world.people[name]):
            if type(row).objects.filter(pk=row.pk).exists():
                found.add(name)
    return found


def who_sees(world, arranging, row):
    with arranging():
        return {name for name in CAST[1:] if type(row).objects.visible_to(world.people[name]).filter(pk=row.pk)}


def open_past_python(arranging, mirror):
    with arranging():
        MirrorAsk.objects.filter(mirror=mirror).update(shut_at=NOW)
        Mirror.objects.filter(pk=mirror.pk).update(opened_at=NOW)


def test_visible_to_alone_shows_a_mirror_to_its_member(world, arranging, mirror):
    assert who_sees(world, arranging, mirror) == {"member"}


def test_row_security_alone_shows_a_mirror_to_its_member(world, as_owner, mirror):
    assert who_finds(world, mirror) == {"member"}
    with as_owner("ALTER TABLE feedback_mirror DISABLE ROW LEVEL SECURITY"):
        assert who_finds(world, mirror) == set(CAST[1:])


def test_a_peer_finds_their_own_request_only(world, arranging, as_owner, mirror):
    assert who_finds(world, mirror.asked["peer"]) == {"member", "peer"}
    assert who_finds(world, mirror.asked["both"]) == {"member", "both"}
    assert who_sees(world, arranging, mirror.asked["both"]) == {"member", "both"}
    with as_owner("ALTER TABLE feedback_mirrorask DISABLE ROW LEVEL SECURITY"):
        assert who_finds(world, mirror.asked["both"]) == set(CAST[1:])


def test_what_a_peer_picked_is_read_when_the_mirror_is_opened(world, arranging, as_owner, mirror):
    assert who_finds(world, mirror.choice) == {"peer"}
    assert who_sees(world, arranging, mirror.choice) == {"peer"}
    with as_owner("ALTER TABLE feedback_mirrorchoice DISABLE ROW LEVEL SECURITY"):
        assert "member" in who_finds(world, mirror.choice)

    open_past_python(arranging, mirror)

    assert who_finds(world, mirror.choice) == {"member", "peer"}
    assert who_sees(world, arranging, mirror.choice) == {"member", "peer"}


def test_a_mirror_that_is_let_go_shows_nobody_elses_words(world, arranging, mirror):
    open_past_python(arranging, mirror)
    with acting_as(MEMBER, person=world.people["member"]):
        Mirror.objects.filter(pk=mirror.pk).delete()

    assert who_finds(world, mirror.choice) == {"peer"}
    assert who_sees(world, arranging, mirror.choice) == {"peer"}


def open_by_hand(world, mirror):
    with acting_as(MEMBER, person=world.people["member"]):
        return Mirror.objects.filter(pk=mirror.pk).update(opened_at=NOW)


def test_row_security_alone_opens_no_mirror_before_two_have_picked(world, arranging, as_owner, mirror):
    with pytest.raises(DatabaseError, match="row-level security"):
        open_by_hand(world, mirror)
    with as_owner("ALTER TABLE feedback_mirror DISABLE ROW LEVEL SECURITY"):
        assert open_by_hand(world, mirror) == 1
        with arranging():
            Mirror.objects.filter(pk=mirror.pk).update(opened_at=None)
    with arranging():
        MirrorAsk.objects.filter(mirror=mirror).update(closed_at=NOW, ended_as="given")
    assert open_by_hand(world, mirror) == 1


def change_ask(world, row, caller, **changes):
    with acting_as(MEMBER, person=world.people[caller]):
        return MirrorAsk.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize(
    ("caller", "changes"),
    [
        ("member", {"closed_at": NOW, "ended_as": "given"}),
        ("member", {"closed_at": NOW, "ended_as": "given", "shut_at": NOW}),
        ("peer", {"shut_at": NOW}),
        ("peer", {"closed_at": None, "ended_as": ""}),
    ],
    ids=["says that they picked", "says so and shuts it", "shuts it", "has never answered"],
)
def test_row_security_alone_keeps_each_to_their_own_part(world, as_owner, mirror, caller, changes):
    with pytest.raises(DatabaseError, match="row-level security"):
        change_ask(world, mirror.asked["peer"], caller, **changes)
    with as_owner("ALTER TABLE feedback_mirrorask DISABLE ROW LEVEL SECURITY"):
        assert change_ask(world, mirror.asked["peer"], caller, **changes) == 1


def test_nobody_changes_a_request_that_is_shut(world, arranging, mirror):
    open_past_python(arranging, mirror)

    assert change_ask(world, mirror.asked["both"], "both", closed_at=NOW, ended_as="given") == 0
    with acting_as(MEMBER, person=world.people["peer"]):
        assert MirrorChoice.objects.filter(pk=mirror.choice.pk).update(picked_at=NOW) == 0


def pick_by_hand(world, mirror, caller, **how):
    with acting_as(MEMBER, person=world.people[caller]):
        MirrorChoiceFactory(ask=mirror.asked["both"], **how)


@pytest.mark.parametrize("caller", ["both", "member", "facilitator"])
def test_row_security_alone_lets_nobody_pick_unasked_or_for_another(world, as_owner, mirror, caller):
    """*both* is asked, and has not said that they picked."""
    with pytest.raises(DatabaseError, match="row-level security"):
        pick_by_hand(world, mirror, caller)
    with as_owner("ALTER TABLE feedback_mirrorchoice DISABLE ROW LEVEL SECURITY"):
        pick_by_hand(world, mirror, caller)


def test_row_security_alone_lets_nobody_ask_for_a_mirror_that_is_not_theirs(world, as_owner, mirror):
    def ask():
        with acting_as(MEMBER, person=world.people["both"]):
            MirrorAskFactory(mirror=mirror, membership=world.memberships["both"], peer=world.memberships["facilitator"])

    with pytest.raises(DatabaseError, match="row-level security"):
        ask()
    with as_owner("ALTER TABLE feedback_mirrorask DISABLE ROW LEVEL SECURITY"):
        ask()


def test_the_words_are_sealed_in_their_tables(world, as_owner, mirror, arranging):
    with arranging():
        for row in (mirror, mirror.choice):
            again = type(row).objects.get(pk=row.pk)
            assert str(again.words) == "<sealed>"
