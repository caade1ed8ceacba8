"""Reads of notes, as plain lines with opened text: no page gets a sealed value by accident."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone

from feedback.models import FeedbackNote
from groups.models import Membership

NOTES_ON_A_PAGE = 20
RECENT_NOTES = 5


@dataclass(frozen=True)
class NoteLine:
    """That there is a note: who it is from or to, when, opened or not. Not a word of it."""

    pk: UUID
    group_id: UUID
    group_name: str
    author: Membership
    recipient: Membership
    sent_at: datetime
    is_opened: bool


@dataclass(frozen=True)
class Letter:
    """A note, opened; ``kind`` is keep or try, ``sent_on`` the reader's own day."""

    pk: UUID
    author_id: UUID
    author_name: str
    recipient_name: str
    kind: str
    situation: str
    behavior: str
    impact: str
    question: str
    sent_on: date
    is_opened: bool


def notes_to_show(person) -> QuerySet[FeedbackNote]:
    """Notes the person wrote or received, newest first, with both names and the group loaded."""
    related = ("author__person", "recipient__person", "group")
    return FeedbackNote.objects.visible_to(person).select_related(*related).order_by("-sent_at", "-pk")


def received_notes(membership: Membership, number=None) -> Page:
    """A page of what was written to the member, newest first; two queries, no key: nothing is opened."""
    return _page(notes_to_show(membership.person_id).filter(recipient=membership), number)


def sent_notes(membership: Membership, number=None) -> Page:
    """A page of what the member wrote, newest first; two queries, no key: nothing is opened."""
    return _page(notes_to_show(membership.person_id).filter(author=membership), number)


def recent_kinds(membership: Membership) -> list[str]:
    """Keep or try of the latest notes that the member wrote in this group, for their own eyes; two queries at most."""
    latest = notes_to_show(membership.person_id).filter(author=membership)[:RECENT_NOTES]
    return [note.kind.open() for note in latest]


def unopened_notes_for(person) -> list[NoteLine]:
    """For Today: notes that wait for the person, in all groups they read, the longest waiting first.

    One query; no key is needed, because nothing of a note is opened here.
    """
    waiting = notes_to_show(person).filter(recipient__person=person, recipient__left_at=None, opened_at=None)
    return [line_of(note) for note in waiting.order_by("sent_at", "pk")]


def read_letter(note: FeedbackNote) -> Letter:
    """Open the note for somebody who may read it; one query for the group's key."""
    return Letter(
        pk=note.pk,
        author_id=note.author.person_id,
        author_name=note.author.person.name,
        recipient_name=note.recipient.person.get_short_name(),
        kind=note.kind.open(),
        situation=note.situation.open(),
        behavior=note.behavior.open(),
        impact=note.impact.open(),
        question=note.question.open(),
        sent_on=timezone.localdate(note.sent_at),
        is_opened=note.opened_at is not None,
    )


def _page(notes, number):
    page = Paginator(notes, NOTES_ON_A_PAGE).get_page(number)
    page.object_list = [line_of(note) for note in page.object_list]
    return page


def line_of(note):
    return NoteLine(
        pk=note.pk,
        group_id=note.group_id,
        group_name=note.group.name,
        author=note.author,
        recipient=note.recipient,
        sent_at=note.sent_at,
        is_opened=note.opened_at is not None,
    )


# For the worker: facts only ----------------------------------------------------------------------------------------


def note_waiting(note_id) -> tuple | None:
    """Facts of an unopened note whose recipient still reads the group; None for any other."""
    waiting = FeedbackNote.objects.filter(
        pk=note_id, opened_at=None, recipient__left_at=None, recipient__admitted_at__isnull=False
    )
    return waiting.values_list("pk", "group_id", "group__name", "recipient__person_id", named=True).first()
