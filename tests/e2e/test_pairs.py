"""Two phones: a link becomes a pair, and the pair's first conversation ends with a step."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, running
from tests.e2e.people import Visitor

PASSWORD = "colloquy-demo"
ISSUE = {"text": "Two projects want the same people", "more": "I listen well, and I decide late"}


@pytest.fixture
def phones(browser):
    """``member`` and ``peer`` of the demonstration, each signed in on a phone; no page may have complained."""
    with running() as installation:
        people = [
            Visitor(
                browser, installation.url, name.title(), f"{name}@demo.example", {**PHONE, "color_scheme": scheme},
                prefix="pairs-",
            )
            for name, scheme in (("member", "light"), ("peer", "dark"))
        ]  # fmt: skip
        for person in people:
            person.sign_in(PASSWORD)
            expect(person.page).to_have_url(re.compile("/today/"))
        yield people
        for person in people:
            assert person.problems == []
            person.context.close()


def become_a_pair(one, other):
    """By a link that is handed over; the address of the pair."""
    one.open("/pairs/new/")
    one.press("Invite")
    other.open(one.page.locator("input[readonly]").input_value())
    other.press("Yes")
    other.page.wait_for_load_state()
    one.open("/pairs/")
    one.page.get_by_role("button", name=re.compile("Begin with them")).click()
    one.press("I sign the charter")
    other.open("/pairs/")
    other.page.get_by_role("link", name=re.compile("Read the charter")).last.click()
    other.press("I sign the charter")
    expect(other.page.get_by_role("heading", level=1)).to_contain_text("You and")
    return re.search(r"/groups/[0-9a-f-]+/", other.page.url)[0]


def say(person, way_on, button, what, **words):
    person.follow(way_on)
    person.fill(**words)
    person.look(what)
    person.press(button)


@pytest.mark.e2e
def test_two_strangers_to_the_page_talk_until_there_is_a_step(phones):
    amara, priya = phones
    pair = become_a_pair(amara, priya)
    amara.open(pair)
    amara.look("pair")
    amara.follow("To your conversations")
    amara.look("none yet")
    amara.press("Begin a conversation")
    amara.look("begun")
    say(amara, "Write what it is about", "Say it to Priya", "issue", **ISSUE)
    amara.sees("It is Priya Raman’s turn")
    amara.look("waiting")

    priya.open("/today/")
    priya.page.get_by_role("link", name=re.compile("Your turn in the conversation with Amara Okafor")).click()
    priya.look("to ask")
    expect(priya.page.get_by_role("link", name="Say what you think")).to_have_count(0)
    say(priya, "Ask a question", "Say it to Amara", "asking", text="What have you not said yet?")

    # the other phone lies there, and goes on by itself
    amara.sees("Priya asks you something")
    amara.page.get_by_role("button", name=re.compile("A good question: keep it")).click()
    amara.told("It comes back as a prompt")
    say(amara, "Answer", "Say it to Priya", "answering", text="That I would give one of them up")
    priya.sees("Ask on, or say what you think")
    say(priya, "Say what you think", "Say it to Amara", "view", text="You have decided already")
    amara.sees("Priya has said what they think")
    step = "Tell Lin which project waits"
    say(amara, "Say what you make of it", "Say it to Priya", "reaction", text="True, and it hurts", more=step)
    priya.sees("Take a last look")
    say(priya, "Ask or add something", "Say it to Amara", "last look", text="Before Thursday?")
    amara.sees("What will you do, and by when?")
    amara.follow("Write your step")
    expect(amara.page.locator("[name=text]")).to_have_value(step)
    amara.fill(due_on="2127-03-01")
    amara.look("step")
    amara.press("Save the step and close")
    amara.told("the conversation is closed")
    amara.look("closed")

    priya.open("/today/")
    priya.sees(step)
    priya.open(f"{pair}conversations/")
    priya.sees("You bring the next issue")
    priya.look("roles swapped")
    priya.press("Begin a conversation")
    amara.open(f"{pair}conversations/")
    amara.follow("Open the conversation")
    amara.sees("It is Priya Raman’s turn")
    priya.follow("Write what it is about")
    priya.fill(**ISSUE)
    priya.press("Say it to Amara")
    expect(priya.page.locator("[data-waiting]")).to_be_visible()
    amara.open(f"{amara.page.url}write/question/")
    amara.sees("Questions that helped the two of you")
    amara.look("prompts")
