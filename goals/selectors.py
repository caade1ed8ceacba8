"""Reads of goals, check-ins and steps, as plain lines with opened text: no page gets a sealed value by accident.

Opening text costs one query for the group's key in each request, whatever the number of rows.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import CharField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils import timezone
from django.utils.crypto import salted_hmac

from goals.confidence import Picture, picture_of
from goals.due import RHYTHM
from goals.models import ActionStep, CheckIn, Goal
from groups.models import CoachingGroup, Membership
from nudges.models import Nudge

CHECK_IN_DUE, STEP_DUE = "check_in_due", "step_due"  # kinds of nudges
CHECK_INS_ON_A_PAGE = 26  # half a year of weeks


@dataclass(frozen=True)
class CheckInLine:
    """One check-in, opened; ``on`` is the reader's own day, ``confidence`` None when it was left out."""

    pk: UUID
    on: date
    how_it_went: str
    confidence: int | None
    what_next: str
    help_wanted: str


@dataclass(frozen=True)
class GoalLine:
    """One goal, opened, with its latest check-in where that was asked for."""

    pk: UUID
    group_id: UUID
    title: str
    behavior: str
    why: str
    target_on: date
    is_shared: bool
    is_open: bool
    is_mine: bool
    coachee: Membership
    latest: CheckInLine | None = None


@dataclass(frozen=True)
class StepLine:
    """One open step, opened; the asker's name is empty when nobody will ask."""

    pk: UUID
    group_id: UUID
    text: str
    due_on: date
    is_overdue: bool
    is_mine: bool
    asker_name: str


@dataclass
class Place:
    """What one person shows the group: their shared goals and their open steps."""

    coachee: Membership
    is_mine: bool
    goals: list[GoalLine] = field(default_factory=list)
    steps: list[StepLine] = field(default_factory=list)


@dataclass(frozen=True)
class Board:
    """The group's goals: one's own drafts, then everybody's place, one's own first, then by name."""

    drafts: list[GoalLine]
    places: list[Place]


@dataclass(frozen=True)
class DueGoal:
    """One's own goal that waits for a check-in."""

    pk: UUID
    group_id: UUID
    group_name: str
    title: str
    since: datetime


# Pages -----------------------------------------------------------------------------------------------------------


def goals_to_show(person) -> QuerySet[Goal]:
    """Goals the person may see, each with its coachee's name and group loaded."""
    return Goal.objects.visible_to(person).select_related("membership__person", "group")


def version_of(goal) -> str:
    """Stands for the goal's words as they are now: a form carries it, so that nobody overwrites what they did not see.

    It is made from the words and not from what is stored, which changes when they are sealed again under a newer key.
    """
    words = [goal.title.open(), goal.behavior.open(), goal.why.open(), goal.target_on.isoformat()]
    return salted_hmac("goals.version_of", "\x1f".join(words)).hexdigest()


def steps_to_show(person) -> QuerySet[ActionStep]:
    """Steps the person may see, soonest first, each with the coachee's and the asker's name and the group loaded."""
    related = ("membership__person", "asker__person", "group")
    return ActionStep.objects.visible_to(person).select_related(*related).order_by("due_on", "pk")


def board(*, membership: Membership, today: date) -> Board:
    """The board as this member sees it: goals and open steps of everyone now in the group; three queries."""
    person = membership.person_id
    now_here = {"group": membership.group_id, "membership__left_at": None}
    goals = list(goals_to_show(person).open().filter(**now_here).order_by("created_at", "pk"))
    steps = steps_to_show(person).open().filter(**now_here)
    latest = _latest_check_ins(person, goals)

    places = {}
    for step in steps:
        _place_in(places, step, membership).steps.append(step_line(step, membership.pk, today))
    for goal in goals:
        if goal.shared_at:
            line = goal_line(goal, membership.pk, latest.get(goal.pk))
            _place_in(places, goal, membership).goals.append(line)
    in_order = sorted(places.values(), key=lambda one: (not one.is_mine, one.coachee.person.name, str(one.coachee.pk)))
    return Board(drafts=[goal_line(goal, membership.pk) for goal in goals if not goal.shared_at], places=in_order)


def _place_in(places, row, membership):
    if row.membership_id not in places:
        places[row.membership_id] = Place(row.membership, row.membership_id == membership.pk)
    return places[row.membership_id]


def _latest_check_ins(person, goals):
    """The newest check-in of each goal, opened, by the goal's id; one query."""
    rows = CheckIn.objects.visible_to(person).filter(goal__in=[goal.pk for goal in goals if goal.shared_at])
    newest = rows.order_by("goal_id", "-created_at", "-pk").distinct("goal_id")
    return {row.goal_id: check_in_line(row) for row in newest}


