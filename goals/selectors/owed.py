"""What the worker plans reminders from: facts only, never a sealed column."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import CharField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate

from goals.due import READING_RHYTHM
from goals.models import ActionStep, AskerAnswer, Goal, ReadingRequest, StepMove
from groups.models import CoachingGroup, Membership
from nudges.models import Nudge

STEP_DUE, STEP_ASK = "step_due", "step_ask"  # kinds of nudges
READINGS_DUE, READING_ASKED, READING_CAME = "readings_due", "reading_asked", "reading_came"


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


def readings_wanted(now: datetime) -> QuerySet:
    """Facts of open shared goals for which peers were last asked, or which were shared, six weeks ago.

    Only where there is a peer to ask.
    """
    last = ReadingRequest.objects.filter(goal=OuterRef("pk")).order_by("-asked_at").values("asked_at")[:1]
    peers = Membership.objects.filter(
        group=OuterRef("group"), left_at=None, admitted_at__isnull=False, role=Membership.Role.MEMBER
    ).exclude(pk=OuterRef("membership"))
    due_at = ExpressionWrapper(F("asked_last_at") + Value(READING_RHYTHM), DateTimeField())
    return (
        Goal.objects.open()
        .filter(Exists(peers), shared_at__isnull=False, **_IN_A_LIVING_GROUP)
        .annotate(asked_last_at=Coalesce(Subquery(last), F("shared_at")))
        .filter(asked_last_at__lte=now - READING_RHYTHM)
        .annotate(due_on=TruncDate(due_at, tzinfo=UTC), recipient_id=F("membership__person_id"))
        .annotate(dedupe_key=_key(READINGS_DUE))
        .values_list(*_FACTS, named=True)
    )


def request_waiting(pk):
    """Facts of a request that its peer may still answer; None otherwise."""
    here = {"peer__left_at": None, "peer__admitted_at__isnull": False, "membership__left_at": None}
    rows = ReadingRequest.objects.unanswered().filter(pk=pk, group__state=CoachingGroup.State.ACTIVE, **here)
    facts = ("pk", "group_id", "group__name", "peer__person_id", "peer__person__timezone", "until_on")
    return rows.values_list(*facts, named=True).first()


def readings_that_came(request_pk):
    """Facts of a request that a peer has answered with a reading, while whose goal it is may read it."""
    here = {"membership__left_at": None, "membership__admitted_at__isnull": False, "goal__isnull": False}
    given = ReadingRequest.objects.filter(ended_as=ReadingRequest.End.GIVEN, group__state=CoachingGroup.State.ACTIVE)
    rows = given.filter(pk=request_pk, **here)
    return rows.values_list("group_id", "group__name", "goal_id", "membership__person_id", named=True).first()


_FACTS = ("pk", "organization_id", "group_id", "group__name", "recipient_id", "due_on", "dedupe_key")


def _key(kind):
    """Why the message exists: its kind, the row and the day."""
    return Concat(Value(f"{kind}:"), Cast("pk", CharField()), Value(":"), Cast("due_on", CharField()))


def not_owed_yet(rows: QuerySet) -> QuerySet:
    """Those without their nudge: a sweep each minute reads what is new, not everything that was ever overdue."""
    return rows.filter(~Exists(Nudge.objects.filter(dedupe_key=OuterRef("dedupe_key"))))
