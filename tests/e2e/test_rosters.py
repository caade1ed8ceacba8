"""A workbook of 300 with headings of its own becomes published groups; one of the 300 tells of herself on a phone."""

import time

import pytest
from playwright.sync_api import expect

from common.workbooks import guarded_workbook
from tests.e2e.boards import against_a_rule_by_keyboard, locked_and_solved_again
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import Visitor, link_in

FIVE_MINUTES = 300
HEADING = ["Dienstadresse", "Vorname", "Nachname", "Abteilung", "Stufe"]
ZOE = "zoe.byron@roster.example"


@pytest.fixture
def people(browser, demonstration):
    """HR at a desk, and Zoe with a phone."""
    made = [
        Visitor(browser, demonstration.url, name, email, device, prefix="roster-")
        for name, email, device in (("Tomás Ferreira", "hr@demo.example", DESKTOP), ("Zoe Byron", ZOE, PHONE))
    ]
    yield made
    assert {person.name: person.problems for person in made if person.problems} == {}
    for person in made:
        person.context.close()


def workbook(path):
    rows = [[f"p{n}@roster.example", f"Person{n}", "Muster", f"Team {n % 60}", n % 4 + 1] for n in range(299)]
    path.write_bytes(guarded_workbook([["Teilnehmende 2027"], HEADING, [ZOE, "Zoe", "Byron", "Analyse", 3], *rows]))
    return path


@pytest.mark.e2e
def test_from_a_workbook_of_300_to_published_groups(people, tmp_path):
    hr, zoe = people
    hr.sign_in("colloquy-demo")
    start = time.monotonic()
    accepted(hr, workbook(tmp_path / "roster.xlsx"))
    program = hr.page.url
    tells_of_herself(zoe)
    hr.open(program)
    published(hr)
    assert time.monotonic() - start < FIVE_MINUTES


def accepted(hr, path):
    """Columns matched, every row seen, everybody asked for their profile."""
    hr.open("/o/meridian/programs/new/")
    hr.fill(name="Roster walk", ends_on="2127-06-30")
    hr.press("Set up the program")
    hr.page.locator("[name=file]").set_input_files(str(path))
    hr.press("Look at the file")

    hr.page.wait_for_url("**/columns/")
    hr.look("columns")
    for field, title in (("email", 0), ("first_name", 1), ("last_name", 2), ("team", 3), ("level", 4)):
        hr.page.locator(f"[name={field}]").select_option(label=HEADING[title])
    hr.press("Look at the file")
    hr.sees("300 new people")
    hr.look("preview")
    hr.press("Accept the roster")
    hr.told("300 people added")
    hr.press("Ask for profiles")
    hr.told("300 people are asked.")
    hr.look("program")


def tells_of_herself(zoe):
    """By the link of a mail, with keyboard and pointer."""
    zoe.open(link_in(zoe.mail("Before the groups of Roster walk", seconds=120), "/profile/"))
    zoe.look("profile")
    hour = zoe.page.locator("[data-week] input[value='9']")
    hour.focus()
    zoe.page.keyboard.press("Space")
    zoe.page.keyboard.press("Shift+ArrowDown")
    expect(zoe.page.locator("[data-week] input[value='10']")).to_be_checked()
    first, last = (zoe.page.locator(f"[data-week] input[value='{value}']").bounding_box() for value in (36, 132))
    zoe.page.mouse.move(first["x"] + 5, first["y"] + 5)
    zoe.page.mouse.down()
    zoe.page.mouse.move(last["x"] + 5, last["y"] + 5, steps=20)
    zoe.page.mouse.up()
    expect(zoe.page.locator("[data-week] input:checked")).to_have_count(7)
    zoe.fill(named="p1@roster.example")
    zoe.press("Save")
    zoe.sees("Your profile is saved")
    zoe.look("saved")
    zoe.page.go_back()
    zoe.page.reload()
    expect(zoe.page.locator("[data-week] input:checked")).to_have_count(7)
    zoe.sees("You named 1 person before.")
    expect(zoe.page.locator("main")).not_to_contain_text("p1@roster.example")


def published(hr):
    """Formed; one place against a rule, by keyboard and with a reason; that group locked, the rest solved again."""
    hr.press("Form groups")
    expect(hr.page.get_by_role("button", name="Save facilitators")).to_be_visible(timeout=120_000)
    board = hr.page.url
    against_a_rule_by_keyboard(hr, board)
    locked_and_solved_again(hr, board)
    for select in hr.page.locator("main select").all():
        select.select_option(label="Jonas Lindqvist")
    hr.press("Save facilitators")
    hr.told("Nobody has been told yet")
    hr.follow("Publish …")
    hr.press("Publish and invite")
    hr.told("The invitations are on their way.")
    expect(hr.page.locator("main")).to_contain_text("Jonas Lindqvist")
    hr.look("published")
