"""Scheduling, moving and cancelling: the rules, and who is told."""

from datetime import UTC, datetime, timedelta

import pytest

from nudges.models import Nudge
from sessions import services
from sessions.agendas import AGENDAS, blocks_for
from sessions.models import AgendaBlock, Attendance, CoachingSession
from sessions.wall_time import NoSuchTime, NoSuchZone
from tests.factories import NOW, CoachingGroupFactory, MembershipFactory
from tests.sessions.conftest import THURSDAY

TUESDAY = datetime(2027, 2, 9, 17, 0)  # in Berlin: when the world's session begins
READERS = ["Both", "Facilitator", "Member", "Peer"]


@pytest.fixture
def move(as_cast):
    """Move a session as the facilitator; what is not given stays."""

    def do(coaching_session, *, now=NOW, **changes):
        plan = {
            "title": coaching_session.title, "wall_time": datetime.fromisoformat(coaching_session.wall_time),
            "zone": coaching_session.timezone, "place": coaching_session.place,
            "video_url": coaching_session.video_url, **changes,
        }  # fmt: skip
        with as_cast("facilitator"):
            return services.move_session(coaching_session=coaching_session, now=now, **plan)

    return do


@pytest.fixture
def stored(arranging):
    def read(coaching_session):
        with arranging():
            return CoachingSession.objects.get(pk=coaching_session.pk)

    return read


# Scheduling ----------------------------------------------------------------------------------------------------------


def test_schedule_keeps_wall_time_zone_and_moment(schedule, stored):
    coaching_session = stored(schedule(now=NOW, wall_time=THURSDAY))

    assert (coaching_session.wall_time, coaching_session.timezone) == ("2027-02-11T17:00", "Europe/Berlin")
    assert coaching_session.starts_at == datetime(2027, 2, 11, 16, 0, tzinfo=UTC)
    assert coaching_session.ends_at - coaching_session.starts_at == timedelta(minutes=120)
    assert coaching_session.sequence == 0


def test_schedule_copies_the_agenda_for_so_many_people(schedule, arranging):
    coaching_session = schedule(now=NOW, wall_time=THURSDAY, agenda_key="group_90", people=4)

    with arranging():
        rows = list(AgendaBlock.objects.filter(coaching_session=coaching_session).order_by("position"))
    wanted = blocks_for("group_90", 4)
    assert [(row.position, row.kind, row.title, row.minutes, row.is_per_person) for row in rows] == [
        (position, block.kind, block.title, block.minutes, block.per_person)
        for position, block in enumerate(wanted, start=1)
    ]
    assert coaching_session.ends_at - coaching_session.starts_at == timedelta(minutes=sum(row.minutes for row in rows))


def test_every_agenda_fits_into_the_table():
    for agenda in AGENDAS.values():
        for block in agenda.blocks:
            for name in ("kind", "title", "instruction"):
                assert len(getattr(block, name)) <= AgendaBlock._meta.get_field(name).max_length


def test_schedule_owes_the_invitation_to_all_who_read_the_group_and_nobody_else(schedule, owed, arranging):
    coaching_session = schedule(now=NOW, wall_time=THURSDAY)

    assert owed("session_invitation") == READERS
    with arranging():
        nudge = Nudge.objects.get(kind="session_invitation", recipient__name="Member")
    assert nudge.context["session"] == str(coaching_session.pk)
    assert nudge.send_after == NOW


def test_schedule_owes_nothing_when_it_fails(schedule, owed):
    with pytest.raises(services.TimeHasPassed):
        schedule(now=NOW, wall_time=datetime(2027, 2, 8, 8, 0))

    assert owed("session_invitation") == []


def test_schedule_counts_the_sessions_that_were_not_cancelled(schedule, as_cast):
    second = schedule(now=NOW, wall_time=THURSDAY)
    with as_cast("facilitator"):
        services.cancel_session(coaching_session=second, now=NOW)

    assert schedule(now=NOW, wall_time=THURSDAY, title="  ").title == "Session 2"


def test_schedule_keeps_a_title_on_one_line(schedule):
    coaching_session = schedule(now=NOW, wall_time=THURSDAY, title=" Kick-off\r\nBcc: all@example.com\x07 ")

    assert coaching_session.title == "Kick-off Bcc: all@example.com"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"wall_time": datetime(2027, 2, 8, 10, 0)}, services.TimeHasPassed),  # 9:00 UTC, which is now
        ({"wall_time": datetime(1, 1, 1, 0, 0)}, services.TimeHasPassed),
        ({"wall_time": datetime(2029, 2, 9, 17, 0)}, services.TooFarAhead),
        ({"wall_time": datetime(9999, 12, 31, 23, 59)}, services.TooFarAhead),
        ({"wall_time": datetime(2027, 3, 28, 2, 30)}, NoSuchTime),
        ({"zone": "Mars/Olympus"}, NoSuchZone),
        ({"place": " ", "video_url": ""}, services.NowhereToMeet),
        ({"video_url": "javascript:alert(1)"}, services.NotAWebAddress),
        ({"video_url": "ftp://example.com/room"}, services.NotAWebAddress),
        ({"people": 2}, services.AgendaDoesNotFit),
        ({"agenda_key": "nothing"}, services.AgendaDoesNotFit),
    ],
)
def test_schedule_refuses(schedule, arranging, changes, refusal):
    with pytest.raises(refusal):
        schedule(now=NOW, **{"wall_time": THURSDAY, **changes})

    with arranging():
        assert CoachingSession.objects.count() == 1


