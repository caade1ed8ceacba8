"""Owing reminders: made by the worker from facts; safe to run again, and twice at once."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils import timezone

from goals import selectors
from goals.due import step_reminder_at
from goals.selectors import CHECK_IN_DUE, STEP_DUE
from nudges.hours import zone_named
from nudges.models import Nudge
from nudges.services import owe


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
