"""A roster of 300 with headings of its own becomes a program, and one of them fills in their profile on a phone."""

import pytest
from playwright.sync_api import expect

from common.workbooks import guarded_workbook
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import Visitor, link_in

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
def test_from_a_workbook_of_300_to_a_profile_on_a_phone(people, tmp_path):
    hr, zoe = people
    hr.sign_in("colloquy-demo")
    hr.open("/o/meridian/programs/new/")
    hr.fill(name="Roster walk", ends_on="2127-06-30")
    hr.press("Set up the program")
    hr.page.locator("[name=file]").set_input_files(str(workbook(tmp_path / "roster.xlsx")))
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
