"""The trail of an organization, as its owners read it."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.services import found_organization
from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.models import AuditEntry
from tests.factories import NOW, AuditEntryFactory, MembershipFactory
from tests.groups.test_record import sentences


@pytest.fixture
def owner(as_person, world):
    return as_person(world.people["owner"])


def about(world, **facts):
    values = {"organization_id": world.organization.pk, "actor_id": world.people["hr"].pk, "facts": {}}
    return AuditEntryFactory(**values | facts)


def noted(act):
    with acting_as(ARRANGER):
        return [(entry.actor_id, entry.subject_id, entry.facts) for entry in AuditEntry.objects.filter(act=act)]


def page_of(client, **query):
    return sentences(client.get(reverse("audit", args=["meridian"]), query))


def test_owners_read_what_was_done_newest_first(owner, world, arranging):
    with arranging():
        about(world, at=NOW)
        about(world, at=NOW + timedelta(days=1), act="roster_accepted", facts={"added": 4, "changed": 0})
        about(
            world, at=NOW + timedelta(days=2), act="membership_left", circle="both", group_id=world.group.pk,
            subject_id=world.people["former"].pk,
        )  # fmt: skip

    assert page_of(owner) == [
        "Former left the group.",
        "Hr accepted a roster: 4 added, 0 changed.",
        "Hr set up a program.",
    ]


@pytest.mark.parametrize(
    ("query", "acts"),
    [("", 3), ("duties", 1), ("programs", 1), ("groups", 1), ("anything else", 3)],
)
def test_owners_ask_for_one_kind_of_acts(owner, world, arranging, query, acts):
    with arranging():
        about(world)
        about(world, act="duty_taken", facts={"role": "hr"})
        about(world, act="group_ended", circle="both", group_id=world.group.pk)

    assert len(page_of(owner, about=query)) == acts


@pytest.mark.parametrize(
    "facts",
    [{"circle": "group"}, {"circle": "person"}, {"organization_id": None}, {"organization_id": "foreign"}],
    ids=["a group's own", "a person's", "the installation's", "another organization's"],
)
def test_other_entries_are_not_theirs(owner, world, arranging, facts):
    with arranging():
        if facts.get("organization_id"):
            facts = {"organization_id": world.foreign.pk}
        about(world, subject_id=world.people["owner"].pk, **facts)

    assert page_of(owner) == []


def test_the_file_holds_the_same_and_is_harmless(owner, world, arranging):
    with arranging():
        world.people["hr"].name = "=HYPERLINK(A1)"
        world.people["hr"].save(update_fields=["name"])
        about(world, group_id=world.group.pk, act="group_ended", circle="both")

    response = owner.get(reverse("audit_csv", args=["meridian"]))

    _head, (_when, act, words, group, *_ids) = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert (act, words, group) == ("group_ended", "'=HYPERLINK(A1) ended the group with its program.", "Harbor")


@pytest.mark.parametrize("name", ["audit", "audit_csv"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(owner, world, arranging, django_assert_num_queries, name, count):
    with arranging():
        for _ in range(count):
            member = MembershipFactory(group__program=world.program)
            about(
                world, act="membership_left", circle="both", group_id=member.group_id, subject_id=member.person_id,
                actor_id=member.person_id,
            )  # fmt: skip

    # login session, person; savepoint, context, places, duties; savepoint, context of HR; (the page: count), entries,
    # groups, names; release, context, release, context
    with django_assert_num_queries(16 if name == "audit" else 15):
        response = owner.get(reverse(name, args=["meridian"]))

    assert response.content.count(b"left the group.") == count


# What is noted where it happens -------------------------------------------------------------------------------------


def test_founding_is_noted(db):
    owner = found_organization(
        organization="Meridian", name="Olga", email="olga@example.com", password="a long password", timezone="UTC"
    )

    assert noted("organization_founded") == [(owner.pk, owner.pk, {})]


def test_inviting_to_a_duty_and_taking_it_back_are_noted_once(owner, world):
    people = reverse("people", args=["meridian"])
    owner.post(people, {"email": "new@example.com", "role": "hr"})
    ((actor, subject, facts),) = noted("staff_invited")
    assert (actor, subject, facts["role"]) == (world.people["owner"].pk, None, "hr")

    for _ in range(2):
        owner.post(reverse("person_withdraw", args=["meridian", facts["invitation"]]))

    assert noted("staff_invitation_withdrawn") == [(world.people["owner"].pk, None, facts)]


def test_no_address_is_noted(owner):
    owner.post(reverse("people", args=["meridian"]), {"email": "new@example.com", "role": "hr"})

    with acting_as(ARRANGER):
        entries = list(AuditEntry.objects.values())
    assert entries
    assert "example.com" not in str(entries)


def test_ending_a_duty_is_noted(owner, world):
    owner.post(reverse("person_remove", args=["meridian", world.roles["coach"].pk]))

    assert noted("duty_ended") == [(world.people["owner"].pk, world.people["coach"].pk, {"role": "facilitator"})]


def test_programs_and_rosters_are_noted(as_person, world):
    client, slug = as_person(world.people["hr"]), "meridian"
    client.post(
        reverse("groups:program_new", args=[slug]),
        {"name": "New", "timezone": "UTC", "size_min": 4, "size_target": 6, "size_max": 8, "level_band": 1},
    )
    for _ in range(2):
        client.post(reverse("groups:roster_accept", args=[slug, world.forming.pk, world.upload.pk]))

    ((actor, _subject, facts),) = noted("program_created")
    assert (actor, set(facts)) == (world.people["hr"].pk, {"program"})
    facts = {"program": str(world.forming.pk), "added": 1, "changed": 0, "withdrawn": 0}
    assert noted("roster_accepted") == [(world.people["hr"].pk, None, facts)]


def test_what_is_refused_is_not_noted(as_person, world):
    client = as_person(world.people["hr"])

    client.post(reverse("groups:program_new", args=["meridian"]), {"name": ""})

    assert noted("program_created") == []
