"""Reads of check-ins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from goals.confidence import Picture, picture_of
from goals.due import RHYTHM
from goals.models import CheckIn, Goal
from goals.selectors.lines import check_in_line
from groups.models import CoachingGroup

CHECK_INS_ON_A_PAGE = 26  # half a year of weeks


@dataclass(frozen=True)
class DueGoal:
    """One's own goal that waits for a check-in."""

    pk: UUID
    group_id: UUID
    group_name: str
    title: str
    since: datetime


def latest_check_ins(person, goals):
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


def goals_due_for_check_in(person, now: datetime) -> list[DueGoal]:
    """The person's own shared goals without a word for a week, the longest waiting first.

    One query, and one for the key of each group that has any.
    """
    own = Goal.objects.visible_to(person).filter(membership__person=person, membership__left_at=None)
    due = reported(own).filter(reported_at__lte=now - RHYTHM, group__state=CoachingGroup.State.ACTIVE)
    return [
        DueGoal(goal.pk, goal.group_id, goal.group.name, goal.title.open(), goal.reported_at)
        for goal in due.select_related("group").order_by("reported_at", "pk")
    ]


def reported(goals):
    """Open, shared goals with the moment of their last check-in, or of sharing, as ``reported_at``."""
    last = CheckIn.objects.filter(goal=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    return goals.open().filter(shared_at__isnull=False).annotate(reported_at=Coalesce(Subquery(last), F("shared_at")))
