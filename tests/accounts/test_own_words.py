"""The copy of one's own words: nothing of one's own is missing, and nothing of another's is in it."""

import json
import re
from html import unescape

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import own_words
from accounts.models import Person
from common.actor import acting_as
from common.fences import SELF, RowSecurity
from common.models import AuditEntry, ScopeKey
from common.sealed import SealedTextField
from feedback.models import (
    AirFlag,
    FeedbackNote,
    FeedbackRequest,
    HelpRequest,
    Introduction,
    Mirror,
    MirrorChoice,
    NoteAnswer,
    WatchedBehavior,
)
from goals.models import ActionStep, CheckIn, ConversationTurn, Goal, GoalVersion, JournalEntry, ProgressReading
from groups.models import Charter, Draft, Membership
from tests.accounts import planting
from tests.accounts.planting import SHORT, build_life, peers_words, sealed_fields, write_everything
from tests.architecture.pages import DOCS
from tests.factories import NOW, CheckInFactory, FeedbackNoteFactory, MembershipFactory

FORMS = {"html": "accounts:own_words_html", "json": "accounts:own_words_json"}
WORDED = [
    Goal,
    GoalVersion,
    CheckIn,
    ActionStep,
    ProgressReading,
    FeedbackNote,
    Draft,
    Charter,
    JournalEntry,
    NoteAnswer,
    HelpRequest,
    FeedbackRequest,
    ConversationTurn,
    WatchedBehavior,
    AirFlag,
    Introduction,
    Mirror,
    MirrorChoice,
]
# Whose rows about a person are not in the copy, and why.
NOT_IN_THE_COPY = {
    "goals.CheckInLink": "links in mails of reminders, by their hash; they open nothing to read",
    "account.EmailAddress": "the address stands under the account",
    "mfa.Authenticator": "secrets of signing in",
    "accounts.StaffInvitation": "an organization's invitation to somebody else, which one sent on its behalf",
    "nudges.Nudge": "a mail about something that is in the copy; ids only",
    "groups.Program": "the organization's, whoever set it up",
    "groups.RosterUpload": "the organization's, whoever uploaded it",
    "groups.Formation": "the organization's, whoever asked for it",
    "groups.PastConsent": "about somebody who came later; it is gone once they are let in or have left",
    "coaching_sessions.CoachingSession": "the group's, whoever set it; one's own answers name it",
}


@pytest.fixture
def life(arranging):
    with arranging():
        return build_life(name="Mina Moss", email="mina@moss.example")


@pytest.fixture
def take(as_person):
    """``take(person, form)`` → the text of their copy, as the site sends it."""

    def ask(person, form="json"):
        response = as_person(person).post(reverse(FORMS[form]))
        assert response.status_code == 200
        return response.content.decode()

    return ask


def found(words, text):
    return {word for word in words if word in text}


# What is in it -------------------------------------------------------------------------------------------------------


def test_every_sealed_column_has_its_word_planted(life):
    columns = {column for words in life.mine.values() for column in words}

    assert columns | SHORT == sealed_fields()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_ones_own_is_missing(take, life, form):
    text = take(life.person, form)

    assert found(planting.own_words(life), text) == planting.own_words(life)
    assert text.count(life.to_me) == 8  # a feedback note and what was noticed, in each of four places
    facts = {
        "Mina Moss", "mina@moss.example", "Home Works", "Abroad Works", "Group Here", "Group Left", "Group Back",
        "Tidal Team", "As Uploaded", "Priya Peer", *(f"Session-{tag}" for tag in life.mine),
    }  # fmt: skip
    assert found(facts, text) == facts


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_peer_is_in_it(take, life, form):
    assert found(peers_words(life), take(life.person, form)) == set()
    assert found(peers_words(life), take(life.peer, form)) == peers_words(life)


def test_short_answers_are_in_it_too(take, life):
    copy = json.loads(take(life.person))

    assert [row["confidence"] for row in copy["check_ins"]] == ["7"] * 4
    assert [row["kind"] for row in copy["notes_written"]] == ["try"] * 4
    assert [row["value"] for row in copy["readings_given"]] == ["-1"] * 4
    assert sum(row["about"].startswith("asked-of-me-") for row in copy["feedback_asked"]) == 4
    assert [row["words"][:12] for row in copy["words_received"]] == ["words-to-me-"] * 4
    assert {row["ended_as"] for row in copy["mirror_asked"]} == {"given"}
    assert [(row["part"], row["text"][:13]) for row in copy["answers_received"]] == [("answer", "answer-to-me-")] * 4
    assert [(row["value"], row["suggestion"][:14]) for row in copy["readings_received"]] == [
        ("2", "reading-to-me-")
    ] * 4
    assert {row["goal_id"] for row in copy["journal"]} <= {row["id"] for row in copy["goals"]}
    assert len(copy["journal"]) == 2


