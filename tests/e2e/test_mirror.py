"""A mirror on phones: begun, two peers pick without seeing one another's words, opened, and let go."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_goals import group_of

pytestmark = pytest.mark.xdist_group("mirror")

OWN = ("Calm", "Clear", "Curious", "Fair", "Frank")
PICKED = {
    "peer": ("Calm", "Stubborn", "Curious", "Loyal", "Warm"),
    "facilitator": ("Calm", "Stubborn", "Funny", "Bold", "Restless", "Loyal"),
}


def tick(person, words):
    for word in words:
        person.page.get_by_label(word, exact=True).check()


def send(person, button, told):
    person.press(button)
    person.told(told)


@pytest.mark.e2e
def test_a_mirror_is_begun_filled_opened_and_let_go(visit):
    coachee = visit("member", color_scheme="dark")
    peers = {"peer": visit("peer"), "facilitator": visit("facilitator")}
    group = group_of(coachee)
    coachee.open(f"{group}feedback/")
    coachee.follow("Mirror")
    coachee.look("no mirror yet")
    coachee.follow("Begin a mirror")
    tick(coachee, OWN[:4])
    for name in ("Priya Raman", "Jonas Lindqvist"):
        coachee.page.get_by_label(name).check()
    coachee.press("Ask them")
    coachee.sees("You picked 4 words. Pick five or six.")
    coachee.look("one too few")
    tick(coachee, OWN[4:])
    send(coachee, "Ask them", "Asked.")
    coachee.look("waiting")
    mirror = coachee.page.url

    for name, peer in peers.items():
        peer.open("/today/")
        peer.page.get_by_role("link", name=re.compile("Amara Okafor asks you for words")).click()
        expect(peer.page.locator("[name=words]:checked")).to_have_count(0)
        tick(peer, PICKED[name])
        peer.look("picking")
        send(peer, "Keep these words", "Kept.")

    coachee.open("/today/")
    coachee.follow("Your mirror can be opened")
    coachee.look("ready")
    coachee.press("Open your mirror")
    expect(coachee.page.locator("[data-pane=open] li")).to_have_text(["Calm 2 peers", "Curious 1 peer"])
    expect(coachee.page.locator("[data-pane=hidden] li")).to_have_text(["Clear", "Fair", "Frank"])
    expect(coachee.page.locator("[data-pane=blind] li")).to_have_count(6)
    coachee.page.locator("[data-pane=unknown] summary").click()
    coachee.look("opened")
    coachee.page.set_viewport_size({"width": 1280, "height": 900})
    coachee.look("opened, wide")
    coachee.page.emulate_media(color_scheme="light")
    coachee.look("opened, wide and light")
    coachee.page.emulate_media(media="print")
    coachee.shot("printed")
    coachee.page.emulate_media(media="screen")

    coachee.follow("Let this mirror go")
    coachee.look("letting go")
    send(coachee, "Let it go", "The mirror is gone")
    assert coachee.open(mirror).title() != ""
    coachee.sees("This page is not here")
