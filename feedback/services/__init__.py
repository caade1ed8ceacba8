"""Giving and opening notes, and what is watched for in a session."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from feedback.models import FeedbackNote, FeedbackRequest, HelpRequest, NoteAnswer, WatchedBehavior
from feedback.permissions import is_near
from feedback.services.peers import NotAPeer, is_peer
from groups.models import Membership
from nudges.models import Nudge
from nudges.services import owe
from sessions.models import CoachingSession
from sessions.services import SessionIsOver, check_not_over, check_recordable

FEEDBACK_WAITING, FEEDBACK_ANSWERED = "feedback_waiting", "feedback_answered"
FEEDBACK_HELP, FEEDBACK_ASKED = "feedback_help", "feedback_asked"


class NoteAlreadyOpened(Exception):
    """An earlier request has opened the note."""


class NotOpen(Exception):
    """One answers a note that one has opened, and replies to a question that was asked."""


class AnsweredAlready(Exception):
    """This part was written before: there is one of each."""


class HelpAsked(Exception):
    """Help with this note was asked for before."""


class RequestEnded(Exception):
    """The request is answered, declined or taken back, or its day has passed."""


class NotShared(Exception):
    """One shares what one has opened, and takes back what is shared."""


class NoteGone(Exception):
    """Its author has taken the note back."""


class TooEarly(Exception):
    """One names what to watch for from the day before a session on."""


class BehaviorIsNoted(Exception):
    """A note on the session is written to whoever named it: the words stay."""


class NothingNamed(Exception):
    """It was taken back already, or never named."""


@transaction.atomic
def give_note(
    *, author: Membership, recipient: Membership, key: UUID, kind: str, situation: str, behavior: str, impact: str,
    question: str, now: datetime, coaching_session: CoachingSession | None = None,
) -> FeedbackNote:  # fmt: skip
    """Write a note to a peer, on a session that has begun or on none, and owe them word that it waits.

    Raises NotAPeer, AlreadyWritten, SessionIsCancelled, SessionNotBegun.
    """
    if not is_peer(recipient, author):
        raise NotAPeer
    if coaching_session is not None:
        check_recordable(coaching_session, now=now)

    note = FeedbackNote(
        pk=key, author=author, recipient=recipient, group_id=author.group_id, organization_id=author.organization_id,
        coaching_session=coaching_session,
    )  # fmt: skip
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


@transaction.atomic
def write_below(
    *, note: FeedbackNote, author: Membership, part: str, text: str, will_do: str, now: datetime
) -> NoteAnswer:
    """Write the one answer, question or reply below a note, and owe the other one word of it.

    Raises NotOpen, AnsweredAlready.
    """
    is_asked = part != NoteAnswer.Part.REPLY or note.answers.filter(part=NoteAnswer.Part.QUESTION).exists()
    if note.opened_at is None or not is_asked:
        raise NotOpen
    other = note.author if author.pk == note.recipient_id else note.recipient
    answer = NoteAnswer(
        pk=new_id(), note=note, author=author, recipient=other, group_id=note.group_id, part=part, written_at=now,
        organization_id=note.organization_id,
    )  # fmt: skip
    answer.text, answer.will_do = text, will_do
    try:
        insert_once(answer)
    except AlreadyWritten as error:
        raise AnsweredAlready from error
    owe([_word_of_it(answer, now)])
    return answer


def _word_of_it(answer, now):
    return Nudge(
        organization_id=answer.organization_id,
        recipient_id=answer.recipient.person_id,
        kind=FEEDBACK_ANSWERED,
        dedupe_key=f"{FEEDBACK_ANSWERED}:{answer.pk}",
        context={"answer": str(answer.pk)},
        send_after=now,
    )


def share_note(*, note: FeedbackNote, circle: str, now: datetime) -> None:
    """Let the group, or who facilitates it, read an opened note and its answer. Raises NotShared."""
    opened = FeedbackNote.objects.filter(pk=note.pk, opened_at__isnull=False)
    if not opened.update(shared_with=circle, shared_at=now):
        raise NotShared


def unshare_note(*, note: FeedbackNote) -> None:
    """Take the sharing back: from the next moment only the two read the note. Raises NotShared."""
    shared = FeedbackNote.objects.filter(pk=note.pk).exclude(shared_with="")
    if not shared.update(shared_with="", shared_at=None):
        raise NotShared


@transaction.atomic
def ask_for_help(*, note: FeedbackNote, facilitators: Sequence[Membership], text: str, now: datetime) -> HelpRequest:
    """Ask who facilitates for help with an opened note, and owe each of them word of it; its author is owed none.

    Raises NotOpen, HelpAsked.
    """
    if note.opened_at is None:
        raise NotOpen
    request = HelpRequest(
        pk=new_id(), note=note, membership_id=note.recipient_id, kept_from_id=note.author_id, group_id=note.group_id,
        organization_id=note.organization_id, asked_at=now,
    )  # fmt: skip
    request.text = text
    try:
        insert_once(request)
    except AlreadyWritten as error:
        raise HelpAsked from error
    owe([
        Nudge(
            organization_id=note.organization_id, recipient_id=one.person_id, kind=FEEDBACK_HELP,
            dedupe_key=f"{FEEDBACK_HELP}:{request.pk}:{one.pk}", context={"help": str(request.pk)}, send_after=now,
        )
        for one in facilitators if one.pk != note.author_id
    ])  # fmt: skip
    return request


def take_help_back(*, request: HelpRequest) -> None:
    """Take one's request away for good; whoever facilitates reads the note no more. Twice is once."""
    HelpRequest.objects.filter(pk=request.pk).delete()