def test_facts_tell_when_and_with_whom(take, life):
    copy = json.loads(take(life.person))

    assert sorted((row["group_name"] or "", row["ended_as"], bool(row["left_at"])) for row in copy["memberships"]) == [
        ("", "", False),
        ("Group Back", "", False),
        ("Group Back", "left", True),
        ("Group Here", "", False),
        ("Group Left", "left", True),
    ]
    assert {row["asker_name"] for row in copy["steps"]} == {"Priya Peer"}
    assert {row["to_name"] for row in copy["notes_written"]} == {"Priya Peer"}
    assert {row["from_name"] for row in copy["notes_received"]} == {"Priya Peer"}
    assert copy["goals"][0]["target_on"] == "2027-06-30"
    assert copy["goals"][0]["shared_at"] == "2027-01-19T09:00:00+00:00"
    assert [(row["answer"], row["presence"]) for row in copy["sessions"]] == [("late", "present")] * 4
    assert [row["role"] for row in copy["duties"]] == ["facilitator"]
    assert len(copy["sign_ins"]) == 1


def test_a_group_one_never_signed_into_has_no_name(take, life):
    assert "Unseen Door" not in take(life.person)


def test_who_has_left_every_group_takes_it_all_the_same(take, life, arranging):
    with arranging():
        Membership.objects.filter(person=life.person).update(left_at=NOW)

    text = take(life.person)

    assert found(planting.own_words(life), text) == planting.own_words(life)
    assert found(peers_words(life), text) == set()


def test_somebody_with_nothing_gets_a_copy_that_says_so(take, world):
    copy = json.loads(take(world.people["super"]))

    assert {name for name, rows in copy.items() if rows} == {"about", "account", "sign_ins"}


# Its walls, each alone -----------------------------------------------------------------------------------------------


def rows_of_others(life):
    """By bare ``Model.objects.all()`` in the role SELF: models of which somebody finds what is not theirs."""
    author = {
        "FeedbackNote": "author", "NoteAnswer": "author", "ProgressReading": "author", "Charter": "written_by",
        "JournalEntry": "person", "ConversationTurn": "author",
        "MirrorChoice": "author",
    }  # fmt: skip
    mine = {one.pk for one in life.memberships.values()} | {life.person.pk}
    with acting_as(SELF, person=life.person):
        return {
            model.__name__
            for model in WORDED
            for row in model.objects.all()
            if getattr(row, f"{author.get(model.__name__, 'membership')}_id") not in mine
            and getattr(row, "recipient_id", None) not in {one.pk for one in life.memberships.values()}
            and getattr(row, "peer_id", None) not in {one.pk for one in life.memberships.values()}
        }


def open_row_security(models):
    """Statements that let the role SELF read every row of these tables."""
    return [
        f"CREATE POLICY sabotage ON {model._meta.db_table} FOR SELECT TO colloquy_self USING (true)" for model in models
    ]


def test_row_security_alone_shows_only_ones_own(life):
    assert rows_of_others(life) == set()


def test_that_row_security_does_it(life, as_owner):
    with as_owner(*open_row_security(WORDED)):
        assert rows_of_others(life) == {model.__name__ for model in WORDED}


def test_the_collectors_alone_take_only_ones_own(take, life, as_owner):
    with as_owner(*open_row_security([*WORDED, Membership])):
        text = take(life.person)

    assert found(planting.own_words(life), text) == planting.own_words(life)
    assert found(peers_words(life), text) == set()


def test_a_collector_that_takes_all_is_noticed_when_row_security_is_open(take, life, as_owner):
    everything = own_words.Section(
        "goals",
        "Goals",
        {"title": "Goal"},
        lambda person: [{"title": own_words.opened(g.title)} for g in Goal.objects.all()],
    )
    ours = {section.name: section for section in own_words.sections()}["goals"]
    own_words.register(everything)
    try:
        walled = take(life.person)
        with as_owner(*open_row_security([Goal])):
            leaking = take(life.person)
    finally:
        own_words.register(ours)

    assert found(peers_words(life), walled) == set()
    assert found(peers_words(life), leaking) == {words["goals.Goal.title"] for words in life.theirs.values()}


