"""Erasing an account: what goes is gone, what stays says nothing of who it was, and nobody else loses anything."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django.urls import reverse

from accounts.erasing import erase_account
from accounts.models import Duty, OrganizationRole, Person, SignIn, StaffInvitation
from accounts.services import LastOwner
from accounts.signals import person_erased
from common.actor import acting_as
from common.fences import MEMBER
from common.models import AuditEntry
from feedback.models import (
    AirFlag,
    FeedbackNote,
    FeedbackRequest,
    HelpRequest,
    Introduction,
    Mirror,
    MirrorAsk,
    MirrorChoice,
    NoteAnswer,
    WatchedBehavior,
)
from goals.models import (
    ActionStep,
    AskerAnswer,
    CheckIn,
    ConversationTurn,
    Goal,
    GoalVersion,
    PairConversation,
    ProgressReading,
    ReadingRequest,
    StepKept,
    StepMove,
)
from groups.models import CharterSignature, Draft, Membership, Participant
from groups.receivers import withdraw_all_words
from nudges.models import Nudge, Unsubscription
from sessions.models import Attendance
from tests.accounts import planting
from tests.accounts.conftest import PASSWORD
from tests.accounts.planting import build_life, tables_with
from tests.factories import (
    NOW,
    GoalFactory,
    InvitationFactory,
    NudgeFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    PersonFactory,
)
from tests.locks import somebody_waits
from tests.nudges.sending import send_all

NAME, ADDRESS = "Quilla Zephyrine", "quilla@zephyrine.example"
FORMER = "A former member"
GONE = {
    "goals": (Goal, "membership"),
    "check-ins": (CheckIn, "membership"),
    "steps": (ActionStep, "membership"),
    "moves": (StepMove, "membership"),
    "days kept": (StepKept, "membership"),
    "versions of goals": (GoalVersion, "membership"),
    "readings given": (ProgressReading, "author"),
    "notes written": (FeedbackNote, "author"),
    "answers written": (NoteAnswer, "author"),
    "feedback asked for": (FeedbackRequest, "membership"),
    "help asked for": (HelpRequest, "membership"),
    "what was to be watched": (WatchedBehavior, "membership"),
    "flags raised": (AirFlag, "membership"),
    "introductions": (Introduction, "membership"),
    "mirrors": (Mirror, "membership"),
    "words picked": (MirrorChoice, "author"),
    "turns in conversations": (ConversationTurn, "author"),
    "drafts": (Draft, "membership"),
}
STAYS = {
    "memberships": (Membership, "pk"),
    "signatures": (CharterSignature, "membership"),
    "answers": (Attendance, "membership"),
    "notes received": (FeedbackNote, "recipient"),
    "feedback one was asked for": (FeedbackRequest, "peer"),
    "answers received": (NoteAnswer, "recipient"),
    "words peers picked": (MirrorChoice, "recipient"),
    "mirrors asked for": (MirrorAsk, "membership"),
    "mirrors one was asked for": (MirrorAsk, "peer"),
    "readings received": (ProgressReading, "recipient"),
    "turns of partners": (ConversationTurn, "reader"),
    "conversations": (PairConversation, "coachee"),
    "readings asked for": (ReadingRequest, "membership"),
    "readings one was asked for": (ReadingRequest, "peer"),
}

# What an organization uploaded or typed itself, and the mail of an invitation: the page and docs/operations.md say so.
OF_THE_ORGANIZATION = {"groups_participant", "groups_invitation", "accounts_staffinvitation", "nudges_nudge"}


@pytest.fixture
def life(arranging):
    with arranging():
        return build_life(name=NAME, email=ADDRESS)


@pytest.fixture
def left_over(life, arranging):
    """``left_over()`` → how many rows of each kind there are, of the person's memberships and of others'."""

    def count():
        own = [one.pk for one in life.memberships.values()]
        with arranging():
            return {
                what: (model.objects.filter(**{f"{column}__in": own}).count(), model.objects.count())
                for what, (model, column) in {**GONE, **STAYS}.items()
            }

    return count


def press(client, email=ADDRESS):
    return client.post(reverse("accounts:erase"), {"email": email})


def read(client, name, *args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


# What goes, what stays -----------------------------------------------------------------------------------------------


def test_what_one_wrote_goes_and_what_others_wrote_stays(as_person, life, left_over):
    before = left_over()

    assert press(as_person(life.person)).url == reverse("accounts:erased")

    after = left_over()
    assert {what: own for what, (own, _) in before.items() if not own} == {}
    assert {what: after[what] for what in GONE} == {what: (0, before[what][1] - before[what][0]) for what in GONE}
    received = {
        "notes received", "answers received", "readings received", "feedback one was asked for", "turns of partners",
        "words peers picked",
    }  # fmt: skip
    assert {what: after[what] for what in STAYS.keys() - received} == {
        what: before[what] for what in STAYS.keys() - received
    }
    assert {what: after[what][0] for what in received} == {what: before[what][0] for what in received}


def test_that_nothing_is_left_rests_on_the_apps_that_hear_of_it(as_person, life, left_over):
    before = left_over()
    person_erased.disconnect(withdraw_all_words)
    try:
        press(as_person(life.person))
    finally:
        person_erased.connect(withdraw_all_words)

    assert left_over() == before


def test_name_and_address_are_in_no_table_but_the_organizations_own(as_person, life, arranging):
    with arranging():
        Participant.objects.filter(person=life.person).update(name=NAME, email=ADDRESS)
        Unsubscription.objects.create(email=ADDRESS, kind="step_due")
        participant = Participant.objects.get(name=NAME)
        InvitationFactory(participant=participant, group=life.memberships["own-here0"].group, email=ADDRESS)
        StaffInvitation.objects.create(
            organization=participant.organization, email=ADDRESS, role=Duty.HR, invited_by=life.peer,
            token_hash="x", expires_at=NOW,
        )  # fmt: skip
        NudgeFactory(recipient=None, email=ADDRESS, kind="group_invitation")
        everywhere = tables_with(NAME) | tables_with(ADDRESS)

    press(as_person(life.person))

    with arranging():
        assert everywhere == {
            "accounts_person", "account_emailaddress", "nudges_unsubscription", *OF_THE_ORGANIZATION,
        }  # fmt: skip
        assert tables_with(NAME) | tables_with(ADDRESS) == OF_THE_ORGANIZATION
        assert Participant.objects.get(name=NAME).person_id is None


def test_what_sign_in_knew_is_gone(as_person, life, with_password, arranging):
    with_password(life.person)
    client, elsewhere = as_person(life.person), as_person(life.person)
    Authenticator.objects.create(user=life.person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    with arranging():
        assert SignIn.objects.filter(person=life.person).count() == 2
    others = Session.objects.count()

    press(client)

    person = Person.objects.get(pk=life.person.pk)
    assert (person.is_active, person.has_usable_password(), person.email, person.timezone) == (
        False, False, f"erased-{person.pk}@erased.invalid", "UTC",
    )  # fmt: skip
    with arranging():
        left = [
            model.objects.filter(**{key: life.person}).count()
            for model, key in ((SignIn, "person"), (EmailAddress, "user"), (Authenticator, "user"))
        ]
    assert left == [0, 0, 0]
    assert Session.objects.count() == others - 2
    assert elsewhere.get(reverse("accounts:settings")).url.startswith("/accounts/login/")
    assert authenticate(RequestFactory().post("/"), email=ADDRESS, password=PASSWORD) is None


def test_a_session_that_the_list_does_not_name_ends_too(as_person, life, arranging):
    client, elsewhere = as_person(life.person), as_person(life.person)
    with arranging():
        SignIn.objects.filter(person=life.person).delete()

    press(client)

    assert elsewhere.get(reverse("accounts:settings")).url.startswith("/accounts/login/")


def test_duties_and_places_end_with_it(as_person, life, arranging):
    press(as_person(life.person))

    with arranging():
        assert not OrganizationRole.objects.filter(person=life.person).exists()
        open_ones = Membership.objects.filter(person=life.person, left_at=None)
        assert not open_ones.exists()
        assert Membership.objects.filter(person=life.person, ended_as="erased").count() == 3


def test_the_trail_says_that_it_happened_and_holds_ids_only(as_person, life, arranging):
    press(as_person(life.person))

    with arranging():
        entries = list(AuditEntry.objects.order_by("at", "act"))
        assert sorted(entry.act for entry in entries) == [
            "account_erased", "duty_ended", "membership_erased", "membership_erased", "membership_erased",
        ]  # fmt: skip
        assert {(entry.actor_id, entry.subject_id) for entry in entries} == {(life.person.pk, life.person.pk)}
        assert not any(word in json.dumps([entry.facts for entry in entries]) for word in (NAME, ADDRESS))


def test_a_mail_that_is_owed_is_not_sent_any_more(as_person, life, arranging):
    with arranging():
        nudge = NudgeFactory(recipient=life.person, kind="step_due", context={})

    press(as_person(life.person))
    send_all()

    with arranging():
        assert Nudge.objects.values_list("state", "reason").get(pk=nudge.pk) == ("dropped", "The account is closed")


def test_the_address_is_free_for_somebody_new(as_person, life):
    press(as_person(life.person))

    assert PersonFactory(email=ADDRESS).pk != life.person.pk


# What others see -----------------------------------------------------------------------------------------------------


def test_peers_read_that_it_was_a_former_member(as_person, life, arranging):
    here = life.memberships["own-here0"]
    with arranging():
        peers = Membership.objects.get(group=here.group, person=life.peer)
        ActionStep.objects.filter(membership=peers).update(asker=here)
        note = FeedbackNote.objects.get(author=peers, recipient=here)
    peer = as_person(life.peer)
    pages = [
        ("goals:board", here.group_id),
        ("feedback:note", here.group_id, note.pk),
    ]
    before = [read(peer, *page) for page in pages]

    press(as_person(life.person))

    after = [read(peer, *page) for page in pages]
    named = [(NAME.split()[0] in page, FORMER in page) for page in (*before, *after)]
    # Whoever is gone asks about nothing any more; their note stays with whom it was written to.
    assert named == [(True, False)] * 2 + [(False, False), (False, True)]


def test_what_one_said_when_asked_goes_and_so_do_answers_about_ones_own_steps(as_person, life, arranging):
    mine = {membership.pk for membership in life.memberships.values()}
    with arranging():
        assert AskerAnswer.objects.filter(membership__in=mine).exists()
        assert AskerAnswer.objects.filter(step__membership__in=mine).exists()

    press(as_person(life.person))

    with arranging():
        left = AskerAnswer.objects.values_list("membership", "step__membership")
        assert left
        assert not any(mine & set(pair) for pair in left)


def test_a_peers_copy_names_nobody_who_is_gone(as_person, life):
    press(as_person(life.person))

    text = as_person(life.peer).post(reverse("accounts:own_words_json")).content.decode()

    assert NAME not in text
    assert {row["to_name"] for row in json.loads(text)["notes_written"]} >= {FORMER}
    assert not any(word in text for word in planting.own_words(life))


@pytest.mark.parametrize("how", ["loaded", "values", "through a membership", "short", "annotated"])
def test_every_way_to_a_name_gives_the_same(as_person, life, how):
    press(as_person(life.person))

    with acting_as(MEMBER, person=life.peer):
        person = Person.objects.get(pk=life.person.pk)
        names = {
            "loaded": person.name,
            "values": Person.objects.values_list("name", flat=True).get(pk=person.pk),
            "through a membership": Membership.objects.filter(person=person).values_list("person__name", flat=True)[0],
            "short": person.get_short_name(),
            "annotated": str(person),
        }
    assert names[how] == FORMER


# Who may, and who may not --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["member", "former", "unsigned", "facilitator", "hr", "coach", "stranger", "super"])
def test_whoever_it_is_can_be_erased(as_person, world, who):
    person = world.people[who]

    assert press(as_person(person), person.email).url == reverse("accounts:erased")

    assert Person.objects.get(pk=person.pk).is_erased


def test_the_only_owner_hands_over_first_and_loses_nothing(as_person, world, arranging):
    owner = world.people["owner"]
    with arranging():
        OrganizationRoleFactory(organization=OrganizationFactory(), person=owner, role=Duty.HR)
        before = sorted(OrganizationRole.objects.values_list("pk", flat=True))

    response = press(as_person(owner), owner.email)

    assert response.status_code == 422
    assert "Nothing was erased. Under People, invite another." in response.content.decode()
    with arranging():
        assert sorted(OrganizationRole.objects.values_list("pk", flat=True)) == before
        assert not AuditEntry.objects.exists()
    assert not Person.objects.get(pk=owner.pk).is_erased


def test_one_of_two_owners_may_go(as_person, world, arranging):
    with arranging():
        OrganizationRoleFactory(organization=world.organization, person=world.people["hr"], role=Duty.OWNER)

    press(as_person(world.people["owner"]), world.people["owner"].email)

    assert Person.objects.get(pk=world.people["owner"].pk).is_erased


@pytest.mark.parametrize("typed", ["", "somebody@else.example", "not an address"])
def test_another_address_erases_nothing(as_person, life, left_over, typed):
    before = left_over()

    response = press(as_person(life.person), typed)

    assert response.status_code == 422
    assert left_over() == before


def test_the_address_may_be_typed_in_capitals(as_person, life):
    press(as_person(life.person), ADDRESS.upper())

    assert Person.objects.get(pk=life.person.pk).is_erased


def test_looking_at_the_page_changes_nothing(as_person, life, left_over):
    before = left_over()

    page = read(as_person(life.person), "accounts:erase")

    assert left_over() == before
    assert all(words in page for words in ("What goes", "What stays", "Take a copy of your own words"))


def test_what_was_pressed_is_done_as_soon_as_it_is_them(as_person, life, with_password):
    client = as_person(with_password(life.person), minutes_ago=6)
    asked = press(client)
    assert not Person.objects.get(pk=life.person.pk).is_erased

    done = client.post(asked.url, {"password": PASSWORD})

    assert done.url == reverse("accounts:erased")
    assert Person.objects.get(pk=life.person.pk).is_erased
    assert client.get(done.url).status_code == 200


def test_a_second_press_finds_nobody_and_harms_nothing(as_person, life, left_over, arranging):
    client = as_person(life.person)
    press(client)
    after = left_over()

    assert press(client).status_code == 401
    erase_account(person=life.person)

    assert left_over() == after
    with arranging():
        assert AuditEntry.objects.filter(act="account_erased").count() == 1


def test_a_part_that_fails_stops_all_of_it(life, left_over):
    before = left_over()

    def fail(sender, **kwargs):
        raise DatabaseError("no")

    person_erased.connect(fail)
    try:
        with pytest.raises(DatabaseError):
            erase_account(person=life.person)
    finally:
        person_erased.disconnect(fail)

    assert left_over() == before
    assert not Person.objects.get(pk=life.person.pk).is_erased


def test_nobody_erases_a_peer_in_the_database(life, as_owner):
    """As SELF one deletes one's own; a peer's rows are not found."""

    def delete_all():
        with acting_as("colloquy_self", person=life.person):
            return CheckIn.objects.exclude(membership__person=life.person).delete()[0]

    assert delete_all() == 0
    with as_owner(
        "CREATE POLICY sabotage_read ON goals_checkin FOR SELECT TO colloquy_self USING (true)",
        "CREATE POLICY sabotage ON goals_checkin FOR DELETE TO colloquy_self USING (true)",
    ):
        assert delete_all() == 6


# Two at once ---------------------------------------------------------------------------------------------------------


def together(*works):
    """Run these at once, each on its own connection; what each returned."""
    gate = Barrier(len(works))

    def run(work):
        try:
            gate.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_at_once_erases_once(arranging, life):
    together(*[lambda: erase_account(person=life.person)] * 2)

    with arranging():
        assert AuditEntry.objects.filter(act="account_erased").count() == 1
        assert not Goal.objects.filter(membership__person=life.person).exists()


def waits_or_is_done(future):
    """Whether, sooner or later, somebody waits for a lock; False when ``future`` is done without."""
    deadline = time.monotonic() + 20
    while not future.done():
        assert time.monotonic() < deadline
        if somebody_waits():
            return True
    return False


@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_at_that_moment_is_erased_too(arranging, life):
    def work():
        try:
            erase_account(person=life.person)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with acting_as(MEMBER, person=life.person):
            late = GoalFactory(membership=life.memberships["own-here0"])
            erasing = pool.submit(work)
            waited = waits_or_is_done(erasing)
        erasing.result(timeout=20)

    with arranging():
        assert (waited, Goal.objects.filter(pk=late.pk).exists()) == (True, False)
    with pytest.raises(DatabaseError, match="row-level security"), acting_as(MEMBER, person=life.person):
        GoalFactory(membership=life.memberships["own-here0"])


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_go_at_once_one_stays(arranging):
    with arranging():
        organization = OrganizationFactory()
        owners = [
            OrganizationRoleFactory(organization=organization, role=Duty.OWNER, person=PersonFactory()).person
            for _ in range(2)
        ]

    def leave(owner):
        try:
            erase_account(person=owner)
        except LastOwner:
            return "stays"
        return "gone"

    assert sorted(together(*[lambda owner=owner: leave(owner) for owner in owners])) == ["gone", "stays"]


@pytest.mark.django_db(transaction=True)
def test_peers_go_on_reading_meanwhile(arranging, as_person, life):
    peer, here = as_person(life.peer), life.memberships["own-here0"].group_id

    def look():
        return [peer.get(reverse("goals:board", args=[here])).status_code for _ in range(8)]

    answers = together(lambda: erase_account(person=life.person), look)

    assert answers == [None, [200] * 8]
    assert (
        planting.own_words(life) & set(peer.get(reverse("goals:board", args=[here])).content.decode().split()) == set()
    )


# At the terminal -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "goes"), [(ADDRESS, True), (f" {ADDRESS.upper()} ", True), ("y", False), ("", False)]
)
def test_the_command_asks_for_the_address_once_more(life, monkeypatch, capsys, typed, goes):
    monkeypatch.setattr("builtins.input", lambda prompt: typed)

    if goes:
        call_command("erase_person", ADDRESS)
    else:
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("erase_person", ADDRESS)

    assert Person.objects.get(pk=life.person.pk).is_erased == goes
    assert not any(word in capsys.readouterr().out for word in planting.own_words(life))


def test_the_command_knows_no_other_address(db):
    with pytest.raises(CommandError, match="no account"):
        call_command("erase_person", "nobody@example.com")


def test_the_command_leaves_the_only_owner(world, monkeypatch):
    owner = world.people["owner"]
    monkeypatch.setattr("builtins.input", lambda prompt: owner.email)

    with pytest.raises(CommandError, match="only owner"):
        call_command("erase_person", owner.email)

    assert not Person.objects.get(pk=owner.pk).is_erased
