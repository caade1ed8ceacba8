"""Writing goals and sharing them."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from common.once import insert_once
from goals import selectors
from goals.models import Goal, text_of
from goals.services.refusals import (
    DayHasPassed,
    GoalAlreadyShared,
    GoalChanged,
    GoalClosed,
    TooManyGoals,
    WordingFrozen,
)
from groups.models import Membership

MOST_OPEN_GOALS = 3  # shared, at a time, of one membership
WORDS = ["title", "behavior", "why", "first_steps", "target_on"]


def write_goal(
    *, membership: Membership, key: UUID, title: str, behavior: str, why: str, target_on: date, today: date,
    first_steps: str = "",
) -> Goal:  # fmt: skip
    """Keep a goal as a draft that only its author sees. Raises DayHasPassed, AlreadyWritten."""
    if target_on < today:
        raise DayHasPassed
    goal = Goal(pk=key, membership=membership, group=membership.group, organization_id=membership.organization_id)
    put_words(goal, title, behavior, why, first_steps, target_on)
    goal.lesson = ""
    insert_once(goal)
    return goal


@transaction.atomic
def edit_goal(
    *, goal: Goal, title: str, behavior: str, why: str, target_on: date, today: date, first_steps: str = "",
    version: str = "",
) -> None:  # fmt: skip
    """Reword an open goal; a date that has passed meanwhile may stay.

    ``version`` stands for the words that were looked at. Saying twice what is there already changes nothing. Raises
    DayHasPassed, GoalClosed, GoalChanged, and WordingFrozen when peers have given readings on the words.
    """
    locked = open_and_locked(goal)
    if target_on < today and target_on != locked.target_on:
        raise DayHasPassed
    words = (title, behavior, why, first_steps)
    if words != words_of(locked) and selectors.is_frozen(locked):
        raise WordingFrozen
    if was_changed(locked, version, (*words, target_on)):
        raise GoalChanged
    put_words(locked, *words, target_on)
    locked.save(update_fields=WORDS)


def move_goal(*, goal: Goal, target_on: date, today: date) -> None:
    """Another day for an open goal; its words stay. Raises DayHasPassed, GoalClosed."""
    if target_on < today and target_on != goal.target_on:
        raise DayHasPassed
    if not Goal.objects.open().filter(pk=goal.pk).update(target_on=target_on):
        raise GoalClosed


def open_and_locked(goal: Goal) -> Goal:
    """The goal as it is now, and its requests for readings, held still: what is sealed has no conditional update.

    Whoever gives a reading waits for the same lock, so no reading comes in on words that are being changed. Raises
    GoalClosed.
    """
    locked = Goal.objects.open().select_for_update().filter(pk=goal.pk).first()
    if locked is None:
        raise GoalClosed
    list(locked.reading_requests.filter(closed_at=None).order_by("pk").select_for_update())
    return locked


def words_of(goal):
    return goal.title.open(), goal.behavior.open(), goal.why.open(), text_of(goal.first_steps)


def was_changed(goal, version, said):
    """Whether the goal has other words than those looked at, and what is said now would overwrite them."""
    is_other = bool(version) and version != selectors.version_of(goal)
    return is_other and said != (*words_of(goal), goal.target_on)


def put_words(goal, title, behavior, why, first_steps, target_on):
    goal.title, goal.behavior, goal.why = title, behavior, why
    goal.first_steps, goal.target_on = first_steps, target_on


@transaction.atomic
def share_goal(*, goal: Goal, now: datetime) -> None:
    """Let the group read a draft, once. Raises GoalAlreadyShared, TooManyGoals.

    One's open goals are locked, drafts too, so that of two drafts shared at once the second counts the first.
    """
    own = Goal.objects.open().filter(membership=goal.membership_id)
    list(own.order_by("pk").select_for_update().only("pk"))
    if not own.filter(pk=goal.pk, shared_at=None).exists():
        raise GoalAlreadyShared
    if own.filter(shared_at__isnull=False).count() >= MOST_OPEN_GOALS:
        raise TooManyGoals
    own.filter(pk=goal.pk, shared_at=None).update(shared_at=now)


def drop_draft(*, goal: Goal) -> None:
    """Delete for good a draft that nobody else has seen. Raises GoalAlreadyShared, also when it is gone."""
    if not Goal.objects.filter(pk=goal.pk, shared_at=None).delete()[0]:
        raise GoalAlreadyShared
