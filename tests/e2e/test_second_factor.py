"""Passkeys, codes from an app and recovery codes, in a real browser under the real policy for scripts."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import PASSWORD, ZONE, Visitor, link_in
from tests.totp import code_at

HOME = re.compile("/o/quay/programs/$")


@pytest.fixture
def founder(browser, empty_installation):
    """Makes the organization, on a phone or a desktop."""
    made = []

    def found(device):
        owner = Visitor(browser, empty_installation.url, "Ola Owner", "ola@quay.example", device, prefix="factor-")
        made.append(owner)
        owner.open(empty_installation.start_url)
        owner.fill(organization="Quay", name=owner.name, email=owner.email, password=PASSWORD)
        owner.page.locator("[name=timezone]").select_option(ZONE)
        owner.press("Create organization")
        return owner

    yield found
    for owner in made:
        assert owner.problems == []
        owner.context.close()


def look(person, what):
    """The page with this heading: a picture, one heading, nothing too wide, no barrier."""
    expect(person.page.get_by_role("heading", name=what, level=1, exact=True)).to_be_visible()
    person.look(re.sub(r"\W+", "-", what.lower()).strip("-"))


def show_who_i_am(person):
    look(person, "Is it still you?")
    person.fill(password=PASSWORD)
    person.press("Go on")


def give_authenticator(person, *, works=True):
    """What a phone with a fingerprint reader is to the browser."""
    tools = person.context.new_cdp_session(person.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": works, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made["authenticatorId"]})


@pytest.mark.e2e
def test_a_passkey_signs_in_alone_and_after_the_password(founder):
    owner = founder(PHONE)
    take_away = give_authenticator(owner)

    owner.open("/you/second-step/")
    look(owner, "Your duty asks for a second step")
    owner.open("/you/")
    look(owner, "Settings")
    owner.follow("Two-step sign-in and passkeys")
    look(owner, "Two-step sign-in")
    owner.follow("Add a key")
    show_who_i_am(owner)
    look(owner, "Add a key")
    owner.fill(name="My phone")
    owner.page.locator("[name=name]").press("Enter")  # as good as the button
    look(owner, "Recovery codes")
    assert len(owner.page.locator("main code").all_inner_texts()) == 10
    owner.open("/accounts/second-step/webauthn/")
    owner.sees("My phone")
    look(owner, "Passkeys and security keys")
    owner.open("/you/")
    owner.sign_out()

    owner.open("/accounts/login/")
    look(owner, "Sign in")
    owner.press("Sign in with a passkey")
    expect(owner.page).to_have_url(HOME)
    owner.sign_out()

    owner.sign_in()
    look(owner, "One more step")
    owner.press("Use a security key")
    expect(owner.page).to_have_url(HOME)

    owner.open("/you/sign-ins/")
    look(owner, "Where you are signed in")
    owner.sign_out()
    take_away()
    give_authenticator(owner, works=False)
    owner.open("/accounts/login/")
    owner.press("Sign in with a passkey")
    owner.sees("Your browser did not hand over a key.")
    look(owner, "Sign in")


@pytest.mark.e2e
def test_codes_of_an_app_and_recovery_codes_open_once(founder):
    owner = founder(PHONE)

    owner.open("/accounts/second-step/")
    owner.follow("Set up an app")
    show_who_i_am(owner)
    look(owner, "Set up an authenticator app")
    secret = owner.page.get_by_label("Secret").input_value()
    owner.fill(code=code_now(owner, secret))
    owner.press("Use this app")
    expect(owner.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    spare = owner.page.locator("main code").first.inner_text()
    owner.page.reload()
    assert spare not in owner.page.content()  # shown once
    owner.sign_out()

    code = code_now(owner, secret)
    one_more_step(owner, code)
    expect(owner.page).to_have_url(HOME)
    owner.sign_out()
    one_more_step(owner, code)
    owner.sees("Incorrect code.")  # a code that somebody read over a shoulder
    look(owner, "One more step")

    owner.fill(code=spare)
    owner.press("Sign in")
    expect(owner.page).to_have_url(HOME)
    owner.sign_out()
    one_more_step(owner, spare)
    owner.sees("Incorrect code.")


def one_more_step(person, code):
    person.sign_in()
    expect(person.page.get_by_role("heading", name="One more step")).to_be_visible()
    person.fill(code=code)
    person.press("Sign in")


def code_now(person, secret):
    """The code of this half minute, which will last a few seconds more."""
    left = 30 - time.time() % 30
    if left < 8:
        person.page.wait_for_timeout((left + 0.1) * 1000)
    return code_at(secret)


@pytest.mark.e2e
def test_a_sign_in_on_a_new_browser_is_announced_and_can_be_ended(founder, browser, empty_installation):
    owner = founder(DESKTOP)
    elsewhere = Visitor(browser, empty_installation.url, owner.name, owner.email, PHONE, prefix="factor-")
    elsewhere.sign_in()
    expect(elsewhere.page).to_have_url(HOME)

    text = owner.mail("A new sign-in to your account")
    owner.open(link_in(text, "/you/sign-ins/"))
    look(owner, "Where you are signed in")
    owner.press("Sign out everywhere else")
    owner.told("You are signed in on this browser only.")

    assert "/accounts/login/" in elsewhere.open("/you/").url
    assert owner.open("/you/").url.endswith("/you/")
    assert elsewhere.problems == []
    elsewhere.context.close()