def test_no_page_but_these_runs_as_self(as_person, life):
    """The member's own pages of a group that they left stay closed."""
    left = life.memberships["own-left0"]

    assert as_person(life.person).get(reverse("goals:board", args=[left.group_id])).status_code == 404


# Growth --------------------------------------------------------------------------------------------------------------


def about_people():
    """Every model that holds a sealed text, or points at a person or a membership."""
    return {
        model
        for model in apps.get_models()
        for one in model._meta.get_fields()
        if isinstance(one, SealedTextField)
        or (one.many_to_one or one.one_to_one)
        and one.concrete
        and one.related_model in {Person, Membership}
    }


def test_every_model_about_a_person_is_in_the_copy_or_said_not_to_be():
    covered = {model._meta.label for section in own_words.sections() for model in section.covers}

    assert {model._meta.label for model in about_people()} <= covered | set(NOT_IN_THE_COPY)
    assert covered & set(NOT_IN_THE_COPY) == set()
    assert set(NOT_IN_THE_COPY) <= {model._meta.label for model in about_people()}


def test_the_docs_list_every_key_of_the_file(take, life):
    text = (DOCS / "own-words.md").read_text()
    listed = {
        name: set(re.findall(r"`(\w+)`", keys))
        for name, keys in re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|$", text, re.M)
    }

    copy = json.loads(take(life.person))

    assert listed == {name: set(rows if name == "about" else rows[0]) for name, rows in copy.items()}


def test_every_label_is_a_key_of_its_entries(as_person, life):
    as_person(life.person)
    with acting_as(SELF, person=life.person):
        for section in own_words.sections():
            assert set(section.labels) <= set(list(section.collect(life.person))[0]), section.name
            assert set(section.choices) <= set(section.labels), section.name


def queries_for(person):
    with acting_as(SELF, person=person):
        counts = {}
        for section in own_words.sections():
            connection.colloquy_keys = {}
            with CaptureQueriesContext(
                connection,
            ) as queries:
                list(section.collect(person))
            counts[section.name] = len(queries)
    return counts


def test_more_rows_ask_no_more_questions(life, arranging):
    before = queries_for(life.person)
    with arranging():
        for number in range(2):
            mine, peer = (
                life.memberships["own-here0"],
                Membership.objects.get(group=life.memberships["own-here0"].group, person=life.peer),
            )
            write_everything(mine, peer, f"more-{number}")
            FeedbackNoteFactory(author=peer, recipient=mine)

    assert queries_for(life.person) == before


@pytest.mark.parametrize("form", FORMS)
def test_five_thousand_check_ins_ask_no_more_than_a_few(take, life, arranging, form):
    def taken():
        with CaptureQueriesContext(connection) as asked:
            size = len(take(life.person, form))
        return size, len(asked)

    few = taken()
    with arranging():
        goal = Goal.objects.filter(membership=life.memberships["own-here0"]).first()
        CheckIn.objects.bulk_create(CheckInFactory.build_batch(5000, goal=goal))
    many = taken()

    assert many[1] == few[1]
    assert many[0] > 500_000 > few[0]


# The file ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "kind"), [("html", "text/html; charset=utf-8"), ("json", "application/json")])
def test_it_is_a_file_that_nothing_keeps(as_person, life, form, kind):
    response = as_person(life.person).post(reverse(FORMS[form]))

    assert response["Content-Type"] == kind
    assert re.fullmatch(rf'attachment; filename="my-words-\d{{4}}-\d\d-\d\d\.{form}"', response["Content-Disposition"])
    assert response["Cache-Control"] == "no-store, private"


def test_the_page_needs_nothing_from_anywhere_and_runs_nothing(take, life, arranging):
    with arranging():
        write_everything(
            life.memberships["own-here0"],
            MembershipFactory(group=life.memberships["own-here0"].group),
            "<script>alert(1)</script>",
        )

    page = take(life.person, "html")

    assert re.findall(r'(?:src|href)="(?!#|data:text/css;base64,)', page) == []
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page


