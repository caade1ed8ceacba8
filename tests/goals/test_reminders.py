"""Reminders of goals and steps: planned from facts by the worker, once, and only while they are wanted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from common.actor import acting_as
from common.fences import WORKER
from goals import services, tasks
from goals.models import ActionStep, AskerAnswer, CheckIn, Goal
from groups.models import CoachingGroup, Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import (
    NOW,
    ActionStepFactory,
    AskerAnswerFactory,
    CheckInFactory,
    GoalFactory,
    MembershipFactory,
    StepMoveFactory,
)

WEEK = timedelta(days=7)
TOMORROW = NOW.date() + timedelta(days=1)


def owed(kind):
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind=kind).order_by("dedupe_key"))


def plan(now=NOW):
    with acting_as(WORKER):
        services.plan_check_in_reminders(now=now)
        services.plan_step_reminders(now=now)
        services.plan_asking_reminders(now=now)


def build(nudge, now=NOW):
    with acting_as(WORKER):
        return kind_named(nudge.kind).build(nudge, now)


@pytest.fixture
def mine(arranging):
    with arranging():
        return MembershipFactory()


def test_a_check_in_is_due_a_week_after_sharing_and_asked_for_once(arranging, mine):
    with arranging():
        goal = GoalFactory(membership=mine, shared_at=NOW - WEEK)

    plan()
    plan()
    plan(NOW + timedelta(days=3))

    [nudge] = owed("check_in_due")
    assert nudge.recipient_id == mine.person_id
    assert nudge.dedupe_key == f"check_in_due:{goal.pk}:2027-02-08"
    assert nudge.context == {"goal": str(goal.pk)}
    assert nudge.send_after == NOW


def test_each_week_of_silence_after_a_check_in_is_asked_about(arranging, mine):
    with arranging():
        goal = GoalFactory(membership=mine, shared_at=NOW - WEEK)
    plan()
    with arranging():
        row = CheckInFactory(goal=goal)
        CheckIn.objects.filter(pk=row.pk).update(created_at=NOW + timedelta(days=1))

    plan(NOW + timedelta(days=7))
    plan(NOW + timedelta(days=8))

    assert [nudge.dedupe_key[-10:] for nudge in owed("check_in_due")] == ["2027-02-08", "2027-02-16"]


@pytest.mark.parametrize(
    "state",
    ["a day early", "a draft", "closed", "checked in", "coachee left", "not admitted", "group ended"],
)
def test_no_check_in_is_asked_for_when_none_is_due(arranging, state):
    membership = {"coachee left": {"left_at": NOW}, "not admitted": {"admitted_at": None}}.get(state, {})
    goal = {"a draft": {"shared_at": None}, "closed": {"closed_at": NOW}}.get(state, {"shared_at": NOW - 2 * WEEK})
    if state == "a day early":
        goal = {"shared_at": NOW - timedelta(days=6)}
    with arranging():
        goal = GoalFactory(membership=MembershipFactory(**membership), **goal)
        if state == "checked in":
            row = CheckInFactory(goal=goal)
            CheckIn.objects.filter(pk=row.pk).update(created_at=NOW - timedelta(days=2))
        if state == "group ended":
            CoachingGroup.objects.filter(pk=goal.group_id).update(state=CoachingGroup.State.ENDED)

    plan()

    assert owed("check_in_due") == []


@pytest.mark.parametrize("happened", ["checked in", "closed", "left", "group ended"])
def test_a_check_in_reminder_that_is_no_longer_wanted_is_dropped(arranging, mine, happened):
    with arranging():
        goal = GoalFactory(membership=mine, shared_at=NOW - WEEK)
    plan()
    [nudge] = owed("check_in_due")
    assert build(nudge).context["signed_in_url"].endswith(f"/groups/{mine.group_id}/goals/{goal.pk}/check-in/")

    with arranging():
        if happened == "checked in":
            row = CheckInFactory(goal=goal)
            CheckIn.objects.filter(pk=row.pk).update(created_at=NOW)
        elif happened == "closed":
            Goal.objects.filter(pk=goal.pk).update(closed_at=NOW)
        elif happened == "left":
            Membership.objects.filter(pk=mine.pk).update(left_at=NOW)
        else:
            CoachingGroup.objects.filter(pk=mine.group_id).update(state=CoachingGroup.State.ENDED)

    with pytest.raises(NotWanted):
        build(nudge, NOW + timedelta(hours=1))


def test_a_step_is_told_again_on_its_day_once(arranging, mine):
    with arranging():
        step = ActionStepFactory(membership=mine, due_on=TOMORROW)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)

    for hours in (0, 1, 22, 23, 24, 30, 48):
        plan(NOW + timedelta(hours=hours))

    key = f"step_due:{step.pk}:2027-02-09"
    assert [nudge.dedupe_key for nudge in owed("step_due")] == [key, f"{key}:on"]
    with pytest.raises(NotWanted):
        build(owed("step_due")[1], NOW + timedelta(days=2))


def test_a_moved_step_is_told_of_its_new_day_and_not_of_what_was_just_decided(arranging, mine):
    with arranging():
        step = ActionStepFactory(membership=mine, due_on=TOMORROW)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)
        StepMoveFactory(step=step, moved_at=NOW - timedelta(minutes=30))  # after eight

    plan()
    moved_today = owed("step_due")
    plan(NOW + timedelta(days=1))

    assert (moved_today, len(owed("step_due"))) == ([], 1)


def test_a_reminder_of_the_day_before_the_step_was_moved_is_dropped(arranging, mine):
    with arranging():
        step = ActionStepFactory(membership=mine, due_on=TOMORROW)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)
    plan()
    [nudge] = owed("step_due")
    assert build(nudge)
    with arranging():
        ActionStep.objects.filter(pk=step.pk).update(due_on=TOMORROW + timedelta(days=1))

    with pytest.raises(NotWanted):
        build(nudge)


@pytest.fixture
def asked(arranging, mine):
    """A step whose day was yesterday, and whose peer has agreed to ask."""
    with arranging():
        mine.person.name = "Priya"
        mine.person.save(update_fields=["name"])
        step = ActionStepFactory(
            membership=mine, asker=MembershipFactory(group=mine.group), due_on=NOW.date() - timedelta(days=1),
            text="zugzwang-quokka",
        )  # fmt: skip
        AskerAnswerFactory(step=step)
    return step


def test_a_peer_who_agreed_is_told_on_the_day_after_once_and_without_a_word(asked):
    plan(NOW - timedelta(hours=2))  # seven
    early = owed("step_ask")
    for hours in (0, 1, 24, 47, 72):
        plan(NOW + timedelta(hours=hours))

    [nudge] = owed("step_ask")
    context = build(nudge).context
    parts = [render_to_string(f"emails/step_ask-{part}", context) for part in ("subject.txt", "body.txt", "body.html")]
    assert (early, nudge.recipient_id) == ([], asked.asker.person_id)
    assert parts[0].strip() == "Priya would be glad to be asked"
    assert not any("zugzwang-quokka" in part for part in parts)
    assert all(context["action_url"] in part for part in parts[1:])


@pytest.mark.parametrize("state", ["no answer", "not me", "closed", "somebody else asked", "peer left", "coachee left"])
@pytest.mark.parametrize("when", ["before planning", "before sending"])
def test_no_peer_is_told_who_did_not_agree_or_has_nothing_to_ask(arranging, asked, state, when):
    if when == "before sending":
        plan()
    with arranging():
        match state:
            case "no answer":
                AskerAnswer.objects.filter(step=asked)._raw_delete("default")
            case "not me":
                AskerAnswer.objects.filter(step=asked).update(has_agreed=False)
            case "closed":
                ActionStep.objects.filter(pk=asked.pk).update(closed_at=NOW)
            case "somebody else asked":
                other = MembershipFactory(group=asked.group)
                ActionStep.objects.filter(pk=asked.pk).update(asker=other)
            case "peer left":
                Membership.objects.filter(pk=asked.asker_id).update(left_at=NOW)
            case "coachee left":
                Membership.objects.filter(pk=asked.membership_id).update(left_at=NOW)

    if when == "before sending":
        with pytest.raises(NotWanted):
            build(owed("step_ask")[0])
    else:
        plan()
        assert owed("step_ask") == []


def test_a_step_due_tomorrow_is_told_once(arranging, mine):
    with arranging():
        step = ActionStepFactory(membership=mine, due_on=TOMORROW)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)

    plan()
    plan()

    [nudge] = owed("step_due")
    assert (nudge.recipient_id, nudge.dedupe_key) == (mine.person_id, f"step_due:{step.pk}:2027-02-09")


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("UTC", datetime(2027, 2, 8, 8, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 2, 7, 18, tzinfo=UTC)),  # UTC+14
        ("Pacific/Pago_Pago", datetime(2027, 2, 8, 19, tzinfo=UTC)),  # UTC-11
        ("Nowhere/Atall", datetime(2027, 2, 8, 8, tzinfo=UTC)),
    ],
)
def test_a_step_is_told_in_the_morning_of_its_own_zone_at_both_ends_of_the_date_line(arranging, mine, zone, at):
    with arranging():
        type(mine.person).objects.filter(pk=mine.person_id).update(timezone=zone)
        step = ActionStepFactory(membership=mine, due_on=TOMORROW)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)

    plan(at - timedelta(minutes=1))
    too_early = owed("step_due")
    plan(at)

    assert (too_early, len(owed("step_due"))) == ([], 1)


@pytest.mark.parametrize("state", ["closed", "left", "later", "long past", "written today for today"])
def test_no_step_is_told_when_there_is_nothing_to_tell(arranging, state):
    due_on = {"later": 2, "long past": -1, "written today for today": 0}.get(state, 1)
    with arranging():
        membership = MembershipFactory(left_at=NOW if state == "left" else None)
        step = ActionStepFactory(
            membership=membership,
            due_on=NOW.date() + timedelta(days=due_on),
            closed_at=NOW if state == "closed" else None,
        )
        written = NOW if "written" in state else NOW - WEEK
        ActionStep.objects.filter(pk=step.pk).update(created_at=written)

    plan()

    assert owed("step_due") == []


@pytest.mark.parametrize("happened", ["closed", "left", "day passed"])
def test_a_step_reminder_that_is_no_longer_wanted_is_dropped(arranging, mine, happened):
    with arranging():
        step = ActionStepFactory(membership=mine, due_on=TOMORROW)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)
    plan()
    [nudge] = owed("step_due")
    assert build(nudge).context["due_on"] == TOMORROW

    with arranging():
        if happened == "closed":
            ActionStep.objects.filter(pk=step.pk).update(closed_at=NOW)
        elif happened == "left":
            Membership.objects.filter(pk=mine.pk).update(left_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge, NOW + timedelta(days=2 if happened == "day passed" else 0))


def test_the_task_of_the_clock_works_in_the_workers_role(arranging, mine):
    with arranging():
        GoalFactory(membership=mine, shared_at=NOW - WEEK)

    tasks.plan_reminders()

    assert len(owed("check_in_due")) == 1


@pytest.mark.parametrize("kind", ["check_in_due", "step_due"])
def test_mails_hold_no_word_of_a_member(arranging, mine, kind):
    secret = "zugzwang-quokka"
    with arranging():
        goal = GoalFactory(membership=mine, shared_at=NOW - WEEK, title=secret, behavior=secret, why=secret)
        step = ActionStepFactory(membership=mine, goal=goal, due_on=TOMORROW, text=secret)
        ActionStep.objects.filter(pk=step.pk).update(created_at=NOW - WEEK)
    plan()
    [nudge] = owed(kind)

    context = build(nudge).context
    parts = [render_to_string(f"emails/{kind}-{part}", context) for part in ("subject.txt", "body.txt", "body.html")]

    assert not any(secret in part for part in parts)
    assert len(parts[0].strip().splitlines()) == 1
    assert all(context["action_url"] in part for part in parts[1:])
    assert kind_named(kind).label


def test_the_number_of_queries_of_a_sweep_does_not_grow(arranging, mine, django_assert_num_queries):
    with arranging():
        GoalFactory.create_batch(3, membership=mine, shared_at=NOW - WEEK)

    with acting_as(WORKER), django_assert_num_queries(2):  # what is due, one insert
        services.plan_check_in_reminders(now=NOW)
    with acting_as(WORKER), django_assert_num_queries(1):  # nothing is due any more
        services.plan_check_in_reminders(now=NOW)
