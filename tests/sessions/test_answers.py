"""Answers and attendance."""

from datetime import timedelta

import pytest

from sessions import services
from sessions.models import Attendance, CoachingSession
from tests.factories import NOW, MembershipFactory


@pytest.fixture
def answer(world, as_cast):
    def do(answer, *, name="member", now=NOW, **more):
        with as_cast(name):
            coaching_session = CoachingSession.objects.get(pk=world.session.pk)
            services.answer_session(
                coaching_session=coaching_session, membership=world.memberships[name], answer=answer, now=now, **more
            )

    return do


@pytest.fixture
def marks(arranging, world):
    """(answer, presence) of one of the cast; None without a row."""

    def read(name):
        with arranging():
            rows = Attendance.objects.filter(membership=world.memberships[name])
            return rows.values_list("answer", "presence").first()

    return read


def test_answer_keeps_the_last_of_several(answer, marks):
    for words in ("yes", "no", "late"):
        answer(words)

    assert marks("member") == ("late", "")
    assert marks("peer") == ("yes", "")


def test_answer_can_change_until_the_session_ends(world, answer, marks):
    answer("late", now=world.session.ends_at - timedelta(seconds=1))

    with pytest.raises(services.SessionIsOver):
        answer("no", now=world.session.ends_at)

    assert marks("member") == ("late", "")


def test_answer_to_a_cancelled_session_is_refused(world, as_cast, answer, marks):
    with as_cast("facilitator"):
        services.cancel_session(coaching_session=world.session, now=NOW)

    with pytest.raises(services.SessionIsCancelled):
        answer("yes")

    assert marks("member") is None


def test_answer_to_another_time_than_now_holds_is_refused(arranging, world, answer, marks):
    with arranging():
        CoachingSession.objects.update(sequence=2)

    with pytest.raises(services.ChangedMeanwhile):
        answer("yes", seen_sequence=1)
    assert marks("member") is None

    answer("yes", seen_sequence=2)
    assert marks("member") == ("yes", "")


def test_attendance_is_recorded_from_the_moment_the_session_begins(world, as_cast, marks):
    presences = {world.memberships["peer"]: "late", world.memberships["member"]: "absent"}
    starts_at = world.session.starts_at

    with as_cast("facilitator"):
        with pytest.raises(services.SessionNotBegun):
            services.record_attendance(
                coaching_session=world.session, presences=presences, now=starts_at - timedelta(seconds=1)
            )
        assert marks_now(world) == [("yes", "")]
        services.record_attendance(coaching_session=world.session, presences=presences, now=starts_at)

    assert (marks("peer"), marks("member"), marks("both")) == (("yes", "late"), ("", "absent"), None)


def marks_now(world):
    return list(Attendance.objects.filter(coaching_session=world.session).values_list("answer", "presence"))


def test_attendance_can_be_corrected(world, as_cast, marks):
    for presence in ("present", "absent"):
        with as_cast("facilitator"):
            services.record_attendance(
                coaching_session=world.session,
                presences={world.memberships["peer"]: presence},
                now=world.session.ends_at + timedelta(days=9),
            )

    assert marks("peer") == ("yes", "absent")


def test_attendance_of_a_cancelled_session_is_refused(world, as_cast):
    with as_cast("facilitator"):
        services.cancel_session(coaching_session=world.session, now=NOW)
        with pytest.raises(services.SessionIsCancelled):
            services.record_attendance(coaching_session=world.session, presences={}, now=world.session.ends_at)


def test_attendance_of_another_group_is_refused(arranging, world, as_cast):
    with arranging():
        stranger = MembershipFactory(group=world.other_group)

    with as_cast("facilitator"), pytest.raises(ValueError, match="own group"):
        services.record_attendance(
            coaching_session=world.session, presences={stranger: "present"}, now=world.session.ends_at
        )
