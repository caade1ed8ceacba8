"""First start, duties, and what people change about themselves."""

import pytest
from django.db import DatabaseError
from django.urls import reverse

from accounts import services
from accounts.models import Organization, OrganizationRole, Person, StaffInvitation
from common.actor import acting_as
from common.fences import HR, MEMBER
from common.tokens import token_for
from goals.models import Goal
from nudges.models import Nudge
from tests.factories import NOW, OrganizationRoleFactory, PersonFactory

FIRST = {
    "organization": "Meridian",
    "name": "Ola",
    "email": "ola@example.com",
    "password": "a-long-good-phrase",
    "timezone": "Europe/Oslo",
}


@pytest.fixture
def owner(world):
    return world.people["owner"]


@pytest.fixture
def office(world, owner):
    return lambda: acting_as(HR, person=owner, organization=world.organization)


def test_the_first_start_makes_an_organization_and_its_owner_once(client, settings):
    settings.COLLOQUY_FIRST_START_TOKEN = "from-the-terminal"
    url = reverse("accounts:first_start", args=["from-the-terminal"])

    page, answer, again = client.get(url), client.post(url, FIRST), client.get(url)

    ola = Person.objects.get(email="ola@example.com")
    with acting_as(MEMBER, person=ola):
        roles = list(OrganizationRole.objects.values_list("organization__name", "role"))
    assert (page.status_code, answer.status_code, again.status_code) == (200, 302, 404)
    assert roles == [("Meridian", "owner")]
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/o/meridian/programs/"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_the_terminals_token_there_is_no_first_start(client, settings, token):
    settings.COLLOQUY_FIRST_START_TOKEN = token if token == "" else "right"

    assert client.get("/start/wrong/").status_code == 404


def test_a_first_start_with_a_weak_password_comes_back_with_what_was_typed(client, settings):
    settings.COLLOQUY_FIRST_START_TOKEN = "t"

    answer = client.post("/start/t/", {**FIRST, "password": "password"})

    assert answer.status_code == 422
    assert b'value="Meridian"' in answer.content
    assert not Person.objects.exists()


def test_no_second_organization_is_founded(world):
    with pytest.raises(services.AlreadyFounded):
        services.found_organization(**FIRST)

    assert not Person.objects.filter(email="ola@example.com").exists()


def test_an_invited_facilitator_gets_the_duty(as_person, world, owner, office):
    as_person(owner).post(reverse("people", args=["meridian"]), {"email": "Noor@Example.com", "role": "facilitator"})
    with office():
        invitation = StaffInvitation.objects.get()
    with acting_as("colloquy_arranger"):
        noor = PersonFactory(email="noor@example.com")
    token = token_for("staff_invitation", invitation.pk)
    client = as_person(noor)

    page = client.get(reverse("accounts:welcome", args=[token]))
    answer = client.post(reverse("accounts:welcome_accept", args=[token]))
    again = client.post(reverse("accounts:welcome_accept", args=[token]))

    assert b"Accept" in page.content
    assert (answer.status_code, again.status_code) == (302, 404)
    with acting_as(MEMBER, person=noor):
        assert list(OrganizationRole.objects.values_list("role", flat=True)) == ["facilitator"]


def test_inviting_twice_is_said_and_owes_one_mail(as_person, world, owner, office):
    answers = [
        as_person(owner)
        .post(reverse("people", args=["meridian"]), {"email": "n@example.com", "role": "hr"})
        .status_code
        for _twice in range(2)
    ]

    with acting_as("colloquy_arranger"):
        assert list(Nudge.objects.values_list("email", "kind")) == [("n@example.com", "staff_invitation")]
    assert answers == [302, 422]


def test_a_withdrawn_invitation_opens_nothing(as_person, client, world, owner, office):
    with office():
        invitation = services.invite_staff(
            organization=world.organization, email="n@example.com", role="hr", by=owner, now=NOW.replace(year=2126)
        )
    url = reverse("accounts:welcome", args=[token_for("staff_invitation", invitation.pk)])
    before = client.get(url).status_code

    as_person(owner).post(reverse("person_withdraw", args=["meridian", invitation.pk]))

    assert (before, client.get(url).status_code) == (200, 404)


