"""Committing to steps, and closing them."""

from datetime import date, datetime
from uuid import UUID

from common.once import insert_once
from goals.models import ActionStep, Goal
from goals.permissions import is_open_to_check_ins
from goals.services.refusals import DayHasPassed, GoalNotShared, NotAPeer, StepAlreadyClosed
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
) -> ActionStep:
    """Commit to a step by a day. Raises DayHasPassed, NotAPeer, GoalNotShared, AlreadyWritten."""
    if due_on < today:
        raise DayHasPassed
    if asker and not _is_peer(asker, membership):
        raise NotAPeer
    if goal and not (goal.membership_id == membership.pk and is_open_to_check_ins(goal)):
        raise GoalNotShared
    step = ActionStep(pk=key, membership=membership, group=membership.group, organization_id=membership.organization_id)
    step.text, step.due_on, step.asker, step.goal = text, due_on, asker, goal
    insert_once(step)
    return step


def _is_peer(asker, membership):
    is_reading = asker.admitted_at is not None and asker.left_at is None
    return is_reading and asker.group_id == membership.group_id and asker.pk != membership.pk


def close_step(*, step: ActionStep, now: datetime) -> None:
    """Close a step once, however many requests ask for it. Raises StepAlreadyClosed.

    The caller may see the step (an invisible row would also update nothing).
    """
    if not ActionStep.objects.open().filter(pk=step.pk).update(closed_at=now):
        raise StepAlreadyClosed
