"""Changing duties asks again who it is; what was typed waits meanwhile."""

import pytest
from allauth.core.exceptions import ReauthenticationRequired
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from accounts.decorators import organization_view, person_view
from accounts.models import OrganizationRole, StaffInvitation
from common.actor import acting_as
from tests.accounts.conftest import PASSWORD
from tests.factories import NOW

INVITED = {"email": "quokka@example.com", "role": "hr"}


@pytest.fixture
def owner(world, with_password):
    return with_password(world.people["owner"])


@pytest.fixture
def changes(world, arranging):
    """Each change of a duty as address → what is posted, and a look at what it would change."""
    with arranging():
        invitation = StaffInvitation.objects.create(
            organization=world.organization, email="w@example.com", role="hr", invited_by=world.people["owner"],
            token_hash="x", expires_at=NOW,
        )  # fmt: skip
    return {
        reverse("people", args=["meridian"]): INVITED,
        reverse("person_remove", args=["meridian", world.roles["hr"].pk]): {},
        reverse("person_withdraw", args=["meridian", invitation.pk]): {},
    }


def duties():
    with acting_as("colloquy_arranger"):
        roles = set(OrganizationRole.objects.values_list("pk", flat=True))
        return roles, set(StaffInvitation.objects.values_list("email", "withdrawn_at"))


@pytest.mark.parametrize(("minutes_ago", "asked"), [(4, False), (6, True)])
def test_whoever_signed_in_a_while_ago_is_asked_again_before_a_duty_changes(
    as_person, owner, changes, minutes_ago, asked
):
    for url, data in changes.items():
        before = duties()
        answer = as_person(owner, minutes_ago=minutes_ago).post(url, data)

        assert answer.url.startswith("/accounts/reauthenticate/") == asked
        assert (duties() == before) == asked


def test_reading_asks_nothing_again(as_person, owner):
    assert as_person(owner, minutes_ago=600).get(reverse("people", args=["meridian"])).status_code == 200


def test_what_was_typed_is_done_as_soon_as_it_is_them(as_person, owner):
    client, url = as_person(owner, minutes_ago=6), reverse("people", args=["meridian"])
    asked = client.post(url, INVITED)

    wrong = client.post(asked.url, {"password": "not-that-one"})
    done = client.post(asked.url, {"password": PASSWORD})

    assert (wrong.status_code, done.url) == (200, url)
    assert "quokka@example.com" in client.get(url).content.decode()


def test_what_waits_is_in_no_table(as_person, owner):
    client = as_person(owner, minutes_ago=6)
    client.post(reverse("people", args=["meridian"]), INVITED)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, ' ') FROM django_session")
        table = cursor.fetchone()[0]

    assert "quokka" in str(dict(client.session))
    assert "quokka" not in table


def test_an_outsider_learns_nothing_from_being_asked(as_person, world, with_password):
    stranger, answers = with_password(world.people["stranger"]), []

    for slug in ("meridian", "nowhere"):
        client = as_person(stranger, minutes_ago=6)
        asked = client.post(f"/o/{slug}/people/", INVITED)
        answers.append((asked.url.partition("?")[0], client.post(asked.url, {"password": PASSWORD}).status_code))

    assert answers == [("/accounts/reauthenticate/", 404)] * 2


@pytest.mark.parametrize(
    ("fresh", "method", "asked"),
    [
        (True, "GET", True),
        (True, "POST", True),
        ("POST", "GET", False),
        ("POST", "POST", True),
        (False, "POST", False),
    ],
)
def test_pages_say_which_methods_need_it(as_person, world, fresh, method, asked):
    request = RequestFactory().generic(method, "/")
    request.user, request.session = world.people["owner"], as_person(world.people["owner"], minutes_ago=6).session
    views = [
        person_view(lambda request: "page", fresh=fresh),
        person_view(fresh=fresh)(lambda request: "page"),
        lambda request: organization_view(fresh=fresh)(lambda request, organization: "page")(request, slug="meridian"),
    ]

    for view in views:
        if asked:
            with pytest.raises(ReauthenticationRequired):
                view(request)
        else:
            assert view(request) == "page"


def test_a_bare_page_asks_nothing(as_person, world):
    request = RequestFactory().get("/")
    request.user, request.session = world.people["owner"], as_person(world.people["owner"], minutes_ago=6).session

    assert person_view(lambda request: "page")(request) == "page"


def test_founding_an_organization_counts_as_showing_who_one_is(client, settings):
    settings.COLLOQUY_FIRST_START_TOKEN = "t"
    client.post(
        "/start/t/",
        {"organization": "Quay", "name": "Ola", "email": "ola@example.com", "password": PASSWORD, "timezone": "UTC"},
    )

    assert client.post("/o/quay/people/", INVITED).url == "/o/quay/people/"
