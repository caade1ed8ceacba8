"""The shortest walk: from an empty installation to a report, each person in a browser of their own.

One journey in nine stations, on the real product: web, worker, beat, PostgreSQL, Valkey, SMTP. It ends with a search
for the words that were typed: none of them may be in anything that the installation wrote.
"""

import csv
import io
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import PASSWORD, ZONE, Visitor, link_in

SENATE = Path(__file__).resolve().parents[3] / "shared/data/rosters/senate.csv"
INVENTED = Path(__file__).resolve().parents[1] / "data/roster.csv"
CANARIES = {
    "goal": "zebrafinch speaks first",
    "behavior": "quokkasmile in ten minutes",
    "why": "narwhaltusk waits for me",
    "check-in": "okapistripe twice this week",
    "next": "pangolinroll at the board",
    "help": "axolotlgill from Priya",
    "step": "wombatburrow call on Friday",
    "situation": "capybaracalm on Tuesday",
    "saw": "lemurleap before the answer",
    "did": "tapirtrail quiet room",
    "question": "ibexhorn what made you wait",
}


OFFICE = {"ola@walk.example", "hanne@walk.example"}


@pytest.fixture
def walk(browser, empty_installation):
    """Makes visitors: the office at desks, everybody else with a phone; no page may have complained in the end."""
    visitors = {}

    def visitor(name, email):
        if email not in visitors:
            device = DESKTOP if email in OFFICE else PHONE
            visitors[email] = Visitor(browser, empty_installation.url, name, email, device, prefix="walk-")
        return visitors[email]

    visitor.installation = empty_installation
    visitor.roster = SENATE if SENATE.exists() else INVENTED
    yield visitor
    assert {person.name: person.problems for person in visitors.values() if person.problems} == {}
    for person in visitors.values():
        person.context.close()


@pytest.mark.e2e
def test_the_walk_from_a_roster_to_a_report(walk):
    roster = people_in(walk.roster)
    owner = walk("Ola Owner", "ola@walk.example")
    hr, coach = walk("Hanne Hr", "hanne@walk.example"), walk("Jonas Coach", "jonas@walk.example")

    found(owner, walk.installation.start_url)
    invite_staff(owner, hr, coach)
    leave_and_come_back(hr)
    set_up_program(hr, walk.roster, roster)
    form_and_publish(hr, roster)

    member, peer = join(walk, hr, coach)
    now_session = schedule_sessions(coach, member)
    write_goal_and_step(member, peer)
    feedback(member, peer, coach)
    reminders(member, peer)
    record_attendance(coach, now_session)
    report(hr, roster)
    words_are_nowhere(walk.installation)


