"""A check-in between two meetings: few screens, few taps, and nothing lost on a slow network or without one.

What is counted are screens and taps, never seconds.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, running
from tests.e2e.people import ZONE, Visitor, link_in
from tests.proof.crash.product import Product

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("check-ins")

PASSWORD = "colloquy-demo"
KEPT = re.compile("^Kept$")
AWAY = "Not kept yet: we cannot reach the server. Your text is on this page; leave it open."
COUNT_TAPS = "addEventListener('click', (event) => event.isTrusted && event.detail && tapped(), true)"


@pytest.fixture(scope="module")
def installation():
    """One demonstration; it is noon for Amara, so that her reminders do not rest."""
    with running() as installation:
        Product(installation).sql(
            "UPDATE accounts_person SET timezone = %s WHERE email = 'member@demo.example'", [ZONE]
        )
        yield installation


class Phone(Visitor):
    """A phone that counts what its owner does: screens they look at, and taps."""

    def __init__(self, browser, url, **device):
        device = {**PHONE, **device}
        super().__init__(browser, url, "Member", "member@demo.example", device, prefix="check-in-")
        self.taps = 0
        self.context.expose_binding("tapped", lambda _source: self._tapped())
        self.page.add_init_script(COUNT_TAPS)

    def _tapped(self):
        self.taps += 1

    def begin(self):
        """From here it counts, the screen that is open included."""
        self.taps, self.screens = 0, 1

    def slow(self):
        """A phone at the edge of its network."""
        session = self.context.new_cdp_session(self.page)
        conditions = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
        session.send("Network.emulateNetworkConditions", conditions)

    def tap(self, locator):
        locator.scroll_into_view_if_needed()
        locator.tap()

    def status(self, words):
        expect(self.page.locator("[data-kept-status]")).to_have_text(words, timeout=60_000)


@pytest.fixture
def phone(browser, installation):
    made = []

    def open_phone(**device):
        made.append(Phone(browser, installation.url, **device))
        return made[-1]

    yield open_phone
    for one in made:
        assert one.problems == []
        one.context.close()


def targets(page):
    """Width and height of what one taps in the form."""
    boxes = [box.bounding_box() for box in page.locator("form#writing .choice__option, form#writing button").all()]
    return [(box["width"], box["height"]) for box in boxes]


def answer(phone, text, number):
    """What a check-in takes: a tap into the field, words, a tap on the scale."""
    phone.tap(phone.page.locator("[name=how_it_went]"))
    phone.page.keyboard.type(text)
    phone.tap(phone.page.locator(".choice__option", has_text=re.compile(f"^{number}$")))


@pytest.mark.e2e
def test_from_today_a_check_in_takes_two_screens_and_four_taps_on_a_slow_network(phone, installation):
    forget_check_ins(installation)
    amara = phone()
    amara.sign_in(PASSWORD)
    expect(amara.page).to_have_url(re.compile("/today/"))
    amara.slow()
    amara.begin()

    amara.tap(amara.page.get_by_role("link", name=re.compile("^Check in")).first)
    expect(amara.page.locator("h1")).to_have_text("Check in")
    answer(amara, "Spoke second, and meant it", 7)
    amara.status(KEPT)
    amara.look("typed")
    assert all(width >= 44 and height >= 44 for width, height in targets(amara.page))
    amara.tap(amara.page.get_by_role("button", name="Save check-in"))
    amara.told("Your check-in is saved.")

    assert (amara.screens, amara.taps) == (3, 4)  # Today, the form, and what is saved
    amara.sees("Spoke second, and meant it")


def forget_check_ins(installation):
    """Somebody who has just checked in, in another of these journeys, is asked again."""
    Product(installation).sql("DELETE FROM goals_checkin WHERE created_at > now() - interval '2 days'")


def link_of(installation, phone):
    """The address in the newest reminder; the worker sends it again, as if nobody had used it yet."""
    sql = Product(installation).sql
    forget_check_ins(installation)
    sql("UPDATE goals_checkinlink SET used_at = NULL, used_for = NULL, expires_at = now() + interval '1 day'")
    sql(
        "UPDATE nudges_nudge SET state = 'pending', send_after = now(), first_due_at = NULL, attempts = 0"
        " WHERE kind = 'check_in_due' AND recipient_id ="
        " (SELECT id FROM accounts_person WHERE email = 'member@demo.example')"
    )
    return link_in(phone.mail("Time for a check-in"), "/check-in/")


@pytest.mark.e2e
def test_from_the_mail_it_takes_one_screen_and_three_taps_and_a_lost_network_loses_nothing(phone, installation):
    amara = phone()
    address = link_of(installation, amara)
    stranger = phone()  # a browser that has never signed in
    stranger.open(address)
    stranger.begin()
    page = stranger.page
    for name in ("Amara", "Speak first"):
        assert name not in page.content()

    answer(stranger, "Okapi spoke", 6)
    stranger.status(KEPT)
    stranger.context.set_offline(True)
    page.keyboard.press("Tab")
    page.locator("[name=how_it_went]").focus()
    page.keyboard.press("End")
    page.keyboard.type(" and waited")
    stranger.tap(page.get_by_role("button", name="Save check-in"))
    stranger.status(AWAY)
    expect(page.locator("[name=how_it_went]")).to_have_value("Okapi spoke and waited")
    stranger.look("link-offline")
    stranger.context.set_offline(False)
    stranger.status(KEPT)  # by itself
    assert stranger.taps == 3

    # closed before it was sent: it waits behind sign-in, and not behind the link
    again = phone()
    again.open(address)
    expect(again.page.locator("[name=how_it_went]")).to_have_value("")
    assert "Okapi" not in again.page.content()
    amara.sign_in(PASSWORD)
    expect(amara.page).to_have_url(re.compile("/today/"))
    amara.page.get_by_role("link", name=re.compile("^Check in")).first.click()
    expect(amara.page.locator("[name=how_it_went]")).to_have_value("Okapi spoke and waited")
    amara.sees("Kept from")

    stranger.tap(page.get_by_role("button", name="Save check-in"))
    expect(page.locator("h1")).to_have_text("Your check-in is saved")
    stranger.look("link-saved")
    assert (stranger.screens, stranger.taps) == (2, 4)  # the last tap for the second time, after the network was back
    again.fill(how_it_went="A second one")
    again.press("Save check-in")
    again.status("You can no longer write here, and this is not kept. Your text is on this page; copy it.")
    again.page.reload()
    expect(again.page.locator("h1")).to_have_text("This link does not open anything now")
    again.look("link-used")


@pytest.mark.e2e
def test_without_scripts_a_used_link_gives_the_text_back(phone, installation):
    amara = phone()
    address = link_of(installation, amara)
    plain = phone(java_script_enabled=False)
    plain.open(address)
    plain.fill(how_it_went="Careful words\nof two lines")
    Product(installation).sql("UPDATE goals_checkinlink SET expires_at = now()")

    plain.press("Save check-in")

    expect(plain.page.locator("h1")).to_have_text("This link does not open anything now")
    plain.sees("Careful words")
    plain.shot("link-gone")
