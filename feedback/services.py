"""Giving and opening notes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.once import insert_once
from feedback.models import FeedbackNote
from groups.models import Membership
from nudges.models import Nudge
from nudges.services import owe

FEEDBACK_WAITING = "feedback_waiting"


class NotAPeer(Exception):
    """A note goes to somebody else who reads the group now."""


class NoteAlreadyOpened(Exception):
    """An earlier request has opened the note."""


class NoteGone(Exception):
    """Its author has taken the note back."""


@transaction.atomic
def give_note(
    *, author: Membership, recipient: Membership, key: UUID, kind: str, situation: str, behavior: str, impact: str,
    question: str, now: datetime,
) -> FeedbackNote:  # fmt: skip
    """Write a note to a peer, and owe them word that it waits. Raises NotAPeer, AlreadyWritten."""
    is_reading = recipient.admitted_at is not None and recipient.left_at is None
    if not is_reading or recipient.group_id != author.group_id or recipient.pk == author.pk:
        raise NotAPeer

    note = FeedbackNote(
        pk=key, author=author, recipient=recipient, group_id=author.group_id, organization_id=author.organization_id
    )
    note.kind, note.situation, note.behavior, note.impact, note.question = kind, situation, behavior, impact, question
    note.sent_at = now
    insert_once(note)
    owe([_word_that_it_waits(note, now)])
    return note


def _word_that_it_waits(note, now):
    return Nudge(
        organization_id=note.organization_id,
        recipient_id=note.recipient.person_id,
        kind=FEEDBACK_WAITING,
        dedupe_key=f"{FEEDBACK_WAITING}:{note.pk}",
        context={"note": str(note.pk)},
        send_after=now,
    )


def open_note(*, note: FeedbackNote, now: datetime) -> None:
    """Open a note once; from then on its recipient reads it. Raises NoteAlreadyOpened, NoteGone.

    Of opening and taking back at once the second waits for the first, and finds what that has left.
    """
    if not FeedbackNote.objects.filter(pk=note.pk, opened_at=None).update(opened_at=now):
        raise NoteAlreadyOpened if FeedbackNote.objects.filter(pk=note.pk).exists() else NoteGone


def take_note_back(*, note: FeedbackNote) -> None:
    """Take one's own note away for good, until it is opened. Raises NoteAlreadyOpened, NoteGone.

    The word that it waits finds no note any more, and is not sent.
    """
    waiting = FeedbackNote.objects.filter(pk=note.pk, opened_at=None)
    if not waiting._raw_delete(waiting.db):  # in one statement: the condition is asked again behind a lock
        raise NoteAlreadyOpened if FeedbackNote.objects.filter(pk=note.pk).exists() else NoteGone
