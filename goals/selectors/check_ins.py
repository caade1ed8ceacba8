"""Reads of check-ins."""

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from goals.models import CheckIn, Goal
from goals.selectors.lines import check_in_line

CHECK_INS_ON_A_PAGE = 26  # half a year of weeks


def latest_check_ins(person, goals):
    """The newest check-in of each goal, opened, by the goal's id; one query."""
    rows = CheckIn.objects.visible_to(person).filter(goal__in=[goal.pk for goal in goals if goal.shared_at])
    newest = rows.order_by("goal_id", "-created_at", "-pk").distinct("goal_id")
    return {row.goal_id: check_in_line(row) for row in newest}


def check_ins_of(goal: Goal, *, person, number) -> Page:
    """One page of the goal's check-ins, newest first; two queries.

    What peers noticed is put beside each by ``with_notes``.
    """
    rows = CheckIn.objects.visible_to(person).filter(goal=goal).order_by("-created_at", "-pk")
    page = Paginator(rows, CHECK_INS_ON_A_PAGE).get_page(number)
    page.object_list = [check_in_line(row) for row in page.object_list]
    return page


def reported(goals):
    """Open, shared goals with the moment of their last check-in, or of sharing, as ``reported_at``."""
    last = CheckIn.objects.filter(goal=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    return goals.open().filter(shared_at__isnull=False).annotate(reported_at=Coalesce(Subquery(last), F("shared_at")))
