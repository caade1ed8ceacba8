"""The formation board: dragged, on a phone, by two at once, and published in part."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.boards import places_for, seats
from tests.e2e.conftest import PHONE
from tests.e2e.people import Visitor

# High enough that nothing scrolls while somebody is dragged.
DESKTOP = {"viewport": {"width": 1280, "height": 1800}}


@pytest.fixture
def office(browser, demonstration):
    """``office(name, duty, device)``: somebody with a duty and a browser, signed in."""
    made = []

    def visitor(name, duty, device=DESKTOP):
        made.append(Visitor(browser, demonstration.url, name, f"{duty}@demo.example", device, prefix="board-"))
        made[-1].sign_in("colloquy-demo")
        return made[-1]

    yield visitor
    assert {person.name: person.problems for person in made if person.problems} == {}
    for person in made:
        person.context.close()


@pytest.mark.e2e
def test_a_proposal_is_changed_by_hand_and_published(office):
    hr = office("Tomás Ferreira", "hr")
    hr.open("/o/meridian/programs/")
    hr.follow("Emerging leaders")
    hr.press("Form groups")
    expect(hr.page.get_by_role("button", name="Save facilitators")).to_be_visible(timeout=60_000)
    board = hr.page.url
    for scheme in ("dark", "light"):
        hr.page.emulate_media(color_scheme=scheme)
        hr.look(f"board-{scheme}")

    dragged = drags(hr, board)
    owner = office("Ingrid Halvorsen", "owner", PHONE)
    two_at_once(hr, owner, board, dragged)
    published_in_part(hr)


def drags(hr, board):
    """By hand: what each place would change is shown while it is dragged, and it can be undone and done again."""
    who = seats(hr.page, 0)[0]
    target = next(one["target"] for one in places_for(hr, board, who) if not one["needs_reason"])
    seat, place = hr.page.locator(f"#person-{who}"), hr.page.locator(f"[data-place='{target}']")
    seat.hover()
    hr.page.mouse.down()
    for _ in range(2):  # the first move begins the drag, the second arrives
        place.locator(".column__head").hover()
    expect(place.locator("[data-change]")).to_contain_text("score")
    place.locator("h2").hover()
    hr.page.mouse.up()
    expect(hr.page.locator("[data-board-status]")).to_have_text("Moved. Nobody has been told.")
    assert who in seats(hr.page, target)
    hr.press(re.compile("^Undo"))
    hr.told("The last move is undone.")
    assert who in seats(hr.page, 0)
    hr.press(re.compile("^Redo"))
    assert who in seats(hr.page, target)
    return who


def two_at_once(hr, owner, board, dragged):
    """On a phone somebody else moves two people; the page that is open elsewhere is older, and nothing is lost."""
    owner.open(board)
    owner.look("board")
    moved, other = seats(owner.page, 1)[:2]
    for who in (dragged, moved):
        owner.open(f"{board}move/{who}/")
        owner.page.get_by_label("No group: the tray").check()
        if who == moved:
            owner.look("move")
        owner.page.get_by_role("button", name="Move").click()
        owner.told("Moved. Nobody has been told.")

    seat = hr.page.locator(f"#person-{dragged}")
    seat.drag_to(hr.page.locator("[data-place='0'] .column__head"))
    expect(hr.page.locator("[data-board-status]")).to_contain_text("was moved to the tray meanwhile")
    assert {dragged, moved} <= set(seats(hr.page, "tray"))
    assert other in seats(hr.page, 1)


def published_in_part(hr):
    """Facilitators by one press, the mails read before they go, and one group left for later."""
    board = hr.page.url
    hr.follow("How many groups each takes on")
    for field in hr.page.locator("[name^=most_]").all():
        field.fill("9")
    hr.press("Save")
    hr.told("Saved.")
    hr.look("facilitators")
    hr.open(board)
    hr.press("Suggest facilitators")
    hr.told("Nobody has been told yet")
    hr.follow("Publish …")
    hr.page.locator("summary", has_text="Read the mails").first.click()
    hr.sees("You are invited to group")
    hr.page.locator("[name=group]:not(:disabled)").first.uncheck()
    hr.look("publish")
    hr.press("Publish and invite")
    hr.told("The invitations are on their way.")
    hr.follow("See the proposal")
    hr.sees("Published:")
    hr.look("the rest")
