"""Saying of a day that one kept a practice, and taking it back."""

from datetime import date, datetime

from common.ids import new_id
from goals.models import ActionStep, StepKept
from goals.practice import days_to_keep
from goals.services.refusals import NotADayOfPractice, StepAlreadyClosed
from goals.services.steps import began_on


def keep_day(*, step: ActionStep, on: date, is_kept: bool, today: date, now: datetime) -> None:
    """Set whether the coachee kept their practice on one of its last days; saying it twice changes nothing.

    Raises NotADayOfPractice, StepAlreadyClosed.
    """
    # A close waits until this is written, or has come first: nothing is kept of a closed practice.
    locked = ActionStep.objects.open().facts().select_for_update().filter(pk=step.pk).first()
    if locked is None:
        raise StepAlreadyClosed
    if on not in days_to_keep(rhythm=locked.rhythm, since=began_on(locked), until=locked.due_on, today=today):
        raise NotADayOfPractice
    if not is_kept:
        StepKept.objects.filter(step=step, on=on).delete()
        return
    row = StepKept(
        pk=new_id(), step=step, membership_id=step.membership_id, group_id=step.group_id,
        organization_id=step.organization_id, on=on, kept_at=now,
    )  # fmt: skip
    StepKept.objects.bulk_create([row], ignore_conflicts=True)
