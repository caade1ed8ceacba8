"""Coming in and going: the link, the account, the charter, the door out."""

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError
from django.urls import reverse

from accounts.models import Person
from common.actor import acting_as
from common.fences import MEMBER
from common.tokens import token_for
from goals.models import Goal
from groups.models import CharterSignature, CoachingGroup, Invitation, Membership
from groups.services import joining
from tests.factories import NOW, CharterFactory, InvitationFactory, MembershipFactory, PersonFactory


@pytest.fixture
def invited(world, arranging):
    """A person whose verified address has an open invitation to ``world.group``."""
    with arranging():
        invitation = InvitationFactory(group=world.group)
        person = PersonFactory(email=invitation.email, name="Noor")
    return person, invitation, token_for("invitation", invitation.pk)


def own_membership(person):
    with acting_as(MEMBER, person=person):
        return Membership.objects.current(person).first()


def test_the_link_tells_who_will_see_what_and_changes_nothing(client, world, invited):
    person, invitation, token = invited

    page = client.get(reverse("groups:join", args=[token]))

    assert b"Harbor" in page.content
    assert b"Facilitator facilitates" in page.content
    assert b"Never HR" in page.content
    assert own_membership(person) is None


@pytest.mark.parametrize("state", ["wrong", "used", "withdrawn", "old", "ended group"])
def test_every_token_that_opens_nothing_answers_alike(client, world, arranging, state):
    change = {
        "used": {"accepted_at": NOW},
        "withdrawn": {"withdrawn_at": NOW},
        "old": {"expires_at": NOW.replace(year=2020)},
    }
    with arranging():
        invitation = InvitationFactory(group=world.group, **change.get(state, {}))
        if state == "ended group":
            CoachingGroup.objects.filter(pk=world.group.pk).update(state="ended")
    token = "x" * 64 if state == "wrong" else token_for("invitation", invitation.pk)

    answers = [
        (answer.status_code, b"This invitation cannot be used" in answer.content)
        for answer in (
            client.get(reverse("groups:join", args=[token])),
            client.post(reverse("groups:join_start", args=[token])),
        )
    ]

    assert answers == [(404, True), (404, True)]


def test_accepting_makes_a_member_who_reads_nothing_yet(as_person, world, invited):
    person, invitation, token = invited
    client = as_person(person)

    response = client.post(reverse("groups:join_accept", args=[token]))

    assert response.url == reverse("groups:charter", args=[world.group.pk])
    assert own_membership(person).admitted_at is None
    with acting_as(MEMBER, person=person):
        assert list(Goal.objects.all()) == []
        assert list(Person.objects.exclude(pk=person.pk).values_list("name", flat=True)) == ["Facilitator"]


def test_an_invitation_is_used_once(as_person, world, invited):
    person, invitation, token = invited
    as_person(person).post(reverse("groups:join_accept", args=[token]))

    with pytest.raises(joining.NotTheirs), acting_as(MEMBER, person=person):
        joining.accept_invitation(token=token)


def test_a_forwarded_link_lets_nobody_else_in(as_person, world, invited):
    _person, _invitation, token = invited
    thief = world.people["stranger"]

    page = as_person(thief).get(reverse("groups:join", args=[token]))
    answer = as_person(thief).post(reverse("groups:join_accept", args=[token]))

    assert b"went to another address" in page.content
    assert (answer.status_code, own_membership(thief).group_id) == (404, world.foreign_group.pk)


def test_an_address_that_is_not_verified_lets_nobody_in(world, invited, arranging):
    person, _invitation, token = invited
    EmailAddress.objects.filter(user=person).update(verified=False)

    with pytest.raises(joining.NotTheirs), acting_as(MEMBER, person=person):
        joining.accept_invitation(token=token)


def test_an_invited_newcomer_signs_up_with_the_invited_address_and_nothing_else(client, world, arranging):
    with arranging():
        invitation = InvitationFactory(group=world.group)
    token = token_for("invitation", invitation.pk)

    client.post(reverse("groups:join_start", args=[token]))
    answer = client.post(
        reverse("account_signup"),
        {"email": "thief@example.com", "name": "Noor", "timezone": "Asia/Calcutta", "password1": "a-long-good-phrase"},
    )

    person = Person.objects.get(email=invitation.email)
    assert answer.url == reverse("groups:join", args=[token])
    assert (person.name, person.timezone) == ("Noor", "Asia/Calcutta")
    assert EmailAddress.objects.get(user=person).verified
    assert not Person.objects.filter(email="thief@example.com").exists()


