"""Committing to steps; closing, moving and opening them again. Only whose step it is gets here."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common.once import insert_once
from goals.due import UNDO_FOR
from goals.models import ActionStep, AskerAnswer, Goal, StepMove
from goals.permissions import is_open_to_check_ins
from goals.services.refusals import (
    DayHasPassed,
    GoalNotShared,
    NotAPeer,
    SameDay,
    StepAlreadyClosed,
    StepMoved,
    TooLateToReopen,
)
from groups.models import Membership


def write_step(
    *,
    membership: Membership,
    key: UUID,
    text: str,
    due_on: date,
    today: date,
    asker: Membership | None = None,
    goal: Goal | None = None,
    rhythm: str = "",
) -> ActionStep:
    """Commit to a step by a day, or to a practice until that day.

    Raises DayHasPassed, NotAPeer, GoalNotShared, AlreadyWritten.
    """
    if due_on < today:
        raise DayHasPassed
    if asker and not _is_peer(asker, membership):
        raise NotAPeer
    if goal and not (goal.membership_id == membership.pk and is_open_to_check_ins(goal)):
        raise GoalNotShared
    step = ActionStep(pk=key, membership=membership, group=membership.group, organization_id=membership.organization_id)
    step.text, step.due_on, step.asker, step.goal, step.rhythm = text, due_on, asker, goal, rhythm
    insert_once(step)
    return step


def _is_peer(asker, membership):
    is_reading = asker.admitted_at is not None and asker.left_at is None
    return is_reading and asker.group_id == membership.group_id and asker.pk != membership.pk


def close_step(*, step: ActionStep, now: datetime) -> None:
    """Close a step as done, once, however many requests ask for it. Raises StepAlreadyClosed.

    The caller may see the step (an invisible row would also update nothing).
    """
    if not ActionStep.objects.open().filter(pk=step.pk).update(closed_at=now):
        raise StepAlreadyClosed


def let_go_step(*, step: ActionStep, why: str, now: datetime) -> None:
    """Close a step without having done it, with a word why, or none. Raises StepAlreadyClosed."""
    # Sealed text cannot be written by a conditional update: the lock holds the state still instead.
    locked = ActionStep.objects.open().select_for_update().filter(pk=step.pk).first()
    if locked is None:
        raise StepAlreadyClosed
    locked.closed_at, locked.is_let_go, locked.why_let_go = now, True, why
    locked.save(update_fields=["closed_at", "is_let_go", "why_let_go"])


def reopen_step(*, step: ActionStep, now: datetime) -> None:
    """Take a close back, with its word, while it is fresh. Raises TooLateToReopen, also when it is open already."""
    closed_lately = ActionStep.objects.filter(pk=step.pk, closed_at__gt=now - UNDO_FOR)
    if not closed_lately.update(closed_at=None, is_let_go=False, why_let_go=None):
        raise TooLateToReopen


@transaction.atomic
def move_step(
    *, step: ActionStep, key: UUID, from_on: date, to_on: date, why: str, today: date, now: datetime
) -> StepMove:
    """Move an open step from the day that was looked at to another one, and keep why.

    Raises DayHasPassed, SameDay, StepAlreadyClosed, StepMoved, AlreadyWritten.
    """
    if to_on < today:
        raise DayHasPassed
    if to_on == from_on:
        raise SameDay
    if not ActionStep.objects.open().facts().select_for_update().filter(pk=step.pk).first():
        raise StepAlreadyClosed
    move = StepMove(
        pk=key, step_id=step.pk, membership_id=step.membership_id, group_id=step.group_id,
        organization_id=step.organization_id, from_on=from_on, to_on=to_on, moved_at=now,
    )  # fmt: skip
    move.why = why
    insert_once(move)
    if not ActionStep.objects.open().filter(pk=step.pk, due_on=from_on).update(due_on=to_on):
        raise StepMoved
    return move


def ask_somebody(*, step: ActionStep, asker: Membership, membership: Membership) -> None:
    """Name the peer who is to ask, in place of whoever was named before. Raises NotAPeer, StepAlreadyClosed.

    Whoever has said that it is not them is not asked again.
    """
    if not _is_peer(asker, membership):
        raise NotAPeer
    if AskerAnswer.objects.filter(step=step, membership=asker, has_agreed=False).exists():
        raise NotAPeer
    if not ActionStep.objects.open().filter(pk=step.pk).update(asker=asker):
        raise StepAlreadyClosed


def began_on(step: ActionStep) -> date:
    """The day on which the step was written, in the active zone."""
    return timezone.localdate(step.created_at)
