"""A pair's doors: every address of a group, asked for with the pair's own ids by everybody who ever stood near it."""

import pytest
from django.db import transaction
from django.urls import reverse

from common import doors
from common.actor import acting_as
from common.fences import HR, MEMBER, REPORT
from common.tokens import hash_token, token_for
from goals.models import ConversationTurn, Goal, PairConversation
from groups.models import Charter, CoachingGroup, Membership, PairInvitation, PairTerms
from groups.pair_selectors import partners_of_mine
from groups.services import joining
from tests.factories import (
    ConversationTurnFactory,
    GoalFactory,
    PairConversationFactory,
    PairInvitationFactory,
    PersonFactory,
)
from tests.proof.test_matrix import ADDRESSES

NAMES = ("ada", "ben", "former", "left behind", "declined", "holder", "refused", "stranger")
INSIDE = {"ada", "ben"}
OUTSIDE = set(NAMES) - INSIDE


def answer(person, invitation, door="answer_pair_invitation", *more):
    with acting_as(MEMBER, person=person):
        return doors.row(door, hash_token(token_for("pair_invitation", invitation.pk)), *more)


def begin(inviter, other, arranging):
    """The pair of the two, signed by both."""
    with arranging():
        invitation = PairInvitationFactory(inviter=inviter, email=other.email)
    _outcome, pk = answer(other, invitation, "answer_pair_invitation", 2)
    for person in (inviter, other):
        with acting_as(MEMBER, person=person):
            newest = Charter.objects.facts().get(group=pk)
            joining.sign_charter(charter=newest, read=str(newest.pk))
            group = CoachingGroup.objects.get(pk=pk)
    return group


@pytest.fixture
def near(world, arranging):
    """(people by name, the pair of *ada* and *ben*, a goal in it).

    *former* was ada's partner before and ended it; *left behind* was left by ben; *declined* said no to ada; *holder*
    holds a forwarded link of hers and waits; *refused* held one that she withdrew.
    """
    with arranging():
        people = {name: PersonFactory(name=name.title()) for name in NAMES}
        sent = {name: PairInvitationFactory(inviter=people["ada"], email="") for name in ("holder", "refused")}
        sent["declined"] = PairInvitationFactory(inviter=people["ada"], email=people["declined"].email)
    ended = begin(people["ada"], people["former"], arranging)
    with acting_as(MEMBER, person=people["former"]):
        joining.leave_group(group=ended)
    other = begin(people["ben"], people["left behind"], arranging)
    with acting_as(MEMBER, person=people["ben"]):
        joining.leave_group(group=other)
    answer(people["declined"], sent["declined"], "decline_pair_invitation")
    for name in ("holder", "refused"):
        assert answer(people[name], sent[name], "answer_pair_invitation", 2)[0] == "waiting"
    with arranging():
        PairInvitation.objects.filter(pk=sent["refused"].pk).update(withdrawn_at=sent["refused"].created_at)
    pair = begin(people["ada"], people["ben"], arranging)
    with arranging():
        ada, ben = (Membership.objects.get(group=pair, person=people[name]) for name in ("ada", "ben"))
        goal = GoalFactory(membership=ada)
        ConversationTurnFactory(conversation=PairConversationFactory(coachee=ada, coach=ben))
    return people, pair, goal


def in_the_pair(world, near):
    """(name, address) of every page of a group, with the pair's id where the group's stood."""
    people, pair, goal = near
    for name, address in ADDRESSES.items():
        with transaction.atomic():
            kwargs = address.kwargs(world)
            transaction.set_rollback(True)
        if "group_id" in kwargs and "slug" not in kwargs:
            yield name, reverse(name, kwargs={**kwargs, "group_id": pair.pk}), address


def test_nobody_near_a_pair_gets_in(as_person, world, near):
    people, _pair, _goal = near
    found = {}
    for name, url, address in in_the_pair(world, near):
        for method in address.methods:
            for who in OUTSIDE:
                client = as_person(people[who])
                with transaction.atomic():
                    data = {} if method == "GET" else address.data(world)
                    status = getattr(client, method.lower())(url, data).status_code
                    transaction.set_rollback(True)
                if status != 404:
                    found[name, method, who] = status

    assert found == {}


def test_of_the_cast_nobody_gets_in_whatever_their_duty(as_person, world, near):
    _people, pair, _goal = near
    for name, person in world.people.items():
        status = as_person(person).get(f"/groups/{pair.pk}/").status_code
        assert status == (302 if name == "nobody" else 404), name


def test_the_two_get_in(as_person, near):
    people, pair, _goal = near

    assert {who for who in NAMES if as_person(people[who]).get(f"/groups/{pair.pk}/").status_code == 200} == INSIDE


@pytest.mark.parametrize("model", [CoachingGroup, Goal, PairTerms, Charter, PairConversation, ConversationTurn])
def test_row_security_alone_keeps_it_to_the_two(near, model):
    people, pair, _goal = near
    rows = model.objects.filter(pk=pair.pk) if model is CoachingGroup else model.objects.filter(group=pair)

    assert finders(people, rows) == INSIDE


def test_that_it_does_is_row_securitys_doing(near, as_owner):
    people, pair, _goal = near
    with as_owner("ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY"):
        assert finders(people, Goal.objects.filter(group=pair)) == set(NAMES)


def finders(people, rows):
    found = set()
    for name, person in people.items():
        with acting_as(MEMBER, person=person):
            if rows.exists():
                found.add(name)
    return found


@pytest.mark.parametrize("role", [HR, REPORT])
def test_no_office_finds_a_pair(world, near, role):
    people, pair, _goal = near
    for who in ("owner", "hr", "foreign hr", "super"):
        for organization in (world.organization, pair.organization_id):
            with acting_as(role, person=world.people[who], organization=organization):
                assert not CoachingGroup.objects.filter(kind="pair").exists()
                assert not Membership.objects.filter(group=pair).exists()


def test_the_name_of_who_waits_is_for_the_inviter_alone(near):
    people, _pair, _goal = near

    def claims(name):
        with acting_as(MEMBER, person=people[name]):
            return doors.row("my_pair_claims")

    assert claims("ada")[1] == "Holder"
    assert {name for name in NAMES if claims(name)} == {"ada"}


def test_partners_are_named_to_one_another_only(near):
    people, pair, _goal = near

    def partners(name):
        with acting_as(MEMBER, person=people[name]):
            return {one.name for one in partners_of_mine()}

    assert partners("ben") == {"Ada"}
    assert partners("ada") == {"Ben", "Former"}  # whom she still reads until she goes too
    assert {name: partners(name) for name in ("former", "declined", "holder", "refused", "stranger")} == {
        name: set() for name in ("former", "declined", "holder", "refused", "stranger")
    }
