"""New versions of goals, and their end."""

from datetime import date, datetime

from django.db import transaction

from goals import selectors
from goals.models import Goal, GoalVersion, ReadingRequest
from goals.services.goals import WORDS, open_and_locked, put_words, was_changed, words_of
from goals.services.refusals import DayHasPassed, GoalChanged, GoalNotShared, LessonMissing


@transaction.atomic
def write_new_version(
    *, goal: Goal, title: str, behavior: str, why: str, first_steps: str, target_on: date, today: date, now: datetime,
    version: str = "",
) -> None:  # fmt: skip
    """Give a goal new words, and keep those on which peers have given readings; who was still asked is asked no more.

    Where no reading was given the goal is reworded as ever. Raises DayHasPassed, GoalClosed, GoalChanged.
    """
    locked = open_and_locked(goal)
    if target_on < today and target_on != locked.target_on:
        raise DayHasPassed
    before, after = words_of(locked), (title, behavior, why, first_steps)
    if was_changed(locked, version, (*after, target_on)):
        raise GoalChanged
    is_new = after != before and selectors.is_frozen(locked)
    if is_new:
        _keep(locked, before, now)
        withdraw_requests(locked, now)
        locked.version_number += 1
    put_words(locked, *after, target_on)
    locked.save(update_fields=[*WORDS, "version_number"] if is_new else WORDS)


def _keep(goal, words, now):
    kept = GoalVersion(
        goal=goal,
        membership_id=goal.membership_id,
        group_id=goal.group_id,
        organization_id=goal.organization_id,
        number=goal.version_number,
        target_on=goal.target_on,
        replaced_at=now,
    )
    kept.title, kept.behavior, kept.why, kept.first_steps = words
    kept.save(force_insert=True)


@transaction.atomic
def close_goal(*, goal: Goal, outcome: str, lesson: str, now: datetime) -> None:
    """Say once how a shared goal ended, and what was learned. Raises GoalClosed, GoalNotShared, LessonMissing."""
    locked = open_and_locked(goal)
    if locked.shared_at is None:
        raise GoalNotShared
    if outcome == Goal.Outcome.LET_GO and not lesson:
        raise LessonMissing
    withdraw_requests(locked, now)
    locked.outcome, locked.lesson, locked.closed_at = outcome, lesson, now
    locked.save(update_fields=["outcome", "lesson", "closed_at"])


def withdraw_requests(goal, now):
    """Nobody is asked any more for a reading of these words."""
    goal.reading_requests.filter(closed_at=None).update(closed_at=now, ended_as=ReadingRequest.End.WITHDRAWN)
