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
    """Open a note once; from then on its recipient reads it. Raises NoteAlreadyOpened."""
    if not FeedbackNote.objects.filter(pk=note.pk, opened_at=None).update(opened_at=now):
        raise NoteAlreadyOpened
