"""Two people at once, each on a connection of their own: one pair, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import MEMBER
from common.ids import new_id
from common.once import AlreadyWritten
from common.tokens import token_for
from groups.models import CoachingGroup, Membership, PairInvitation
from groups.services import pairs
from tests.factories import PairInvitationFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (pairs.NotGood, pairs.AlreadyInvited, pairs.TooMany, AlreadyWritten)


def together(*works):
    """Run these at once, each on its own connection; what each returned or was refused with."""
    gate = Barrier(len(works))

    def run(work):
        gate.wait(timeout=10)
        try:
            return work()
        except REFUSALS as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def people(db):
    with acting_as(ARRANGER):
        return [PersonFactory(name=name) for name in ("Ada", "Ben", "Cleo")]


def invited(by, email):
    with acting_as(ARRANGER):
        return PairInvitationFactory(inviter=by, email=email)


def says_yes(person, invitation):
    def work():
        with acting_as(MEMBER, person=person):
            return pairs.answer(token=token_for("pair_invitation", invitation.pk), rhythm=2)[0]

    return work


def pairs_there():
    with acting_as(ARRANGER):
        return CoachingGroup.objects.filter(kind="pair").count(), Membership.objects.filter(group__kind="pair").count()


def test_who_invited_each_other_and_say_yes_at_once_are_one_pair(people):
    ada, ben, _cleo = people
    to_ben, to_ada = invited(ada, ben.email), invited(ben, ada.email)

    said = together(says_yes(ben, to_ben), says_yes(ada, to_ada))

    assert pairs_there() == (1, 2)
    assert "opened" in said


def test_a_link_pressed_by_two_at_once_is_held_by_one(people):
    ada, ben, cleo = people
    link = invited(ada, "")

    assert sorted(together(says_yes(ben, link), says_yes(cleo, link))) == ["NotGood", "waiting"]


def test_pressed_twice_at_once_it_is_one_pair(people):
    ada, ben, _cleo = people
    invitation = invited(ada, ben.email)

    assert sorted(together(says_yes(ben, invitation), says_yes(ben, invitation))) == ["already", "opened"]
    assert pairs_there() == (1, 2)


def test_a_yes_and_a_withdrawal_at_once_leave_one_of_the_two(people):
    ada, ben, _cleo = people
    invitation = invited(ada, ben.email)

    def withdraw():
        with acting_as(MEMBER, person=ada):
            return pairs.withdraw(invitation=invitation, now=timezone.now())

    said, withdrawn = together(says_yes(ben, invitation), withdraw)

    assert (said, withdrawn) in {("opened", False), ("NotGood", True)}
    assert pairs_there()[0] == (said == "opened")


def test_a_form_that_comes_twice_at_once_invites_once(people):
    ada, key, now = people[0], new_id(), timezone.now()
    typed = {"email": "x@example.com", "line": "", "rhythm": 2, "decide_on": (now + timedelta(days=30)).date()}

    def send():
        with acting_as(MEMBER, person=ada):
            return pairs.invite(person=ada, key=key, now=now, **typed).pk

    assert sorted(map(str, together(send, send))) == sorted([str(key), "AlreadyWritten"])
    with acting_as(ARRANGER):
        assert PairInvitation.objects.count() == 1
