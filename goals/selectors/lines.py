"""Rows as plain lines with opened text: no page gets a sealed value by accident.

Opening text costs one query for the group's key in each request, whatever the number of rows.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from goals.models import ActionStep, CheckIn, Goal
from groups.models import Membership


@dataclass(frozen=True)
class CheckInLine:
    """One check-in, opened; ``on`` is the reader's own day, ``confidence`` None when it was left out."""

    pk: UUID
    on: date
    how_it_went: str
    confidence: int | None
    what_next: str
    help_wanted: str


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


@dataclass(frozen=True)
class StepLine:
    """One open step, opened; the asker's name is empty when nobody will ask."""

    pk: UUID
    group_id: UUID
    text: str
    due_on: date
    is_overdue: bool
    is_mine: bool
    asker_name: str


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
    return StepLine(
        pk=step.pk,
        group_id=step.group_id,
        text=step.text.open(),
        due_on=step.due_on,
        is_overdue=step.due_on < today,
        is_mine=step.membership_id == viewer_id,
        asker_name=step.asker.person.name if step.asker else "",
    )
