"""A note that its recipient shares: with the group, or with who facilitates it; and taken back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER
from feedback.models import FeedbackNote, NoteAnswer
from groups.models import CoachingGroup, Membership
from tests.factories import NOW, FeedbackNoteFactory, MembershipFactory, NoteAnswerFactory
from tests.world import CAST

SECRET, ANSWER, QUESTION = "zugzwang-quokka", "numbat-heard", "ocelot-asked"
SIGNED_IN = CAST[1:]
CIRCLES = {
    "": {"member", "peer"},
    "facilitator": {"member", "peer", "facilitator"},
    "group": {"member", "peer", "facilitator", "both"},
}


@pytest.fixture
def note(world, arranging):
    """From peer to member, opened, asked about and answered."""
    with arranging():
        note = FeedbackNoteFactory(
            author=world.memberships["peer"], recipient=world.memberships["member"], opened_at=NOW, situation=SECRET
        )
        NoteAnswerFactory(note=note, text=ANSWER)
        NoteAnswerFactory(note=note, part="question", text=QUESTION, will_do="")
        return note


def url(name, note):
    return reverse(f"feedback:{name}", args=[note.group_id, note.pk])


def shared(arranging, note, circle):
    with arranging():
        FeedbackNote.objects.filter(pk=note.pk).update(shared_with=circle, shared_at=NOW if circle else None)


@pytest.mark.parametrize("circle", CIRCLES)
def test_row_security_alone_shows_a_shared_note_to_its_circle(world, arranging, note, circle):
    shared(arranging, note, circle)

    notes, answers = set(), {}
    for who in SIGNED_IN:
        with acting_as(MEMBER, person=world.people[who]):
            if FeedbackNote.objects.filter(pk=note.pk).exists():
                notes.add(who)
            answers[who] = set(NoteAnswer.objects.filter(note=note).values_list("part", flat=True))

    two = {"member", "peer"}
    assert notes == CIRCLES[circle]
    assert {who for who in answers if answers[who]} == CIRCLES[circle]
    assert {who for who in answers if "question" in answers[who]} == two


@pytest.mark.parametrize("circle", CIRCLES)
def test_visible_to_alone_shows_a_shared_note_to_its_circle(world, arranging, note, circle):
    shared(arranging, note, circle)

    with arranging():
        people = {who: world.people[who] for who in SIGNED_IN}
        notes = {who for who in people if FeedbackNote.objects.visible_to(people[who]).filter(pk=note.pk)}
        rows = {who: NoteAnswer.objects.visible_to(people[who]).filter(note=note) for who in people}
        answers = {who for who in people if rows[who].filter(part="answer")}
        questions = {who for who in people if rows[who].filter(part="question")}

    assert (notes, answers, questions) == (CIRCLES[circle], CIRCLES[circle], {"member", "peer"})


def readers_of(world, arranging, note, person):
    """Whether ``person`` finds the note by row security alone, and by ``visible_to`` alone."""
    with acting_as(MEMBER, person=person):
        by_walls = FeedbackNote.objects.filter(pk=note.pk).exists()
    with arranging():
        return by_walls, FeedbackNote.objects.visible_to(person).filter(pk=note.pk).exists()


@pytest.mark.parametrize(("days", "reads"), [(1, True), (-1, False)])
def test_who_comes_later_reads_what_is_shared_after_they_came(world, arranging, note, days, reads):
    with arranging():
        late = MembershipFactory(group=world.group, is_founding=False, reads_from=NOW)
        FeedbackNote.objects.filter(pk=note.pk).update(shared_with="group", shared_at=NOW + timedelta(days=days))

    assert readers_of(world, arranging, note, late.person) == (reads, reads)


def test_sharing_ends_when_its_recipient_leaves(world, arranging, note):
    shared(arranging, note, "group")
    both = world.people["both"]
    before = readers_of(world, arranging, note, both)

    with arranging():
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)

    assert (before, readers_of(world, arranging, note, both)) == ((True, True), (False, False))


def share_by_hand(world, note, caller):
    with acting_as(MEMBER, person=world.people[caller]):
        return FeedbackNote.objects.filter(pk=note.pk).update(shared_with="group", shared_at=NOW)


@pytest.mark.parametrize("caller", ["peer", "facilitator", "both"])
def test_row_security_alone_lets_nobody_but_the_recipient_share(world, as_owner, note, caller):
    assert share_by_hand(world, note, caller) == 0
    with as_owner("ALTER TABLE feedback_feedbacknote DISABLE ROW LEVEL SECURITY"):
        assert share_by_hand(world, note, caller) == 1


def test_what_is_not_opened_is_not_shared(world):
    with pytest.raises(DatabaseError, match="feedback_note_shared_opened"):
        share_by_hand(world, world.note, "peer")


def test_the_page_says_before_who_will_read_and_changes_nothing(as_person, arranging, world, note):
    page = as_person(world.people["member"]).get(url("note_share", note)).content.decode()

    assert "reads the whole note under Peer’s name" in page
    assert "Your group and Facilitator (facilitator)" in page
    assert "Only Peer, Member, Facilitator, and whoever else facilitates your group" in page
    with arranging():
        assert FeedbackNote.objects.get(pk=note.pk).shared_with == ""


@pytest.mark.parametrize("circle", ["facilitator", "group"])
def test_a_note_is_shared_read_and_taken_back(as_person, world, note, circle):
    recipient = as_person(world.people["member"])
    inbox = reverse("feedback:inbox", args=[note.group_id]) + "?box=shared"

    def read():
        found = {}
        for who in ("facilitator", "both", "peer"):
            client = as_person(world.people[who])
            letter = client.get(url("note", note))
            listed = str(note.pk) in client.get(inbox).content.decode()
            found[who] = (
                letter.status_code,
                listed,
                {w for w in (SECRET, ANSWER, QUESTION) if w in letter.content.decode()},
            )
        return found

    recipient.post(url("note_share", note), {"circle": circle})
    during = read()
    recipient.post(url("note_unshare", note))
    after = read()

    theirs, nothing = (200, True, {SECRET, ANSWER}), (404, False, set())
    assert during["facilitator"] == theirs
    assert during["both"] == (theirs if circle == "group" else nothing)
    assert (after["facilitator"], after["both"]) == (nothing, nothing)
    assert during["peer"] == after["peer"] == (200, False, {SECRET, ANSWER, QUESTION})


def test_the_author_sees_that_it_is_shared_and_readers_can_do_nothing_to_it(as_person, arranging, world, note):
    as_person(world.people["member"]).post(url("note_share", note), {"circle": "group"})

    author = as_person(world.people["peer"]).get(url("note", note)).content.decode()
    reader = as_person(world.people["both"])
    names = ("note_answer", "note_question", "note_reply", "note_share", "note_unshare", "note_open", "note_take_back")
    statuses = {reader.post(url(name, note), {"text": "x", "circle": "group"}).status_code for name in names}

    assert "Member shares it with the group" in author
    assert statuses == {403}
    assert not any(url(name, note) in reader.get(url("note", note)).content.decode() for name in names)


def test_where_nobody_else_facilitates_only_the_group_is_offered(as_person, arranging, world):
    with arranging():
        note = FeedbackNoteFactory(
            author=world.memberships["facilitator"], recipient=world.memberships["member"], opened_at=NOW
        )
    client = as_person(world.people["member"])

    page = client.get(url("note_share", note)).content.decode()
    refused = client.post(url("note_share", note), {"circle": "facilitator"})

    assert 'value="group"' in page
    assert 'value="facilitator"' not in page
    assert refused.status_code == 422


def test_sharing_is_taken_back_also_when_the_group_has_ended(as_person, arranging, world, note):
    shared(arranging, note, "group")
    with arranging():
        CoachingGroup.objects.filter(pk=note.group_id).update(state="ended")
    client = as_person(world.people["member"])

    is_offered = url("note_unshare", note) in client.get(url("note", note)).content.decode()
    client.post(url("note_unshare", note))

    with arranging():
        assert (is_offered, FeedbackNote.objects.get(pk=note.pk).shared_with) == (True, "")
