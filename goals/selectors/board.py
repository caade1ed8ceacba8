"""The group's board."""

from dataclasses import dataclass, field
from datetime import date

from goals.selectors.check_ins import latest_check_ins
from goals.selectors.goals import goals_to_show
from goals.selectors.lines import GoalLine, StepLine, goal_line, step_line
from goals.selectors.steps import steps_to_show
from groups.models import Membership


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


def board(*, membership: Membership, today: date) -> Board:
    """The board as this member sees it: goals and open steps of everyone now in the group; three queries."""
    person = membership.person_id
    now_here = {"group": membership.group_id, "membership__left_at": None}
    goals = list(goals_to_show(person).open().filter(**now_here).order_by("created_at", "pk"))
    steps = steps_to_show(person).open().filter(**now_here)
    latest = latest_check_ins(person, goals)

    places = {}
    for step in steps:
        _place_in(places, step, membership).steps.append(step_line(step, membership.pk, today))
    for goal in goals:
        if goal.shared_at:
            line = goal_line(goal, membership, latest.get(goal.pk))
            _place_in(places, goal, membership).goals.append(line)
    in_order = sorted(places.values(), key=lambda one: (not one.is_mine, one.coachee.person.name, str(one.coachee.pk)))
    return Board(drafts=[goal_line(goal, membership) for goal in goals if not goal.shared_at], places=in_order)


def _place_in(places, row, membership):
    if row.membership_id not in places:
        places[row.membership_id] = Place(row.membership, row.membership_id == membership.pk)
    return places[row.membership_id]
