from datetime import timedelta

import pytest

from common.actor import acting_as
from common.fences import MEMBER
from goals import selectors
from goals.models import Goal
from tests.factories import NOW, ActionStepFactory, CheckInFactory, GoalFactory, MembershipFactory

TODAY = NOW.date()


def later(days, row):
    """Say that a check-in was written so many days after now."""
    type(row).objects.filter(pk=row.pk).update(created_at=NOW + timedelta(days=days))


def board_of(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        return selectors.board(membership=world.memberships[who], today=TODAY)


def test_board_shows_own_drafts_apart_and_ones_own_place_first(world, arranging):
    with arranging():
        GoalFactory(membership=world.memberships["both"], title="B")
        GoalFactory(membership=world.memberships["peer"], title="A")

    board = board_of(world, "peer")

    assert board.drafts == []
    assert [(place.coachee.person.name, place.is_mine) for place in board.places] == [
        ("Peer", True), ("Both", False), ("Member", False),
    ]  # fmt: skip
    assert [line.title for line in board_of(world, "member").drafts] == ["A draft"]


def test_board_shows_the_latest_check_in_of_each_goal(world, arranging):
    with arranging():
        later(-3, world.check_in)
        later(-9, CheckInFactory(goal=world.goal, how_it_went="Earlier"))
        newest = CheckInFactory(goal=world.goal, how_it_went="The newest", confidence="0")
        later(-1, newest)

    [place] = board_of(world, "peer").places

    [goal] = place.goals
    assert (goal.latest.pk, goal.latest.how_it_went, goal.latest.confidence) == (newest.pk, "The newest", 0)


def test_board_leaves_out_who_has_left_and_what_is_closed(world, arranging):
    with arranging():
        GoalFactory(membership=world.memberships["former"])
        ActionStepFactory(membership=world.memberships["former"])
        GoalFactory(membership=world.memberships["member"], closed_at=NOW)
        ActionStepFactory(membership=world.memberships["member"], closed_at=NOW)

    [place] = board_of(world, "facilitator").places

    assert [line.pk for line in place.goals] == [world.goal.pk]
    assert [(line.pk, line.asker_name, line.is_overdue) for line in place.steps] == [
        (world.step.pk, "Peer", False),
        (world.practice.pk, "", False),
    ]


def test_open_steps_of_gives_ones_own_of_all_groups_soonest_first(world, arranging, django_assert_num_queries):
    both = world.memberships["both"], world.other_memberships["both"]
    with arranging():
        overdue = ActionStepFactory(membership=both[1], due_on=TODAY - timedelta(days=1))
        ahead = ActionStepFactory(membership=both[0], due_on=TODAY + timedelta(days=3))
        ActionStepFactory(membership=both[0], closed_at=NOW - timedelta(hours=1))
        ActionStepFactory(membership=both[0], due_on=TODAY)

    with acting_as(MEMBER, person=world.people["both"]), django_assert_num_queries(3):  # the steps, two groups' keys
        steps = selectors.steps_of_today(world.people["both"], NOW, TODAY).own

    assert (steps[0].pk, steps[0].is_overdue, steps[-1].pk, len(steps)) == (overdue.pk, True, ahead.pk, 3)


def test_goals_due_for_check_in_are_ones_own_without_a_word_for_a_week(world, arranging, django_assert_num_queries):
    mine = world.memberships["peer"]
    with arranging():
        waiting = GoalFactory(membership=mine, shared_at=NOW - timedelta(days=7), title="Waiting")
        GoalFactory(membership=mine, shared_at=NOW - timedelta(days=6))
        GoalFactory(membership=mine, shared_at=None)
        GoalFactory(membership=mine, closed_at=NOW)
        longest = GoalFactory(membership=mine, shared_at=NOW - timedelta(days=40))
        later(-30, CheckInFactory(goal=longest))
        fresh = GoalFactory(membership=mine, shared_at=NOW - timedelta(days=40))
        later(-2, CheckInFactory(goal=fresh))

    with acting_as(MEMBER, person=world.people["peer"]), django_assert_num_queries(2):  # the goals, the group's key
        due = selectors.goals_due_for_check_in(world.people["peer"], NOW)

    assert [(line.pk, line.group_name) for line in due] == [(longest.pk, "Harbor"), (waiting.pk, "Harbor")]
    assert (due[0].since, due[1].title) == (NOW - timedelta(days=30), "Waiting")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_for_today_keep_their_number_of_queries(arranging, django_assert_num_queries, count):
    with arranging():
        mine = MembershipFactory()
        GoalFactory.create_batch(count, membership=mine)
        ActionStepFactory.create_batch(count, membership=mine, asker=MembershipFactory(group=mine.group))

    with acting_as(MEMBER, person=mine.person), django_assert_num_queries(3):  # the goals, the group's key, the steps
        goals = selectors.goals_due_for_check_in(mine.person, NOW)
        steps = selectors.steps_of_today(mine.person, NOW, TODAY).own

    assert (len(goals), len(steps)) == (count, count)


def test_check_ins_come_in_pages_with_the_picture_of_each(world, arranging):
    with arranging():
        for week in range(selectors.CHECK_INS_ON_A_PAGE + 2):
            later(-7 * week, CheckInFactory(goal=world.goal, confidence=str(week % 11)))
        later(-999, world.check_in)

    with acting_as(MEMBER, person=world.people["peer"]):
        goal = Goal.objects.get(pk=world.goal.pk)
        page, picture = selectors.check_ins_of(goal, person=world.people["peer"], number=1)
        rest, second = selectors.check_ins_of(goal, person=world.people["peer"], number=2)

    assert (len(page), len(rest), page.paginator.num_pages) == (26, 3, 2)
    assert [line.on for line in page] == sorted((line.on for line in page), reverse=True)
    assert [column.on for column in picture.columns] == sorted(line.on for line in page)
    assert second.last.value == 26 % 11


def test_goals_to_serve_are_ones_own_that_the_group_reads(world, arranging):
    with arranging():
        GoalFactory(membership=world.memberships["peer"])
        GoalFactory(membership=world.memberships["member"], closed_at=NOW)

    with acting_as(MEMBER, person=world.people["member"]):
        assert selectors.goals_to_serve(world.memberships["member"]) == [world.goal]
