"""Whoever comes late: which of the groups that are there suit them, and why."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from groups.models import CoachingGroup, Membership, Participant
from tests.factories import (
    CoachingGroupFactory,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
)


@pytest.fixture
def late(arranging):
    """Noor comes late; of three groups of two Alder and Birch have a place for her, and Birch differs more."""
    with arranging():
        organization = OrganizationFactory(slug="quay")
        program = ProgramFactory(organization=organization, size_min=2, size_target=3, size_max=3, state="running")
        hr = PersonFactory()
        OrganizationRoleFactory(organization=organization, person=hr, role=Duty.HR)
        groups = {
            name: _group(program, name, functions)
            for name, functions in (("Alder", "Tax Tax"), ("Birch", "Sales IT"), ("Cedar", "Law Law"))
        }
        noor = ParticipantFactory(program=program, name="Noor", team="Noor", function="Tax", level=4)
        Participant.objects.filter(memberships__group=groups["Cedar"]).update(level=9)
    return SimpleNamespace(program=program, hr=hr, noor=noor, **groups)


def _group(program, name, functions):
    group = CoachingGroupFactory(program=program, name=name)
    for number, function in enumerate(functions.split()):
        row = ParticipantFactory(program=program, team=f"{name} {number}", function=function, level=4)
        MembershipFactory(group=group, participant=row)
    MembershipFactory(group=group, role=Membership.Role.FACILITATOR, person=PersonFactory(name=f"{name}'s Jonas"))
    return group


def look(as_person, late):
    address = reverse("groups:places", args=["quay", late.program.pk, late.noor.pk])
    return as_person(late.hr).get(address)


def offered(as_person, late):
    return [(place.group.name, place.count) for place in look(as_person, late).context["places"]]


def test_the_groups_that_suit_a_latecomer_are_offered_the_best_first_with_reasons(as_person, late):
    page = look(as_person, late)

    assert [place.group.name for place in page.context["places"]] == ["Birch", "Alder"]
    assert all(place.reasons for place in page.context["places"])
    for place in page.context["places"]:
        assert reverse("groups:invite", args=["quay", place.group.pk, late.noor.pk]) in page.text
        assert place.reasons[0].text in page.text


def test_a_group_in_which_a_rule_would_break_is_not_offered(as_person, late, arranging):
    with arranging():
        Participant.objects.filter(memberships__group=late.Birch).update(team="Noor")

    assert offered(as_person, late) == [("Alder", 3)]


def test_a_full_group_is_not_offered_and_an_open_invitation_is_a_seat(as_person, late, arranging):
    with arranging():
        InvitationFactory(group=late.Birch, participant=ParticipantFactory(program=late.program, level=4))

    assert offered(as_person, late) == [("Alder", 3)]


def test_a_facilitator_of_ones_own_line_stands_against_a_group(as_person, late, arranging):
    with arranging():
        jonas = Membership.objects.get(group=late.Birch, role=Membership.Role.FACILITATOR).person
        Participant.objects.filter(pk=late.noor.pk).update(manager_email=jonas.email)

    assert offered(as_person, late) == [("Alder", 3)]


def test_a_group_that_has_ended_is_not_offered(as_person, late, arranging):
    with arranging():
        CoachingGroup.objects.filter(pk=late.Birch.pk).update(state=CoachingGroup.State.ENDED, ended_at=timezone.now())

    assert offered(as_person, late) == [("Alder", 3)]


def test_whoever_is_invited_already_is_told_so(as_person, late, arranging):
    with arranging():
        InvitationFactory(group=late.Alder, participant=late.noor)

    page = look(as_person, late)
    assert page.context["places"] == []
    assert "Noor is in a group, or invited to one" in page.text


def test_where_no_group_fits_the_page_says_what_to_do(as_person, late, arranging):
    with arranging():
        Participant.objects.filter(pk=late.noor.pk).update(level=1)

    assert "No group has a place for them" in look(as_person, late).text


def test_the_program_leads_there_from_whoever_has_no_group(as_person, late):
    page = as_person(late.hr).get(reverse("groups:program", args=["quay", late.program.pk])).text

    assert page.count("Find a group") == 1
    assert reverse("groups:places", args=["quay", late.program.pk, late.noor.pk]) in page


def test_a_program_that_is_over_looks_for_no_groups(as_person, late, arranging):
    with arranging():
        type(late.program).objects.filter(pk=late.program.pk).update(state="ended")
    page = as_person(late.hr).get(reverse("groups:program", args=["quay", late.program.pk])).text

    assert "Find a group" not in page


def test_the_roster_says_whose_group_has_ended(as_person, late, arranging):
    with arranging():
        InvitationFactory(group=late.Birch, participant=late.noor, accepted_at=timezone.now())
        MembershipFactory(group=late.Birch, participant=late.noor)
        CoachingGroup.objects.filter(pk=late.Birch.pk).update(state=CoachingGroup.State.ENDED, ended_at=timezone.now())
    page = as_person(late.hr).get(reverse("groups:program", args=["quay", late.program.pk])).text

    assert "Birch · has ended" in page
    assert page.count("Find a group") == 3


@pytest.mark.parametrize("more", [0, 5])
def test_query_count_does_not_grow(as_person, late, arranging, django_assert_num_queries, more):
    with arranging():
        for number in range(more):
            _group(late.program, f"More {number}", "HR Sales")
    client = as_person(late.hr)
    address = reverse("groups:places", args=["quay", late.program.pk, late.noor.pk])
    client.get(address)

    with django_assert_num_queries(20):
        client.get(address)