@transaction.atomic
def ask_peers(
    *, membership: Membership, peers: Sequence[Membership], key: UUID, about: str, until_on: date, now: datetime
) -> list[FeedbackRequest]:
    """Ask these peers how one came across, until a day, and owe each word of it. Raises NotAPeer, AlreadyWritten."""
    if not all(is_peer(peer, membership) for peer in peers):
        raise NotAPeer
    asked = []
    for number, peer in enumerate(peers):
        request = FeedbackRequest(
            pk=new_id() if number else key, membership=membership, peer=peer, group_id=membership.group_id,
            organization_id=membership.organization_id, asked_at=now, until_on=until_on,
        )  # fmt: skip
        request.about = about
        insert_once(request)
        asked.append(request)
    owe([
        Nudge(
            organization_id=request.organization_id, recipient_id=request.peer.person_id, kind=FEEDBACK_ASKED,
            dedupe_key=f"{FEEDBACK_ASKED}:{request.pk}", context={"ask": str(request.pk)}, send_after=now,
        )
        for request in asked
    ])  # fmt: skip
    return asked


def end_request(*, request: FeedbackRequest, how: str, today: date, now: datetime) -> None:
    """End a request once: the peer has written or declines, or whoever asked takes it back. Raises RequestEnded.

    Of two at the same moment the second waits, and learns that it came late.
    """
    if not FeedbackRequest.objects.filter(pk=request.pk, closed_at=None, until_on__gte=today).update(
        closed_at=now, ended_as=how
    ):
        raise RequestEnded


def check_nameable(coaching_session: CoachingSession, *, now: datetime) -> None:
    """Raises SessionIsCancelled, SessionIsOver, TooEarly."""
    check_not_over(coaching_session, now=now)
    if not is_near(coaching_session, now):
        raise TooEarly


@transaction.atomic
def name_behavior(
    *, membership: Membership, coaching_session: CoachingSession, text: str, now: datetime
) -> WatchedBehavior:
    """Name the one behavior that the others may watch for in a session, or word it anew.

    Raises SessionIsCancelled, SessionIsOver, TooEarly, BehaviorIsNoted. Of two requests at once the second waits, and
    words anew what the first has named.
    """
    check_nameable(coaching_session, now=now)
    own = WatchedBehavior.objects.filter(coaching_session=coaching_session, membership=membership)
    if not own.exists():
        row = WatchedBehavior(
            pk=new_id(), coaching_session=coaching_session, membership=membership, group_id=membership.group_id,
            organization_id=membership.organization_id, named_at=now,
        )  # fmt: skip
        row.text = text
        with suppress(AlreadyWritten):
            insert_once(row)
            return row
    locked = own.select_for_update().first()  # what has a note on it cannot be locked: see its walls
    if locked is None:
        raise BehaviorIsNoted
    locked.text, locked.named_at = text, now
    locked.save(update_fields=["text", "named_at"])
    return locked


def take_behavior_back(*, membership: Membership, coaching_session: CoachingSession, now: datetime) -> None:
    """Take what one named away for good. Raises SessionIsOver, BehaviorIsNoted, NothingNamed."""
    if coaching_session.is_over(now):
        raise SessionIsOver
    own = WatchedBehavior.objects.filter(coaching_session=coaching_session, membership=membership)
    deleted, _by_model = own.delete()
    if not deleted:
        raise BehaviorIsNoted if own.exists() else NothingNamed
