"""Who may do what to a session, and when."""

from datetime import timedelta

import pytest

from sessions import permissions
from tests.factories import NOW

NOTHING = {"answer": False, "move": False, "cancel": False, "record": False}


@pytest.mark.parametrize(
    ("name", "after_start", "cancelled", "acts"),
    [
        ("member", -1, False, {"answer"}),
        ("member", 1, False, {"answer"}),
        ("member", 121, False, set()),
        ("member", -1, True, set()),
        ("facilitator", -1, False, {"move", "cancel"}),
        ("facilitator", 1, False, {"cancel", "record"}),
        ("facilitator", 121, False, {"record"}),
        ("facilitator", 121, True, set()),
        ("facilitator", -1, True, set()),
    ],
)
def test_open_acts(world, name, after_start, cancelled, acts):
    world.session.cancelled_at = NOW if cancelled else None
    now = world.session.starts_at + timedelta(minutes=after_start)

    found = permissions.open_acts(world.memberships[name], world.session, now)

    assert found == NOTHING | dict.fromkeys(acts, True)


@pytest.mark.parametrize("name", ["both", "elsewhere"])
def test_a_membership_of_another_group_permits_nothing(world, name):
    membership = world.other_memberships[name]
    membership.role = "facilitator"

    assert permissions.open_acts(membership, world.session, NOW) == NOTHING
    assert not permissions.can_schedule_session(membership, world.group)


@pytest.mark.parametrize(("state", "allowed"), [("active", True), ("ended", False)])
def test_sessions_are_scheduled_while_the_group_goes_on(world, state, allowed):
    world.group.state = state

    assert permissions.can_schedule_session(world.memberships["facilitator"], world.group) is allowed
    assert not permissions.can_schedule_session(world.memberships["member"], world.group)


def test_circle_names_the_facilitators(world):
    circle = permissions.circle_of_sessions

    assert circle(world.memberships["member"], [world.memberships["facilitator"]]) == (
        "Your group and Facilitator (facilitator)"
    )
    assert circle(world.memberships["facilitator"], []) == "You and your group"
    assert circle(world.memberships["member"], []) == "Your group"
