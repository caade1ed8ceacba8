"""Addresses: only one that somebody has shown to be theirs opens an account, and a claimed one blocks nobody."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts.models import Person
from common.tokens import token_for
from tests.factories import InvitationFactory, PersonFactory


@pytest.fixture
def claimed(world):
    """An address that *elsewhere* typed into their account and never confirmed."""
    return EmailAddress.objects.create(user=world.people["elsewhere"], email="victim@example.com", verified=False)


@pytest.mark.parametrize(("verified", "mailed"), [(False, False), (True, True)])
def test_a_forgotten_password_goes_to_confirmed_addresses_only(client, claimed, verified, mailed):
    EmailAddress.objects.filter(pk=claimed.pk).update(verified=verified)

    client.post(reverse("account_reset_password"), {"email": "victim@example.com"})

    assert any("/password/reset/key/" in message.body for message in mail.outbox) == mailed


def test_an_invited_person_signs_up_though_somebody_claimed_their_address(client, world, claimed, arranging):
    with arranging():
        invitation = InvitationFactory(group=world.group, email="victim@example.com")

    client.post(reverse("groups:join_start", args=[token_for("invitation", invitation.pk)]))
    client.post(
        reverse("account_signup"),
        {"email": "v@example.com", "name": "Vera", "timezone": "UTC", "password1": "a-long-good-phrase"},
    )

    assert Person.objects.get(email="victim@example.com").name == "Vera"
    assert list(EmailAddress.objects.filter(email="victim@example.com").values_list("user__name", "verified")) == [
        ("Vera", True)
    ]


def test_a_confirmed_second_address_leads_to_sign_in(client, world, arranging):
    with arranging():
        invitation = InvitationFactory(group=world.group)
        person = PersonFactory()
    EmailAddress.objects.create(user=person, email=invitation.email, verified=True)

    answer = client.post(reverse("groups:join_start", args=[token_for("invitation", invitation.pk)]))

    assert answer.url == reverse("account_login")


def test_a_new_address_is_confirmed_by_a_code_in_the_browser_that_asked(as_person, client, world):
    asking = as_person(world.people["peer"])
    asking.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    (message,) = [m for m in mail.outbox if m.to == ["new@example.com"]]
    assert not re.search(r"https?://\\S*confirm-email/\\S", message.body)
    assert not EmailAddress.objects.filter(email="new@example.com", verified=True).exists()


def test_changing_the_address_asks_for_the_password_again(as_person, world):
    peer = world.people["peer"]
    peer.set_password("a-long-good-phrase")
    peer.save(update_fields=["password"])

    answer = as_person(peer).post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="new@example.com").exists()


def test_an_opened_invitation_is_forgotten_after_an_hour(client, world, arranging):
    with arranging():
        invitation = InvitationFactory(group=world.group)
    client.post(reverse("groups:join_start", args=[token_for("invitation", invitation.pk)]))
    session = client.session
    session["colloquy_invited"] = {**session["colloquy_invited"], "until": 0}
    session.save()

    assert b"password1" not in client.get(reverse("account_signup")).content


def test_a_reset_leads_to_this_site_whatever_host_was_asked(client, world, settings):
    settings.COLLOQUY_SITE_URL = "https://colloquy.example"
    settings.ALLOWED_HOSTS = ["localhost"]

    client.post(
        reverse("account_reset_password"), {"email": world.people["peer"].email}, headers={"host": "localhost:31337"}
    )

    (message,) = mail.outbox
    assert re.search(r"https://colloquy\.example/accounts/password/reset/key/\S+/", message.body)
    assert "31337" not in re.search(r"\S*/password/reset/key/\S*", message.body)[0]
