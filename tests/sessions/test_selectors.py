"""Reads that pages, mails and Today share."""

from datetime import timedelta

import pytest

from common.actor import acting_as
from common.fences import MEMBER
from groups.models import Membership
from sessions import selectors
from tests.factories import NOW, AttendanceFactory, CoachingSessionFactory, MembershipFactory
from tests.world import CAST


@pytest.mark.parametrize("name", [name for name in CAST if name != "nobody"])
def test_next_session_for_each_of_the_cast(world, name):
    with acting_as(MEMBER, person=world.people[name]):
        found = selectors.next_session_for(world.people[name], NOW)

    assert found == (world.session if name in {"member", "peer", "both", "facilitator"} else None)


def test_next_session_for_is_the_soonest_of_all_ones_groups(arranging, world, django_assert_num_queries):
    with arranging():
        CoachingSessionFactory(group=world.group, starts_at=NOW - timedelta(hours=5))
        CoachingSessionFactory(group=world.group, starts_at=NOW + timedelta(hours=1), cancelled_at=NOW)
        sooner = CoachingSessionFactory(group=world.other_group, starts_at=NOW - timedelta(minutes=5))
        AttendanceFactory(coaching_session=sooner, membership=world.other_memberships["both"], answer="late")

    with acting_as(MEMBER, person=world.people["both"]), django_assert_num_queries(1):
        found = selectors.next_session_for(world.people["both"], NOW)
        assert (found, found.my_answer, found.my_role, found.group.name) == (sooner, "late", "member", "Lighthouse")


def test_next_session_for_a_facilitator_says_so(world):
    with acting_as(MEMBER, person=world.people["facilitator"]):
        assert selectors.next_session_for(world.people["facilitator"], NOW).my_role == "facilitator"


def test_sessions_of_group_are_of_that_group_soonest_first(arranging, world):
    with arranging():
        CoachingSessionFactory(group=world.other_group)
        earlier = CoachingSessionFactory(group=world.group, starts_at=NOW, cancelled_at=NOW)

        assert list(selectors.sessions_of_group(world.group)) == [earlier, world.session]


def test_timed_agenda_runs_from_the_start_to_the_end(schedule, as_cast):
    coaching_session = schedule(now=NOW)

    with as_cast("member"):
        rows = selectors.timed_agenda(coaching_session)

    assert rows[0].starts_at == coaching_session.starts_at
    assert rows[-1].ends_at == coaching_session.ends_at
    assert [row.starts_at for row in rows[1:]] == [row.ends_at for row in rows[:-1]]


def test_people_of_session_are_those_of_its_time(arranging, world):
    session = world.session
    with arranging():
        for name, left_at, admitted_at in (
            ("Left before", session.starts_at, NOW),
            ("Left during", session.starts_at + timedelta(minutes=1), NOW),
            ("Came after", None, session.ends_at),
            ("Came during", None, session.starts_at + timedelta(minutes=1)),
        ):
            MembershipFactory(group=world.group, person__name=name, left_at=left_at, admitted_at=admitted_at)
        recorded = MembershipFactory(group=world.group, person__name="Noted after", admitted_at=session.ends_at)
        AttendanceFactory(coaching_session=session, membership=recorded, presence="present")

        members, facilitators = selectors.people_of_session(session)

    assert [each.person.name for each in members] == [
        "Both",
        "Came during",
        "Left during",
        "Member",
        "Noted after",
        "Peer",
    ]
    assert [each.person.name for each in facilitators] == ["Facilitator"]
    assert {each.person.name: (each.answer, each.presence) for each in members}["Peer"] == ("yes", "")


def test_facilitators_of_leaves_out_past_and_unsigned_ones(arranging, world):
    with arranging():
        MembershipFactory(group=world.group, role=Membership.Role.FACILITATOR, left_at=NOW)
        MembershipFactory(group=world.group, role=Membership.Role.FACILITATOR, admitted_at=None)

        assert list(selectors.facilitators_of(world.group)) == [world.memberships["facilitator"]]
