from datetime import date, timedelta

import pytest

from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from common.once import AlreadyWritten
from goals import services
from goals.models import ActionStep, CheckIn, Goal
from tests.factories import NOW, CheckInFactory, GoalFactory

TODAY = NOW.date()


@pytest.fixture
def as_member(world):
    """The block runs as the member of the cast; gives their membership, with its group."""
    with acting_as(MEMBER, person=world.people["member"]):
        yield world.memberships["member"]


def goal_words(**changes):
    return {
        "key": new_id(), "title": "Ask first", "behavior": "A question comes first", "why": "", "target_on": TODAY,
        "today": TODAY, **changes,
    }  # fmt: skip


def step_words(**changes):
    return {"key": new_id(), "text": "Call Lin", "due_on": TODAY, "today": TODAY, **changes}


def test_write_goal_keeps_a_draft_with_its_words(as_member):
    goal = services.write_goal(membership=as_member, **goal_words(why="They wait for me"))

    goal = Goal.objects.get(pk=goal.pk)
    assert (goal.title.open(), goal.why.open(), goal.shared_at) == ("Ask first", "They wait for me", None)


def test_write_goal_refuses_a_day_that_has_passed(as_member):
    with pytest.raises(services.DayHasPassed):
        services.write_goal(membership=as_member, **goal_words(target_on=TODAY - timedelta(days=1)))


def test_write_goal_sent_twice_writes_one(as_member):
    words = goal_words()
    services.write_goal(membership=as_member, **words)

    with pytest.raises(AlreadyWritten):
        services.write_goal(membership=as_member, **words)

    assert Goal.objects.filter(pk=words["key"]).count() == 1


def test_edit_goal_changes_the_words_and_nothing_else(as_member, world):
    words = {"title": "New", "behavior": "New behavior", "why": "", "target_on": date(2027, 7, 1)}

    services.edit_goal(goal=world.goal, today=TODAY, **words)

    goal = Goal.objects.get(pk=world.goal.pk)
    assert (goal.title.open(), goal.behavior.open(), goal.why.open()) == ("New", "New behavior", "")
    assert (goal.target_on, goal.shared_at) == (date(2027, 7, 1), world.goal.shared_at)


def test_edit_goal_leaves_a_closed_goal_alone(world, arranging):
    with arranging():
        Goal.objects.filter(pk=world.goal.pk).update(closed_at=NOW)

    with acting_as(MEMBER, person=world.people["member"]), pytest.raises(services.GoalClosed):
        services.edit_goal(goal=world.goal, title="New", behavior="New", why="", target_on=TODAY, today=TODAY)


def test_edit_goal_lets_a_passed_day_stay_but_sets_none(world, arranging):
    past = TODAY - timedelta(days=5)
    with arranging():
        goal = GoalFactory(membership=world.memberships["member"], target_on=past)
    words = {"title": "New", "behavior": "New", "why": "", "today": TODAY}

    with acting_as(MEMBER, person=world.people["member"]):
        services.edit_goal(goal=goal, target_on=past, **words)
        with pytest.raises(services.DayHasPassed):
            services.edit_goal(goal=goal, target_on=past - timedelta(days=1), **words)


def test_share_goal_shares_once(as_member, world):
    services.share_goal(goal=world.draft, now=NOW)

    with pytest.raises(services.GoalAlreadyShared):
        services.share_goal(goal=world.draft, now=NOW + timedelta(days=1))

    assert Goal.objects.get(pk=world.draft.pk).shared_at == NOW


def test_check_in_keeps_the_confidence_sealed(as_member, world):
    words = {"how_it_went": "Well", "confidence": "10", "what_next": "", "help_wanted": "A word from Lin"}

    row = services.check_in(goal=world.goal, key=new_id(), **words)

    row = CheckIn.objects.get(pk=row.pk)
    assert {name: getattr(row, name).open() for name in words} == words


def test_check_in_waits_until_the_goal_is_shared(as_member, world):
    with pytest.raises(services.GoalNotShared):
        services.check_in(
            goal=world.draft, key=new_id(), how_it_went="Well", confidence="", what_next="", help_wanted=""
        )


def test_check_in_sent_twice_writes_one(as_member, world):
    words = {"key": new_id(), "how_it_went": "Well", "confidence": "", "what_next": "", "help_wanted": ""}
    services.check_in(goal=world.goal, **words)

    with pytest.raises(AlreadyWritten):
        services.check_in(goal=world.goal, **words)


def test_write_step_names_the_peer_who_will_ask(as_member, world):
    step = services.write_step(membership=as_member, **step_words(asker=world.memberships["peer"], goal=world.goal))

    step = ActionStep.objects.get(pk=step.pk)
    assert (step.text.open(), step.asker, step.goal) == ("Call Lin", world.memberships["peer"], world.goal)


@pytest.mark.parametrize("asker", ["member", "former", "unsigned", "elsewhere"])
def test_write_step_takes_only_somebody_else_who_reads_the_group(as_member, world, asker):
    membership = world.memberships.get(asker) or world.other_memberships[asker]

    with pytest.raises(services.NotAPeer):
        services.write_step(membership=as_member, **step_words(asker=membership))


def test_write_step_refuses_a_day_that_has_passed(as_member):
    with pytest.raises(services.DayHasPassed):
        services.write_step(membership=as_member, **step_words(due_on=TODAY - timedelta(days=1)))


@pytest.mark.parametrize("goal", ["draft", "peer's goal"])
def test_write_step_serves_only_ones_own_shared_goal(world, arranging, goal):
    with arranging():
        rows = {"draft": world.draft, "peer's goal": GoalFactory(membership=world.memberships["peer"])}

    with acting_as(MEMBER, person=world.people["member"]), pytest.raises(services.GoalNotShared):
        services.write_step(membership=world.memberships["member"], **step_words(goal=rows[goal]))


def test_close_step_closes_once(as_member, world):
    services.close_step(step=world.step, now=NOW)

    with pytest.raises(services.StepAlreadyClosed):
        services.close_step(step=world.step, now=NOW + timedelta(days=1))

    assert ActionStep.objects.get(pk=world.step.pk).closed_at == NOW


def test_a_closed_goal_takes_no_check_in(world, arranging):
    with arranging():
        closed = GoalFactory(membership=world.memberships["member"], closed_at=NOW)
        CheckInFactory(goal=closed)

    with acting_as(MEMBER, person=world.people["member"]), pytest.raises(services.GoalNotShared):
        services.check_in(goal=closed, key=new_id(), how_it_went="Well", confidence="", what_next="", help_wanted="")
