"""Two phones: two strangers become a pair, and their first conversation ends with a step; two others talk over days."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, running
from tests.e2e.people import ZONE, Visitor, link_in
from tests.proof.crash.product import Product
from tests.services.processes import wait_for

SCREENS = 50  # for both, reading mail included: with twelve seconds for each it takes ten minutes
ISSUE = {"text": "Two projects want the same people", "more": "I listen well, and I decide late"}


@pytest.fixture
def phones(browser):
    """Two people whom nobody here knows, each with a phone, where those with an address at work may sign up."""
    with running(COLLOQUY_SIGN_UP="work.example") as installation:
        people = [
            Visitor(
                browser, installation.url, name, address, {**PHONE, "color_scheme": scheme}, prefix="pairs-"
            )
            for name, address, scheme in (
                ("Ines Duarte", "ines@work.example", "light"), ("Tomas Berg", "tomas@elsewhere.example", "dark")
            )
        ]  # fmt: skip
        yield people
        for person in people:
            assert person.problems == []
            person.context.close()


def sign_up(person):
    """The form, and the code that proves the address."""
    person.fill(email=person.email)
    person.sign_up()
    expect(person.page.locator("[name=code]")).to_be_visible()
    asked_at = person.page.url
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", person.mail("Confirm"))[0]
    person.open(asked_at)
    person.fill(code=code)
    person.page.locator("main form button[type=submit]").first.click()
    person.page.wait_for_load_state()


def become_a_pair(one, other):
    """From nobody to a pair by a link that is handed over; the address of the pair."""
    one.open("/")
    one.follow("Make your account")
    sign_up(one)
    one.look("signed up")
    one.follow("Invite a colleague")
    one.press("Invite")
    other.open(one.page.locator("input[readonly]").input_value())
    other.press("Continue")
    sign_up(other)
    other.look("answering")
    other.press("Yes")
    one.open("/pairs/")
    one.sees(other.email)
    one.look("to confirm")
    one.page.get_by_role("button", name=re.compile("Begin with them")).click()
    one.press("I sign the charter")
    other.open("/today/")
    other.look("today before signing")
    other.page.get_by_role("link", name=re.compile("charter")).first.click()
    other.press("I sign the charter")
    expect(other.page.get_by_role("heading", level=1)).to_contain_text("You and")
    return re.search(r"/groups/[0-9a-f-]+/", other.page.url)[0]


def say(person, way_on, button, **words):
    person.follow(way_on)
    person.fill(**words)
    person.press(button)
    expect(person.page).not_to_have_url(re.compile("/write/"))


@pytest.mark.e2e
def test_two_strangers_come_from_nothing_to_a_conversation_that_closed_with_a_step(phones):
    ines, tomas = phones
    pair = become_a_pair(ines, tomas)
    ines.open(pair)
    ines.look("pair")
    for tab in ines.page.locator(".tabs__tab").all():
        expect(tab).to_be_in_viewport(ratio=1)
    ines.follow("To your conversations")
    ines.press("Begin a conversation")
    say(ines, "Write what it is about", "Say it to Tomas", **ISSUE)
    ines.sees("It is Tomas Berg’s turn")
    ines.look("waiting")

    tomas.open("/today/")
    tomas.page.get_by_role("link", name=re.compile("Your turn in the conversation with Ines Duarte")).click()
    expect(tomas.page.get_by_role("link", name="Say what you think")).to_have_count(0)
    say(tomas, "Ask a question", "Say it to Ines", text="What have you not said yet?")

    # the other phone lies there, and goes on by itself
    ines.sees("Tomas asks you something")
    ines.page.get_by_role("button", name=re.compile("A good question: keep it")).click()
    ines.told("It comes back as a prompt")
    say(ines, "Answer", "Say it to Tomas", text="That I would give one of them up")
    tomas.page.reload()
    tomas.sees("Ask on, or say what you think")
    say(tomas, "Say what you think", "Say it to Ines", text="You have decided already")
    ines.page.reload()
    ines.sees("Tomas has said what they think")
    step = "Tell Lin which project waits"
    say(ines, "Say what you make of it", "Say it to Tomas", text="True, and it hurts", more=step)
    tomas.page.reload()
    tomas.sees("Take a last look")
    say(tomas, "Ask or add something", "Say it to Ines", text="Before Thursday?")
    ines.page.reload()
    ines.sees("What will you do, and by when?")
    ines.follow("Write your step")
    expect(ines.page.locator("[name=text]")).to_have_value(step)
    ines.fill(due_on="2127-03-01")
    ines.look("step")
    ines.press("Save the step and close")
    ines.told("the conversation is closed")
    ines.look("closed")
    assert ines.screens + tomas.screens <= SCREENS

    tomas.open("/today/")
    tomas.sees(step)
    tomas.open(f"{pair}conversations/")
    tomas.sees("You bring the next issue")
    tomas.look("roles swapped")
    tomas.press("Begin a conversation")
    ines.open(f"{pair}conversations/")
    ines.follow("Open the conversation")
    ines.sees("It is Tomas Berg’s turn")
    tomas.follow("Write what it is about")
    tomas.fill(**ISSUE)
    tomas.press("Say it to Ines")
    expect(tomas.page.locator("[data-waiting]")).to_be_visible()
    ines.open(f"{ines.page.url}write/question/")
    ines.sees("Questions that helped the two of you")
    ines.look("prompts")


TURN = "It is your turn in Lantern"


def a_day_passes(product):
    """Everything that the pair has was a day earlier; the worker sends what is due by then."""
    product.sql("UPDATE goals_pairconversation SET moved_at = moved_at - interval '1 day' WHERE closed_at IS NULL")
    product.sql(
        "UPDATE nudges_nudge SET send_after = send_after - interval '1 day'"
        " WHERE kind = 'conversation_turn' AND state = 'pending'"
    )


def by_mail(person, number):
    """The conversation, by the link in the mail that says for the ``number``-th time that it is their turn."""

    def came():
        person.open("/dev/mail/")
        rows = person.page.locator("li, tr", has_text=person.email).filter(has_text=TURN)
        return rows.count() >= number

    assert wait_for(came, seconds=30)
    person.open(link_in(person.mail(TURN), "/conversations/"))


@pytest.mark.e2e
def test_two_who_cannot_meet_talk_by_turns_over_days_each_turn_nudged_by_mail(visit, installation):
    lin, priya = visit("twogroups"), visit("peer", color_scheme="dark")
    product = Product(installation)
    product.sql(
        "UPDATE accounts_person SET timezone = %s WHERE email IN ('twogroups@demo.example', 'peer@demo.example')",
        [ZONE],
    )
    step = "Ask Thabo for his one best person"
    turns = (
        (lin, "Ask a question", {"text": "Whom would you hate to lose to this?"}),
        (priya, "Answer", {"text": "Thabo, and that says it"}),
        (lin, "Say what you think", {"text": "You have chosen already"}),
        (priya, "Say what you make of it", {"text": "I have", "more": step}),
        (lin, "Ask or add something", {"text": "What if he says no?"}),
    )
    for number, (person, way_on, words) in enumerate(turns):
        a_day_passes(product)
        by_mail(person, number // 2 + 1)
        say(person, way_on, "Say it to Priya" if person is lin else "Say it to Lin", **words)
    a_day_passes(product)
    by_mail(priya, 3)
    priya.follow("Write your step")
    expect(priya.page.locator("[name=text]")).to_have_value(step)
    priya.fill(due_on="2127-03-01")
    priya.look("days-step")
    priya.press("Save the step and close")
    priya.told("the conversation is closed")
    priya.look("days-closed")
    lin.open("/today/")
    lin.sees(step)
