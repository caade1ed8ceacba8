"""The group's board, with which a session opens well."""

from dataclasses import dataclass, field
from datetime import date, datetime

from goals.selectors.check_ins import latest_check_ins
from goals.selectors.goals import goals_to_show
from goals.selectors.lines import GoalLine, StepLine, goal_line, step_line
from goals.selectors.steps import steps_to_show
from groups.models import Membership
from sessions.models import CoachingSession
from sessions.selectors import next_session_of


@dataclass
class Place:
    """What one person shows the group: their shared goals and their open steps, perhaps none yet."""

    coachee: Membership
    is_mine: bool
    goals: list[GoalLine] = field(default_factory=list)
    steps: list[StepLine] = field(default_factory=list)

    @property
    def is_facilitator(self):
        return self.coachee.role == Membership.Role.FACILITATOR

    @property
    def wants_help(self):
        return any(goal.latest and goal.latest.help_wanted for goal in self.goals)


@dataclass(frozen=True)
class Board:
    """The group's goals: its next session, everybody's place, one's own first, then by name; and one's own drafts."""

    next_session: CoachingSession | None
    places: list[Place]
    drafts: list[GoalLine]

    @property
    def in_the_round(self):
        """The places by name alone, as everybody sees them on one screen."""
        return sorted(self.places, key=_by_name)

    @property
    def has_goals(self):
        return any(place.goals for place in self.places)


def board(*, membership: Membership, today: date, now: datetime) -> Board:
    """The board as this member sees it; five queries, and one for the group's key.

    Everybody who is in the group now has a place; whoever facilitates has one if they work on something themselves.
    """
    person = membership.person_id
    now_here = {"group": membership.group_id, "membership__left_at": None}
    people = Membership.objects.visible_to(person).reading().filter(group=membership.group_id).select_related("person")
    places = {one.pk: Place(one, one.pk == membership.pk) for one in people}
    goals = list(goals_to_show(person).open().filter(**now_here).order_by("created_at", "pk"))
    latest = latest_check_ins(person, goals)

    for step in steps_to_show(person).open().filter(**now_here):
        if place := places.get(step.membership_id):  # somebody admitted a moment ago has none yet
            place.steps.append(step_line(step, membership.pk, today))
    for goal in goals:
        if goal.shared_at and (place := places.get(goal.membership_id)):
            place.goals.append(goal_line(goal, membership, latest.get(goal.pk)))
    shown = [place for place in places.values() if not place.is_facilitator or place.goals or place.steps]
    return Board(
        next_session=next_session_of(membership.group_id, person, now),
        places=sorted(shown, key=lambda place: (not place.is_mine, *_by_name(place))),
        drafts=[goal_line(goal, membership) for goal in goals if not goal.shared_at],
    )


def _by_name(place):
    return place.coachee.person.name.casefold(), str(place.coachee.pk)