def test_nobody_signs_up_without_an_invitation(client):
    page = client.get(reverse("account_signup"))
    client.post(reverse("account_signup"), {"email": "a@example.com", "name": "A", "password1": "a-long-good-phrase"})

    assert b"password1" not in page.content
    assert not Person.objects.filter(email="a@example.com").exists()


def test_signing_admits_and_is_remembered_once(as_person, world):
    unsigned = world.people["unsigned"]
    client = as_person(unsigned)
    url = reverse("groups:charter", args=[world.group.pk])

    for _twice in range(2):
        client.post(url, {"charter": str(world.charter.pk)})

    assert own_membership(unsigned).admitted_at is not None
    with acting_as(MEMBER, person=unsigned):
        assert CharterSignature.objects.filter(membership__person=unsigned).count() == 1
        assert Goal.objects.filter(pk=world.goal.pk).exists()


def test_a_charter_that_changed_meanwhile_is_read_again_first(as_person, world, arranging):
    with arranging():
        CharterFactory(group=world.group, version=3)
    unsigned = world.people["unsigned"]

    as_person(unsigned).post(reverse("groups:charter", args=[world.group.pk]), {"charter": str(world.charter.pk)})

    assert own_membership(unsigned).admitted_at is None


@pytest.mark.parametrize("caller", ["elsewhere", "former", "stranger", "super", "hr"])
def test_nobody_signs_anothers_charter(world, caller):
    with pytest.raises(joining.CharterChanged), acting_as(MEMBER, person=world.people[caller]):
        joining.sign_charter(charter=world.charter, read=str(world.charter.pk))


def test_leaving_ends_access_with_the_next_request(as_person, world):
    client = as_person(world.people["peer"])
    page = reverse("groups:group", args=[world.group.pk])
    before = client.get(page).status_code

    client.post(reverse("groups:leave", args=[world.group.pk]))

    assert (before, client.get(page).status_code) == (200, 404)
    with acting_as(MEMBER, person=world.people["peer"]):
        assert list(Goal.objects.all()) == []


def test_whoever_left_is_still_known_by_name(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        names = set(Membership.objects.filter(group=world.group).values_list("person__name", flat=True))

    assert "Former" in names


def test_an_invitation_is_not_shown_to_members_or_other_offices(world):
    for caller in ("member", "facilitator", "stranger"):
        with pytest.raises(DatabaseError, match="permission denied"), acting_as(MEMBER, person=world.people[caller]):
            Invitation.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_my_groups_query_count_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        person = PersonFactory()
        MembershipFactory.create_batch(count, person=person)
    client = as_person(person)

    # login session, person; savepoint, context, places; those one was in: savepoint, context, memberships, release,
    # context back; memberships; release, context back
    with django_assert_num_queries(13):
        response = client.get(reverse("groups:mine"))

    assert response.content.count(b"rows__title") == count


@pytest.mark.parametrize("count", [1, 3])
def test_group_page_query_count_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        viewer = MembershipFactory()
        MembershipFactory.create_batch(count, group=viewer.group)
        CharterFactory(group=viewer.group)
    client = as_person(viewer.person)

    # login session, person; savepoint, context, membership, places; people, versions, signatures, consents, the past,
    # facilitators, whether the group has met, what they have in common; size; release, context back
    with django_assert_num_queries(17):
        response = client.get(reverse("groups:group", args=[viewer.group_id]))

    assert response.content.count(b"rows__title") == count + 1


def test_visible_to_of_memberships(world):
    def seen(caller):
        with acting_as("colloquy_arranger"):
            return set(
                Membership.objects.visible_to(world.people[caller])
                .filter(group=world.group)
                .values_list("person__name", flat=True)
            )

    everybody = {"Member", "Peer", "Both", "Unsigned", "Newcomer", "Former", "Facilitator"}
    callers = ("member", "both", "unsigned", "newcomer", "former", "elsewhere", "hr", "super")
    assert {caller: seen(caller) for caller in callers} == {
        "member": everybody,
        "both": everybody,
        "unsigned": {"Unsigned"},
        "newcomer": {"Newcomer"},
        "former": set(),
        "elsewhere": set(),
        "hr": set(),
        "super": set(),
    }
