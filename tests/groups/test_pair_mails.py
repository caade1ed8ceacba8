"""What is sent about pairs, as the worker makes and sends it; never the personal line."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import WORKER
from groups.models import PairInvitation, PairTerms
from groups.services import pair_terms, pairs
from nudges import services as nudges
from nudges.models import Nudge
from tests.factories import PersonFactory

LINE = "The plover question stayed with me"


def send(now=None):
    """One tick: plan, and deliver; (to whom, subject) of what went out, by address."""
    now = now or timezone.now()
    mail.outbox.clear()
    with acting_as(WORKER):
        pairs.plan_pair_nudges(now=now)
        pair_terms.plan_term_nudges(now=now)
    later = now + timedelta(seconds=1)
    nudges.deliver(nudges.claim(now=later), now=later)
    assert LINE not in "".join(str(one.message()) for one in mail.outbox)
    return sorted((one.to[0], one.subject) for one in mail.outbox)


def left_over(arranging):
    with arranging():
        return list(Nudge.objects.filter(kind__startswith="pair_").exclude(state="sent").values_list("kind", "reason"))


@pytest.fixture
def ada(arranging):
    with arranging():
        return PersonFactory(name="Ada", email="ada@example.com")


@pytest.fixture
def ben(arranging):
    with arranging():
        return PersonFactory(name="Ben", email="ben@example.com")


def invite(client, **typed):
    day = timezone.localdate() + timedelta(days=30)
    form = {"email": "ben@example.com", "line": LINE, "rhythm": 2, "decide_on": day.isoformat(), **typed}
    assert client.post(reverse("groups:pair_new"), form).status_code == 302


def test_the_link_in_the_mail_leads_to_a_pair_and_the_inviter_hears_it(as_person, arranging, ada, ben):
    invite(as_person(ada))

    assert send() == [("ben@example.com", "Ada invites you to be a pair")]
    path = re.search(r"/pairs/invited/\w+/", mail.outbox[0].body)[0]
    as_person(ben).post(f"{path}accept/", {"rhythm": 2})

    assert send() == [("ada@example.com", "Ben says yes")]
    assert "/charter/" in mail.outbox[0].body
    assert left_over(arranging) == []


def test_an_invitation_that_was_withdrawn_is_not_sent(as_person, arranging, ada):
    invite(as_person(ada))
    with acting_as(WORKER):
        pairs.plan_pair_nudges(now=timezone.now())
    with arranging():
        pk = PairInvitation.objects.get().pk
    as_person(ada).post(reverse("groups:pair_withdraw", args=[pk]))

    assert send() == []
    assert left_over(arranging) == [("pair_invitation", "The invitation was answered, withdrawn or has expired.")]


def test_many_inviters_do_not_flood_one_address_and_none_of_them_learns_it(as_person, arranging):
    with arranging():
        inviters = PersonFactory.create_batch(3 * pairs.MOST_TO_ONE + 2)
    addresses = ["ben@example.com", "Ben@Example.com"]
    pages = []
    for number, inviter in enumerate(inviters):
        client = as_person(inviter)
        invite(client, email=addresses[number % 2])
        pages.append(client.get(reverse("groups:pairs")).content.decode())
    now = timezone.now()
    days = [len(send(now + timedelta(hours=hours))) for hours in (0, 1, 25, 26, 51, 77)]

    assert all("Your invitation goes out by mail." in page for page in pages)
    assert days == [pairs.MOST_TO_ONE, 0, pairs.MOST_TO_ONE, 0, pairs.MOST_TO_ONE, 2]


def test_a_no_is_told_without_a_name(as_person, ada, ben):
    invite(as_person(ada))
    send()
    path = re.search(r"/pairs/invited/\w+/", mail.outbox[0].body)[0]
    as_person(None).post(f"{path}decline/")

    assert send() == [("ada@example.com", "About your invitation")]
    assert "not taken up" in mail.outbox[0].body
    assert "Ben" not in mail.outbox[0].body


def test_who_came_by_a_link_waits_and_then_hears(as_person, arranging, ada, ben):
    invite(as_person(ada), email="")
    with arranging():
        invitation = PairInvitation.objects.get()
    token = pairs.token_of(invitation)
    as_person(ben).post(reverse("groups:pair_accept", args=[token]), {"rhythm": 4})

    assert send() == [("ada@example.com", "Somebody waits for your word")]
    with arranging():  # the test is one transaction, whose now() stands still
        PairInvitation.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    as_person(ada).post(reverse("groups:pair_confirm", args=[invitation.pk]))

    assert send() == [("ada@example.com", "Ben says yes"), ("ben@example.com", "Ada has confirmed")]


def test_deciding_again_and_the_end(as_person, arranging, two):
    name = two["group"].name
    send()
    as_person(two["ada"]).post(
        reverse("groups:pair", args=[two["group"].pk]),
        {"rhythm": 1, "decide_on": (timezone.localdate() + timedelta(days=60)).isoformat()},
    )
    assert send() == [(two["ben"].email, "How to go on")]

    with arranging():
        day = PairTerms.objects.agreed().get(group=two["group"]).decide_on
    at = timezone.now().replace(year=day.year, month=day.month, day=day.day, hour=12)
    asked = {(two[who].email, "Your day to decide again") for who in ("ada", "ben")}
    assert asked <= set(send(at))

    as_person(two["ada"]).post(reverse("groups:leave", args=[two["group"].pk]), {"words": "stays"})
    assert (two["ben"].email, f"About {name}") in send()
