"""Owing reminders: made by the worker from facts; safe to run again, and twice at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from goals import selectors
from goals.due import MISSED_AFTER, asking_reminder_at, step_reminder_at
from goals.selectors import CHECK_IN_DUE, PARTNER_MISSED, READINGS_DUE, STEP_ASK, STEP_DUE
from nudges.hours import zone_named
from nudges.models import Nudge
from nudges.services import owe

LATEST = timedelta(days=2)  # how long after its time a peer is still told of a step to ask about


def plan_check_in_reminders(*, now: datetime) -> None:
    """Owe one reminder for each open shared goal on which its coachee's rhythm asks for a word by now."""
    wanted = selectors.not_owed_yet(selectors.check_ins_wanted(now))
    come = (row for row in wanted.iterator(chunk_size=500) if selectors.is_wanted(row, now))
    owe(_nudge(row, CHECK_IN_DUE, "goal", now) for row in come)


def plan_partner_reminders(*, now: datetime) -> None:
    """Owe the partners word of a check-in that was asked for two days ago and has not come, where they agreed to it.

    Nobody hears of it who has chosen not to be asked, or is away.
    """
    missed = [row for row in selectors.check_ins_missed(now) if selectors.is_wanted(row, now, late=MISSED_AFTER)]
    if not missed:
        return
    told = selectors.who_may_be_told({row.group_id for row in missed}, today=timezone.localdate(now, UTC))
    owe(
        Nudge(
            organization_id=row.organization_id,
            recipient_id=partner.person_id,
            kind=PARTNER_MISSED,
            dedupe_key=f"{PARTNER_MISSED}:{row.dedupe_key}:{partner.pk}"[:200],
            context={"goal": str(row.pk), "partner": str(partner.pk)},
            send_after=now,
        )
        for row in missed
        for partner in told[row.membership_id]
    )


def plan_reading_reminders(*, now: datetime) -> None:
    """Offer each coachee to ask for readings, six weeks after the goal was shared or peers were last asked."""
    wanted = selectors.not_owed_yet(selectors.readings_wanted(now))
    owe(_nudge(row, READINGS_DUE, "goal", now) for row in wanted.iterator(chunk_size=500))


def plan_step_reminders(*, now: datetime) -> None:
    """Owe the coachee a reminder on the morning before their step is due and on its day, in their own zone."""
    today = timezone.localdate(now, UTC)
    for days_before in (1, 0):
        wanted = selectors.not_owed_yet(selectors.steps_wanted(today, days_before=days_before))
        owe(_nudge(row, STEP_DUE, "step", now) for row in _whose_morning_has_come(wanted, now, days_before))


def _whose_morning_has_come(steps, now, days_before) -> Iterator:
    for step in steps.iterator(chunk_size=500):
        zone = zone_named(step.timezone)
        at = step_reminder_at(due_on=step.due_on, days_before=days_before, set_at=step.set_at, zone=zone)
        if at and at <= now and timezone.localdate(now, zone) == timezone.localdate(at, zone):
            yield step


def plan_asking_reminders(*, now: datetime) -> None:
    """Owe the peer who agreed to ask one reminder, the morning after the day of a step that is still open."""
    wanted = selectors.not_owed_yet(selectors.askings_wanted(timezone.localdate(now, UTC)))
    owe(_nudge(row, STEP_ASK, "step", now) for row in wanted.iterator(chunk_size=500) if _is_time_to_ask(row, now))


def _is_time_to_ask(row, now):
    zones = {"zone": zone_named(row.timezone), "coachee_zone": zone_named(row.coachee_timezone)}
    at = asking_reminder_at(due_on=row.due_on, **zones)
    return at <= now < at + LATEST


def _nudge(row, kind, noun, now):
    return Nudge(
        organization_id=row.organization_id,
        recipient_id=row.recipient_id,
        kind=kind,
        dedupe_key=row.dedupe_key,
        context={noun: str(row.pk)},
        send_after=now,
    )
