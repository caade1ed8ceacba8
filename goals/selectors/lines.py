"""Rows as plain lines with opened text: no page gets a sealed value by accident.

Opening text costs one query for the group's key in each request, whatever the number of rows.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from goals.models import ActionStep, CheckIn, Goal, GoalVersion, StepMove, text_of
from goals.practice import PracticeDay, days_to_keep
from groups.models import Membership

MOST_STEPS_TO_OFFER = 8


@dataclass(frozen=True)
class CheckInLine:
    """One check-in, opened; ``on`` is the reader's own day, ``confidence`` None when it was left out."""

    pk: UUID
    on: date
    how_it_went: str
    confidence: int | None
    what_next: str
    help_wanted: str
    notes: tuple = ()
    can_note: bool = False


@dataclass(frozen=True)
class GoalLine:
    """One goal, opened, with its latest check-in where that was asked for."""

    pk: UUID
    group_id: UUID
    title: str
    behavior: str
    why: str
    target_on: date
    is_shared: bool
    is_open: bool
    is_mine: bool
    coachee: Membership
    has_closed_past: bool  # it was shared before the reader came, and its check-ins of then are closed to them
    latest: CheckInLine | None = None
    first_steps: str = ""
    version_number: int = 1
    outcome: str = ""
    outcome_words: str = ""
    lesson: str = ""
    closed_on: date | None = None

    @property
    def steps_to_offer(self) -> list[str]:
        return lines_of(self.first_steps)


@dataclass(frozen=True)
class VersionLine:
    """Words that a goal had before, opened."""

    number: int
    title: str
    behavior: str
    why: str
    first_steps: str
    target_on: date
    until: date


@dataclass(frozen=True)
class StepLine:
    """One step, opened. The asker's name is empty when nobody is asked, also because they said that it is not them."""

    pk: UUID
    group_id: UUID
    group_name: str
    coachee: Membership
    text: str
    due_on: date
    is_overdue: bool
    is_mine: bool
    is_open: bool
    is_let_go: bool
    why_let_go: str
    asker_name: str
    has_agreed: bool
    has_declined: bool
    am_i_asked: bool
    rhythm: str
    rhythm_words: str
    days: tuple[PracticeDay, ...]

    @property
    def latest_days(self) -> tuple[PracticeDay, ...]:
        """The two newest of the last days: what one is likely to say something of."""
        return self.days[-2:]


@dataclass(frozen=True)
class MoveLine:
    """One move of a step, opened; ``on`` is the reader's own day."""

    on: date
    from_on: date
    to_on: date
    why: str


def lines_of(first_steps: str) -> list[str]:
    """First steps, one a line, as far as each is short enough for a step of its own."""
    lines = (line.strip(" \t-–•*·") for line in first_steps.splitlines())
    limit = ActionStep.text.field.limit
    return [line for line in lines if line and len(line) <= limit][:MOST_STEPS_TO_OFFER]


def first_step_of(goals: list[Goal], goal_id: str, number: str) -> str:
    """The words of one first step of one of these goals, by its place from 1; empty when there is none such."""
    for goal in goals:
        if str(goal.pk) == goal_id and number.isascii() and number.isdigit():
            return dict(enumerate(lines_of(text_of(goal.first_steps)), start=1)).get(int(number[:4]), "")
    return ""


def goal_line(goal: Goal, viewer: Membership, latest: CheckInLine | None = None) -> GoalLine:
    came_at = viewer.reads_from
    return GoalLine(
        pk=goal.pk,
        group_id=goal.group_id,
        title=goal.title.open(),
        behavior=goal.behavior.open(),
        why=goal.why.open(),
        target_on=goal.target_on,
        is_shared=goal.shared_at is not None,
        is_open=goal.closed_at is None,
        is_mine=goal.membership_id == viewer.pk,
        coachee=goal.membership,
        has_closed_past=bool(came_at and goal.shared_at and goal.shared_at < came_at),
        latest=latest,
        first_steps=text_of(goal.first_steps),
        version_number=goal.version_number,
        outcome=goal.outcome,
        outcome_words=goal.get_outcome_display(),
        lesson=text_of(goal.lesson),
        closed_on=goal.closed_at and timezone.localdate(goal.closed_at),
    )


def version_line(row: GoalVersion) -> VersionLine:
    return VersionLine(
        number=row.number,
        title=row.title.open(),
        behavior=row.behavior.open(),
        why=row.why.open(),
        first_steps=row.first_steps.open(),
        target_on=row.target_on,
        until=timezone.localdate(row.replaced_at),
    )


def check_in_line(row: CheckIn) -> CheckInLine:
    confidence = row.confidence.open()
    return CheckInLine(
        pk=row.pk,
        on=timezone.localdate(row.created_at),
        how_it_went=row.how_it_went.open(),
        confidence=int(confidence) if confidence else None,
        what_next=row.what_next.open(),
        help_wanted=row.help_wanted.open(),
    )


def step_line(step: ActionStep, viewer_id, today: date) -> StepLine:
    """``step`` is as ``steps_to_show`` gives it; ``viewer_id`` is the reader's membership, None for no one's view."""
    asker = step.asker if step.asker and step.asker.left_at is None and step.asker_agreed is not False else None
    return StepLine(
        pk=step.pk,
        group_id=step.group_id,
        group_name=step.group.name,
        coachee=step.membership,
        text=step.text.open(),
        due_on=step.due_on,
        is_overdue=step.due_on < today and step.closed_at is None,
        is_mine=step.membership_id == viewer_id,
        is_open=step.closed_at is None,
        is_let_go=step.is_let_go,
        why_let_go=step.why_let_go.open() if step.why_let_go is not None else "",
        asker_name=asker.person.name if asker else "",
        has_agreed=bool(asker and step.asker_agreed),
        has_declined=bool(step.asker and not asker),
        am_i_asked=bool(asker and step.asker_id == viewer_id),
        rhythm=step.rhythm,
        rhythm_words=step.get_rhythm_display() if step.rhythm else "",
        days=_days_of(step, today),
    )


def _days_of(step, today):
    """The last days of a practice, with what its coachee said of each; the day it began is the reader's own."""
    since = timezone.localdate(step.created_at)
    days = days_to_keep(rhythm=step.rhythm, since=since, until=step.due_on, today=today)
    return tuple(PracticeDay(on=day, is_today=day == today, is_kept=day in step.days_kept) for day in days)


def move_line(move: StepMove) -> MoveLine:
    return MoveLine(on=timezone.localdate(move.moved_at), from_on=move.from_on, to_on=move.to_on, why=move.why.open())
