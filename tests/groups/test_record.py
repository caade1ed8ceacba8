"""What was changed in a group, as its people read it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR
from common.models import AuditEntry
from groups.selectors import audit_of
from groups.services import joining, programs
from tests.factories import NOW, AuditEntryFactory, MembershipFactory, PersonFactory


def about(world, **facts):
    values = {"organization_id": world.organization.pk, "group_id": world.group.pk, "circle": "group"}
    return AuditEntryFactory(**values | {"subject_id": world.people["peer"].pk, "act": "membership_left"} | facts)


def sentences(response):
    """The sentences of the entries on a page, of a group's or an office's."""
    row = r"<li class=.rows__row. data-entry=[^>]*>\s*<div[^>]*>\s*<span>(.*?)</span>"
    return re.findall(row, response.content.decode())


@pytest.fixture
def page(as_person, world):
    return lambda caller="member", **query: as_person(world.people[caller]).get(
        reverse("groups:audit", args=[world.group.pk]), query
    )


def test_a_group_reads_who_left_from_its_own_record(page, world, as_person):
    as_person(world.people["peer"]).post(reverse("groups:leave", args=[world.group.pk]))

    assert "Peer left the group." in sentences(page())


def test_the_newest_comes_first_and_everybody_is_named_whom_the_reader_may_know(page, world, arranging):
    with arranging():
        about(world, at=NOW, act="facilitator_named", actor_id=world.people["hr"].pk)
        about(world, at=NOW + timedelta(days=1), subject_id=world.people["former"].pk)
        about(world, at=NOW + timedelta(days=2), act="membership_declined", actor_id=None)

    assert sentences(page()) == [
        "The group said no to Peer.",
        "Former left the group.",
        "Somebody outside the group named Peer as facilitator.",
    ]


def test_an_erased_person_is_a_former_member(page, world, arranging):
    with arranging():
        gone = MembershipFactory(group=world.group, person=PersonFactory(name=""), left_at=NOW)
        about(world, act="membership_erased", actor_id=gone.person_id, subject_id=gone.person_id)

    assert sentences(page()) == ["A former member closed their account and left the group."]


@pytest.mark.parametrize(
    "facts",
    [{"circle": "office"}, {"circle": "person"}, {"group_id": "other"}],
    ids=["the office's", "a person's", "another group's"],
)
def test_other_entries_are_not_in_it(page, world, arranging, facts):
    with arranging():
        if facts.get("group_id"):
            facts = {"group_id": world.other_group.pk}
        about(world, subject_id=world.people["both"].pk, **facts)

    # "both" reads the other group as well, and is the person whom the entry is about
    assert sentences(page("both")) == []


def test_past_the_walls_the_record_still_holds_its_own_entries_only(world, arranging):
    with arranging():
        own = [about(world, circle=circle) for circle in ("group", "both")]
        for facts in ({"circle": "office"}, {"circle": "person"}, {"group_id": world.other_group.pk}):
            about(world, **facts)

        assert set(audit_of(world.group)) == set(own)


def test_the_record_is_read_page_by_page(page, world, arranging, monkeypatch):
    monkeypatch.setattr("groups.views.record.PAGE", 2)
    with arranging():
        for number in range(3):
            about(world, at=NOW + timedelta(days=number), act="charter_declined", facts={"version": number})

    assert sentences(page(page=2)) == ["The group said no to version 0 of the charter."]


def test_a_line_says_where_owners_read_it_too(page, world, arranging):
    with arranging():
        about(world, circle="both")
        about(world, circle="group", act="past_opened")

    assert page().content.decode().count("owners read this too") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(as_person, world, arranging, django_assert_num_queries, count):
    with arranging():
        for _ in range(count):
            about(world, actor_id=MembershipFactory(group=world.group).person_id)
    client = as_person(world.people["member"])

    # login session, person; savepoint, context, membership, places; count, entries, names, facilitators;
    # release, context
    with django_assert_num_queries(12):
        response = client.get(reverse("groups:audit", args=[world.group.pk]))

    assert len(sentences(response)) == count


def test_joining_a_new_group_is_noted(world, as_person, page):
    as_person(world.people["unsigned"]).post(
        reverse("groups:charter", args=[world.group.pk]), {"charter": newest(world, "unsigned")}
    )

    assert "Unsigned signed the charter and reads the group, as a member." in sentences(page())


def newest(world, caller):
    with acting_as("colloquy_member", person=world.people[caller]):
        return joining.newest_charter(world.group).pk


def test_ending_a_program_is_noted_once_for_it_and_for_each_group(world):
    with acting_as(HR, person=world.people["owner"], organization=world.organization):
        programs.end_program(program=world.program, now=NOW)
        programs.end_program(program=world.program, now=NOW)
        noted = sorted(AuditEntry.objects.values_list("act", "group_id", "actor_id"), key=str)

    assert noted == sorted(
        [
            ("program_ended", None, world.people["owner"].pk),
            ("group_ended", world.group.pk, world.people["owner"].pk),
            ("group_ended", world.other_group.pk, world.people["owner"].pk),
        ],
        key=str,
    )