def test_what_is_typed_keeps_its_lines_and_codes_have_words(take, life):
    page = take(life.person, "html")

    assert "Something to try" in page
    assert "19 January 2027, 09:00" in page
    assert "white-space: pre-line" in own_words._style().decode()


def test_times_are_in_the_zone_of_whose_it_is(take, life, arranging):
    with arranging():
        Person.objects.filter(pk=life.person.pk).update(timezone="Asia/Tokyo")

    page = take(life.person, "html")

    assert "19 January 2027, 18:00" in page
    assert "Asia/Tokyo" in page


@pytest.mark.parametrize("form", FORMS)
def test_a_text_whose_key_was_destroyed_is_said_to_be_gone(take, life, arranging, form):
    lost = life.memberships["own-left0"].group_id
    with arranging():
        destroyed = ScopeKey.objects.filter(scope_kind="group", scope_id=lost).update(wrapped=b"", retired_at=NOW)

    text = take(life.person, form)

    # a journal has its writer's own key, as drafts have
    of_others = ("groups.", "goals.JournalEntry.")
    gone = {word for column, word in life.mine["own-left0"].items() if not column.startswith(of_others)}
    assert destroyed == 1
    assert found(planting.own_words(life), text) == planting.own_words(life) - gone
    assert ("can no longer be read" if form == "html" else '"unreadable": true') in text


def test_a_missing_key_file_is_said_and_gives_no_copy(as_person, life, settings, arranging):
    settings.COLLOQUY_KEY_FILE = "/nowhere/colloquy.key"

    answer = as_person(life.person).post(reverse(FORMS["json"]))

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "key" in answer.content.decode()

    with arranging():
        assert not AuditEntry.objects.filter(act="copy_taken").exists()


# Who, and how --------------------------------------------------------------------------------------------------------


def test_taking_it_is_noted_for_the_person_alone(take, life, arranging):
    take(life.person, "json")

    with arranging():
        entry = AuditEntry.objects.get(act="copy_taken")
    assert (entry.circle, entry.actor_id, entry.subject_id) == ("person", life.person.pk, life.person.pk)
    assert (entry.organization_id, entry.group_id, entry.facts) == (None, None, {"form": "json"})


@pytest.mark.parametrize("name", [*FORMS.values(), "accounts:erase"])
def test_whoever_signed_in_a_while_ago_is_asked_first(as_person, life, with_password, arranging, name):
    response = as_person(with_password(life.person), minutes_ago=6).post(reverse(name))

    assert response.url.startswith("/accounts/reauthenticate/")
    with arranging():
        assert not AuditEntry.objects.filter(act="copy_taken").exists()


def test_the_page_lists_what_the_copy_holds(as_person, life):
    page = as_person(life.person).get(reverse("accounts:own_words")).content.decode()

    listed = [unescape(title) for title in re.findall(r"<li>([^<]+)</li>", page)]
    assert listed == [str(section.title) for section in own_words.sections()]


def test_settings_lead_to_it(as_person, life):
    assert reverse("accounts:own_words") in as_person(life.person).get(reverse("accounts:settings")).content.decode()


def test_the_role_changes_nothing_but_what_erasing_deletes():
    verbs = {
        model._meta.label: {
            verb for grant in constraint.grants if grant.role == SELF for verb in (*grant.verbs, *grant.columns)
        }
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, RowSecurity)
    }

    deleting = {label for label, found in verbs.items() if "DELETE" in found}
    assert deleting == {
        "accounts.SignIn", "groups.Draft", "groups.PairInvitation", "groups.ParticipantProfile",
        "goals.Goal", "goals.CheckIn", "goals.ActionStep",
        "goals.StepMove", "goals.StepKept", "goals.AskerAnswer", "feedback.FeedbackNote", "feedback.NoteAnswer",
        "feedback.HelpRequest", "feedback.FeedbackRequest", "feedback.WatchedBehavior",
        "feedback.AirFlag", "feedback.Introduction", "feedback.Mirror", "feedback.MirrorChoice",
        "goals.CheckInNote", "goals.CheckInRhythm", "goals.CheckInPartner", "goals.RotationPlace",
        "goals.GoalVersion", "goals.ProgressReading", "goals.ConversationTurn",
        "goals.JournalEntry",
    }  # fmt: skip
    assert {label for label, found in verbs.items() if found - {"SELECT", "DELETE"}} == {"common.AuditEntry"}
