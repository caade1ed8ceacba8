"""Several organizations and duties for one person: each door knows which, and a change counts from the next request."""

import pytest
from django.urls import reverse

from accounts.models import OrganizationRole, StaffInvitation
from common.actor import acting_as
from common.fences import MEMBER
from common.tokens import token_for
from groups.models import Membership, Participant
from tests.factories import (
    CharterFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
)


@pytest.fixture
def two_duties(arranging):
    """Somebody who is HR in Aurora and facilitates in Borealis."""
    with arranging():
        person = PersonFactory()
        for name, duty in (("Aurora", "hr"), ("Borealis", "facilitator")):
            organization = OrganizationFactory(name=name, slug=name.lower())
            program = ProgramFactory(organization=organization, name=f"Program of {name}", state="running")
            ParticipantFactory(program=program, name=f"Participant of {name}")
            OrganizationRoleFactory(organization=organization, person=person, role=duty)
    return person


def duty(person, slug):
    return OrganizationRole.objects.filter(person=person, organization__slug=slug)


def test_each_organization_shows_its_own_and_what_the_duty_there_allows(as_person, two_duties):
    client = as_person(two_duties)

    for here, there in (("Aurora", "Borealis"), ("Borealis", "Aurora")):
        page = client.get(reverse("groups:programs", args=[here.lower()])).content.decode()
        assert (f"Program of {here}" in page, f"Program of {there}" in page) == (True, False)
    reports = [client.get(reverse("reports:participation", args=[slug])).status_code for slug in ("aurora", "borealis")]
    people = [client.get(reverse("people", args=[slug])).status_code for slug in ("aurora", "borealis")]
    assert (reports, people) == ([200, 403], [403, 403])


def test_the_hr_of_one_finds_no_roster_of_the_other(two_duties):
    with acting_as("colloquy_member", person=two_duties):
        aurora = duty(two_duties, "aurora").get().organization
    with acting_as("colloquy_hr", person=two_duties, organization=aurora):
        assert list(Participant.objects.values_list("name", flat=True)) == ["Participant of Aurora"]


def test_a_duty_in_one_organization_lets_nobody_facilitate_in_the_other(as_person, two_duties, arranging):
    with arranging():
        borealis = OrganizationRole.objects.get(person=two_duties, role="facilitator").organization
        program = ProgramFactory(organization=borealis, state="running")
        seat = MembershipFactory(group__program=program, person=two_duties, role=Membership.Role.FACILITATOR)
        CharterFactory(group=seat.group)
        foreign = MembershipFactory(role=Membership.Role.FACILITATOR)
    client = as_person(two_duties)

    answers = [client.get(reverse("groups:group", args=[one.group_id])).status_code for one in (seat, foreign)]

    assert answers == [200, 404]


def test_a_new_and_an_ended_duty_count_from_the_next_request(as_person, two_duties, arranging):
    client, url = as_person(two_duties), reverse("reports:participation", args=["borealis"])
    before = client.get(url).status_code
    with arranging():
        organization = duty(two_duties, "borealis").get().organization
        OrganizationRoleFactory(organization=organization, person=two_duties, role="hr")
    given = client.get(url).status_code
    with arranging():
        duty(two_duties, "borealis").filter(role="hr").delete()
    taken = client.get(url).status_code
    with arranging():
        duty(two_duties, "borealis").delete()
    gone = client.get(url).status_code

    assert (before, given, taken, gone) == (403, 200, 403, 404)


def test_an_owner_who_ends_a_duty_ends_it_for_the_open_browser(as_person, world):
    hr, owner = as_person(world.people["hr"]), as_person(world.people["owner"])
    url = reverse("groups:programs", args=["meridian"])
    before = hr.get(url).status_code

    owner.post(reverse("person_remove", args=["meridian", world.roles["hr"].pk]))

    with acting_as(MEMBER, person=world.people["hr"]):
        assert not duty(world.people["hr"], "meridian").exists()
    assert (before, hr.get(url).status_code) == (200, 404)


def test_an_owner_hands_the_organization_over_to_another(as_person, world, arranging):
    owner, people = as_person(world.people["owner"]), reverse("people", args=["meridian"])
    with arranging():
        successor = PersonFactory(email="noor@example.com")

    owner.post(people, {"email": successor.email, "role": "owner"})
    with arranging():
        invitation = StaffInvitation.objects.get(email=successor.email)
    token = token_for("staff_invitation", invitation.pk)
    as_person(successor).post(reverse("accounts:welcome_accept", args=[token]))
    as_person(successor).post(reverse("person_remove", args=["meridian", world.roles["owner"].pk]))

    assert (as_person(successor).get(people).status_code, owner.get(people).status_code) == (200, 404)
