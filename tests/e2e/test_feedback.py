"""Feedback on phones: asked for, written with quiet help, taken back, opened, answered, shared, and help with it."""

import re

import pytest
from playwright.sync_api import expect

from feedback.hints import hints_for, rules_for
from tests.e2e.test_goals import group_of

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("feedback")

GOOD = {
    "kind": "", "situation": "On Tuesday, when the numbers came", "behavior": "You asked Lin before you answered",
    "impact": "The room went quiet and listened",
}  # fmt: skip
LETTERS = [
    {"behavior": "You were RUDE, and you’re always late"},
    {"situation": "You never\tlisten", "impact": "You are that kind of person"},
    {"behavior": "Crude oil; wrongly_dated, naïve éverytime", "impact": "…"},
    {"impact": ""},
    {},
]


def shown(page):
    """The hints that stand on the page, with the words that they found."""
    return {
        hint.get_attribute("data-hint"): hint.locator("[data-hint-found]").inner_text()
        for hint in page.locator("[data-hint]:visible").all()
    }


@pytest.mark.e2e
def test_the_script_finds_while_one_types_what_the_server_finds(visit):
    giver = visit("member")
    giver.open(f"{group_of(giver)}feedback/new/")
    for letter in LETTERS:
        words = {**GOOD, **letter}
        expected = {hint.name: hint.found for hint in hints_for(rules_for([]), words) if hint.is_on}
        giver.fill(**{name: text for name, text in words.items() if name != "kind"})
        expect(giver.page.locator("[data-hint]:visible")).to_have_count(len(expected))
        giver.page.wait_for_timeout(1000)  # the pause after the last key, in which the words of a hint may change
        typed = shown(giver.page)

        with giver.page.expect_navigation():  # it goes once the text is kept
            giver.press("Look at it once more")
        expect(giver.page.locator("[name=behavior]")).to_have_value(words["behavior"])

        assert typed == expected
        expect(giver.page.locator("[data-hint]:visible")).to_have_count(len(expected))
        assert shown(giver.page) == expected


def send(person, button, told):
    person.press(button)
    person.told(told)


@pytest.mark.e2e
def test_a_note_is_asked_for_written_answered_and_shared(visit):
    asker, peer, helper = visit("peer"), visit("member", color_scheme="dark"), visit("facilitator")
    group = group_of(asker)
    asker.open(f"{group}feedback/ask/")
    asker.fill(about="when I closed the meeting on Tuesday")
    asker.page.get_by_label("Amara Okafor").check()
    asker.look("asking")
    send(asker, "Ask them", "Asked.")

    peer.open("/today/")
    peer.page.get_by_role("link", name=re.compile("Priya Raman asks how they came across")).click()
    peer.look("asked")
    peer.follow("Write a note")
    peer.sees("when I closed the meeting on Tuesday")
    peer.choose("kind", "try")
    peer.fill(situation="On Tuesday at noon", behavior="You always stop before the end", impact="We left without a day")
    peer.sees("Did you see it, or judge it?")
    peer.look("hints")
    send(peer, "Send note", "Your note is with Priya Raman.")

    asker.open("/today/")
    asker.page.get_by_role("link", name=re.compile("A note from Amara Okafor")).last.click()
    asker.page.get_by_role("button", name=re.compile("Open")).click()
    asker.sees("We left without a day")
    note = asker.page.url
    asker.look("opened")
    asker.page.get_by_role("link", name=re.compile("^Answer")).click()
    asker.fill(text="That I end too early", will_do="Ask for a day before I close")
    asker.look("answering")
    send(asker, "Send answer", "Amara can read it now.")
    asker.look("answered")
    asker.open(f"{note}share/")
    asker.choose("circle", "group")
    asker.look("sharing")
    send(asker, "Share", "Shared.")
    asker.open(f"{note}help/")
    asker.fill(text="I would like to talk")
    asker.look("asking for help")
    send(asker, "Ask for help", "Amara is not told.")

    peer.open(note)
    peer.sees("Ask for a day before I close")
    peer.sees("Priya shares it with the group")
    expect(peer.page.get_by_text("I would like to talk")).to_have_count(0)
    helper.open(f"{group}feedback/")
    helper.look("asked for help")
    helper.page.get_by_role("link", name=re.compile("Priya Raman asks for help with a note")).click()
    helper.sees("I would like to talk")
    helper.sees("We left without a day")
    helper.look("helping")


@pytest.mark.e2e
def test_a_note_is_taken_back_before_it_is_opened(visit):
    giver = visit("peer")
    giver.open(f"{group_of(giver)}feedback/new/")
    giver.page.locator("[name=recipient]").select_option(label="Amara Okafor")
    giver.choose("kind", "keep")
    giver.fill(situation="A quokka sat there", behavior="You waved", impact="It stayed")
    send(giver, "Send note", "Your note is with Amara Okafor.")
    giver.open(f"{group_of(giver)}feedback/?box=sent")
    giver.page.locator("[data-note] a.rows__title").first.click()
    giver.sees("A quokka sat there")
    giver.look("not opened yet")
    send(giver, "Take it back", "The note is gone.")
