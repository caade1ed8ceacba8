"""The formation board: dragged, by keyboard, on a phone, by two at once; locked, solved again, and published."""

import re

import pytest
from playwright.sync_api import expect

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
    against_a_rule_by_keyboard(hr, board)
    locked_and_solved_again(hr, board)
    published_in_part(hr)


def seats(page, place):
    return page.locator(f"[data-place='{place}'] [id^=person-]").evaluate_all("all => all.map(one => one.id.slice(7))")


def places_for(person, board, who):
    """What the board says of each place for somebody, those that keep the rules first."""
    return person.page.request.get(f"{board}consequences/{who}/").json()["targets"]


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


def against_a_rule_by_keyboard(hr, board):
    """No mouse: a place that a rule is against asks for a reason, and keeps the choice."""
    who, choice = next(
        (who, one)
        for place in range(5)
        for who in seats(hr.page, place)
        for one in places_for(hr, board, who)
        if one["needs_reason"]
    )
    hr.page.locator(f"#person-{who} .seat__move").focus()
    hr.page.keyboard.press("Enter")
    hr.page.locator(f"#target-{choice['target']}").focus()
    hr.page.keyboard.press("Space")
    hr.page.keyboard.press("Enter")
    hr.sees("Say why, or choose another place.")
    hr.look("refused")
    hr.page.get_by_label("Why, if a rule is in the way").focus()
    hr.page.keyboard.type("Both asked for it.")
    hr.page.keyboard.press("Enter")
    hr.told("Moved. Nobody has been told.")
    expect(hr.page.locator(f"#group-{choice['target']}")).to_contain_text("Kept as it is, with a reason.")
    hr.page.locator(f"#group-{choice['target']}").get_by_role("button", name=re.compile("^Lock")).click()
    hr.told("Locked.")


def locked_and_solved_again(hr, board):
    """What is locked is in the next proposal as it was; the first one stays beside it."""
    locked = hr.page.locator("[data-locked]")
    name, people = locked.locator("h2").inner_text(), locked.locator(".person__name").all_inner_texts()
    hr.press("Solve the rest again")
    expect(hr.page.get_by_role("button", name="Save facilitators")).to_be_visible(timeout=60_000)
    assert hr.page.url.split("#")[0] != board
    kept = hr.page.locator(".column", has=hr.page.get_by_role("heading", name=name, exact=True))
    assert sorted(kept.locator(".person__name").all_inner_texts()) == sorted(people)
    again = hr.page.url
    hr.sees(re.compile("other proposals? stands? beside this one"))
    hr.follow("Compare")
    hr.press("Compare")
    hr.look("compared")
    hr.open(again)


def published_in_part(hr):
    """Facilitators by one press, the mails read before they go, and one group left for later."""
    hr.fill(most="9")
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
