"""Writing goals, check-ins and steps, and owing their reminders."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from django.utils import timezone

from common.once import insert_once
from goals import selectors
from goals.due import step_reminder_at
from goals.models import ActionStep, CheckIn, Goal
from goals.permissions import is_open_to_check_ins
from goals.selectors import CHECK_IN_DUE, STEP_DUE
from groups.models import Membership
from nudges.hours import zone_named
from nudges.models import Nudge
from nudges.services import owe


class GoalAlreadyShared(Exception):
    """An earlier request has shared the goal, or it is closed."""


class GoalClosed(Exception):
    """The goal is closed; its wording and its check-ins stay as they are."""


class GoalChanged(Exception):
    """The goal's words are not those that the form was opened with."""


class GoalNotShared(Exception):
    """Check-ins and steps belong to goals that the group can read."""


class StepAlreadyClosed(Exception):
    """An earlier request has closed the step."""


class DayHasPassed(Exception):
    """A date must be today or later, in the zone of whoever set it."""


class NotAPeer(Exception):
    """Only somebody else who reads the group now can be the one who asks."""


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


def check_in(*, goal: Goal, key: UUID, how_it_went: str, confidence: str, what_next: str, help_wanted: str) -> CheckIn:
    """Report on a goal; ``confidence`` is "0" to "10", or empty. Raises GoalNotShared, AlreadyWritten."""
    if not is_open_to_check_ins(goal):
        raise GoalNotShared
    row = CheckIn(
        pk=key,
        goal=goal,
        membership_id=goal.membership_id,
        group_id=goal.group_id,
        organization_id=goal.organization_id,
    )
    row.how_it_went, row.confidence, row.what_next, row.help_wanted = how_it_went, confidence, what_next, help_wanted
    insert_once(row)
    return row


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


# Reminders: made by the worker from facts; safe to run again, and twice at once --------------------------------------


def plan_check_in_reminders(*, now: datetime) -> None:
    """Owe one reminder for each open shared goal whose last check-in, or sharing, is a week old."""
    wanted = selectors.not_owed_yet(selectors.check_ins_wanted(now))
    owe(_nudge(row, CHECK_IN_DUE, "goal", now) for row in wanted.iterator(chunk_size=500))


def plan_step_reminders(*, now: datetime) -> None:
    """Owe one reminder for each open step due tomorrow, in the morning of the coachee's own zone."""
    wanted = selectors.not_owed_yet(selectors.steps_wanted(timezone.localdate(now, UTC)))
    owe(_nudge(row, STEP_DUE, "step", now) for row in _whose_morning_has_come(wanted, now))


def _whose_morning_has_come(steps, now) -> Iterator:
    for step in steps.iterator(chunk_size=500):
        zone = zone_named(step.timezone)
        at = step_reminder_at(due_on=step.due_on, written_at=step.created_at, zone=zone)
        if at and at <= now and timezone.localdate(now, zone) <= step.due_on:
            yield step


def _nudge(row, kind, noun, now):
    return Nudge(
        organization_id=row.organization_id,
        recipient_id=row.recipient_id,
        kind=kind,
        dedupe_key=row.dedupe_key,
        context={noun: str(row.pk)},
        send_after=now,
    )