def people_in(path):
    """The rows of a roster file, by plain column names."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    columns = [name.strip().lower().replace(" ", "_").replace("-", "_") for name in rows[0]]
    people = [dict(zip(columns, (" ".join(cell.split()) for cell in row), strict=False)) for row in rows[1:]]
    return [person for person in people if person.get("email")]


def found(owner, start_url):
    """1. The owner founds the organization with the link from the terminal."""
    owner.open(start_url)
    owner.shot("first-start")
    owner.fill(organization="Walk & Co", name=owner.name, email=owner.email, password=PASSWORD)
    owner.page.locator("[name=timezone]").select_option(ZONE)
    owner.press("Create organization")
    owner.told("Your organization is ready")
    assert owner.page.url.endswith("/o/walk-co/programs/")
    assert owner.open(start_url).title().startswith("Not found") or "404" in owner.page.content()


def invite_staff(owner, hr, coach):
    """1. HR and a facilitator come by mail, verified by it."""
    for person, role in ((hr, "hr"), (coach, "facilitator")):
        owner.open("/o/walk-co/people/")
        owner.fill(email=person.email)
        owner.choose("role", role)
        owner.press("Send invitation")
        owner.told("on its way")
        owner.shot("people")
        person.open(link_in(person.mail("asks you to help"), "/welcome/"))
        person.shot("welcome")
        person.press("Continue")
        person.sign_up()
        person.press("Accept")
        person.told("Welcome to Walk & Co")
    owner.open("/o/walk-co/people/")
    owner.sees(hr.email)


def leave_and_come_back(hr):
    """1. Sign-out, a forgotten password, a new one by mail."""
    hr.sign_out()
    hr.open("/accounts/password/reset/")
    hr.fill(email=hr.email)
    hr.page.locator("main form button[type=submit]").first.click()
    hr.open(link_in(hr.mail("assword"), "/password/reset/"))
    hr.page.locator("[name=password1]").fill("another-long-phrase")
    if hr.page.locator("[name=password2]").count():
        hr.page.locator("[name=password2]").fill("another-long-phrase")
    hr.page.locator("main form button[type=submit]").first.click()
    hr.open("/")
    assert hr.page.url.endswith("/o/walk-co/programs/")


def set_up_program(hr, path, roster):
    """2. A program, a roster as it came, every row seen before anything is written."""
    hr.follow("Set up a program")
    hr.fill(name="Leading at scale")
    hr.page.locator("[name=timezone]").select_option("UTC")
    hr.shot("program-new")
    hr.press("Set up the program")
    hr.page.locator("[name=file]").set_input_files(str(path))
    hr.press("Look at the file")
    hr.sees("nothing of it has been written yet")
    hr.shot("roster-preview")
    for row in (roster[0], roster[-1]):
        hr.sees(row["name"].strip())
    hr.press("Accept the roster")
    hr.told(f"{len(roster)} people added")
    hr.shot("program")


def form_and_publish(hr, roster):
    """3. Groups by the hard rules, a facilitator, and no mail before publishing."""
    program = hr.page.url
    hr.press("Form groups")
    hr.page.wait_for_selector("main select", timeout=60_000)
    by_name = {row["name"].strip(): row for row in roster}
    for card in hr.page.locator("main .card").all():
        names = [name.strip() for name in card.locator(".person__name").all_text_contents()]
        rows = [by_name[name] for name in names]
        teams = [row["team"] for row in rows if row["team"]]
        levels = [int(row["level"]) for row in rows if row["level"]]
        emails = {row["email"].lower() for row in rows}
        assert 4 <= len(names) <= 8
        assert len(set(teams)) == len(teams)
        assert max(levels) - min(levels) <= 1
        managers = {
            row["manager_email"].lower() for row in rows if row["manager_email"].lower() != row["email"].lower()
        }
        assert not emails & managers
    for select in hr.page.locator("main select").all():
        select.select_option(label="Jonas Coach")
    hr.press("Save facilitators")
    hr.told("Nobody has been told yet")
    hr.shot("proposal")
    proposal = hr.page.url
    hr.open("/dev/mail/")
    assert hr.page.get_by_text("You are invited to group").count() == 0
    hr.open(proposal)
    hr.follow("Publish …")
    hr.press("Publish and invite")
    hr.told("The invitations are on their way")
    hr.shot("published")
    hr.open(program)


def join(walk, hr, coach):
    """4. Two people of one group: account, who sees what, charter; nothing is readable before."""
    coach.open(link_in(coach.mail("You facilitate group"), "/groups/"))
    group_url = coach.page.url.removesuffix("charter/")
    group = re.search(r"Charter of (.+)", coach.page.inner_text("h1"))[1]
    coach.press("I sign the charter")
    coach.told("You have signed")

    hr.open("/dev/mail/")
    rows = hr.page.locator("li, tr").filter(has_text=f"invited to group {group} of")
    expect(rows.nth(3)).to_be_visible(timeout=30_000)
    addresses = [re.search(r"\S+@\S+", text)[0].strip("<>,") for text in rows.all_inner_texts()]
    people = [walk("Amara Okafor", addresses[0]), walk("Priya Rao", addresses[1])]
    for person in people:
        person.open(link_in(person.mail("You are invited to group"), "/join/"))
        person.sees("Who will see what")
        person.shot("invitation")
        person.press("Continue")
        person.sign_up()
        person.press("Join the group")
        person.sees("The limits of confidentiality")
        person.shot("charter")
        assert person.open(f"{group_url}goals/").url.endswith("/charter/")
        person.press("I sign the charter")
        person.told("You have signed")
        person.shot("group")
        person.open("/")
        assert person.page.url.endswith("/today/")
        person.group_url = group_url
    coach.group_url = group_url
    return people


def schedule_sessions(coach, member):
    """5. A session in a minute and one tomorrow; the mail brings a calendar entry that follows the session."""
    moment = datetime.now(UTC) + timedelta(minutes=1, seconds=30)
    urls = {}
    for title, starts in (("Opening", moment), ("Second", datetime.now(UTC) + timedelta(hours=23))):
        coach.open(f"{coach.group_url}sessions/new/")
        coach.fill(title=title, date=f"{starts:%Y-%m-%d}", time=f"{starts:%H:%M}", place="Room Fjord")
        coach.page.locator("[name=timezone]").select_option("UTC")
        coach.shot("schedule")
        coach.press("Schedule and invite")
        coach.sees(title)
        urls[title] = coach.page.url
    coach.shot("session")

    member.mail(re.compile(r"^\s*Second of"))
    calendar = calendar_file(member)
    assert "METHOD:REQUEST" in calendar
    member.open(urls["Second"])
    member.press("I’m coming")
    member.shot("session-answered")
    coach.open(urls["Second"])
    coach.follow("Change time or place")
    coach.fill(place="Room Harbor")
    coach.press("Save and tell the group")
    member.mail(re.compile(r"^\s*Changed: Second of"))
    moved = calendar_file(member)
    uid = re.compile(r"UID:(\S+)")
    assert uid.search(moved)[1] == uid.search(calendar)[1]
    assert int(re.search(r"SEQUENCE:(\d+)", moved)[1]) > int(re.search(r"SEQUENCE:(\d+)", calendar)[1])
    return urls["Opening"]


def calendar_file(person):
    """The calendar file of the mail that is open."""
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name=re.compile(r"\.ics|calendar", re.I)).first.click()
    return Path(download.value.path()).read_text()


def write_goal_and_step(member, peer):
    """6. A goal, shared, with a check-in and a step that a peer will ask about."""
    member.open(f"{member.group_url}goals/")
    member.shot("board-empty")
    member.follow("Write a goal")
    target = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    member.fill(title=CANARIES["goal"], behavior=CANARIES["behavior"], why=CANARIES["why"], target_on=target)
    member.shot("goal-new")
    member.press("Save draft")
    member.told("Your draft is saved.")
    goal_url = member.page.url
    peer.open(f"{peer.group_url}goals/")
    assert CANARIES["goal"] not in peer.page.content()
    peer.open(goal_url)
    assert CANARIES["goal"] not in peer.page.content()
    member.open(goal_url)
    member.press("Share with the group")
    member.follow("Check in")
    member.fill(how_it_went=CANARIES["check-in"], what_next=CANARIES["next"], help_wanted=CANARIES["help"])
    member.choose("confidence", "6")
    member.shot("check-in")
    member.press("Save check-in")
    member.told("Your check-in is saved.")
    member.sees(CANARIES["check-in"])
    member.open(f"{member.group_url}steps/new/")
    member.fill(text=CANARIES["step"], due_on=target)
    member.page.locator("[name=asker]").select_option(label="Priya Rao")
    member.press("Save step")
    member.told("Your step is saved.")
    peer.open(f"{peer.group_url}goals/")
    peer.sees(CANARIES["goal"])
    peer.sees(CANARIES["step"])
    peer.shot("board")
    member.open("/today/")
    member.sees(CANARIES["step"])
    member.shot("today")


def feedback(member, peer, coach):
    """7. A note that only the two can read."""
    member.open(f"{member.group_url}feedback/new/")
    member.page.locator("[name=recipient]").select_option(label="Priya Rao")
    member.choose("kind", "keep")
    member.fill(
        situation=CANARIES["situation"], behavior=CANARIES["saw"], impact=CANARIES["did"], question=CANARIES["question"]
    )
    member.shot("note-new")
    member.press("Send note")
    member.told("Your note is with Priya Rao.")
    peer.open("/today/")
    peer.shot("today")
    peer.page.get_by_role("link", name=re.compile("A note from Amara")).first.click()
    note_url = peer.page.url
    peer.page.locator("main form button").first.click()
    peer.sees(CANARIES["did"])
    peer.shot("letter")
    coach.open(note_url)
    assert CANARIES["did"] not in coach.page.content()
    coach.open(f"{coach.group_url}feedback/")
    assert "Amara" not in coach.page.inner_text("main")


def reminders(member, peer):
    """8. “Session tomorrow”, once, by the worker; and a link that stops such mails for whoever presses it."""
    text = member.mail(re.compile(r"^\s*(Tomorrow|Today) at \S+ Second"))
    assert not any(word in text for word in CANARIES.values())
    member.open(link_in(text, "/mail/stop/"))
    member.shot("unsubscribe")
    member.page.locator("main form button").first.click()
    member.open("/you/mail/")
    member.shot("preferences")
    peer.mail(re.compile(r"^\s*(Tomorrow|Today) at \S+ Second"))


def record_attendance(coach, session_url):
    """5. Once the session has begun, who was there."""
    coach.open(session_url)
    for _second in range(100):
        if coach.page.get_by_role("link", name="Record attendance").count():
            break
        coach.page.wait_for_timeout(1000)
        coach.page.reload()
    coach.follow("Record attendance")
    for present in coach.page.locator("input[type=radio][value=present]").all():
        present.check()
    coach.shot("attendance")
    coach.press("Save attendance")
    coach.sees("Was there")
    coach.shot("attended")


def report(hr, roster):
    """9. HR sees who takes part, and not a word."""
    hr.open("/o/walk-co/report/")
    hr.shot("report")
    page = hr.page.inner_text("main")
    assert "This is all we can see" in page
    assert not any(word in page for word in CANARIES.values())
    with hr.page.expect_download() as download:
        hr.page.get_by_role("link", name=re.compile("CSV")).first.click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) > 1
    assert Axe().run(hr.page).violations_count == 0


def words_are_nowhere(installation):
    """No word that was typed is in the data folder, the logs, the mails or Valkey; a place, which is plain, is."""
    subprocess.run(["sync"], check=True)
    parts = {path: path.read_bytes() for path in installation.data.rglob("*") if path.is_file()}
    held = lambda words: {str(path.relative_to(installation.data)) for path, data in parts.items() if words in data}  # noqa: E731

    assert held(b"Room Harbor"), "the search finds nothing at all"
    assert any(path.startswith("mail") for path in held(b"Room Harbor"))
    for words in CANARIES.values():
        assert held(words.split()[0].encode()) == set()
