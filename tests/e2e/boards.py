"""What journeys do on the formation board."""

import re

from playwright.sync_api import expect


def seats(page, place):
    return page.locator(f"[data-place='{place}'] [id^=person-]").evaluate_all("all => all.map(one => one.id.slice(7))")


def places_for(person, board, who):
    """What the board says of each place for somebody, those that keep the rules first."""
    return person.page.request.get(f"{board}consequences/{who}/").json()["targets"]


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
    name, people = locked.locator("h2").text_content(), locked.locator(".person__name").all_text_contents()
    hr.press("Solve the rest again")
    expect(hr.page.get_by_role("button", name="Save facilitators")).to_be_visible(timeout=60_000)
    assert hr.page.url.split("#")[0] != board
    kept = hr.page.locator(".column", has=hr.page.get_by_role("heading", name=name, exact=True))
    assert sorted(kept.locator(".person__name").all_text_contents()) == sorted(people)
    again = hr.page.url
    hr.sees(re.compile("other proposals? stands? beside this one"))
    hr.follow("Compare")
    hr.press("Compare")
    hr.look("compared")
    hr.open(again)
