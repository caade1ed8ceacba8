"""Somebody takes a copy of their own words, leaves, takes it again, and is erased; the others read on."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import Visitor

PASSWORD = "colloquy-demo"
GOAL = "Xylophone notes before the numbers"


@pytest.fixture
def visitor(browser, demonstration):
    """People of the demonstration, signed in; no page may have complained."""
    made = []

    def come(name, device):
        person = Visitor(browser, demonstration.url, name.title(), f"{name}@demo.example", device, prefix="own-")
        made.append(person)
        person.sign_in(PASSWORD)
        expect(person.page).to_have_url(re.compile("/today/"))
        return person

    yield come
    for person in made:
        assert person.problems == []
        person.context.close()


def own_words_page(person):
    person.open("/you/")
    person.follow("Your own words: take a copy, or have them erased")
    expect(person.page.get_by_role("heading", name="Your own words")).to_be_visible()


def take(person, folder, what):
    """The copy as a file on the person's own disk."""
    own_words_page(person)
    with person.page.expect_download() as download:
        person.press("Save as a page to read")
    path = Path(folder) / f"{what}.html"
    download.value.save_as(path)
    return path


def read_file(person, path, what):
    """Open the file as one would, by a double click: no site, no network."""
    tab = person.context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    words = tab.inner_text("body")
    assert tab.locator("h1").count() == 1
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.evaluate("getComputedStyle(document.body).maxWidth") != "none"  # its own style came along
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert [v["id"] for v in Axe().run(tab).response["violations"]] == []
    person.page, page = tab, person.page
    person.shot(what)
    person.page = page
    tab.close()
    return words


def write_goal(person):
    person.open("/groups/")
    person.page.locator("main a[href*='/groups/']").first.click()
    group = re.search(r"/groups/[0-9a-f-]+/", person.page.url)[0]
    person.open(f"{group}goals/new/")
    person.fill(title=GOAL, behavior="Said in the first minute", why="", target_on="2099-06-30")
    person.press("Save draft")
    expect(person.page.get_by_role("heading", name=GOAL)).to_be_visible()
    return group


@pytest.mark.e2e
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_member_takes_the_copy_leaves_and_is_erased(visitor, tmp_path, device):
    member, peer = visitor("member", device), visitor("peer", DESKTOP)
    group = write_goal(member)
    own_words_page(member)
    member.look("own-words")

    words = read_file(member, take(member, tmp_path, "first"), "file")
    assert GOAL in words
    assert "Amara Okafor" in words
    peer.open(f"{group}goals/")
    peer_goal = peer.page.locator("[data-goal] a, .rows__title a").first.inner_text().strip()
    assert peer_goal not in words

    member.open(f"{group}leave/")
    member.shot("leave")
    member.choose("words", "stays")
    member.press("Leave the group")
    member.page.wait_for_load_state()
    assert member.page.goto(f"{group}goals/").status == 404
    assert GOAL in read_file(member, take(member, tmp_path, "second"), "file-again")

    own_words_page(member)
    member.follow("See what erasing means")
    member.look("erase")
    member.fill(email="somebody@else.example")
    member.press("Erase my account for good")
    member.sees("That is not the address of this account.")
    member.fill(email="member@demo.example")
    member.press("Erase my account for good")
    expect(member.page.get_by_role("heading", name="Your account is gone")).to_be_visible()
    member.look("erased")
    member.sign_in(PASSWORD)
    expect(member.page).to_have_url(re.compile("/accounts/login/"))

    peer.open(group)
    assert "Amara" not in peer.page.content()
