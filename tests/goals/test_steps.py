"""What becomes of a step: moved, let go, done, taken back, kept, asked about; by services."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from common.once import AlreadyWritten
from goals import selectors, services
from goals.models import ActionStep, AskerAnswer, StepKept, StepMove
from tests.factories import NOW, ActionStepFactory, AskerAnswerFactory

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def as_(world):
    @contextmanager
    def act(name):
        with acting_as(MEMBER, person=world.people[name]):
            yield world.memberships[name]

    return act


def stored(step):
    return ActionStep.objects.get(pk=step.pk)


def move(step, **changes):
    words = {"key": new_id(), "from_on": step.due_on, "to_on": TODAY + 9 * DAY, "why": "Priya is away"}
    return services.move_step(step=step, today=TODAY, now=NOW, **{**words, **changes})


def test_a_move_sets_the_day_and_keeps_why(world, as_):
    with as_("member"):
        row = move(world.step)

        kept = StepMove.objects.get(pk=row.pk)
        assert stored(world.step).due_on == TODAY + 9 * DAY
        assert (kept.from_on, kept.to_on, kept.why.open()) == (TODAY + DAY, TODAY + 9 * DAY, "Priya is away")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"to_on": TODAY - DAY}, services.DayHasPassed),
        ({"to_on": TODAY + DAY}, services.SameDay),
        ({"from_on": TODAY + 3 * DAY}, services.StepMoved),
    ],
)
def test_a_move_is_refused_and_nothing_is_kept_of_it(world, as_, changes, refusal):
    with as_("member"):
        with pytest.raises(refusal):
            move(world.step, **changes)

        assert stored(world.step).due_on == TODAY + DAY
        assert StepMove.objects.filter(step=world.step).count() == 1  # that of the world


def test_a_move_sent_twice_is_one(world, as_):
    with as_("member"):
        key = new_id()
        move(world.step, key=key)
        with pytest.raises(AlreadyWritten):
            move(world.step, key=key)

        assert StepMove.objects.filter(pk=key).count() == 1


@pytest.mark.parametrize("why", ["Lin does it now", ""])
def test_a_step_is_let_go_with_a_word_or_none_once(world, as_, why):
    with as_("member"):
        services.let_go_step(step=world.step, why=why, now=NOW)
        with pytest.raises(services.StepAlreadyClosed):
            services.let_go_step(step=world.step, why="again", now=NOW + DAY)
        with pytest.raises(services.StepAlreadyClosed):
            services.close_step(step=world.step, now=NOW)
        with pytest.raises(services.StepAlreadyClosed):
            move(world.step)

        row = stored(world.step)
        assert (row.closed_at, row.is_let_go, row.why_let_go.open()) == (NOW, True, why)


@pytest.mark.parametrize("how", ["done", "let go"])
def test_a_close_is_taken_back_with_its_word_for_a_few_minutes_once(world, as_, how):
    with as_("member"):
        if how == "done":
            services.close_step(step=world.step, now=NOW)
        else:
            services.let_go_step(step=world.step, why="Lin does it now", now=NOW)
        with pytest.raises(services.TooLateToReopen):
            services.reopen_step(step=world.step, now=NOW + timedelta(minutes=10))
        services.reopen_step(step=world.step, now=NOW + timedelta(minutes=9, seconds=59))
        with pytest.raises(services.TooLateToReopen):
            services.reopen_step(step=world.step, now=NOW + timedelta(minutes=9, seconds=59))

        row = stored(world.step)
        assert (row.closed_at, row.is_let_go, row.why_let_go) == (None, False, None)


# Who asks


@pytest.fixture
def unanswered(world, arranging):
    with arranging():
        AskerAnswer.objects.filter(pk=world.asker_answer.pk)._raw_delete("default")
    return world.step


def answer(step, membership, has_agreed):
    services.answer_to_ask(step=step, membership=membership, has_agreed=has_agreed, now=NOW)


def line_of(world, name="both"):
    person = world.people[name]
    step = selectors.steps_to_show(person).get(pk=world.step.pk)
    return selectors.step_line(step, world.memberships[name].pk, TODAY)


def test_who_is_asked_agrees_and_may_take_it_back_and_then_it_stands(world, unanswered, as_):
    with as_("peer") as peer:
        asked = line_of(world)
        answer(unanswered, peer, True)
        answer(unanswered, peer, True)
        agreed = line_of(world)
        answer(unanswered, peer, False)
        answer(unanswered, peer, False)
        declined = line_of(world)
        with pytest.raises(services.AlreadyAnswered):
            answer(unanswered, peer, True)

    assert [(line.asker_name, line.has_agreed, line.has_declined) for line in (asked, agreed, declined)] == [
        ("Peer", False, False), ("Peer", True, False), ("", False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["not named", "closed"])
def test_nobody_answers_who_is_not_asked(world, arranging, unanswered, as_, state):
    with arranging():
        change = {"asker": world.memberships["both"]} if state == "not named" else {"closed_at": NOW}
        ActionStep.objects.filter(pk=unanswered.pk).update(**change)

    with as_("peer") as peer, pytest.raises(services.NotAsked):
        answer(unanswered, peer, True)


def test_somebody_else_is_asked_but_not_who_said_that_it_is_not_them(world, arranging, as_):
    with arranging():
        AskerAnswer.objects.filter(pk=world.asker_answer.pk).update(has_agreed=False)

    with as_("member") as mine:
        step = selectors.steps_to_show(world.people["member"]).get(pk=world.step.pk)
        offered = {peer.person.name for peer in selectors.peers_to_ask(step, mine)}
        with pytest.raises(services.NotAPeer):
            services.ask_somebody(step=step, membership=mine, asker=world.memberships["peer"])
        services.ask_somebody(step=step, membership=mine, asker=world.memberships["both"])
        assert line_of(world, "member").asker_name == "Both"

    assert offered == {"Both", "Facilitator"}


@pytest.mark.parametrize("who", ["member", "unsigned", "former"])
def test_only_a_peer_who_reads_the_group_can_be_asked(world, as_, who):
    with as_("member") as mine, pytest.raises(services.NotAPeer):
        services.ask_somebody(step=world.step, membership=mine, asker=world.memberships[who])


# Practice


def keep(step, on, is_kept=True, today=TODAY):
    services.keep_day(step=step, on=on, is_kept=is_kept, today=today, now=NOW)


@pytest.fixture
def old_practice(world, arranging):
    with arranging():
        ActionStep.objects.filter(pk=world.practice.pk).update(created_at=NOW - 30 * DAY)
        StepKept.objects.filter(pk=world.kept_day.pk)._raw_delete("default")
    return world.practice


def test_a_day_is_kept_once_and_taken_back(old_practice, as_):
    days = StepKept.objects.filter(step=old_practice)
    with as_("member"):
        keep(old_practice, TODAY)
        keep(old_practice, TODAY)
        keep(old_practice, TODAY - 6 * DAY)
        kept = set(days.values_list("on", flat=True))
        keep(old_practice, TODAY, is_kept=False)
        keep(old_practice, TODAY, is_kept=False)

        assert kept == {TODAY, TODAY - 6 * DAY}
        assert set(days.values_list("on", flat=True)) == {TODAY - 6 * DAY}


@pytest.mark.parametrize("days", [-7, 1])
def test_only_the_last_days_can_be_said_of(old_practice, as_, days):
    with as_("member"), pytest.raises(services.NotADayOfPractice):
        keep(old_practice, TODAY + days * DAY)


def test_a_step_without_a_rhythm_has_no_days(world, as_):
    with as_("member"), pytest.raises(services.NotADayOfPractice):
        keep(world.step, TODAY)


def test_nothing_is_kept_of_a_closed_practice(old_practice, as_):
    with as_("member"):
        services.close_step(step=old_practice, now=NOW)
        with pytest.raises(services.StepAlreadyClosed):
            keep(old_practice, TODAY)


# Both ends of the date line


@pytest.mark.parametrize(
    ("zone", "today"),
    [("Pacific/Kiritimati", date(2027, 2, 9)), ("UTC", date(2027, 2, 8)), ("Etc/GMT+12", date(2027, 2, 7))],
)
def test_today_is_ones_own_day(world, arranging, as_, zone, today):
    now = datetime(2027, 2, 8, 10 if zone != "Etc/GMT+12" else 11, 30, tzinfo=ZoneInfo("UTC"))
    with arranging():
        ActionStep.objects.filter(pk=world.practice.pk).update(created_at=NOW - 30 * DAY)
    with timezone.override(ZoneInfo(zone)), as_("member"):
        mine = timezone.localdate(now)
        keep(world.practice, mine, today=mine)
        with pytest.raises(services.NotADayOfPractice):
            keep(world.practice, mine + DAY, today=mine)
        with pytest.raises(services.DayHasPassed):
            services.move_step(
                step=world.step, key=new_id(), from_on=world.step.due_on, to_on=mine - DAY, why="x", today=mine, now=now
            )
        lines = selectors.steps_of_today(world.people["member"], now, mine).own

    assert mine == today
    [practice] = [line for line in lines if line.rhythm]
    assert (practice.days[-1].on, practice.days[-1].is_today, practice.days[-1].is_kept) == (today, True, True)


def test_a_practice_has_one_button_for_each_day_through_a_change_of_the_clocks(world, arranging, as_):
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2027, 3, 29, 0, 30, tzinfo=berlin)  # a night and a half after the hour that did not exist
    with arranging():
        ActionStep.objects.filter(pk=world.practice.pk).update(created_at=NOW)
    with timezone.override(berlin), as_("member"):
        lines = selectors.steps_of_today(world.people["member"], now, timezone.localdate(now)).own

    [practice] = [line for line in lines if line.rhythm]
    assert [day.on.day for day in practice.days] == [23, 24, 25, 26, 27, 28, 29]


# Today


@pytest.mark.parametrize("count", [1, 3, 30])
def test_steps_of_today_are_one_query_and_the_groups_key(world, arranging, as_, django_assert_num_queries, count):
    mine, peer = world.memberships["both"], world.memberships["peer"]
    with arranging():
        ActionStepFactory.create_batch(count, membership=mine, asker=peer)
        ActionStepFactory.create_batch(count, membership=mine, rhythm="daily")
        ActionStepFactory.create_batch(count, membership=peer, asker=mine)
        for step in ActionStepFactory.create_batch(count, membership=peer, asker=mine, due_on=TODAY):
            AskerAnswerFactory(step=step)
        AskerAnswerFactory(step=ActionStepFactory(membership=peer, asker=mine, due_on=TODAY + DAY))
        AskerAnswerFactory(step=ActionStepFactory(membership=peer, asker=mine, due_on=TODAY), has_agreed=False)
        ActionStepFactory(membership=mine, closed_at=NOW - timedelta(minutes=9))
        ActionStepFactory(membership=mine, closed_at=NOW - timedelta(minutes=10))

    with as_("both"), django_assert_num_queries(2):
        found = selectors.steps_of_today(world.people["both"], NOW, TODAY)

    assert (len(found.own), len(found.to_answer), len(found.to_ask)) == (2 * count + 1, count, count)
    assert [line.is_open for line in found.own].count(False) == 1