def test_a_duty_ends_with_the_next_request(as_person, world, owner):
    hr = as_person(world.people["hr"])
    page = reverse("groups:programs", args=["meridian"])
    before = hr.get(page).status_code

    as_person(owner).post(reverse("person_remove", args=["meridian", world.roles["hr"].pk]))

    assert (before, hr.get(page).status_code) == (200, 404)


def test_the_last_owner_stays(as_person, world, owner):
    answer = as_person(owner).post(reverse("person_remove", args=["meridian", world.roles["owner"].pk]), follow=True)

    assert b"keeps at least one owner" in answer.content
    assert as_person(owner).get(reverse("people", args=["meridian"])).status_code == 200


@pytest.mark.parametrize("caller", ["hr", "coach", "foreign hr"])
def test_only_an_owner_ends_duties_in_the_database_too(world, caller):
    role = world.roles["hr"]
    with (
        pytest.raises(DatabaseError, match="Only an owner"),
        acting_as(HR, person=world.people[caller], organization=world.organization),
    ):
        services.remove_role(role=role)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(HR, person=world.people["owner"], organization=world.organization),
    ):
        OrganizationRole.objects.filter(pk=role.pk).delete()


@pytest.mark.parametrize("caller", ["hr", "coach"])
def test_only_an_owner_sees_open_invitations(world, office, owner, caller):
    with office():
        services.invite_staff(organization=world.organization, email="n@example.com", role="hr", by=owner, now=NOW)
        assert StaffInvitation.objects.count() == 1
    with acting_as(HR, person=world.people[caller], organization=world.organization):
        assert StaffInvitation.objects.count() == 0


def test_a_facilitator_whose_duty_ends_reads_their_groups_no_more(as_person, world, owner):
    facilitator = as_person(world.people["facilitator"])
    board = reverse("goals:board", args=[world.group.pk])
    before = facilitator.get(board).status_code

    as_person(owner).post(reverse("person_remove", args=["meridian", world.roles["facilitator"].pk]))

    assert (before, facilitator.get(board).status_code) == (200, 404)
    with acting_as(MEMBER, person=world.people["facilitator"]):
        assert list(Goal.objects.all()) == []


def test_invitations_of_an_owner_end_with_their_duty(client, world, owner, office):
    with acting_as("colloquy_arranger"):
        second = OrganizationRoleFactory(organization=world.organization, role="owner")
    with acting_as(HR, person=second.person, organization=world.organization):
        left = services.invite_staff(
            organization=world.organization, email="back@door.example", role="hr", by=second.person,
            now=NOW.replace(year=2126),
        )  # fmt: skip
    url = reverse("accounts:welcome", args=[token_for("staff_invitation", left.pk)])
    before = client.get(url).status_code

    with office():
        services.remove_role(role=second)

    assert (before, client.get(url).status_code) == (200, 404)


def test_a_person_changes_name_and_zone(as_person, world):
    peer = world.people["peer"]

    answer = as_person(peer).post(reverse("accounts:settings"), {"name": "Priya", "timezone": "Asia/Calcutta"})

    assert answer.status_code == 302
    peer.refresh_from_db()
    assert (peer.name, peer.timezone) == ("Priya", "Asia/Calcutta")


def test_nobody_changes_another_person(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        assert Person.objects.filter(pk=world.people["member"].pk).update(name="x") == 0


@pytest.mark.parametrize(
    ("caller", "place"),
    [("owner", "/o/meridian/programs/"), ("member", "/today/"), ("super", "/today/"), ("stranger", "/today/")],
)
def test_home_by_role(as_person, world, caller, place):
    assert as_person(world.people[caller]).get("/").url == place


def test_organizations_are_hidden_from_others(world):
    with acting_as(MEMBER, person=world.people["stranger"]):
        assert list(Organization.objects.values_list("name", flat=True)) == ["Boreal"]
