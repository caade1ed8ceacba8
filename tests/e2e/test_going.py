"""Somebody is removed and a facilitator replaced, on phones: the next click of whoever is gone finds a closed page."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.people import Visitor, link_in

ROSTER = Path(__file__).resolve().parents[2] / "coaching_site/demo/rosters/leading-at-scale.csv"
NEW_PASSWORD = "another-long-phrase"


@pytest.fixture
def phone(browser, demonstration):
    """``phone(name, email)``: somebody of the demonstration with a phone of their own."""
    made = []

    def visitor(name, email):
        made.append(Visitor(browser, demonstration.url, name, email, PHONE, prefix="going-"))
        return made[-1]

    yield visitor
    assert {person.name: person.problems for person in made if person.problems} == {}
    for person in made:
        person.context.close()


def closed(person, address):
    """The next click: the page of what does not exist, in the product's own clothes."""
    person.open(address)
    expect(person.page.get_by_role("heading", name="This page is not here")).to_be_visible()
    person.look("closed")


def come_by_mail(person):
    """Most of the demonstration's people have no password yet."""
    person.open("/accounts/password/reset/")
    person.fill(email=person.email)
    person.page.locator("main form button[type=submit]").first.click()
    person.open(link_in(person.mail("assword"), "/password/reset/"))
    for field in person.page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    person.page.locator("main form button[type=submit]").first.click()
    person.open("/groups/")


def sign_charter(person, group):
    person.open(f"{group}charter/")
    person.look("charter")
    person.press("I sign the charter")


@pytest.mark.e2e
def test_whoever_is_removed_or_replaced_is_out_and_whoever_follows_waits_for_everybody(phone):
    jonas, hr = phone("Jonas Lindqvist", "facilitator@demo.example"), phone("Tomás Ferreira", "hr@demo.example")
    lin = phone("Lin Wei-Chen", "twogroups@demo.example")
    for person in (jonas, hr, lin):
        person.sign_in("colloquy-demo")

    group = removes_lin(jonas)
    closed(lin, group)
    lin.open("/groups/")
    lin.sees("You no longer take part.")
    lin.look("groups")
    assert "no longer take part" in lin.mail("has ended")

    members = people_here(jonas, group)
    replaces_jonas(hr, group)
    closed(jonas, group)

    mariam = phone("Mariam Haddad", "mariam.haddad@meridian.example")
    come_by_mail(mariam)
    sign_charter(mariam, group)
    for name in members:
        mariam.open(group)
        assert mariam.page.url.endswith("/charter/"), f"read the group before {name} had signed"
        member = phone(name, email_of(name))
        if member.email.endswith("@demo.example"):
            member.sign_in("colloquy-demo")
        else:
            come_by_mail(member)
        sign_charter(member, group)
    mariam.open(group)
    mariam.sees("Who is here")
    mariam.look("group")


def removes_lin(jonas):
    """Jonas opens the group that Lin is in, and removes her with a reason. Returns the group's address."""
    jonas.open("/groups/")
    jonas.page.locator("main .rows a.rows__title").first.click()
    group = re.search(r"/groups/[0-9a-f-]{36}/", jonas.page.url)[0]
    jonas.look("group")
    jonas.page.get_by_role("link", name="Remove Lin Wei-Chen").click()
    jonas.look("remove")
    jonas.press("Remove from the group")
    jonas.sees("Choose a reason. Nothing has happened yet.")
    jonas.choose("reason", "absent")
    jonas.press("Remove from the group")
    jonas.told("Lin Wei-Chen is no longer in the group")
    jonas.look("removed")
    jonas.sees("was removed")
    return group


def people_here(jonas, group):
    """The names of the members who are there now."""
    jonas.open(group)
    here = jonas.page.locator("main section").filter(has=jonas.page.get_by_role("heading", name="Who is here"))
    names = [name.strip() for name in here.locator(".person__name").all_inner_texts()]
    assert len(names) > 3
    assert "Lin Wei-Chen" not in names
    return [name for name in names if name != jonas.name]


def replaces_jonas(hr, group):
    """HR finds the group on its program's page and names Mariam."""
    hr.open("/o/meridian/programs/")
    hr.follow("Leading at scale")
    hr.look("program")
    hr.page.locator(f"main a[href$='{group}']").first.click()
    hr.look("office-group")
    hr.page.get_by_role("link", name="Replace Jonas Lindqvist").click()
    hr.page.get_by_label(re.compile("^Mariam Haddad")).check()
    hr.look("replace")
    hr.press("Replace Jonas Lindqvist")
    hr.told("Mariam Haddad is named")
    hr.sees("reads nothing yet")
    hr.look("replaced")


def email_of(name):
    with ROSTER.open(newline="", encoding="utf-8") as file:
        return next(row["email"] for row in csv.DictReader(file) if row["name"] == name)
