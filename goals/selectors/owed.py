"""What the worker plans reminders from: facts only, never a sealed column."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import CharField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, TruncDate

from goals.due import RHYTHM
from goals.models import ActionStep, Goal
from goals.selectors.check_ins import reported
from groups.models import CoachingGroup
from nudges.models import Nudge

CHECK_IN_DUE, STEP_DUE = "check_in_due", "step_due"  # kinds of nudges


_IN_A_LIVING_GROUP = {
    "membership__left_at": None,
    "membership__admitted_at__isnull": False,
    "group__state": CoachingGroup.State.ACTIVE,
}


def check_ins_wanted(now: datetime) -> QuerySet:
    """Facts of goals of current members whose last word is a week old; ``due_on`` is the day on which it was."""
    due_at = ExpressionWrapper(F("reported_at") + Value(RHYTHM), DateTimeField())
    return (
        reported(Goal.objects)
        .filter(reported_at__lte=now - RHYTHM, **_IN_A_LIVING_GROUP)
        .annotate(due_on=TruncDate(due_at, tzinfo=UTC), recipient_id=F("membership__person_id"))
        .annotate(dedupe_key=_key(CHECK_IN_DUE))
        .values_list(*_FACTS, named=True)
    )


def steps_wanted(today: date) -> QuerySet:
    """Facts of open steps of current members due on the days that are today or tomorrow somewhere on earth."""
    days = (today - timedelta(days=1), today + timedelta(days=2))
    return (
        ActionStep.objects.open()
        .filter(due_on__range=days, **_IN_A_LIVING_GROUP)
        .annotate(recipient_id=F("membership__person_id"), timezone=F("membership__person__timezone"))
        .annotate(dedupe_key=_key(STEP_DUE))
        .values_list(*_FACTS, "timezone", "created_at", named=True)
    )


_FACTS = ("pk", "organization_id", "group_id", "group__name", "recipient_id", "due_on", "dedupe_key")


def _key(kind):
    """Why the message exists: its kind, the row and the day."""
    return Concat(Value(f"{kind}:"), Cast("pk", CharField()), Value(":"), Cast("due_on", CharField()))


def not_owed_yet(rows: QuerySet) -> QuerySet:
    """Those without their nudge: a sweep each minute reads what is new, not everything that was ever overdue."""
    return rows.filter(~Exists(Nudge.objects.filter(dedupe_key=OuterRef("dedupe_key"))))
