"""Reads of notes, as plain lines with opened text: no page gets a sealed value by accident."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import DateField, F, Q, QuerySet, Value
from django.utils import timezone

from feedback.models import FeedbackNote, FeedbackRequest, HelpRequest, MirrorAsk, NoteAnswer
from feedback.near import is_day_before
from feedback.selectors.mirrors import asked_now as mirrors_now
from feedback.selectors.mirrors import ready_now
from feedback.selectors.watching import unnamed_before
from groups.models import CoachingGroup, Membership
from groups.permissions import is_facilitator
from groups.selectors import peers_of

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
    shared_with: str
    shared_on: date | None


@dataclass(frozen=True)
class AnswerLine:
    """One part below a note, opened."""

    author_id: UUID
    author_name: str
    text: str
    will_do: str
    written_on: date


def notes_to_show(person) -> QuerySet[FeedbackNote]:
    """Notes the person wrote, received or may read as shared, newest first; both names and the group are loaded."""
    related = ("author__person", "recipient__person", "group")
    return FeedbackNote.objects.visible_to(person).select_related(*related).order_by("-sent_at", "-pk")


def received_notes(membership: Membership, number=None) -> Page:
    """A page of what was written to the member, newest first; two queries, no key: nothing is opened."""
    return _page(notes_to_show(membership.person_id).filter(recipient=membership), number)


def sent_notes(membership: Membership, number=None) -> Page:
    """A page of what the member wrote, newest first; two queries, no key: nothing is opened."""
    return _page(notes_to_show(membership.person_id).filter(author=membership), number)


def shared_notes(membership: Membership, number=None) -> Page:
    """A page of what others shared with the member, who is neither of the two; newest first."""
    theirs = Q(author=membership) | Q(recipient=membership)
    shared = notes_to_show(membership.person_id).filter(group=membership.group_id).exclude(theirs)
    return _page(shared.order_by("-shared_at", "-pk"), number)


def facilitators_beside(membership: Membership, note: FeedbackNote) -> list[Membership]:
    """Who facilitates the group now and is neither of the two."""
    return [
        one for one in peers_of(membership) if is_facilitator(one) and one.pk not in (note.author_id, note.recipient_id)
    ]


def recent_kinds(membership: Membership) -> list[str]:
    """Keep or try of the latest notes that the member wrote in this group, for their own eyes; two queries at most."""
    latest = notes_to_show(membership.person_id).filter(author=membership)[:RECENT_NOTES]
    return [note.kind.open() for note in latest]


class FeedbackOfToday(NamedTuple):
    """Notes that wait for a person, the longest waiting first; and what they are asked for, the nearest day first.

    Beside it the mirrors of their own that can be opened, and the sessions before which they may still say what the
    others should watch for.
    """

    notes: list
    asked: list
    mirrors_asked: list
    mirrors_ready: list
    to_watch: list


def feedback_of_today(person, now: datetime) -> FeedbackOfToday:
    """For Today: in all groups the person reads. One query, and no key: nothing is opened here.

    Rows are ``WaitingRow``.
    """
    today = timezone.localdate(now)
    waiting = FeedbackNote.objects.received_by(person).filter(opened_at=None)
    no_day = Value(None, output_field=DateField())
    notes = waiting.annotate(what=Value("note"), name=F("author__person__name"), at=F("sent_at"), until=no_day)
    asked = _asked_now(FeedbackRequest.objects.made_to(person), person, today)
    asked = asked.annotate(what=Value("ask"), name=F("membership__person__name"), at=F("asked_at"), until=F("until_on"))
    mirrors = mirrors_now(MirrorAsk.objects.made_to(person), person, today)
    mirrors = mirrors.annotate(
        what=Value("mirror"), name=F("membership__person__name"), at=F("asked_at"), until=F("until_on")
    )
    ready = ready_now(person).annotate(what=Value("ready"), name=Value(""), at=F("begun_at"), until=F("until_on"))
    columns = ("what", "pk", "group_id", "group__name", "name", "at", "until")
    watch = unnamed_before(person, now).annotate(
        what=Value("watch"), name=F("timezone"), at=F("starts_at"), until=no_day
    )
    rest = [one.order_by().values_list(*columns) for one in (asked, mirrors, ready, watch)]
    rows = notes.order_by().values_list(*columns).union(*rest, all=True)
    found = [WaitingRow(*row) for row in rows.order_by("until", "at", "pk")]
    notes, asks, mirrors, ready, watch = (
        [row for row in found if row.what == kind] for kind in ("note", "ask", "mirror", "ready", "watch")
    )
    near = [row for row in watch if is_day_before(row.at, row.name, now)]
    return FeedbackOfToday(notes, asks, mirrors, ready, near)


class WaitingRow(NamedTuple):
    """That something waits, in which group, and from whom; of a session ``name`` is its zone."""

    what: str
    pk: UUID
    group_id: UUID
    group_name: str
    name: str
    at: datetime
    until_on: date | None


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
        shared_with=note.shared_with,
        shared_on=note.shared_at and timezone.localdate(note.shared_at),
    )


def answers_below(note: FeedbackNote, *, person) -> dict[str, AnswerLine]:
    """What the person may read below a note, by part; one query, and the group's key when there is anything."""
    rows = NoteAnswer.objects.visible_to(person).filter(note=note).select_related("author__person")
    return {row.part: _answer_line(row) for row in rows}


