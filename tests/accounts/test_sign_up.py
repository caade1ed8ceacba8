"""Who makes an account without an invitation: by default nobody."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.adapter import may_sign_up
from accounts.models import Person

TYPED = {"email": "nia@example.com", "name": "Nia", "timezone": "UTC", "password1": "a-long-good-phrase"}


def allow(settings, who):
    settings.COLLOQUY_SIGN_UP = who
    settings.COLLOQUY_SIGN_UP_DOMAINS = tuple(name for name in who.split(",") if "." in name)


@pytest.mark.parametrize(
    ("who", "comes_in"), [("nobody", False), ("all", True), ("example.com", True), ("example.org,ample.com", False)]
)
def test_the_installation_says_who_signs_up(client, db, settings, who, comes_in):
    allow(settings, who)

    client.post(reverse("account_signup"), TYPED)

    assert Person.objects.filter(email="nia@example.com").exists() == comes_in
    assert len(mail.outbox) == comes_in  # the code that confirms the address
    assert client.get(reverse("home")).status_code == 302  # not signed in before that


@pytest.mark.parametrize(("who", "is_offered"), [("nobody", False), ("all", True)])
def test_sign_in_offers_it_only_then(client, db, settings, who, is_offered):
    allow(settings, who)

    assert ("/accounts/signup/" in client.get(reverse("account_login")).content.decode()) == is_offered


@pytest.mark.parametrize(
    "email", ["nia@example.com.evil.org", "nia@sub.example.com", "nia@evil.org", "nia@notexample.com", "x@y@evil.org"]
)
def test_a_domain_counts_exactly(settings, email):
    allow(settings, "example.com")

    assert not may_sign_up(email)
    assert may_sign_up("nia@EXAMPLE.com")


def test_a_refused_address_keeps_what_was_typed(client, db, settings):
    allow(settings, "example.org")

    shown = client.post(reverse("account_signup"), TYPED).content.decode()

    assert "an address at work" in shown
    assert 'value="Nia"' in shown
