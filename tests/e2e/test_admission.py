"""Two come to a group that has begun, on phones: for one all sign and she is in, the other is declined, by nobody."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.people import Visitor, link_in

ROSTER = Path(__file__).resolve().parents[2] / "coaching_site/demo/rosters/leading-at-scale.csv"
NEW_PASSWORD = "another-long-phrase"
NEW_PEOPLE = (
    "email,name,team,level,tz\n"
    "noor.haddad@meridian.example,Noor Haddad,Harbour Works,5,UTC\n"
    "mina.sato@meridian.example,Mina Sato,Canal Works,5,UTC\n"
)


@pytest.fixture
def phone(browser, demonstration):
    """``phone(name, email)``: somebody with a phone of their own."""
    made = {}

    def visitor(name, email):
        if email not in made:
            made[email] = Visitor(browser, demonstration.url, name, email, PHONE, prefix="admission-")
        return made[email]

    yield visitor
    assert {person.name: person.problems for person in made.values() if person.problems} == {}
    for person in made.values():
        person.context.close()


def come_in(person):
    """The printed people have a password, the others ask for one."""
    if person.email.endswith("@demo.example"):
        person.sign_in("colloquy-demo")
        return
    person.open("/accounts/password/reset/")
    person.fill(email=person.email)
    person.page.locator("main form button[type=submit]").first.click()
    person.open(link_in(person.mail("assword"), "/password/reset/"))
    for field in person.page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    person.page.locator("main form button[type=submit]").first.click()


def email_of(name):
    with ROSTER.open(newline="", encoding="utf-8") as file:
        return next(row["email"] for row in csv.DictReader(file) if row["name"] == name)


@pytest.mark.e2e
def test_a_newcomer_is_admitted_by_all_and_another_declined_by_one(phone, tmp_path):
    jonas, hr = phone("Jonas Lindqvist", "facilitator@demo.example"), phone("Tomás Ferreira", "hr@demo.example")
    for person in (jonas, hr):
        come_in(person)
    group, members, past = the_group(jonas)
    noor, mina = phone("Noor Haddad", "noor.haddad@meridian.example"), phone("Mina Sato", "mina.sato@meridian.example")
    add_to_roster(hr, tmp_path)

    invited(hr, group, noor)
    comes_and_signs(noor)
    signs_for(jonas, group, noor)
    for name in members:
        noor.open(group)
        expect(noor.page.get_by_text("Everybody in the group has been asked")).to_be_visible()
        member = phone(name, email_of(name))
        come_in(member)
        signs_for(member, group, noor)
    assert "Everybody in" in noor.mail("You are in:")
    reads_what_is_open(noor, group, past)

    invited(hr, group, mina)
    comes_and_signs(mina)
    says_no(member, group, mina)
    mina.open(group)
    expect(mina.page.get_by_role("heading", name="This page is not here")).to_be_visible()
    said = mina.mail("About ")
    assert "nobody is told who said what" in said
    assert not any(name in said for name in [*members, jonas.name])
    assert "Mina Sato" in jonas.mail("said no to a newcomer")


def the_group(jonas):
    """Jonas's first group: its address, its members' names, and the address of a session that is over."""
    jonas.open("/groups/")
    jonas.page.locator("main .rows a.rows__title").first.click()
    group = re.search(r"/groups/[0-9a-f-]{36}/", jonas.page.url)[0]
    here = jonas.page.locator("main section").filter(has=jonas.page.get_by_role("heading", name="Who is here"))
    names = [name.strip() for name in here.locator(".person__name").all_inner_texts()]
    jonas.open(f"{group}sessions/")
    sessions = jonas.page.locator(f"main a[href^='{group}sessions/']")
    addresses = [link.get_attribute("href") for link in sessions.all()]
    past = next(each for each in reversed(addresses) if re.search(r"[0-9a-f-]{36}/$", each.removeprefix(group)))
    jonas.open(past)
    expect(jonas.page.get_by_text("It is over").or_(jonas.page.get_by_text("was there")).first).to_be_visible()
    return group, [name for name in names if name != jonas.name], past


def add_to_roster(hr, folder):
    """Two more people on the program's roster."""
    file = folder / "new.csv"
    file.write_text(NEW_PEOPLE)
    hr.open("/o/meridian/programs/")
    hr.follow("Leading at scale")
    hr.page.locator("[name=file]").set_input_files(str(file))
    hr.press("Look at the file")
    hr.press("Accept the roster")
    hr.told("2 people added")


def invited(hr, group, newcomer):
    """HR chooses somebody from the roster for the group, and reads what that means."""
    hr.open(f"/o/meridian{group}invite/")
    hr.page.get_by_role("link", name=re.compile(f"Choose.*{newcomer.name}")).click()
    hr.sees("The group has begun, so it has to agree")
    hr.press("Send the invitation")


def comes_and_signs(newcomer):
    """From the mail to the waiting page: words, no names."""
    newcomer.open(link_in(newcomer.mail("You are invited to group"), "/join/"))
    newcomer.press("Continue")
    newcomer.sign_up()
    newcomer.press("Join the group")
    newcomer.sees("This group has begun")
    newcomer.look("charter-at-the-door")
    newcomer.press("I sign the charter")
    newcomer.sees("You have signed")
    newcomer.look("waiting")


def signs_for(member, group, newcomer):
    """From the group's page, which says who comes and what would open, to the signature."""
    member.open(group)
    member.sees(f"{newcomer.name} is asked to join")
    member.sees(f"From then on {newcomer.name} reads the goals that are open now")
    member.look("asked")
    member.page.get_by_role("link", name=re.compile("^Read and sign")).first.click()
    member.look("charter")
    member.press("I sign the charter")
    member.told("You have signed the charter")


def reads_what_is_open(noor, group, past):
    """The open goals of the others, and neither the old session nor an old check-in."""
    noor.open(group)
    noor.sees("What was written before")
    noor.look("group")
    noor.open(f"{group}goals/")
    noor.look("goals")
    goals = noor.page.locator(f"main a[href^='{group}goals/']").filter(has_not_text="Write")
    assert goals.count() > 0
    noor.open(past)
    expect(noor.page.get_by_role("heading", name="This page is not here")).to_be_visible()


def says_no(member, group, newcomer):
    """One no, read first and then said."""
    member.open(group)
    member.page.get_by_role("link", name=re.compile(f"^Say no.*{newcomer.name}")).click()
    member.sees("One no is enough")
    member.look("say-no")
    member.press("Say no for the group")
    member.told(f"{newcomer.name} is not admitted. Nobody is told who said no.")
