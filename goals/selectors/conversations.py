"""Reads of a pair's conversations, as plain lines with opened text."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from goals.models import ConversationTurn, PairConversation
from goals.selectors.lines import StepLine, step_line
from goals.selectors.steps import steps_to_show
from groups.models import CoachingGroup, Membership

GOOD_QUESTIONS = 5
EARLIER_SHOWN = 30


@dataclass(frozen=True)
class TalkLine:
    """One conversation as it stands, told to one of the two. Not a word of it."""

    pk: UUID
    group_id: UUID
    coachee: Membership
    coach: Membership
    am_i_coachee: bool
    stage: str
    turns_taken: int
    is_my_turn: bool
    begun_on: date
    closed_on: date | None
    step_id: UUID | None

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def is_let_go(self) -> bool:
        return self.stage == PairConversation.Stage.LET_GO

    @property
    def waited_for(self) -> Membership:
        """Whose turn it is."""
        return self.coach if self.stage in ("question", "view", "check") else self.coachee

    @property
    def other(self) -> Membership:
        return self.coach if self.am_i_coachee else self.coachee


@dataclass(frozen=True)
class TurnLine:
    """One turn, opened; ``said_by`` is whose turn it was, ``is_noted`` that the coachee wrote down what they heard."""

    pk: UUID
    part: str
    part_words: str
    said_by: Membership
    is_noted: bool
    is_mine: bool
    text: str
    more: str
    on: date
    is_liked: bool


def conversations_to_show(person) -> QuerySet[PairConversation]:
    """Conversations of the person, newest first, with both people and the group loaded."""
    related = ("coachee__person", "coach__person", "group")
    return PairConversation.objects.visible_to(person).select_related(*related).order_by("-begun_at", "-pk")


def talk_line(row: PairConversation, membership_id: UUID) -> TalkLine:
    am_i_coachee = row.coachee_id == membership_id
    return TalkLine(
        pk=row.pk,
        group_id=row.group_id,
        coachee=row.coachee,
        coach=row.coach,
        am_i_coachee=am_i_coachee,
        stage=row.stage,
        turns_taken=row.turns_taken,
        is_my_turn=row.closed_at is None and row.waits_for_coach != am_i_coachee,
        begun_on=timezone.localdate(row.begun_at),
        closed_on=row.closed_at and timezone.localdate(row.closed_at),
        step_id=row.step_id,
    )


def conversations_of(membership: Membership) -> list[TalkLine]:
    """The pair's latest conversations, the open one first; one query, and no key."""
    rows = conversations_to_show(membership.person_id).filter(group=membership.group_id)[:EARLIER_SHOWN]
    lines = [talk_line(row, membership.pk) for row in rows]
    return sorted(lines, key=lambda line: not line.is_open)


def open_conversation(membership: Membership) -> TalkLine | None:
    """The pair's open conversation; one query, and no key."""
    row = conversations_to_show(membership.person_id).open().filter(group=membership.group_id).first()
    return row and talk_line(row, membership.pk)


def who_brings_an_issue(lines: list[TalkLine], membership: Membership) -> Membership:
    """The coachee of the next conversation: who was the coach the last time, and at first whoever begins.

    After one that was let go it is who was the coachee there.
    """
    if not lines:
        return membership
    return lines[0].coachee if lines[0].is_let_go else lines[0].coach


def turns_of(row: PairConversation, membership: Membership) -> list[TurnLine]:
    """What was written in it, as it came; one query, and the group's key. What somebody has taken away is missing."""
    turns = ConversationTurn.objects.visible_to(membership.person_id).filter(conversation=row).order_by("number")
    return [_turn_line(turn, row, membership) for turn in turns]


def _turn_line(turn, row, membership):
    is_coachs = turn.part in ("question", "view", "check")
    return TurnLine(
        pk=turn.pk,
        part=turn.part,
        part_words=turn.get_part_display(),
        said_by=row.coach if is_coachs else row.coachee,
        is_noted=is_coachs and turn.author_id == row.coachee_id,
        is_mine=turn.author_id == membership.pk,
        text=turn.text.open(),
        more=turn.more.open(),
        on=timezone.localdate(turn.written_at),
        is_liked=turn.liked_at is not None,
    )


def good_questions(membership: Membership) -> list[str]:
    """Questions of this pair that helped, the latest first, each once; one query, and the group's key."""
    liked = ConversationTurn.objects.visible_to(membership.person_id).filter(group=membership.group_id)
    texts = (turn.text.open() for turn in liked.filter(liked_at__isnull=False).order_by("-liked_at")[:20])
    return list(dict.fromkeys(texts))[:GOOD_QUESTIONS]


def step_it_led_to(row: PairConversation, membership: Membership, today: date) -> StepLine | None:
    """The step with which it was closed, if it is still there and the member reads it."""
    step = steps_to_show(membership.person_id).filter(pk=row.step_id).first() if row.step_id else None
    return step and step_line(step, membership.pk, today)


def turns_waiting(person) -> QuerySet[PairConversation]:
    """Open conversations in which it is the person's turn, in pairs that go on."""
    return PairConversation.objects.visible_to(person).waiting_for(person).filter(
        group__state=CoachingGroup.State.ACTIVE
    )  # fmt: skip


# For the worker: facts only ------------------------------------------------------------------------------------------


def turn_waited_for(conversation_id, turns_taken: int, person_id) -> PairConversation | None:
    """The conversation with its group, while it is still this person's turn and they read the pair; None otherwise."""
    rows = PairConversation.objects.open().select_related("group")
    row = rows.filter(pk=conversation_id, turns_taken=turns_taken, group__state=CoachingGroup.State.ACTIVE).first()
    if row is None:
        return None
    whose = row.coach_id if row.waits_for_coach else row.coachee_id
    return row if Membership.objects.reading().filter(pk=whose, person=person_id).exists() else None
