"""What the picture of progress is drawn from: whose it is, and in which week it stands."""

from datetime import date, timedelta

import pytest

from common.actor import acting_as
from common.fences import MEMBER
from goals import selectors
from goals.selectors.progress import steps_by_week
from tests.factories import NOW, ActionStepFactory, GoalFactory, ProgressReadingFactory, StepMoveFactory

MONDAY = date(2027, 2, 8)  # of NOW


@pytest.mark.parametrize(("who", "seen"), [("member", [2]), ("peer", []), ("both", []), ("facilitator", [])])
def test_readings_are_drawn_on_the_coachees_own_page_only(world, arranging, who, seen):
    with arranging():
        goal = GoalFactory(membership=world.memberships["member"])
        ProgressReadingFactory(request__goal=goal, request__peer=world.memberships["peer"], value="2")

    with acting_as(MEMBER, person=world.people[who]):
        points = selectors.own_readings_of(goal, world.memberships[who])

    assert [value for _day, value in points] == seen


def test_each_week_says_what_was_kept_moved_and_let_go(world, arranging):
    mine = world.memberships["member"]
    with arranging():
        goal = GoalFactory(membership=mine)
        ActionStepFactory(membership=mine, goal=goal, closed_at=NOW)
        ActionStepFactory(membership=mine, goal=goal, closed_at=NOW - timedelta(days=7), is_let_go=True)
        step = ActionStepFactory(membership=mine, goal=goal)
        StepMoveFactory(step=step, moved_at=NOW)
        ActionStepFactory(membership=mine, closed_at=NOW)  # of no goal

    with acting_as(MEMBER, person=mine.person):
        weeks = steps_by_week(goal, mine.person)

    assert weeks == [(MONDAY - timedelta(days=7), 0, 0, 1), (MONDAY, 1, 1, 0)]
