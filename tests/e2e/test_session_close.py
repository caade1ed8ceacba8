"""A session on phones: somebody names what to watch for, three leave notes at the close, one is read and answered."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, running
from tests.e2e.people import Visitor
from tests.e2e.test_goals import group_of
from tests.proof.crash.product import Product

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("session-close")

PASSWORD = "colloquy-demo"
BEHAVIOR = "I ask one question before I say what I think"
BEGUN = (
    "UPDATE coaching_sessions_coachingsession SET starts_at = now() - interval '90 minutes',"
    " ends_at = now() + interval '1 hour' WHERE id = %s"
)


@pytest.fixture
def people(browser):
    """Amara, Priya and a third of their group, on phones; their next session has begun. No page may have complained."""
    with running() as installation:
        product, made = Product(installation), {}
        for name, scheme in (("member", "light"), ("peer", "dark"), ("twogroups", "light")):
            made[name] = Visitor(
                browser, installation.url, name.title(), f"{name}@demo.example", {**PHONE, "color_scheme": scheme},
                prefix="close-",
            )  # fmt: skip
            made[name].sign_in(PASSWORD)
            expect(made[name].page).to_have_url(re.compile("/today/"))
        group = group_of(made["member"])
        ((session,),) = product.sql(
            "SELECT id FROM coaching_sessions_coachingsession WHERE group_id = %s AND starts_at > now()"
            " ORDER BY starts_at LIMIT 1",
            [group.split("/")[2]],
        )
        product.sql(BEGUN, [session])
        product.sql("DELETE FROM coaching_sessions_attendance WHERE coaching_session_id = %s", [session])
        yield *made.values(), f"{group}sessions/{session}/"
        for person in made.values():
            assert person.problems == []
            person.context.close()


def leave(person, **words):
    """One note of the round, and on to the next."""
    person.choose("kind", "keep")
    person.fill(**words)
    heading = person.page.locator("h1").inner_text()
    with person.page.expect_navigation():
        person.page.get_by_role("button", name=re.compile("^Save and")).click()
    person.told("Your note is with")
    assert person.page.locator("h1").inner_text() != heading


@pytest.mark.e2e
def test_a_session_closes_with_three_notes_of_which_one_is_answered(people):
    amara, priya, third, session = people
    amara.open(session)
    amara.follow("Name what to watch for")
    amara.look("naming")
    amara.fill(text="x" * 501)
    amara.press("Name it")
    amara.sees("at most 500 fit")
    amara.fill(text=BEHAVIOR)
    amara.press("Name it")
    amara.told("Your group can read it now.")
    amara.look("named")

    priya.open(session)
    priya.sees(BEHAVIOR)
    priya.look("session")
    priya.follow("Leave notes, one after the other")
    expect(priya.page.locator("h1")).to_have_text("A note to Amara")  # who named something is first
    priya.sees(BEHAVIOR)
    expect(priya.page.locator("[name=situation]")).to_have_value(re.compile(r"^Session of \d+ \w+$"))
    priya.look("close")
    leave(priya, behavior="You asked Marek what he saw", impact="He told us of the delay")
    priya.look("next")
    before = priya.page.locator("h1").inner_text()
    priya.follow("Skip")
    expect(priya.page.locator("h1")).not_to_have_text(before)

    third.open(session)
    third.page.get_by_role("link", name=re.compile("^Leave a note to Amara")).click()
    third.fill(behavior="You are always kind")
    third.sees("Did you see it, or judge it?")
    leave(third, behavior="You waited until he was done", impact="I dared to speak")
    amara.open(session)
    expect(amara.page.get_by_role("link", name="Change it")).to_have_count(0)
    amara.page.get_by_role("link", name=re.compile("^Leave a note to Priya")).click()
    leave(amara, behavior="You wrote down what we said", impact="Nothing is lost")
    amara.open(session)
    expect(amara.page.locator("[data-closing]")).to_contain_text("You wrote")
    amara.look("written")

    amara.open("/today/")
    amara.page.get_by_role("link", name=re.compile("A note from Priya")).last.click()
    amara.page.get_by_role("button", name=re.compile("^Open")).click()
    amara.sees("He told us of the delay")
    note = amara.page.url
    amara.page.get_by_role("link", name=re.compile("^Answer")).click()
    amara.fill(text="That a question helped him", will_do="Ask first on Tuesday too")
    amara.press("Send answer")
    amara.told("Priya can read it now.")

    priya.open(note)
    priya.sees("Ask first on Tuesday too")
    priya.look("answered")
