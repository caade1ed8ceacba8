"""A step's life on a phone, with the keyboard alone once: asked, agreed, moved, kept, done and taken back."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("steps")

WORDS = "Quagga asks one question first"


def in_days(days):
    return (date.today() + timedelta(days=days)).isoformat()


def commit(person, **fields):
    person.page.locator("main a[href*='/steps/']").first.click()
    group = re.search(r"/groups/[0-9a-f-]+/", person.page.url)[0]
    person.open(f"{group}steps/new/")
    person.look("new")
    person.fill(text=WORDS, due_on=in_days(9))
    for name, label in fields.items():
        person.page.locator(f"[name={name}]").select_option(label=label)
    person.press("Save step")
    expect(person.page.get_by_text("Your step is saved.")).to_be_visible()


def row(person, words=WORDS):
    return person.page.get_by_role("listitem").filter(has_text=words).first


def test_a_practice_is_asked_about_kept_moved_and_let_go(visit):
    member, peer = visit("member"), visit("peer")
    commit(member, rhythm="Every day", asker="Priya Raman")
    member.open("/today/")
    expect(row(member)).to_contain_text("Priya Raman is asked")

    peer.open("/today/")
    peer.look("asked")
    row(peer).get_by_role("button", name=re.compile("^I will ask")).click()
    expect(peer.page.get_by_text("You will ask. Your group can see that.")).to_be_visible()

    member.open("/today/")
    expect(row(member)).to_contain_text("Priya Raman will ask")
    row(member).get_by_role("button", name=re.compile("^Today")).click()
    expect(row(member).get_by_role("button", name=re.compile("^Today"))).to_have_attribute("aria-pressed", "true")
    member.look("kept")

    row(member).get_by_role("link").first.click()
    member.look("step")
    member.follow("Move it")
    member.fill(to_on=in_days(12))
    member.press("Move it")  # without a word why
    expect(member.page.get_by_text("Write something here")).to_be_visible()
    expect(member.page.locator("[name=to_on]")).to_have_value(in_days(12))
    member.look("move")
    member.fill(why="The week was full")
    member.press("Move it")
    expect(member.page.get_by_text("The week was full")).to_be_visible()

    member.follow("Let it go")
    member.press("Let it go")
    expect(member.page.get_by_text("The step is let go.")).to_be_visible()
    member.page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(member.page.get_by_text("The step is open again.")).to_be_visible()
    member.look("undone")


def test_done_and_undo_with_the_keyboard_alone(visit):
    member = visit("member")
    done = member.page.get_by_role("button", name=re.compile("^Done Ask Priya"))
    for _ in range(60):
        if done.evaluate("it => it === document.activeElement"):
            break
        member.page.keyboard.press("Tab")
    member.page.keyboard.press("Enter")
    undo = member.page.get_by_role("button", name=re.compile("^Undo Ask Priya"))
    expect(undo).to_be_visible()
    for _ in range(60):
        if undo.evaluate("it => it === document.activeElement"):
            break
        member.page.keyboard.press("Tab")
    member.page.keyboard.press("Space")
    expect(member.page.get_by_text("The step is open again.")).to_be_visible()
    expect(done).to_be_visible()
