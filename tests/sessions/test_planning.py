"""What the clock brings: reminders, and invitations of those who joined later."""

from datetime import datetime, timedelta

import pytest

from common.actor import acting_as
from common.fences import WORKER
from sessions import services
from sessions.models import CoachingSession
from sessions.tasks import plan_reminders
from tests.factories import NOW, AttendanceFactory, MembershipFactory

READERS = ["Both", "Facilitator", "Member", "Peer"]


@pytest.fixture
def plan():
    def do(now):
        with acting_as(WORKER):
            services.plan_messages(now=now)

    return do


@pytest.mark.parametrize(
    ("before", "reminded"),
    [
        (timedelta(hours=24, seconds=1), []),
        (timedelta(hours=24), READERS),
        (timedelta(hours=1, seconds=1), READERS),
        (timedelta(hours=1), []),
        (timedelta(0), []),
    ],
)
def test_reminder_is_owed_from_a_day_until_an_hour_ahead(world, plan, owed, before, reminded):
    plan(world.session.starts_at - before)

    assert owed("session_tomorrow") == reminded


def test_reminder_is_owed_once_however_often_it_is_planned(world, plan, owed):
    for hours in (20, 10, 2):
        plan(world.session.starts_at - timedelta(hours=hours))

    assert owed("session_tomorrow") == READERS


def test_reminder_is_owed_again_for_another_day(arranging, world, plan, owed):
    plan(world.session.starts_at - timedelta(hours=20))
    with arranging():
        CoachingSession.objects.update(
            starts_at=world.session.starts_at + timedelta(days=7),
            ends_at=world.session.ends_at + timedelta(days=7),
            wall_time="2027-02-16T16:00",
        )

    plan(world.session.starts_at + timedelta(days=6, hours=4))

    assert owed("session_tomorrow") == sorted(READERS * 2)


@pytest.mark.parametrize(("answer", "reminded"), [("no", []), ("late", ["Both"]), ("yes", ["Both"]), ("", ["Both"])])
def test_reminder_spares_whoever_cannot_come(arranging, world, plan, owed, answer, reminded):
    with arranging():
        AttendanceFactory(coaching_session=world.session, membership=world.memberships["both"], answer=answer)

    plan(world.session.starts_at - timedelta(hours=20))

    assert [name for name in owed("session_tomorrow") if name == "Both"] == reminded


@pytest.mark.parametrize("sabotage", ["cancelled", "ended"])
def test_reminder_is_not_owed_for_what_will_not_take_place(arranging, world, plan, owed, sabotage):
    with arranging():
        if sabotage == "cancelled":
            CoachingSession.objects.update(cancelled_at=NOW)
        else:
            type(world.group).objects.filter(pk=world.group.pk).update(state="ended")

    plan(world.session.starts_at - timedelta(hours=20))

    assert owed("session_tomorrow") == []


def test_whoever_signs_later_is_invited_to_what_lies_ahead(arranging, world, schedule, plan, owed):
    schedule(now=NOW, wall_time=datetime(2027, 2, 11, 17, 0))
    with arranging():
        CoachingSession.objects.update(created_at=NOW)
        signed_at = NOW + timedelta(hours=3)
        type(world.memberships["unsigned"]).objects.filter(pk=world.memberships["unsigned"].pk).update(
            admitted_at=signed_at
        )

    plan(signed_at)
    plan(signed_at + timedelta(minutes=1))

    assert owed("session_invitation") == sorted([*READERS, "Unsigned", "Unsigned"])  # two sessions lie ahead


def test_nobody_is_invited_to_what_has_begun(arranging, world, plan, owed):
    with arranging():
        CoachingSession.objects.update(created_at=NOW)
        MembershipFactory(group=world.group, admitted_at=world.session.starts_at, person__name="Late")

    plan(world.session.starts_at)

    assert owed("session_invitation") == []


def test_the_task_plans_as_the_worker(world, owed, time_machine):
    time_machine.move_to(world.session.starts_at - timedelta(hours=20), tick=False)

    plan_reminders()

    assert owed("session_tomorrow") == READERS


def test_planning_asks_as_often_for_one_session_as_for_three(
    arranging, world, schedule, plan, django_assert_num_queries
):
    now, long_ago = world.session.starts_at - timedelta(hours=20), NOW - timedelta(days=60)
    with arranging():
        CoachingSession.objects.update(created_at=long_ago)
    with django_assert_num_queries(8):  # savepoint and release, context and back, 2 reads, 2 inserts
        plan(now)
    for hour in (19, 21):
        schedule(now=NOW, wall_time=datetime(2027, 2, 9, hour, 30), zone="Europe/Berlin")
    with arranging():
        CoachingSession.objects.update(created_at=long_ago)

    with django_assert_num_queries(8):
        plan(now)
