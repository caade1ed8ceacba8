"""Profiles: asked by mail, filled in by a link; whom somebody would rather not sit with is read by the solver alone."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from common import doors
from common.actor import acting_as
from common.fences import HR, MEMBER, SELF, WORKER
from common.tokens import token_for
from groups import own_words
from groups.board.state import Board
from groups.messages import build_profile
from groups.models import DeclaredConflict, Formation, Participant, ParticipantProfile, RosterUpload
from groups.services import forgetting, forming, profiles, publishing
from nudges.kinds import NotWanted
from nudges.models import Nudge
from tests.factories import NOW, ParticipantFactory, ParticipantProfileFactory, PersonFactory

ANSWERS = {"timezone": "Europe/Berlin", "free": ["9", "10", "33"], "languages": "en, de", "topics": ["listening"]}


@pytest.fixture
def ada(world, arranging):
    with arranging():
        person = PersonFactory(name="Ada Byron")
        participant = ParticipantFactory(
            program=world.forming, email="Ada@example.com", name="Ada Byron", languages=["fr"], person=person
        )
        return ParticipantProfileFactory(participant=participant)


@pytest.fixture
def in_office(world):
    return lambda: acting_as(HR, person=world.people["hr"], organization=world.organization)


def link(profile):
    return reverse("groups:profile", args=[token_for("profile", profile.pk)])


def declared(arranging):
    with arranging():
        return {(one.low, one.high) for one in DeclaredConflict.objects.all()}


def name(profile, *emails, take_back=False):
    profiles.save_profile(
        token=token_for("profile", profile.pk), free=[], timezone="UTC", languages=[], topics=[], style="",
        named=emails, take_back=take_back,
    )  # fmt: skip


# The form


def test_a_profile_is_filled_in_by_the_link_without_signing_in(client, ada, arranging):
    page = client.get(link(ada))
    saved = client.post(link(ada), {**ANSWERS, "style": "quiet", "named": "Bo@example.com\ncy@example.com"})

    assert (page.status_code, saved.status_code) == (200, 200)
    assert page["Cache-Control"] == saved["Cache-Control"] == "no-store, private"
    with arranging():
        ada.refresh_from_db()
    assert (ada.free, ada.timezone, ada.languages, ada.topics) == (
        [9, 10, 33],
        "Europe/Berlin",
        ["en", "de"],
        ["listening"],
    )
    assert declared(arranging) == {("ada@example.com", "bo@example.com"), ("ada@example.com", "cy@example.com")}


def test_the_form_shows_ones_own_answers_and_never_whom_one_named(client, ada, world):
    client.post(link(ada), {**ANSWERS, "named": "bo@example.com"})

    page = client.get(link(ada)).content.decode()

    assert "bo@example.com" not in page
    assert "You named 1 person before." in page
    assert 'value="33" aria-label="Tuesday 9:00" checked' in page
    assert world.participant.name not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"named": "bo@example.com\nBo Li"}, "“Bo Li” is not a mail address."),
        ({"topics": ["listening", "balance", "change", "conflict"]}, "Choose up to three"),
        ({"free": ["168"]}, "168"),
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, ada, arranging, wrong, sentence):
    answer = client.post(link(ada), {**ANSWERS, "named": "bo@example.com", **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "bo@example.com" in answer.content.decode()
    assert declared(arranging) == set()


def test_naming_twice_is_once_and_can_be_taken_back(ada, arranging):
    name(ada, "bo@example.com", "ada@example.com")
    name(ada, "BO@example.com", "cy@example.com")
    assert len(declared(arranging)) == 2

    name(ada, "di@example.com", take_back=True)

    assert declared(arranging) == {("ada@example.com", "di@example.com")}


def test_one_cannot_take_back_what_the_other_declared(ada, world, arranging):
    with arranging():
        bo = ParticipantProfileFactory(participant__program=world.forming, participant__email="bo@example.com")
    name(ada, "bo@example.com")

    assert profiles.open_profile(token_for("profile", bo.pk)).named == 0
    name(bo, take_back=True)
    assert declared(arranging) == {("ada@example.com", "bo@example.com")}


@pytest.mark.parametrize("change", ["wrong", "withdrawn", "ended"])
def test_a_link_that_leads_nowhere_says_so_and_writes_nothing(client, ada, world, arranging, change):
    with arranging():
        if change == "withdrawn":
            Participant.objects.filter(pk=ada.participant_id).update(withdrawn_at=NOW)
        if change == "ended":
            type(world.forming).objects.filter(pk=world.forming.pk).update(state="ended")
    url = reverse("groups:profile", args=["f" * 64]) if change == "wrong" else link(ada)

    answers = [client.get(url), client.post(url, {**ANSWERS, "named": "bo@example.com"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert declared(arranging) == set()


# Asking


def test_asking_owes_one_mail_each_and_reminds_after_three_days(world, in_office, arranging):
    with arranging():
        new = ParticipantFactory(program=world.forming)

    def ask(days):
        with in_office():
            people = list(forming.free_participants(world.forming))
            now = NOW + timedelta(days=days)
            return profiles.ask_for_profiles(program=world.forming, participants=people, now=now)

    # *world.participant* was asked at NOW already
    assert [ask(0), ask(1), ask(4), ask(5)] == [(1, 0, 1), (0, 0, 2), (0, 2, 0), (0, 0, 2)]
    with acting_as(WORKER):
        owed = list(Nudge.objects.filter(kind="profile_asked", email=new.email))
        assert len(owed) == 2
        message = build_profile(owed[0], NOW)
    assert message.context["action_url"].endswith(link(ParticipantProfile(pk=owed[0].context["profile"])))


def test_who_has_answered_gets_no_mail_any_more(ada, world):
    name(ada)
    with acting_as(WORKER):
        nudge = Nudge(email="ada@example.com", context={"profile": str(ada.pk), "again": True})
        with pytest.raises(NotWanted):
            build_profile(nudge, NOW)


def test_the_office_sees_who_has_not_answered(as_person, world, ada, arranging):
    name(ada)
    page = as_person(world.people["hr"]).get(reverse("groups:program", args=["meridian", world.forming.pk]))

    assert page.context["profiles"] == {"asked": 2, "answered": 1}
    assert "1 of 2 have answered" in page.content.decode()


# Who reads what: walls, and that each is one


@pytest.mark.parametrize("role", [HR, MEMBER, SELF])
def test_no_role_of_peoples_pages_reads_a_declared_conflict(world, ada, role):
    name(ada, "bo@example.com")
    person = world.people["hr"] if role == HR else ada.participant.person
    organization = world.organization if role == HR else None
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(role, person=person, organization=organization), denied, transaction.atomic():
        DeclaredConflict.objects.values_list("low").first()


def test_that_wall_is_the_grant(world, ada, in_office, as_owner):
    name(ada, "bo@example.com")
    table = "groups_declaredconflict"
    opened = f"GRANT SELECT ON {table} TO colloquy_hr; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    with as_owner(opened), in_office():
        assert DeclaredConflict.objects.values_list("low", flat=True).first() == "ada@example.com"


def test_not_even_the_solver_reads_who_declared_it(ada):
    name(ada, "bo@example.com")
    with acting_as(WORKER):
        assert DeclaredConflict.objects.values_list("low", "high").get() == ("ada@example.com", "bo@example.com")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            DeclaredConflict.objects.values_list("mark").first()


def test_the_office_cannot_write_an_answer(world, ada, in_office):
    with in_office():
        for change in ({"free": [1]}, {"completed_at": NOW}, {"token_hash": "x"}):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                ParticipantProfile.objects.filter(pk=ada.pk).update(**change)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ParticipantProfile.objects.create(
                organization=world.organization, participant=world.participant, asked_at=NOW, token_hash="y", free=[1]
            )


def test_another_organization_finds_no_profile(world, ada):
    with acting_as(HR, person=world.people["foreign hr"], organization=world.foreign):
        assert not ParticipantProfile.objects.exists()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            doors.call("keeps_apart", world.forming.pk, "[]")


def test_neither_page_of_a_profile_says_that_hr_reads_none_of_it(client, ada):
    """The foot of all other pages does, and here the office reads hours, languages, topics and style."""
    address = reverse("groups:profile", args=[token_for("profile", ada.pk)])
    pages = client.get(address), client.post(address, {"timezone": "UTC"})

    assert [page.templates[0].name for page in pages] == ["groups/profile.html", "groups/profile_saved.html"]
    assert not [page for page in pages if "HR is never" in page.text]
    assert "HR is never" in client.get(reverse("trust")).text


def test_no_statement_holds_the_token_of_the_link(client, ada):
    token, seen = token_for("profile", ada.pk), []

    def note(execute, sql, params, many, context):
        seen.append(f"{sql} {params}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        client.get(reverse("groups:profile", args=[token]))
        name(ada, "bo@example.com")

    assert [statement for statement in seen if profiles.key_of(ada.pk) in statement]
    assert not [statement for statement in seen if token in statement]


def test_one_asks_only_for_ones_own_names(world, ada):
    name(ada, "bo@example.com")
    key = profiles.key_of(ada.pk)
    for person, found in ((ada.participant.person, ["bo@example.com"]), (world.people["member"], [])):
        with acting_as(SELF, person=person):
            assert doors.call("named_by_me", key) == found
            if not found:
                doors.call("forget_named_by_me", key)
    with acting_as(WORKER):
        assert DeclaredConflict.objects.count() == 1


def test_a_copy_of_what_is_ones_own_holds_the_profile_and_whom_one_named(ada):
    name(ada, "bo@example.com")
    with acting_as(SELF, person=ada.participant.person):
        (row,) = own_words.collect_profiles(ada.participant.person)
    assert (row["timezone"], row["named"]) == ("UTC", ["bo@example.com"])


def test_erasing_an_account_erases_both(ada, arranging):
    name(ada, "bo@example.com")
    with acting_as(SELF, person=ada.participant.person):
        profiles.erase_profiles_of(ada.participant.person)

    assert declared(arranging) == set()
    with arranging():
        assert not ParticipantProfile.objects.filter(pk=ada.pk).exists()


# What the solver makes of it


def eight(world, arranging):
    with arranging():
        Participant.objects.filter(pk=world.participant.pk).update(withdrawn_at=NOW)
        return [
            ParticipantProfileFactory(
                participant__program=world.forming, participant__email=f"p{n}@example.com", participant__name=f"P{n}"
            )
            for n in range(8)
        ]


def solve(world, arranging):
    with arranging():
        Formation.objects.filter(program=world.forming).delete()
        formation = Formation.objects.create(
            organization=world.organization, program=world.forming, asked_by=world.people["hr"], seed=3
        )
    assert forming.solve_formation(formation_id=formation.pk, now=NOW)
    with arranging():
        return Formation.objects.get(pk=formation.pk)


def test_hours_languages_and_topics_reach_the_solver(world, ada, in_office):
    profiles.save_profile(
        token=token_for("profile", ada.pk), free=[9, 10], timezone="Asia/Tokyo", languages=["de"], topics=["listening"],
        style="quiet", named=["bo@example.com"], take_back=False,
    )  # fmt: skip
    with acting_as(WORKER):
        people = profiles.with_told(Participant.objects.filter(pk=ada.participant_id), apart=True)
        (one,) = forming.candidates_of(people)
    with in_office():
        (seen,) = forming.candidates_of(Participant.objects.filter(pk=ada.participant_id))

    assert (one.free, one.timezone, one.languages) == (frozenset({9, 10}), "Asia/Tokyo", ("de",))
    assert (one.goals, one.style) == (("Listening",), "I think first, then speak")
    assert (one.conflicts, seen.conflicts) == (frozenset({"bo@example.com"}), frozenset())
    assert "bo@example.com" not in repr(people[0].told)


def shown(formation, in_office):
    """The proposal, and what the board says of each of its groups."""
    with in_office():
        board = Board(formation)
        return formation.proposal, [[reason.text for reason in board.seats.reasons(number)] for number in board.numbers]


def test_who_is_to_be_kept_apart_is_and_nothing_shown_tells(world, arranging, in_office):
    people = eight(world, arranging)
    ids = {str(one.participant_id): one.participant.name for one in people}
    before, reasons_before = shown(solve(world, arranging), in_office)
    together = before["groups"][0]["members"][:2]
    first, second = (next(one for one in people if str(one.participant_id) == pk) for pk in together)
    name(first, second.participant.email)

    after, reasons_after = shown(solve(world, arranging), in_office)

    groups = [set(group["members"]) for group in after["groups"]]
    assert len(groups) == 2
    assert not any(set(together) <= group for group in groups)
    assert all([*reasons_before, *reasons_after])
    for proposal, reasons in ((before, reasons_before), (after, reasons_after)):
        told = json.dumps([reasons, proposal["why"], proposal["unplaced"]])
        assert not [word for word in ("apart", "conflict", "rather not", *ids.values()) if word in told]
    assert set(before) == set(after)
    assert {key for group in before["groups"] for key in group} == {key for group in after["groups"] for key in group}


def test_what_is_declared_after_solving_is_kept_when_publishing(world, arranging, in_office):
    people = eight(world, arranging)
    formation = solve(world, arranging)
    by_pk = {str(one.participant_id): one for one in people}
    for group in formation.proposal["groups"]:
        group["facilitator"] = str(world.people["coach"].pk)
    with arranging():
        formation.save()
    one, other, *_others = formation.proposal["groups"][0]["members"]
    name(by_pk[one], by_pk[other].participant.email)

    with in_office(), pytest.raises(publishing.RulesBroken) as broken:
        publishing.publish_formation(formation=formation, now=NOW)

    assert str(broken.value) == "Some people in this proposal are to be kept apart."


# Forgetting


def test_a_roster_is_forgotten_a_set_time_after_the_program(world, ada, arranging, settings):
    settings.COLLOQUY_ROSTER_KEPT_DAYS = 100
    name(ada, "bo@example.com")
    last_day = NOW.date() - timedelta(days=1000)
    with arranging():
        type(world.forming).objects.filter(pk=world.forming.pk).update(ends_on=last_day)

    def left():
        with arranging():
            return [
                model.objects.filter(**{place: world.forming}).count()
                for model, place in (
                    (Participant, "program"),
                    (ParticipantProfile, "participant__program"),
                    (DeclaredConflict, "program"),
                    (RosterUpload, "program"),
                )
            ]

    counts = []
    for days in (100, 101, 101):
        with acting_as(WORKER):
            forgetting.forget_rosters(today=last_day + timedelta(days=days))
        counts.append(left())

    assert counts == [[2, 2, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    with arranging():
        assert Formation.objects.get(pk=world.formation.pk).proposal == {}


def test_who_is_in_a_group_stays_on_the_roster_of_a_program_that_is_over(world, arranging):
    with arranging():
        type(world.program).objects.filter(pk=world.program.pk).update(ends_on=NOW.date() - timedelta(days=1000))
        invited = world.invitation.participant_id
    with acting_as(WORKER):
        forgetting.forget_rosters(today=NOW.date())
    with arranging():
        assert Participant.objects.filter(pk=invited).exists()


def test_the_worker_deletes_nobody_of_a_program_that_goes_on(world, ada):
    with acting_as(WORKER):
        for rows in (ParticipantProfile.objects.all(), Participant.objects.filter(pk=ada.participant_id)):
            assert rows.filter(pk__isnull=False).delete()[0] == 0


def test_whoever_holds_a_link_cannot_name_people_without_end(ada, arranging):
    name(ada, *(f"p{number}@example.com" for number in range(60)))

    assert len(declared(arranging)) == 50
