"""Reads of action steps."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery

from goals.due import UNDO_FOR
from goals.models import ActionStep, AskerAnswer, Goal, StepKept, StepMove
from goals.practice import LAST_DAYS
from goals.selectors.lines import MoveLine, StepLine, move_line, step_line
from groups.models import Membership
from groups.selectors import peers_of


@dataclass
class StepsOfToday:
    """What *Today* shows of steps: one's own, those that one is asked to ask about, and those to ask about now."""

    own: list[StepLine] = field(default_factory=list)
    to_answer: list[StepLine] = field(default_factory=list)
    to_ask: list[StepLine] = field(default_factory=list)

    @property
    def is_any(self) -> bool:
        return bool(self.own or self.to_answer or self.to_ask)


def steps_to_show(person) -> QuerySet[ActionStep]:
    """Steps the person may see, soonest first, with the names of coachee and asker, the asker's answer, and the group.

    And the days of the last week on which the coachee kept it, where it is a practice.
    """
    related = ("membership__person", "asker__person", "group")
    answers = AskerAnswer.objects.filter(step=OuterRef("pk"), membership=OuterRef("asker"))
    kept = StepKept.objects.filter(step=OuterRef("pk")).order_by("-on").values("on")[: LAST_DAYS + 1]
    return (
        ActionStep.objects.visible_to(person)
        .select_related(*related)
        .annotate(asker_agreed=Subquery(answers.values("has_agreed")[:1]), days_kept=ArraySubquery(kept))
        .order_by("due_on", "pk")
    )


def open_steps_for(goal: Goal, *, membership: Membership, today: date) -> list[StepLine]:
    """The goal's open steps, soonest first; one query."""
    steps = steps_to_show(membership.person_id).open().filter(goal=goal)
    return [step_line(step, membership.pk, today) for step in steps]


def steps_of_today(person, now: datetime, today: date) -> StepsOfToday:
    """What the person's *Today* says of steps, in all groups they read: see StepsOfToday, soonest first.

    Their own that are open, or closed so lately that it can be taken back. One query, and one for the key of each group
    that has any.
    """
    mine = Q(membership__person=person, membership__left_at=None)
    asked = Q(asker__person=person, asker__left_at=None, membership__left_at=None, closed_at=None)
    at_hand = Q(closed_at=None) | Q(closed_at__gt=now - UNDO_FOR)
    steps, found = steps_to_show(person).filter(mine & at_hand | asked), StepsOfToday()
    for step in steps:
        is_mine = step.membership.person_id == person.pk
        if not is_mine and (step.asker_agreed is False or (step.asker_agreed and step.due_on > today)):
            continue
        line = step_line(step, step.membership_id if is_mine else step.asker_id, today)
        (found.own if is_mine else found.to_ask if step.asker_agreed else found.to_answer).append(line)
    return found


def open_steps_of(memberships, *, person, today: date) -> list[StepLine]:
    """The open steps of these memberships as the person may see them: by coachee's name, then soonest first.

    One query, and one for the group's key.
    """
    steps = steps_to_show(person).open().filter(membership__in=memberships)
    steps = steps.order_by("membership__person__name", "membership", "due_on", "pk")
    return [step_line(step, None, today) for step in steps]


def moves_of(step: ActionStep, *, person) -> list[MoveLine]:
    """The step's moves that the person may see, newest first; one query."""
    return [move_line(move) for move in StepMove.objects.visible_to(person).filter(step=step).order_by("-moved_at")]


def peers_to_ask(step: ActionStep, membership: Membership) -> list[Membership]:
    """Peers whom the coachee can ask about the step: not who is named now, and not who has said that it is not them."""
    declined = AskerAnswer.objects.filter(step=step, has_agreed=False).values("membership")
    now_named = None if step.asker_agreed is False else step.asker_id
    return list(peers_of(membership).exclude(pk__in=declined).exclude(pk=now_named))
