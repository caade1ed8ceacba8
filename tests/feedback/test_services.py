from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.ids import new_id
from common.once import AlreadyWritten
from feedback import selectors, services
from feedback.models import FeedbackNote
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, FeedbackNoteFactory

SECRET = "zugzwang-quokka"


def words(**changes):
    return {
        "key": new_id(), "kind": "try", "situation": SECRET, "behavior": SECRET, "impact": SECRET, "question": SECRET,
        "now": NOW, **changes,
    }  # fmt: skip


def owed():
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind="feedback_waiting"))


def build(nudge):
    with acting_as(WORKER):
        return kind_named("feedback_waiting").build(nudge, NOW)


@pytest.fixture
def given(world):
    """A note from member to the facilitator, written through the service."""
    with acting_as(MEMBER, person=world.people["member"]):
        return services.give_note(
            author=world.memberships["member"], recipient=world.memberships["facilitator"], **words()
        )


def test_give_note_keeps_every_word_for_the_recipient(world, given):
    with acting_as(MEMBER, person=world.people["facilitator"]):
        letter = selectors.read_letter(selectors.notes_to_show(world.people["facilitator"]).get(pk=given.pk))

    assert (letter.kind, letter.situation, letter.behavior, letter.impact, letter.question) == ("try", *[SECRET] * 4)
    assert (letter.author_name, letter.recipient_name, letter.is_opened) == ("Member", "Facilitator", False)


@pytest.mark.parametrize("recipient", ["member", "former", "unsigned", "elsewhere"])
def test_give_note_goes_only_to_somebody_else_who_reads_the_group(world, recipient):
    membership = world.memberships.get(recipient) or world.other_memberships[recipient]

    with acting_as(MEMBER, person=world.people["member"]), pytest.raises(services.NotAPeer):
        services.give_note(author=world.memberships["member"], recipient=membership, **words())

    assert owed() == []


def test_give_note_sent_twice_gives_one_and_owes_one(world, arranging):
    letter = words()
    with acting_as(MEMBER, person=world.people["member"]):
        to = {"author": world.memberships["member"], "recipient": world.memberships["peer"]}
        services.give_note(**to, **letter)
        with pytest.raises(AlreadyWritten):
            services.give_note(**to, **letter)

    with arranging():
        assert FeedbackNote.objects.filter(pk=letter["key"]).count() == 1
    assert len(owed()) == 1


def test_the_recipient_is_owed_word_that_a_note_waits(world, given):
    [nudge] = owed()

    assert nudge.recipient_id == world.people["facilitator"].pk
    assert (nudge.dedupe_key, nudge.context) == (f"feedback_waiting:{given.pk}", {"note": str(given.pk)})


def test_the_mail_says_neither_what_nor_from_whom(world, given, arranging):
    with arranging():
        type(world.people["member"]).objects.filter(pk=world.people["member"].pk).update(name="Amara Obi")
    [nudge] = owed()

    context = build(nudge).context
    parts = [
        render_to_string(f"emails/feedback_waiting-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    ]

    assert parts[0].strip() == "Someone in Harbor wrote you a note"
    assert not any(word in part for part in parts for word in (SECRET, "Amara", "Obi"))
    assert all(f"/groups/{world.group.pk}/feedback/{given.pk}/" in part for part in parts[1:])
    assert kind_named("feedback_waiting").label


@pytest.mark.parametrize("happened", ["opened", "left", "taken back"])
def test_word_that_is_no_longer_wanted_is_dropped(world, given, arranging, happened):
    [nudge] = owed()
    build(nudge)
    with arranging():
        if happened == "opened":
            FeedbackNote.objects.filter(pk=given.pk).update(opened_at=NOW)
        elif happened == "taken back":
            FeedbackNote.objects.filter(pk=given.pk).delete()
        else:
            Membership.objects.filter(pk=world.memberships["facilitator"].pk).update(left_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge)


def test_open_note_opens_once(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        services.open_note(note=world.note, now=NOW)
        with pytest.raises(services.NoteAlreadyOpened):
            services.open_note(note=world.note, now=NOW + timedelta(days=1))

        assert FeedbackNote.objects.get(pk=world.note.pk).opened_at == NOW


@pytest.mark.parametrize("count", [1, 3])
def test_notes_that_wait_are_listed_without_a_key(world, arranging, django_assert_num_queries, count):
    with arranging():
        rows = FeedbackNoteFactory.create_batch(
            count, author=world.memberships["member"], recipient=world.memberships["both"]
        )
        FeedbackNoteFactory(author=world.memberships["member"], recipient=world.memberships["both"], opened_at=NOW)
        FeedbackNoteFactory(author=world.memberships["both"], recipient=world.memberships["peer"])

    with acting_as(MEMBER, person=world.people["both"]), django_assert_num_queries(1):
        waiting = selectors.feedback_of_today(world.people["both"], NOW).notes
        shown = {(line.pk, line.name, line.group_name) for line in waiting}

    assert shown == {(row.pk, "Member", "Harbor") for row in rows}


# Taking back ---------------------------------------------------------------------------------------------------------


def still_there(arranging, note):
    with arranging():
        return FeedbackNote.objects.filter(pk=note.pk).exists()


def test_a_note_is_taken_back_until_it_is_opened(world, arranging, given):
    with acting_as(MEMBER, person=world.people["member"]):
        services.take_note_back(note=given)
        with pytest.raises(services.NoteGone):
            services.take_note_back(note=given)
    with acting_as(MEMBER, person=world.people["facilitator"]), pytest.raises(services.NoteGone):
        services.open_note(note=given, now=NOW)

    assert not still_there(arranging, given)


def test_an_opened_note_stays(world, arranging):
    with acting_as(MEMBER, person=world.people["peer"]):
        services.open_note(note=world.note, now=NOW)
    with acting_as(MEMBER, person=world.people["member"]), pytest.raises(services.NoteAlreadyOpened):
        services.take_note_back(note=world.note)

    assert still_there(arranging, world.note)


def take_away(world, caller):
    with acting_as(MEMBER, person=world.people[caller]):
        waiting = FeedbackNote.objects.filter(pk=world.note.pk)
        return waiting._raw_delete(waiting.db)


@pytest.mark.parametrize(("caller", "is_opened"), [("peer", False), ("facilitator", False), ("member", True)])
def test_row_security_alone_lets_only_its_author_take_a_note_away_and_only_unopened(
    world, arranging, as_owner, caller, is_opened
):
    if is_opened:
        with arranging():
            FeedbackNote.objects.filter(pk=world.note.pk).update(opened_at=NOW)

    assert take_away(world, caller) == 0
    with as_owner("ALTER TABLE feedback_feedbacknote DISABLE ROW LEVEL SECURITY"):
        assert take_away(world, caller) == 1