def _answer_line(row):
    return AnswerLine(
        author_id=row.author.person_id,
        author_name=row.author.person.name,
        text=row.text.open(),
        will_do=row.will_do.open(),
        written_on=timezone.localdate(row.written_at),
    )


@dataclass(frozen=True)
class HelpLine:
    """That somebody asks for help with a note. Not a word of it, and not whose the note is."""

    pk: UUID
    group_id: UUID
    group_name: str
    asker: Membership
    asked_at: datetime


def help_to_show(person) -> QuerySet[HelpRequest]:
    """Requests that the person made or is asked by, newest first, with the asker, the note and its author loaded."""
    related = ("membership__person", "group", "note__author__person", "note__recipient__person")
    return HelpRequest.objects.visible_to(person).select_related(*related).order_by("-asked_at", "-pk")


def help_asked_of(person, *, group=None) -> list[HelpLine]:
    """What the person is asked for as a facilitator, in one group or in all; one query, and no key."""
    rows = help_to_show(person).exclude(membership__person=person).filter(note__isnull=False)
    rows = rows.filter(group=group) if group else rows
    return [HelpLine(row.pk, row.group_id, row.group.name, row.membership, row.asked_at) for row in rows]


def own_help_request(note: FeedbackNote, membership: Membership) -> HelpRequest | None:
    """The member's own request about a note."""
    return help_to_show(membership.person_id).filter(note=note, membership=membership).first()


@dataclass(frozen=True)
class AskLine:
    """That one asks another how they came across, and how it stands. Not a word of it."""

    pk: UUID
    group_id: UUID
    group_name: str
    asker: Membership
    peer: Membership
    until_on: date
    ended_as: str
    is_open: bool


def requests_to_show(person) -> QuerySet[FeedbackRequest]:
    """Requests that the person made or got, newest first, with both people and the group loaded."""
    related = ("membership__person", "peer__person", "group")
    return (
        FeedbackRequest.objects.visible_to(person).select_related(*related).order_by("-asked_at", "peer__person__name")
    )


def feedback_asked_of(person, today: date, *, group=None) -> list[AskLine]:
    """What the person is asked for now, in one group or in all, the nearest last day first; one query, and no key."""
    rows = _asked_now(requests_to_show(person), person, today)
    rows = rows.filter(group=group) if group else rows
    return [ask_line(row, today) for row in rows.order_by("until_on", "pk")]


def _asked_now(requests, person, today):
    return requests.filter(
        peer__person=person, closed_at=None, until_on__gte=today, membership__left_at=None,
        group__state=CoachingGroup.State.ACTIVE,
    )  # fmt: skip


def own_requests(membership: Membership, today: date) -> list[AskLine]:
    """The member's latest requests in this group, newest first; one query, and no key."""
    rows = requests_to_show(membership.person_id).filter(membership=membership)[:NOTES_ON_A_PAGE]
    return [ask_line(row, today) for row in rows]


def ask_line(row: FeedbackRequest, today: date) -> AskLine:
    is_open = row.closed_at is None and row.until_on >= today and row.membership.left_at is None
    return AskLine(
        pk=row.pk,
        group_id=row.group_id,
        group_name=row.group.name,
        asker=row.membership,
        peer=row.peer,
        until_on=row.until_on,
        ended_as=row.ended_as,
        is_open=is_open and row.peer.left_at is None,
    )


def request_to_answer(membership: Membership, request_id: str, today: date) -> FeedbackRequest | None:
    """The request of this id, if the member may still answer it; None for anything else."""
    try:
        rows = requests_to_show(membership.person_id).filter(pk=UUID(request_id), peer=membership)
    except ValueError:
        return None
    row = rows.first()
    return row if row and ask_line(row, today).is_open else None


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


def answer_waiting(answer_id) -> tuple | None:
    """Facts of what stands below a note, while the one it is for reads the group; None for any other."""
    rows = NoteAnswer.objects.filter(
        pk=answer_id, note__isnull=False, recipient__left_at=None, recipient__admitted_at__isnull=False
    )
    return rows.values_list("note_id", "group_id", "group__name", "recipient__person_id", named=True).first()


def help_waiting(request_id, person_id) -> tuple | None:
    """Facts of a request for help that stands, while the person facilitates and both read the group; else None."""
    rows = HelpRequest.objects.filter(
        pk=request_id,
        note__isnull=False,
        membership__left_at=None,
        group__memberships__person=person_id,
        group__memberships__left_at=None,
        group__memberships__admitted_at__isnull=False,
        group__memberships__role=Membership.Role.FACILITATOR,
    )
    return rows.values_list("pk", "group_id", "group__name", named=True).first()


def request_waiting(request_id) -> tuple | None:
    """Facts of a request that its peer may still answer, were its day not past; None for any other."""
    rows = FeedbackRequest.objects.filter(
        pk=request_id, closed_at=None, peer__left_at=None, peer__admitted_at__isnull=False, membership__left_at=None,
        group__state=CoachingGroup.State.ACTIVE,
    )  # fmt: skip
    facts = ("pk", "group_id", "group__name", "peer__person_id", "peer__person__timezone", "until_on")
    return rows.values_list(*facts, named=True).first()
