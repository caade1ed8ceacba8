"""A goal from its first words to its end, and what peers notice of it: on a phone, also with a bad network."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("goals")


def group_of(person):
    person.open("/groups/")
    return re.search(
        r"/groups/[0-9a-f-]+/", person.page.locator("main a[href*='/groups/']").first.get_attribute("href")
    )[0]


@pytest.mark.e2e
def test_a_goal_is_written_looked_at_read_by_a_peer_and_closed(visit):
    coachee, peer = visit("peer"), visit("member", color_scheme="dark")
    coachee.open(f"{group_of(coachee)}goals/new/")
    coachee.fill(title="Thank people by name", behavior="I am more grateful", first_steps="Thank Kenji on Tuesday")
    coachee.page.locator("[name=target_on]").fill("2099-01-31")
    coachee.press("Look at it once more")
    coachee.sees("What would you do or say that shows it?")
    coachee.look("looked at")
    assert coachee.page.locator("[name=title]").input_value() == "Thank people by name"

    coachee.fill(behavior="At the end of each meeting I thank one person by name.")
    coachee.press("Save draft")
    coachee.press("Share with the group")
    coachee.sees("Thank Kenji on Tuesday")
    goal = coachee.page.url
    coachee.page.locator("main a[href*='first=1']").click()
    assert coachee.page.locator("[name=text]").input_value() == "Thank Kenji on Tuesday"

    coachee.open(goal)
    coachee.follow("What your peers notice")
    coachee.follow("Ask your peers")
    coachee.look("asking")
    coachee.press("Ask them")
    coachee.sees("A round is open")
    coachee.look("asked")

    peer.open("/today/")
    peer.page.get_by_role("link", name=re.compile("Priya Raman asks what you notice")).first.click()
    peer.sees("At the end of each meeting I thank one person by name.")
    peer.look("giving")
    peer.choose("value", "2")
    peer.fill(suggestion="Say for what, too.")
    peer.context.set_offline(True)
    peer.press("Send your reading")
    expect(peer.page.locator("[data-kept-line]")).to_have_class(re.compile("kept__line--not"))
    assert peer.page.locator("[name=suggestion]").input_value() == "Say for what, too."
    peer.context.set_offline(False)
    peer.press("Send your reading")
    peer.told("Your reading is sent")
    peer.look("given")

    coachee.open(f"{goal}readings/")
    coachee.sees("Say for what, too.")
    coachee.look("read")
    coachee.open(goal)
    coachee.follow("Write a new version")
    coachee.fill(behavior="At the end of each meeting I thank one person by name, and say for what.")
    coachee.press("Save new version")
    coachee.sees("Version 1")
    coachee.look("new version")

    coachee.follow("Close goal")
    coachee.choose("outcome", "let_go")
    coachee.press("Close goal")
    coachee.sees("Write a sentence about what you learned")
    coachee.look("closing")
    coachee.fill(lesson="It is easier to say than to write.")
    coachee.press("Close goal")
    coachee.told("Your goal is closed")
    coachee.look("closed")
    coachee.open(f"{group_of(coachee)}goals/earlier/")
    coachee.sees("It is easier to say than to write.")


@pytest.mark.e2e
def test_readings_are_read_on_a_desktop_and_a_form_works_without_scripts(visit):
    coachee = visit("member", **DESKTOP)
    coachee.open(f"{group_of(coachee)}goals/")
    coachee.page.get_by_role("link", name="Speak first, not last").first.click()
    coachee.follow("What your peers notice")
    expect(coachee.page.locator("svg[aria-labelledby=latest-title] circle")).to_have_count(3)
    expect(coachee.page.locator("tr[data-round]")).to_have_count(2)
    coachee.look("two rounds")

    plain = visit("member", java_script_enabled=False)
    plain.open("/today/")
    plain.page.get_by_role("link", name=re.compile("Lin Wei-Chen asks what you notice")).click()
    plain.choose("value", "0")
    plain.press("Send your reading")
    plain.told("Your reading is sent")


@pytest.mark.e2e
def test_a_journal_is_written_and_searched_and_the_board_is_shown_together(visit):
    member = visit("member", color_scheme="dark")
    member.open("/journal/new/")
    member.fill(text="Okapi: I waited, and Kenji finished the thought himself.")
    member.press("Save entry")
    expect(member.page).not_to_have_url(re.compile("/journal/new/"))
    member.open("/journal/search/")
    member.fill(words="OKAPI")
    member.press("Look")
    expect(member.page.locator("mark")).to_have_text("Okapi")
    member.look("found in the journal")

    group = group_of(member)
    member.open(f"{group}goals/")
    member.look("board")
    member.follow("Show together")
    member.look("board shown together")
    assert "Okapi" not in member.page.content()
