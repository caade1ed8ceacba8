"""Writing goals."""

from datetime import date, datetime
from uuid import UUID

from common.once import insert_once
from goals import selectors
from goals.models import Goal
from goals.services.refusals import DayHasPassed, GoalAlreadyShared, GoalChanged, GoalClosed
from groups.models import Membership


def write_goal(
    *, membership: Membership, key: UUID, title: str, behavior: str, why: str, target_on: date, today: date
) -> Goal:
    """Keep a goal as a draft that only its author sees. Raises DayHasPassed, AlreadyWritten."""
    if target_on < today:
        raise DayHasPassed
    goal = Goal(pk=key, membership=membership, group=membership.group, organization_id=membership.organization_id)
    goal.title, goal.behavior, goal.why, goal.target_on = title, behavior, why, target_on
    insert_once(goal)
    return goal


def edit_goal(
    *, goal: Goal, title: str, behavior: str, why: str, target_on: date, today: date, version: str = ""
) -> None:
    """Reword an open goal; a date that has passed meanwhile may stay. Raises DayHasPassed, GoalClosed, GoalChanged.

    ``version`` stands for the words that were looked at. Saying twice what is there already changes nothing.
    """
    # Sealed text cannot be written by a conditional update: the lock holds the state still instead.
    locked = Goal.objects.open().select_for_update().filter(pk=goal.pk).first()
    if locked is None:
        raise GoalClosed
    if target_on < today and target_on != locked.target_on:
        raise DayHasPassed
    if version and version != selectors.version_of(locked) and not _says(locked, title, behavior, why, target_on):
        raise GoalChanged
    locked.title, locked.behavior, locked.why, locked.target_on = title, behavior, why, target_on
    locked.save(update_fields=["title", "behavior", "why", "target_on"])


def _says(goal, title, behavior, why, target_on):
    words = (goal.title.open(), goal.behavior.open(), goal.why.open(), goal.target_on)
    return words == (title, behavior, why, target_on)


def share_goal(*, goal: Goal, now: datetime) -> None:
    """Let the group read a draft, once. Raises GoalAlreadyShared."""
    if not Goal.objects.open().filter(pk=goal.pk, shared_at=None).update(shared_at=now):
        raise GoalAlreadyShared
