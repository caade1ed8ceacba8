"""What the tests of sessions share: acting as the facilitator, and what is owed afterwards."""

from datetime import datetime

import pytest

from common.actor import acting_as
from common.fences import MEMBER
from nudges.models import Nudge
from sessions import services

THURSDAY = datetime(2027, 2, 11, 17, 0)


@pytest.fixture
def as_cast(world):
    """``with as_cast("facilitator"):`` act as that person's member role."""
    return lambda name: acting_as(MEMBER, person=world.people[name])


@pytest.fixture
def schedule(world, as_cast):
    """Schedule a session of the world's group as its facilitator; keyword arguments replace what is given here."""

    def do(*, now, **changes):
        plan = {
            "group": world.group, "by": world.memberships["facilitator"], "agenda_key": "group_120",
            "wall_time": THURSDAY, "zone": "Europe/Berlin", "place": "Room 4", "people": 6, **changes,
        }  # fmt: skip
        with as_cast("facilitator"):
            return services.schedule_session(now=now, **plan)

    return do


@pytest.fixture
def owed(arranging):
    """``owed("session_moved")``: who is owed a message of that kind, by name, in order."""

    def names(kind):
        with arranging():
            return sorted(Nudge.objects.filter(kind=kind).values_list("recipient__name", flat=True))

    return names
