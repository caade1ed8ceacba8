import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from common.actor import acting_as
from common.fences import WORKER
from nudges import services
from nudges.links import unsubscribe_token
from nudges.models import Unsubscription
from tests.factories import NOW, PersonFactory

TOKENS = {
    "good": lambda: unsubscribe_token("amara@example.com", "test_reminder"),
    "wrong": lambda: "no-token-of-ours",
    "changed": lambda: "A" + unsubscribe_token("amara@example.com", "test_reminder")[1:],
    "of another purpose": lambda: signing.dumps(["amara@example.com", "test_reminder"]),
}


def stopped():
    with acting_as(WORKER):
        return list(Unsubscription.objects.values_list("email", "kind"))


def address(token):
    return reverse("nudges:unsubscribe", args=[token])


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_page_changes_nothing(client, method):
    response = getattr(client, method)(address(TOKENS["good"]()))

    assert (response.status_code, stopped()) == (200, [])


def test_the_button_stops_the_kind(client):
    page = client.get(address(TOKENS["good"]())).content.decode()
    (form,) = re.findall(r'<form class="form" method="post">', page)

    response = client.post(address(TOKENS["good"]()))

    assert (form, response.status_code) == ('<form class="form" method="post">', 200)
    assert b"These mails have stopped" in response.content
    assert stopped() == [("amara@example.com", "test_reminder")]


def test_a_mail_programs_one_click_needs_no_cookie_and_no_form_token(db):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(
        address(TOKENS["good"]()), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    assert (response.status_code, stopped()) == (200, [("amara@example.com", "test_reminder")])


def test_stopping_twice_is_as_good_as_once(client):
    pages = [client.post(address(TOKENS["good"]())).content for _ in range(2)]

    assert pages[0] == pages[1]
    assert stopped() == [("amara@example.com", "test_reminder")]


@pytest.mark.parametrize("token", [name for name in TOKENS if name != "good"])
def test_a_token_not_ours_stops_nothing_and_tells_nothing(client, token):
    good, bad = address(TOKENS["good"]()), address(TOKENS[token]())

    assert client.get(bad).content == client.get(good).content
    response = client.post(bad)
    assert stopped() == []
    assert response.content == client.post(good).content


def test_a_stopped_kind_is_not_sent_again(client, sink, owed, arranging, state_of):
    with arranging():
        recipient = PersonFactory(email="amara@example.com")
    owed(recipient=recipient)
    services.deliver(services.claim(now=NOW), now=NOW)
    (mail,) = sink.mails

    client.post(mail["List-Unsubscribe"].strip(" <>"))
    pk = owed(recipient=recipient)
    services.deliver(services.claim(now=NOW), now=NOW)

    assert (len(sink.mails), state_of(pk)) == (1, ("dropped", "Unsubscribed"))


@pytest.fixture
def person(arranging, kind):
    kind()
    kind("test_door", label="")
    with arranging():
        return PersonFactory(email="amara@example.com")


def as_page(client):
    page = client.get(reverse("nudges:preferences")).content.decode()
    boxes = re.findall(r"<input[^>]+type=\"checkbox\"[^>]*>", page)
    return [(re.search(r'name="([^"]+)"', box)[1], "checked" in box) for box in boxes]


def test_preferences_show_what_can_be_stopped_and_that_it_is_not(as_person, person):
    assert as_page(as_person(person)) == [("test_reminder", True)]


@pytest.mark.parametrize("wanted", [True, False])
def test_preferences_are_kept(as_person, person, wanted):
    client = as_person(person)

    for is_wanted in (not wanted, wanted, wanted):
        response = client.post(reverse("nudges:preferences"), {"test_reminder": "on"} if is_wanted else {})

        assert response.status_code == 302
    assert as_page(client) == [("test_reminder", wanted)]
    assert stopped() == ([] if wanted else [("amara@example.com", "test_reminder")])


@pytest.mark.parametrize("count", [1, 3])
def test_preferences_query_count_does_not_grow(as_person, person, kind, django_assert_num_queries, count):
    for number in range(count - 1):
        kind(f"more_{number}", label=f"More {number}")
    client = as_person(person)

    # login session, person, savepoint, context, places, unsubscriptions, savepoint and context back
    with django_assert_num_queries(8):
        client.get(reverse("nudges:preferences"))
