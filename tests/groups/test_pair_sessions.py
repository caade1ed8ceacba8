"""What a facilitator does for a group, either of a pair does for the two."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import MEMBER
from sessions.models import CoachingSession
from tests.factories import CoachingSessionFactory


def test_either_of_the_two_schedules_their_session(as_person, two):
    for name in ("ada", "ben"):
        assert as_person(two[name]).get(reverse("sessions:schedule", args=[two["group"].pk])).status_code == 200
    for page in ("", "sessions/", "goals/", "feedback/", "pair/", "charter/"):
        shown = as_person(two["ada"]).get(f"/groups/{two['group'].pk}/{page}")
        assert shown.status_code == 200, page


def session_in(two, group, by):
    now = timezone.now()
    return CoachingSessionFactory.build(
        group=group, organization=group.organization, scheduled_by=by, starts_at=now, ends_at=now + timedelta(hours=1)
    )


def test_the_database_lets_either_of_the_two_and_nobody_of_a_group(two, world):
    for name in ("Ada", "Ben"):
        with acting_as(MEMBER, person=two[name.lower()]):
            session_in(two, two["group"], two["of"][name]).save(force_insert=True)
            assert CoachingSession.objects.filter(scheduled_by=two["of"][name]).exists()
    with acting_as(MEMBER, person=world.people["peer"]), pytest.raises(DatabaseError), transaction.atomic():
        session_in(two, world.group, world.memberships["peer"]).save(force_insert=True)


def test_an_ended_pair_schedules_nothing(as_person, two):
    as_person(two["ada"]).post(reverse("groups:leave", args=[two["group"].pk]), {"words": "stays"})

    with acting_as(MEMBER, person=two["ben"]), pytest.raises(DatabaseError), transaction.atomic():
        session_in(two, two["group"], two["of"]["Ben"]).save(force_insert=True)


def test_neither_removes_the_other(as_person, two):
    address = reverse("groups:remove", args=[two["group"].pk, two["of"]["Ben"].pk])

    assert as_person(two["ada"]).post(address, {"reason": "asked"}).status_code == 403


def test_what_one_shares_is_said_to_be_seen_by_the_two(as_person, two):
    goal = {"title": "Ask first", "behavior": "I ask before I answer.", "target_on": "2999-01-01", "key": str(uuid4())}
    client = as_person(two["ada"])
    draft = client.post(reverse("goals:goal_new", args=[two["group"].pk]), goal)

    shared = client.post(f"{draft.url}share/", follow=True).content.decode()

    assert "The two of you can see it now." in shared
    assert "Your group" not in shared
