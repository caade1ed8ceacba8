"""Who finds sessions, agendas and attendance when every other wall is open, and when only the database stands."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, ProgrammingError, transaction

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from sessions.models import AgendaBlock, Attendance, CoachingSession
from tests.factories import NOW, CoachingSessionFactory
from tests.world import CAST

READERS = {"member", "peer", "both", "facilitator"}


@pytest.mark.parametrize("name", [name for name in CAST if name != "nobody"])
def test_visible_to_shows_sessions_to_those_who_read_the_group(arranging, world, name):
    with arranging():
        found = CoachingSession.objects.filter(group=world.group).visible_to(world.people[name])

        assert list(found) == ([world.session] if name in READERS else [])


def test_visible_to_finds_a_session_once_for_somebody_in_two_groups(arranging, world):
    with arranging():
        elsewhere = CoachingSessionFactory(group=world.other_group)

        assert set(CoachingSession.objects.visible_to(world.people["both"])) == {world.session, elsewhere}
        assert CoachingSession.objects.visible_to(world.people["both"]).count() == 2


@pytest.mark.parametrize("name", [name for name in CAST if name != "nobody"])
@pytest.mark.parametrize("model", [CoachingSession, AgendaBlock, Attendance])
def test_row_security_alone_shows_them_to_those_who_read_the_group(arranging, world, name, model):
    with arranging():
        AgendaBlock.objects.create(
            organization=world.organization, coaching_session=world.session, group=world.group,
            position=1, kind="arrive", title="Arrive", minutes=5,
        )  # fmt: skip

    with acting_as(MEMBER, person=world.people[name]):
        found = model.objects.filter(group=world.group).count()

    assert found == (1 if name in READERS else 0)


def test_a_member_cannot_schedule_or_change_a_session_in_the_database(world):
    with acting_as(MEMBER, person=world.people["member"]):
        changed = CoachingSession.objects.filter(pk=world.session.pk).update(place="Elsewhere")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            CoachingSession.objects.create(
                organization=world.organization, group=world.group, title="Mine", agenda_key="group_90",
                starts_at=NOW, ends_at=NOW + timedelta(hours=1), scheduled_by=world.memberships["member"],
            )  # fmt: skip

    assert changed == 0


def test_a_member_cannot_answer_for_a_peer_in_the_database(world):
    with acting_as(MEMBER, person=world.people["member"]):
        changed = Attendance.objects.filter(membership=world.memberships["peer"]).update(answer="no")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Attendance.objects.create(
                organization=world.organization, coaching_session=world.session, group=world.group,
                membership=world.memberships["both"], answer="no",
            )  # fmt: skip

    assert changed == 0


@pytest.mark.parametrize("role", [HR, WORKER])
def test_hr_and_the_workers_read_no_agenda(world, role):
    with (
        acting_as(role, person=world.people["hr"], organization=world.organization),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        list(AgendaBlock.objects.all())


def test_with_answer_of_reads_the_answer_of_that_person_only(arranging, world):
    with arranging():
        sessions = CoachingSession.objects.all()

        assert sessions.with_answer_of(world.people["peer"]).get().my_answer == "yes"
        assert sessions.with_answer_of(world.people["member"]).get().my_answer == ""


def test_ahead_and_over_part_at_the_end_of_a_session(arranging, world):
    with arranging():
        at_its_end = world.session.ends_at
        before = at_its_end - timedelta(seconds=1)
        sessions = CoachingSession.objects.all()

        assert [list(sessions.ahead(before)), list(sessions.over(before))] == [[world.session], []]
        assert [list(sessions.ahead(at_its_end)), list(sessions.over(at_its_end))] == [[], [world.session]]


def test_upcoming_leaves_out_cancelled_sessions(arranging, world):
    with arranging():
        CoachingSessionFactory(group=world.group, cancelled_at=NOW)

        assert list(CoachingSession.objects.upcoming(NOW)) == [world.session]
        assert CoachingSession.objects.ahead(NOW).count() == 2