def test_schedule_refuses_a_group_that_has_ended(world, schedule):
    world.group.state = "ended"

    with pytest.raises(services.GroupHasEnded):
        schedule(now=NOW)


def test_schedule_refuses_a_second_session_at_the_same_time(world, schedule):
    with pytest.raises(services.MeetsAlready) as refusal:
        schedule(now=NOW, wall_time=TUESDAY + timedelta(minutes=119))

    assert refusal.value.other == world.session
    assert schedule(now=NOW, wall_time=TUESDAY + timedelta(minutes=120)).title == "Session 2"


def test_schedule_twice_is_the_same_session(schedule, owed):
    first = schedule(now=NOW, wall_time=THURSDAY)

    with pytest.raises(services.AlreadyScheduled) as refusal:
        schedule(now=NOW, wall_time=THURSDAY)

    assert refusal.value.other == first
    assert owed("session_invitation") == READERS


@pytest.mark.parametrize(("joined", "people"), [(1, 6), (3, 6), (4, 4), (7, 7)])
def test_default_people_is_who_joined_or_the_size_the_program_aims_at(arranging, joined, people):
    with arranging():
        group = CoachingGroupFactory()
        MembershipFactory.create_batch(joined, group=group)
        MembershipFactory(group=group, role="facilitator")

        assert services.default_people(group) == people


# Moving --------------------------------------------------------------------------------------------------------------


def test_move_keeps_identity_and_length_and_raises_the_sequence(world, move, stored):
    move(world.session, wall_time=THURSDAY, zone="America/New_York", place="Room 4")

    moved = stored(world.session)
    assert moved.starts_at == datetime(2027, 2, 11, 22, 0, tzinfo=UTC)
    assert moved.ends_at - moved.starts_at == timedelta(hours=2)
    assert (moved.wall_time, moved.timezone, moved.sequence) == ("2027-02-11T17:00", "America/New_York", 1)


def test_move_owes_each_change_to_all_who_read_the_group(world, move, owed):
    move(world.session, place="Room 5")
    move(world.session, place="Room 6")

    assert owed("session_moved") == sorted(READERS * 2)


@pytest.mark.parametrize(("changes", "answer"), [({"wall_time": THURSDAY}, ""), ({"place": "Room 5"}, "yes")])
def test_move_to_another_time_asks_again(world, move, arranging, changes, answer):
    move(world.session, **{"place": "Room 4", **changes})

    with arranging():
        assert Attendance.objects.get(membership=world.memberships["peer"]).answer == answer
        nudge = Nudge.objects.filter(kind="session_moved").first()
    assert nudge.context["asks_again"] is (answer == "")


def test_move_that_changes_nothing_tells_nobody(world, move, owed, stored):
    move(world.session, place="Room 5")

    with pytest.raises(services.NothingChanged):
        move(world.session, place="Room 5")

    assert (stored(world.session).sequence, len(owed("session_moved"))) == (1, 4)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (datetime(2027, 2, 9, 16, 0, tzinfo=UTC), services.SessionHasBegun),
        (datetime(2027, 2, 9, 15, 59, tzinfo=UTC), services.TimeHasPassed),
    ],
)
def test_move_refuses_what_has_begun_and_what_has_passed(world, move, now, refusal):
    with pytest.raises(refusal):
        move(world.session, now=now, place="Room 5", wall_time=datetime(2027, 2, 9, 15, 0))


def test_move_refuses_what_another_request_has_changed(world, move, stored):
    seen_before = stored(world.session)
    move(world.session, place="Room 5")

    with pytest.raises(services.ChangedMeanwhile):
        move(seen_before, place="Room 6")

    assert stored(world.session).place == "Room 5"


def test_move_refuses_the_time_of_another_session(world, schedule, move):
    other = schedule(now=NOW, wall_time=THURSDAY)

    with pytest.raises(services.MeetsAlready) as refusal:
        move(world.session, wall_time=THURSDAY, zone="Europe/Berlin", place="Room 5")

    assert refusal.value.other == other


# Cancelling ----------------------------------------------------------------------------------------------------------


def test_cancel_once_however_often_it_is_asked(world, as_cast, stored, owed):
    seen_before = stored(world.session)
    with as_cast("facilitator"):
        services.cancel_session(coaching_session=world.session, now=NOW)
        with pytest.raises(services.SessionIsCancelled):
            services.cancel_session(coaching_session=seen_before, now=NOW)

    assert (stored(world.session).cancelled_at, stored(world.session).sequence) == (NOW, 1)
    assert owed("session_cancelled") == READERS


def test_cancel_refuses_what_is_over(world, as_cast):
    with as_cast("facilitator"), pytest.raises(services.SessionIsOver):
        services.cancel_session(coaching_session=world.session, now=world.session.ends_at)


def test_move_refuses_what_is_cancelled(world, as_cast, move):
    with as_cast("facilitator"):
        services.cancel_session(coaching_session=world.session, now=NOW)

    with pytest.raises(services.SessionIsCancelled):
        move(world.session, place="Room 5")
