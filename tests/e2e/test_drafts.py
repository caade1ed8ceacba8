"""Nothing that somebody writes is lost: not by a reload, a second tab, a lost network or an expired sign-in."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, running
from tests.e2e.people import Visitor

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("drafts")

PASSWORD = "colloquy-demo"
FIRST = "Quagga speaks first, and then waits"


@pytest.fixture(scope="module")
def installation():
    """One demonstration for all journeys here; each throws away first what an earlier one left."""
    with running() as installation:
        yield installation


@pytest.fixture
def member(browser, installation):
    """The member of the demonstration on a phone, and further browsers of theirs; no page may have complained."""
    made = []

    def open_browser(**device):
        person = Visitor(
            browser, installation.url, "Member", "member@demo.example", {**PHONE, **device}, prefix="draft-"
        )
        made.append(person)
        person.sign_in(PASSWORD)
        expect(person.page).to_have_url(re.compile("/today/"))
        return person

    yield open_browser
    for person in made:
        assert person.problems == []
        person.context.close()


def new_goal(person):
    person.open("/groups/")
    person.page.locator("main a[href*='/groups/']").first.click()
    group = re.search(r"/groups/[0-9a-f-]+/", person.page.url)[0]
    person.open(f"{group}goals/new/")
    leftovers = person.page.get_by_role("button", name=re.compile("Start afresh|Throw away"))
    while leftovers.count():
        leftovers.first.click()
    return f"{group}goals/new/"


def status(page):
    return page.locator("[data-kept-status]")


def is_kept(page, words="Kept"):
    expect(status(page)).to_have_text(words)


@pytest.mark.e2e
def test_a_reload_and_a_second_tab_lose_nothing(member):
    person = member()
    address = new_goal(person)
    page = person.page

    person.fill(title=FIRST, behavior="A question\nof two lines")
    is_kept(page)
    expect(page.locator("[data-kept-line]")).to_contain_text("Only you")
    person.look("kept")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    page.reload()
    expect(page.locator("[name=title]")).to_have_value(FIRST)
    expect(page.locator("[name=behavior]")).to_have_value("A question\nof two lines")
    person.sees("Kept from")
    person.look("filled-in")
    person.fill(title=f"{FIRST}.")
    is_kept(page)
    page.reload()  # a text that goes on is one text
    expect(page.locator("[name=title]")).to_have_value(f"{FIRST}.")

    second = person.context.new_page()
    second.goto(address)
    twice = "Kept. You are writing this in another tab too; both are kept."
    is_kept(second, twice)
    with second.expect_response(lambda answer: answer.request.method == "POST"):  # the line says so already
        second.locator("[name=title]").fill("Okapi listens")
    is_kept(second, twice)
    page.locator("[name=title]").fill(f"{FIRST}!")
    is_kept(page, twice)
    second.close()

    page.reload()
    person.sees("You wrote more than one text here.")
    expect(page.get_by_role("link", name="Use this one")).to_have_count(2)
    expect(page.locator("[name=title]")).to_have_value("")
    person.look("choice")
    page.locator("li", has_text="Okapi listens").get_by_role("link", name="Use this one").click()
    expect(page.locator("[name=title]")).to_have_value("Okapi listens")
    page.locator("li", has_text=f"{FIRST}!").get_by_role("button", name="Throw away").click()
    expect(page.locator("[name=title]")).to_have_value("Okapi listens")

    person.fill(behavior="A pause", target_on="2127-05-01")
    person.press("Save draft")
    person.told("Your draft is saved.")
    person.open(address)
    expect(page.locator("[name=title]")).to_have_value("")
    assert page.get_by_text("Kept from").count() == 0


@pytest.mark.e2e
def test_what_was_typed_in_the_last_moment_is_kept_when_the_page_closes(member):
    person = member()
    address = new_goal(person)

    # one breath, long before a second has passed
    person.page.evaluate(
        """([title, away]) => {
            const field = document.querySelector("[name=title]");
            field.value = title;
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            location.assign(away);
        }""",
        [FIRST, "/today/"],
    )
    expect(person.page).to_have_url(re.compile("/today/"))

    for _look in range(50):  # it may still be on its way
        person.open(address)
        if person.page.locator("[name=title]").input_value():
            break
    expect(person.page.locator("[name=title]")).to_have_value(FIRST)


@pytest.mark.e2e
def test_a_lost_network_keeps_the_text_on_the_page_until_it_is_back(member):
    person = member()
    new_goal(person)
    page = person.page
    person.fill(title=FIRST, behavior="A pause", target_on="2127-05-01")
    is_kept(page)

    person.context.set_offline(True)
    person.fill(title=f"{FIRST} again")
    page.get_by_role("button", name="Save draft").focus()
    page.keyboard.press("Enter")
    is_kept(page, "Not kept yet: we cannot reach the server. Your text is on this page; leave it open.")
    expect(page.locator("[name=title]")).to_have_value(f"{FIRST} again")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Save draft"
    person.look("offline")

    person.context.set_offline(False)
    is_kept(page)  # by itself
    person.press("Save draft")
    person.told("Your draft is saved.")
    person.sees(f"{FIRST} again")


@pytest.mark.e2e
def test_a_sign_in_that_ended_while_writing_loses_nothing(member):
    person, elsewhere = member(), member()
    new_goal(person)
    page = person.page
    elsewhere.open("/you/sign-ins/")
    elsewhere.press("Sign out everywhere else")
    elsewhere.told("You are signed in on this browser only.")

    person.fill(title=FIRST, behavior="A pause", target_on="2127-05-01")
    person.press("Save draft")
    expect(status(page)).to_contain_text("You are signed out. Your text is on this page.")
    expect(page.locator("[name=title]")).to_have_value(FIRST)
    person.look("signed-out")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    tab.locator("[name=login]").fill(person.email)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab).to_have_url(re.compile("/today/"))
    tab.close()
    person.press("Save draft")
    person.told("Your draft is saved.")
    person.sees(FIRST)


@pytest.mark.e2e
def test_without_scripts_an_expired_sign_in_gives_the_text_back(member):
    person = member(java_script_enabled=False)
    new_goal(person)
    page = person.page
    person.fill(title=FIRST, behavior="A pause\nand a question", target_on="2127-05-01")
    person.context.clear_cookies(name="sessionid")

    person.press("Save draft")
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out. Your text is below.")
    person.sees(FIRST)
    person.sees("and a question")
    person.shot("posted-back")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    tab.locator("[name=login]").fill(person.email)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab).to_have_url(re.compile("/today/"))
    tab.close()

    person.press("Send again")
    expect(page.get_by_role("heading", level=1)).to_have_text("The page was open too long. Your text is below.")
    person.shot("send-again")
    person.press("Send again")
    person.told("Your draft is saved.")
    person.sees(FIRST)


@pytest.mark.e2e
def test_two_tabs_on_one_saved_text_show_both(member):
    person = member()
    new_goal(person)
    page = person.page
    person.fill(title="Okapi listens", behavior="A pause", target_on="2127-05-01")
    person.press("Save draft")
    person.told("Your draft is saved.")
    page.goto(f"{page.url}edit/")
    second = person.context.new_page()
    second.goto(page.url)

    second.locator("[name=title]").fill("Okapi waits")
    second.get_by_role("button", name="Save draft").click()
    expect(second.locator(".messages")).to_contain_text("Your draft is saved.")
    second.close()
    person.fill(title="Okapi asks")
    person.press("Save draft")

    person.sees("This goal was changed since you opened it")
    person.sees("Okapi waits")
    expect(page.locator("[name=title]")).to_have_value("Okapi asks")
    person.look("two-versions")
    person.fill(title="Okapi waits, then asks")
    person.press("Save draft")
    person.told("Your draft is saved.")
    person.sees("Okapi waits, then asks")
