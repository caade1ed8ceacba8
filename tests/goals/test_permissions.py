from types import SimpleNamespace

import pytest

from goals import permissions
from groups.models import CoachingGroup, Membership
from tests.factories import NOW


def membership(**changes):
    group = CoachingGroup(state=changes.pop("state", CoachingGroup.State.ACTIVE))
    return Membership(**{"group": group, "admitted_at": NOW, **changes})


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"role": Membership.Role.FACILITATOR}, True),
        ({"admitted_at": None}, False),
        ({"left_at": NOW}, False),
        ({"state": CoachingGroup.State.ENDED}, False),
    ],
)
def test_can_write_is_for_readers_of_a_living_group(changes, may):
    assert permissions.can_write(membership(**changes)) is may


def test_can_change_goal_is_for_its_coachee_until_it_is_closed():
    mine = membership()

    def may(**goal):
        goal = SimpleNamespace(**{"membership_id": mine.pk, "closed_at": None, **goal})
        return permissions.can_change_goal(mine, goal)

    assert (may(), may(membership_id=membership().pk), may(closed_at=NOW)) == (True, False, False)


def test_can_close_step_is_for_its_coachee():
    mine, theirs = membership(), membership(role=Membership.Role.FACILITATOR)
    step = SimpleNamespace(membership_id=mine.pk)

    assert (permissions.can_close_step(mine, step), permissions.can_close_step(theirs, step)) == (True, False)


@pytest.mark.parametrize(
    ("is_shared", "facilitators", "words"),
    [
        (False, ["Jonas"], "Only you"),
        (True, [], "Your group"),
        (True, ["Jonas"], "Your group and Jonas (facilitator)"),
    ],
)
def test_the_words_of_the_privacy_line_follow_sharing(is_shared, facilitators, words):
    assert permissions.who_reads_goal(is_shared=is_shared, facilitators=facilitators) == words
