"""The trust page: for anybody, made from the code, and linked from where people decide."""

import re
from html import unescape

import pytest
from django.urls import reverse

from coaching_site import trust
from coaching_site.trust_text import HOLES, LIMITS, PROMISES, THINGS
from common.fences import HR, MEMBER, REPORT, WORKER
from common.tokens import token_for
from feedback.models import FeedbackNote
from goals.models import Goal
from sessions.models import CoachingSession


def words(response):
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def test_nobody_needs_to_sign_in_to_read_it_and_it_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("trust"))

    assert response.status_code == 200
    for promise, meaning, proof in PROMISES:
        assert f"{promise} {meaning} How it is checked: {proof}" in words(response)
    for sentence in (*LIMITS, *HOLES):
        assert str(sentence) in words(response)


def test_every_table_behind_the_walls_is_on_it(client):
    assert {model._meta.label for model in trust.WALLS} == set(THINGS)

    response = client.get(reverse("trust"))

    assert [name for name in THINGS.values() if f" {name} " not in words(response)] == []


@pytest.mark.parametrize(
    ("model", "role", "says"),
    [
        (Goal, MEMBER, "read, add, change, delete"),
        (Goal, HR, "–"),
        (Goal, REPORT, "–"),
        (Goal, WORKER, "read in part"),
        (FeedbackNote, HR, "–"),
        (CoachingSession, HR, "read in part"),
        (CoachingSession, MEMBER, "read, add, change"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_table_says_what_the_models_declare(model, role, says):
    assert trust.may(trust.WALLS[model], role) == says


def test_a_grant_that_is_added_shows():
    wall = trust.WALLS[Goal]
    grants = [*wall.grants, type(wall.grants[0])(HR, ("SELECT",))]

    assert trust.may(type(wall)(name="x", policies=wall.policies, grants=grants), HR) == "read"


def test_who_reads_what_is_in_the_words_of_the_permission_code(client):
    response = client.get(reverse("trust"))

    for what, who in trust.circles():
        assert f"{what} {who}" in words(response)


def test_whoever_is_signed_in_finds_their_navigation_and_the_page_that_hr_sees(as_person, world):
    response = as_person(world.people["member"]).get(reverse("trust"))

    assert f'href="{reverse("groups:mine")}"' in response.content.decode()
    assert "Open the page that HR sees" in words(response)


@pytest.mark.parametrize("place", ["the invitation", "sign-in", "a member's page"])
def test_it_is_linked_from_where_people_decide_and_from_every_foot(client, as_person, world, place):
    addresses = {
        "the invitation": reverse("groups:join", args=[token_for("invitation", world.invitation.pk)]),
        "sign-in": reverse("account_login"),
        "a member's page": reverse("today"),
    }
    visitor = as_person(world.people["member"]) if place == "a member's page" else client

    response = visitor.get(addresses[place])

    links = re.findall(r'href="([^"]*)"', response.content.decode())
    assert links.count(reverse("trust")) == (2 if place == "the invitation" else 1)
    assert (reverse("reports:what_hr_sees") in links) == (place == "a member's page")
