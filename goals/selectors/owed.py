"""What the worker plans reminders from: facts only, never a sealed column."""

from datetime import date, timedelta

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from goals.models import ActionStep, AskerAnswer, StepMove
from groups.models import CoachingGroup
from nudges.models import Nudge

STEP_DUE, STEP_ASK = "step_due", "step_ask"  # kinds of nudges


_IN_A_LIVING_GROUP = {
    "membership__left_at": None,
    "membership__admitted_at__isnull": False,
    "group__state": CoachingGroup.State.ACTIVE,
}


def steps_wanted(today: date, *, days_before: int) -> QuerySet:
    """Facts of open steps of current members that are due so many days after what is today somewhere on earth.

    ``set_at`` is when the day was chosen: when the step was written, or moved to it.
    """
    due = today + timedelta(days=days_before)
    moved = StepMove.objects.filter(step=OuterRef("pk")).order_by("-moved_at").values("moved_at")[:1]
    return (
        ActionStep.objects.open()
        .filter(due_on__range=(due - timedelta(days=1), due + timedelta(days=1)), **_IN_A_LIVING_GROUP)
        .annotate(recipient_id=F("membership__person_id"), timezone=F("membership__person__timezone"))
        .annotate(set_at=Coalesce(Subquery(moved), F("created_at")))
        # What is told on the day before has the key that it had when that was all.
        .annotate(dedupe_key=_key(STEP_DUE) if days_before else Concat(_key(STEP_DUE), Value(":on")))
        .values_list(*_FACTS, "timezone", "set_at", named=True)
    )


def askings_wanted(today: date) -> QuerySet:
    """Facts of open steps whose day has passed lately somewhere on earth, and whose peer has agreed to ask."""
    agreed = AskerAnswer.objects.filter(step=OuterRef("pk"), membership=OuterRef("asker"), has_agreed=True)
    days = (today - timedelta(days=4), today)
    return (
        ActionStep.objects.open()
        .filter(Exists(agreed), due_on__range=days, asker__left_at=None, **_IN_A_LIVING_GROUP)
        .annotate(recipient_id=F("asker__person_id"), timezone=F("asker__person__timezone"))
        .annotate(coachee_name=F("membership__person__name"), coachee_timezone=F("membership__person__timezone"))
        .annotate(dedupe_key=Concat(_key(STEP_ASK), Value(":"), Cast("asker_id", CharField())))
        .values_list(*_FACTS, "timezone", "coachee_name", "coachee_timezone", named=True)
    )


_FACTS = ("pk", "organization_id", "group_id", "group__name", "recipient_id", "due_on", "dedupe_key")


def _key(kind):
    """Why the message exists: its kind, the row and the day."""
    return Concat(Value(f"{kind}:"), Cast("pk", CharField()), Value(":"), Cast("due_on", CharField()))


def not_owed_yet(rows: QuerySet) -> QuerySet:
    """Those without their nudge: a sweep each minute reads what is new, not everything that was ever overdue."""
    return rows.filter(~Exists(Nudge.objects.filter(dedupe_key=OuterRef("dedupe_key"))))
