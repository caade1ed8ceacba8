"""Two requests at once, on two connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from common.actor import acting_as
from common.fences import MEMBER
from nudges.models import Nudge
from sessions import services
from sessions.models import CoachingSession
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Run these at once, each on its own connection; what each returned or raised, by name."""
    gate = Barrier(len(works))

    def run(work):
        try:
            gate.wait(timeout=10)
            work()
        except services.Refused as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_scheduling_twice_at_once_makes_one_session_and_invites_once(arranging, world):
    def work():
        with acting_as(MEMBER, person=world.people["facilitator"]):
            services.schedule_session(
                group=world.group, by=world.memberships["facilitator"], agenda_key="group_120", people=6,
                wall_time=datetime(2027, 2, 11, 17, 0), zone="Europe/Berlin", place="Room 4", now=NOW,
            )  # fmt: skip

    assert together(work, work) == ["AlreadyScheduled", "done"]

    with arranging():
        assert CoachingSession.objects.filter(group=world.group).count() == 2
        assert Nudge.objects.filter(kind="session_invitation").count() == 4


def test_moving_twice_at_once_moves_once_and_tells_once(arranging, world):
    def move_to(place):
        def work():
            with acting_as(MEMBER, person=world.people["facilitator"]):
                services.move_session(
                    coaching_session=CoachingSession(**seen), title="Session 1", place=place, video_url="",
                    wall_time=datetime(2027, 2, 9, 16, 0), zone="UTC", now=NOW,
                )  # fmt: skip

        return work

    with arranging():
        seen = CoachingSession.objects.filter(pk=world.session.pk).values().get()

    assert together(move_to("Room 4"), move_to("Room 5")) == ["ChangedMeanwhile", "done"]

    with arranging():
        assert CoachingSession.objects.get(pk=world.session.pk).sequence == 1
        assert Nudge.objects.filter(kind="session_moved").count() == 4
