"""Reads of action steps."""

from datetime import date

from django.db.models import QuerySet

from goals.models import ActionStep, Goal
from goals.selectors.lines import StepLine, step_line
from groups.models import Membership


def steps_to_show(person) -> QuerySet[ActionStep]:
    """Steps the person may see, soonest first, each with the coachee's and the asker's name and the group loaded."""
    related = ("membership__person", "asker__person", "group")
    return ActionStep.objects.visible_to(person).select_related(*related).order_by("due_on", "pk")


def open_steps_for(goal: Goal, *, membership: Membership, today: date) -> list[StepLine]:
    """The goal's open steps, soonest first; one query."""
    steps = steps_to_show(membership.person_id).open().filter(goal=goal)
    return [step_line(step, membership.pk, today) for step in steps]


def open_steps_of(person, today: date) -> list[StepLine]:
    """The person's own open steps in all groups they read, soonest first.

    One query, and one for the key of each group that has any.
    """
    steps = steps_to_show(person).open().filter(membership__person=person, membership__left_at=None)
    return [step_line(step, step.membership_id, today) for step in steps]
