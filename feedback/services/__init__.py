"""Giving and opening notes, and what is asked and written below them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from feedback.models import FeedbackNote, FeedbackRequest, HelpRequest, NoteAnswer
from feedback.services.peers import NotAPeer, is_peer
from groups.models import Membership
from nudges.models import Nudge
from nudges.services import owe, word_about
from sessions.models import CoachingSession
from sessions.services import check_recordable

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
    owe([word_about(note, FEEDBACK_WAITING, to=note.recipient.person_id, name="note", at=now)])
    return note


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
    owe([word_about(answer, FEEDBACK_ANSWERED, to=other.person_id, name="answer", at=now)])
    return answer


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
    owe([word_about(one, FEEDBACK_ASKED, to=one.peer.person_id, name="ask", at=now) for one in asked])
    return asked


def end_request(*, request: FeedbackRequest, how: str, today: date, now: datetime) -> None:
    """End a request once: the peer has written or declines, or whoever asked takes it back. Raises RequestEnded.

    Of two at the same moment the second waits, and learns that it came late.
    """
    if not FeedbackRequest.objects.filter(pk=request.pk, closed_at=None, until_on__gte=today).update(
        closed_at=now, ended_as=how
    ):
        raise RequestEnded
