from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

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
        return selectors.board(membership=world.memberships[who], today=TODAY, now=NOW)


def place_of(world, who, whose):
    pk = world.memberships[whose].pk
    return next(place for place in board_of(world, who).places if place.coachee.pk == pk)


def test_everybody_who_is_in_the_group_has_a_place_by_name_after_ones_own(world, arranging):
    def names(who):
        return [place.coachee.person.name for place in board_of(world, who).places]

    assert names("peer") == ["Peer", "Both", "Member"]
    assert names("facilitator") == ["Both", "Member", "Peer"]
    assert [place.coachee.person.name for place in board_of(world, "peer").in_the_round] == ["Both", "Member", "Peer"]
    with arranging():
        GoalFactory(membership=world.memberships["facilitator"])
    assert names("member") == ["Member", "Both", "Facilitator", "Peer"]


def test_board_begins_with_the_groups_next_session(world, arranging):
    assert board_of(world, "peer").next_session == world.session
    with arranging():
        type(world.session).objects.update(cancelled_at=NOW)
    assert board_of(world, "peer").next_session is None


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

    [goal] = place_of(world, "peer", "member").goals

    assert (goal.latest.pk, goal.latest.how_it_went, goal.latest.confidence) == (newest.pk, "The newest", 0)


def test_board_leaves_out_who_has_left_and_what_is_closed(world, arranging):
    with arranging():
        GoalFactory(membership=world.memberships["former"])
        ActionStepFactory(membership=world.memberships["former"])
        GoalFactory(membership=world.memberships["member"], closed_at=NOW)
        ActionStepFactory(membership=world.memberships["member"], closed_at=NOW)

    place = place_of(world, "facilitator", "member")

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
        for days in (1, 8, 9, 7 * 27):
            ActionStepFactory(
                membership=world.memberships["member"], goal=world.goal, closed_at=NOW - timedelta(days=days)
            )
        ActionStepFactory(membership=world.memberships["member"], closed_at=NOW)

    def page_of(number):
        page = selectors.check_ins_of(goal, person=world.people["peer"], number=number)
        return page, selectors.progress_of(goal, person=world.people["peer"], check_ins=page)

    with acting_as(MEMBER, person=world.people["peer"]):
        goal = Goal.objects.get(pk=world.goal.pk)
        (page, picture), (rest, second) = page_of(1), page_of(2)

    assert (len(page), len(rest), page.paginator.num_pages) == (26, 3, 2)
    assert [line.on for line in page] == sorted((line.on for line in page), reverse=True)
    assert [dot.on for dot in picture.confidence.dots] == sorted(line.on for line in page)
    assert second.confidence.last.value == 26 % 11
    assert [week.kept for week in picture.steps.weeks] == [2, 1]
    assert second.steps.kept == 1


def test_readings_are_drawn_only_where_they_are_given(world):
    with acting_as(MEMBER, person=world.people["member"]):
        page = selectors.check_ins_of(world.goal, person=world.people["member"], number=1)
        without = selectors.progress_of(world.goal, person=world.people["member"], check_ins=page)
        own = selectors.progress_of(world.goal, person=world.people["member"], check_ins=page, readings=[(TODAY, -2)])

    assert without.readings is None
    assert [dot.value for dot in own.readings.dots] == [-2]


@pytest.mark.parametrize(("zone", "week"), [("Pacific/Kiritimati", 8), ("Etc/GMT+12", 1)])
def test_a_step_is_kept_in_the_week_of_the_readers_own_calendar(world, arranging, zone, week):
    closed = datetime(2027, 2, 7, 23, tzinfo=UTC)  # a Sunday in UTC, Monday already in the far east
    with arranging():
        ActionStepFactory(membership=world.memberships["member"], goal=world.goal, closed_at=closed)

    with acting_as(MEMBER, person=world.people["member"]), timezone.override(zone):
        assert selectors.steps_by_week(world.goal, world.people["member"]) == [(date(2027, 2, week), 1, 0, 0)]


def test_courses_for_the_margin_are_ones_own_of_the_last_weeks(world, arranging, django_assert_num_queries):
    with arranging():
        later(-7, world.check_in)
        CheckInFactory(goal=world.goal, confidence="9")
        CheckInFactory(goal=world.goal, confidence="")
        later(-50, CheckInFactory(goal=world.goal, confidence="1"))
        single = GoalFactory(membership=world.memberships["member"])
        CheckInFactory(goal=single, confidence="5")

    with acting_as(MEMBER, person=world.people["member"]), django_assert_num_queries(2):  # check-ins, the group's key
        [course] = selectors.own_courses(world.people["member"], NOW)
    with acting_as(MEMBER, person=world.people["peer"]):
        assert selectors.own_courses(world.people["peer"], NOW) == []

    assert (course.pk, course.last, len(course.points)) == (world.goal.pk, 9, 2)
    assert len(course.picture.dots) == 2


def test_goals_to_serve_are_ones_own_that_the_group_reads(world, arranging):
    with arranging():
        GoalFactory(membership=world.memberships["peer"])
        GoalFactory(membership=world.memberships["member"], closed_at=NOW)

    with acting_as(MEMBER, person=world.people["member"]):
        assert selectors.goals_to_serve(world.memberships["member"]) == [world.goal]
