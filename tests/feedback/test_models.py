"""Walls of notes, one at a time: ``visible_to`` alone, row security alone."""

import pytest
from django.db import DatabaseError, connection, transaction

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from feedback.models import FeedbackNote
from tests.factories import NOW, FeedbackNoteFactory
from tests.world import CAST

SIGNED_IN = CAST[1:]


@pytest.fixture
def notes(world, arranging):
    """Between whom: each note with the two of the cast who may see it."""
    by = world.memberships
    with arranging():
        return {
            "member to peer": (world.note, {"member", "peer"}),
            "facilitator to member": (
                FeedbackNoteFactory(author=by["facilitator"], recipient=by["member"]), {"facilitator", "member"},
            ),
            "peer to facilitator": (
                FeedbackNoteFactory(author=by["peer"], recipient=by["facilitator"]), {"peer", "facilitator"},
            ),
            # whoever has left, or has not signed, sees nothing; the other one of the two keeps what they have
            "former to peer": (FeedbackNoteFactory(author=by["former"], recipient=by["peer"]), {"peer"}),
            "member to former": (FeedbackNoteFactory(author=by["member"], recipient=by["former"]), {"member"}),
            "member to unsigned": (FeedbackNoteFactory(author=by["member"], recipient=by["unsigned"]), {"member"}),
            "elsewhere to both": (
                FeedbackNoteFactory(
                    author=world.other_memberships["elsewhere"], recipient=world.other_memberships["both"]
                ),
                {"elsewhere", "both"},
            ),
        }  # fmt: skip


NAMES = [
    "member to peer", "facilitator to member", "peer to facilitator", "former to peer", "member to former",
    "member to unsigned", "elsewhere to both",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_visible_to_alone_lets_the_two_see(world, notes, arranging, name):
    note, two = notes[name]

    with arranging():  # past the other walls
        sees = {who for who in SIGNED_IN if FeedbackNote.objects.visible_to(world.people[who]).filter(pk=note.pk)}

    assert sees == two


@pytest.mark.parametrize("name", NAMES)
def test_row_security_alone_lets_the_two_see(world, notes, name):
    note, two = notes[name]
    sees = set()
    for who in SIGNED_IN:
        with acting_as(MEMBER, person=world.people[who]):
            if FeedbackNote.objects.filter(pk=note.pk).exists():
                sees.add(who)

    assert sees == two


@pytest.mark.parametrize("who", ["facilitator", "both", "former", "unsigned", "elsewhere", "hr", "stranger", "super"])
def test_row_security_of_notes_can_fail(world, as_owner, who):
    unguarded = as_owner("ALTER TABLE feedback_feedbacknote DISABLE ROW LEVEL SECURITY")
    with unguarded, acting_as(MEMBER, person=world.people[who]):
        assert list(FeedbackNote.objects.all()) == [world.note]


def test_a_note_is_hidden_from_the_group_by_its_policy_and_not_by_chance(world, as_owner):
    with as_owner(
        "CREATE POLICY open_notes ON feedback_feedbacknote FOR SELECT TO colloquy_member"
        " USING (group_id = ANY (my_groups()))"
    ):
        for who in ("both", "facilitator"):
            with acting_as(MEMBER, person=world.people[who]):
                assert list(FeedbackNote.objects.all()) == [world.note]


@pytest.mark.parametrize("who", [who for who in SIGNED_IN if who != "peer"])
def test_row_security_lets_only_the_recipient_open(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        assert FeedbackNote.objects.filter(pk=world.note.pk).update(opened_at=NOW) == 0


@pytest.mark.parametrize("column", ["situation = behavior", "recipient_id = author_id", "sent_at = now()"])
def test_nothing_else_of_a_note_can_be_changed(world, column):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(MEMBER, person=world.people["peer"]), connection.cursor() as cursor, denied, transaction.atomic():
        cursor.execute(f"UPDATE feedback_feedbacknote SET {column} WHERE id = %s", [world.note.pk])


@pytest.mark.parametrize("who", ["peer", "facilitator", "former", "hr", "super"])
def test_nobody_writes_in_the_name_of_another(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        note = FeedbackNote(
            author=world.memberships["member"], recipient=world.memberships["both"], group=world.group,
            organization=world.organization, sent_at=NOW,
        )  # fmt: skip
        for name in ("kind", "situation", "behavior", "impact", "question"):
            note.__dict__[name] = world.note.__dict__[name]  # bytes of another row: sealing would fail first
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            note.save(force_insert=True)


def test_hr_has_no_grant_at_all(world):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(HR, person=world.people["hr"], organization=world.organization), denied, transaction.atomic():
        FeedbackNote.objects.count()


@pytest.mark.parametrize("column", ["kind", "situation", "behavior", "impact", "question"])
def test_the_worker_has_no_grant_on_sealed_columns(world, column):
    with acting_as(WORKER), connection.cursor() as cursor:
        cursor.execute("SELECT count(id) FROM feedback_feedbacknote")
        assert cursor.fetchone()[0] == 1
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(f"SELECT {column} FROM feedback_feedbacknote")