def check_ins_of(goal: Goal, *, person, number) -> tuple[Page, Picture | None]:
    """One page of the goal's check-ins, newest first, and the picture of the confidence on it; two queries."""
    rows = CheckIn.objects.visible_to(person).filter(goal=goal).order_by("-created_at", "-pk")
    page = Paginator(rows, CHECK_INS_ON_A_PAGE).get_page(number)
    page.object_list = [check_in_line(row) for row in page.object_list]
    points = [(line.on, line.confidence) for line in reversed(page.object_list) if line.confidence is not None]
    return page, picture_of(points)


def open_steps_for(goal: Goal, *, membership: Membership, today: date) -> list[StepLine]:
    """The goal's open steps, soonest first; one query."""
    steps = steps_to_show(membership.person_id).open().filter(goal=goal)
    return [step_line(step, membership.pk, today) for step in steps]


def goals_to_serve(membership: Membership) -> list[Goal]:
    """The member's own goals that a new step may serve: open and shared, because steps are read by the group."""
    goals = Goal.objects.visible_to(membership.person_id).open().filter(membership=membership)
    return list(goals.filter(shared_at__isnull=False).order_by("created_at", "pk"))


# Today -----------------------------------------------------------------------------------------------------------


def open_steps_of(person, today: date) -> list[StepLine]:
    """The person's own open steps in all groups they read, soonest first.

    One query, and one for the key of each group that has any.
    """
    steps = steps_to_show(person).open().filter(membership__person=person, membership__left_at=None)
    return [step_line(step, step.membership_id, today) for step in steps]


def goals_due_for_check_in(person, now: datetime) -> list[DueGoal]:
    """The person's own shared goals without a word for a week, the longest waiting first.

    One query, and one for the key of each group that has any.
    """
    own = Goal.objects.visible_to(person).filter(membership__person=person, membership__left_at=None)
    due = _reported(own).filter(reported_at__lte=now - RHYTHM, group__state=CoachingGroup.State.ACTIVE)
    return [
        DueGoal(goal.pk, goal.group_id, goal.group.name, goal.title.open(), goal.reported_at)
        for goal in due.select_related("group").order_by("reported_at", "pk")
    ]


# For the worker: facts only, never a sealed column -----------------------------------------------------------------


def _reported(goals):
    """Open, shared goals with the moment of their last check-in, or of sharing, as ``reported_at``."""
    last = CheckIn.objects.filter(goal=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    return goals.open().filter(shared_at__isnull=False).annotate(reported_at=Coalesce(Subquery(last), F("shared_at")))


_IN_A_LIVING_GROUP = {
    "membership__left_at": None,
    "membership__admitted_at__isnull": False,
    "group__state": CoachingGroup.State.ACTIVE,
}


def check_ins_wanted(now: datetime) -> QuerySet:
    """Facts of goals of current members whose last word is a week old; ``due_on`` is the day on which it was."""
    due_at = ExpressionWrapper(F("reported_at") + Value(RHYTHM), DateTimeField())
    return (
        _reported(Goal.objects)
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


# Lines -----------------------------------------------------------------------------------------------------------


def goal_line(goal: Goal, viewer_id, latest: CheckInLine | None = None) -> GoalLine:
    return GoalLine(
        pk=goal.pk,
        group_id=goal.group_id,
        title=goal.title.open(),
        behavior=goal.behavior.open(),
        why=goal.why.open(),
        target_on=goal.target_on,
        is_shared=goal.shared_at is not None,
        is_open=goal.closed_at is None,
        is_mine=goal.membership_id == viewer_id,
        coachee=goal.membership,
        latest=latest,
    )


def check_in_line(row: CheckIn) -> CheckInLine:
    confidence = row.confidence.open()
    return CheckInLine(
        pk=row.pk,
        on=timezone.localdate(row.created_at),
        how_it_went=row.how_it_went.open(),
        confidence=int(confidence) if confidence else None,
        what_next=row.what_next.open(),
        help_wanted=row.help_wanted.open(),
    )


def step_line(step: ActionStep, viewer_id, today: date) -> StepLine:
    return StepLine(
        pk=step.pk,
        group_id=step.group_id,
        text=step.text.open(),
        due_on=step.due_on,
        is_overdue=step.due_on < today,
        is_mine=step.membership_id == viewer_id,
        asker_name=step.asker.person.name if step.asker else "",
    )
