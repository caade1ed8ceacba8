"""Steps in any order of acts, by their coachee, the peer who is named and others, against a model in plain Python.

And two requests at once, each on its own connection: one of them wins, and the other is told.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import MEMBER
from common.ids import new_id
from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.models import ActionStep, AskerAnswer, StepKept, StepMove
from tests.factories import NOW, ActionStepFactory, CoachingGroupFactory, MembershipFactory

TODAY, DAY = NOW.date(), timedelta(days=1)
NAMES = ("coachee", "peer", "other", "facilitator")
# More often whose step it is, and who is asked, so that much happens.
who, asked = st.sampled_from((*NAMES, "coachee", "coachee")), st.sampled_from((*NAMES, "peer", "peer"))
day = st.integers(min_value=-8, max_value=8)
REFUSALS = (
    services.StepAlreadyClosed, services.StepMoved, services.SameDay, services.DayHasPassed, services.TooLateToReopen,
    services.NotAsked, services.AlreadyAnswered, services.NotAPeer, services.NotADayOfPractice, AlreadyWritten,
)  # fmt: skip


class Model:
    """A step as it should be."""

    def __init__(self):
        self.due, self.closed, self.let_go, self.why = TODAY + 3 * DAY, None, False, None
        self.asker, self.answers, self.kept, self.moves = "peer", {}, set(), []

    def asked_as_shown(self):
        return "" if self.answers.get(self.asker) is False else self.asker


class Steps(RuleBasedStateMachine):
    """One practice of the coachee in a group of four; each act is tried by anybody."""

    @initialize()
    def begin(self):
        self.model, self.now, self.keys = Model(), NOW, []
        with acting_as(ARRANGER):
            group = CoachingGroupFactory()
            self.seats = {name: MembershipFactory(group=group, person__name=name) for name in NAMES}
            self.step = ActionStepFactory(
                membership=self.seats["coachee"], asker=self.seats["peer"], due_on=self.model.due, rhythm="daily"
            )
            ActionStep.objects.filter(pk=self.step.pk).update(created_at=NOW - 30 * DAY)

    def attempt(self, name, may, act):
        """What the act gave: None when it was done, "forbidden", or the refusal's name."""
        with acting_as(MEMBER, person=self.seats[name].person):
            step = selectors.steps_to_show(self.seats[name].person).get(pk=self.step.pk)
            if not may(self.seats[name], step):
                return "forbidden"
            try:
                act(step)
            except REFUSALS as refusal:
                return type(refusal).__name__
        return None

    def own(self, name, act):
        return self.attempt(name, permissions.can_change_step, act)

    @rule(minutes=st.sampled_from([1, 1, 4, 11]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(name=who)
    def done(self, name):
        result = self.attempt(
            name, permissions.can_close_step, lambda step: services.close_step(step=step, now=self.now)
        )
        if name != "coachee":
            assert result == "forbidden"
        elif self.model.closed:
            assert result == "StepAlreadyClosed"
        else:
            assert result is None
            self.model.closed = self.now

    @rule(name=who, why=st.sampled_from(["", "Lin does it", "☕"]))
    def let_go(self, name, why):
        result = self.own(name, lambda step: services.let_go_step(step=step, why=why, now=self.now))
        if name != "coachee":
            assert result == "forbidden"
        elif self.model.closed:
            assert result == "StepAlreadyClosed"
        else:
            assert result is None
            self.model.closed, self.model.let_go, self.model.why = self.now, True, why

    @rule(name=who)
    def undo(self, name):
        result = self.own(name, lambda step: services.reopen_step(step=step, now=self.now))
        fresh = self.model.closed and self.now - self.model.closed < timedelta(minutes=10)
        if name != "coachee":
            assert result == "forbidden"
        elif fresh:
            assert result is None
            self.model.closed, self.model.let_go, self.model.why = None, False, None
        else:
            assert result == "TooLateToReopen"

    @rule(name=who, to=day, stale=st.booleans(), again=st.booleans())
    def move(self, name, to, stale, again):
        key = self.keys[-1] if again and self.keys else new_id()
        from_on, to_on = self.model.due + (DAY if stale else 0 * DAY), TODAY + to * DAY
        result = self.own(
            name,
            lambda step: services.move_step(
                step=step, key=key, from_on=from_on, to_on=to_on, why=f"to {to}", today=TODAY, now=self.now
            ),
        )
        if name != "coachee":
            assert result == "forbidden"
        elif to_on < TODAY:
            assert result == "DayHasPassed"
        elif to_on == from_on:
            assert result == "SameDay"
        elif self.model.closed:
            assert result == "StepAlreadyClosed"
        elif key in self.keys:
            assert result == "AlreadyWritten"
        elif stale:
            assert result == "StepMoved"
        else:
            assert result is None
            self.model.moves.append((from_on, to_on, f"to {to}"))
            self.model.due = to_on
            self.keys.append(key)

    @rule(name=who, back=st.integers(min_value=-1, max_value=8), kept=st.booleans())
    def keep(self, name, back, kept):
        on = TODAY - back * DAY
        result = self.own(
            name, lambda step: services.keep_day(step=step, on=on, is_kept=kept, today=TODAY, now=self.now)
        )
        if name != "coachee":
            assert result == "forbidden"
        elif self.model.closed:
            assert result == "StepAlreadyClosed"
        elif not 0 <= back <= 6 or on > self.model.due:
            assert result == "NotADayOfPractice"
        else:
            assert result is None
            (self.model.kept.add if kept else self.model.kept.discard)(on)

    @rule(name=who, asked=who)
    def ask(self, name, asked):
        mine = self.seats["coachee"]
        result = self.own(name, lambda step: services.ask_somebody(step=step, membership=mine, asker=self.seats[asked]))
        if name != "coachee":
            assert result == "forbidden"
        elif asked == "coachee" or self.model.answers.get(asked) is False:
            assert result == "NotAPeer"
        elif self.model.closed:
            assert result == "StepAlreadyClosed"
        else:
            assert result is None
            self.model.asker = asked

    @rule(name=asked, agreed=st.booleans())
    def answer(self, name, agreed):
        seat = self.seats[name]
        result = self.attempt(
            name,
            permissions.can_answer_step,
            lambda step: services.answer_to_ask(step=step, membership=seat, has_agreed=agreed, now=self.now),
        )
        if name != self.model.asker:
            assert result == "forbidden"
        elif self.model.closed:
            assert result == "NotAsked"
        elif agreed and self.model.answers.get(name) is False:
            assert result == "AlreadyAnswered"
        else:
            assert result is None
            self.model.answers[name] = agreed

    @invariant()
    def what_is_stored_and_shown_is_what_the_model_says(self):
        model = self.model
        self.turn = getattr(self, "turn", 0) + 1
        for name in ("coachee", NAMES[1 + self.turn % 3]):
            person = self.seats[name].person
            with acting_as(MEMBER, person=person):
                row = selectors.steps_to_show(person).get(pk=self.step.pk)
                why = None if row.why_let_go is None else row.why_let_go.open()
                line = selectors.step_line(row, self.seats[name].pk, TODAY)
                moves = [(move.from_on, move.to_on, move.why.open()) for move in StepMove.objects.all()]
                kept = set(StepKept.objects.values_list("on", flat=True))
                answers = {answer.membership_id: answer.has_agreed for answer in AskerAnswer.objects.all()}
            assert (row.due_on, row.closed_at, row.is_let_go) == (model.due, model.closed, model.let_go)
            assert why == model.why
            assert (line.asker_name, line.is_mine, line.is_open) == (
                model.asked_as_shown(), name == "coachee", model.closed is None,
            )  # fmt: skip
            assert sorted(moves) == sorted(model.moves)
            assert (kept, {each.on for each in line.days if each.is_kept}) == (
                model.kept, {on for on in model.kept if on <= model.due},
            )  # fmt: skip
            assert answers == {self.seats[each].pk: agreed for each, agreed in model.answers.items()}


FEW = settings(
    max_examples=8, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_to_a_step_it_is_what_the_rules_say():
    run_state_machine_as_test(Steps, settings=FEW)


class Forgetful(Steps):
    """The sabotage: the model forgets one rule."""

    forgets = ""

    @invariant()
    def the_rule_is_forgotten(self):
        if self.forgets == "not me":
            self.model.answers = dict.fromkeys(self.model.answers, True)
        if self.forgets == "days":
            self.model.kept.clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("forgotten", ["not me", "days"])
def test_a_rule_that_the_product_kept_and_the_model_forgot_is_noticed(forgotten):
    machine = type("Forgetful", (Forgetful,), {"forgets": forgotten})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=settings(FEW, max_examples=30))


# Two requests at once -------------------------------------------------------------------------------------------------


def together(*works):
    """Run these at once, each on its own connection; what each did or refused, sorted."""
    gate = Barrier(len(works))

    def run(work):
        try:
            gate.wait(timeout=10)
            work()
        except REFUSALS as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def as_of(world, name, act):
    def work():
        with acting_as(MEMBER, person=world.people[name]):
            act(world.memberships[name])

    return work


def acts(world):
    step, due = world.step, world.step.due_on

    def move(key, to):
        return lambda mine: services.move_step(
            step=step, key=key, from_on=due, to_on=date(2027, 3, to), why=str(to), today=TODAY, now=NOW
        )

    key = new_id()
    return {
        "done": lambda mine: services.close_step(step=step, now=NOW),
        "let go": lambda mine: services.let_go_step(step=step, why="x", now=NOW),
        "move": move(key, 1),
        "the same move": move(key, 1),
        "another move": move(new_id(), 2),
        "kept": lambda mine: services.keep_day(step=world.practice, on=TODAY, is_kept=True, today=TODAY, now=NOW),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("one", "two", "results"),
    [
        ("done", "done", [["StepAlreadyClosed", "done"]]),
        ("done", "let go", [["StepAlreadyClosed", "done"]]),
        ("let go", "let go", [["StepAlreadyClosed", "done"]]),
        ("move", "another move", [["StepMoved", "done"]]),
        ("move", "the same move", [["AlreadyWritten", "done"]]),
        ("move", "done", [["StepAlreadyClosed", "done"], ["done", "done"]]),
        ("kept", "kept", [["done", "done"]]),
    ],
)
def test_of_two_at_once_one_wins_and_the_other_is_told(world, one, two, results):
    every = acts(world)

    assert together(*(as_of(world, "member", every[name]) for name in (one, two))) in results
    with acting_as(ARRANGER):
        assert StepMove.objects.filter(step=world.step).count() <= 2  # that of the world, and one of the two
        assert StepKept.objects.filter(step=world.practice, on=TODAY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_agreeing_and_declining_at_once_not_me_stands(world):
    with acting_as(ARRANGER):
        AskerAnswer.objects.filter(pk=world.asker_answer.pk)._raw_delete("default")

    def answer(has_agreed):
        return lambda mine: services.answer_to_ask(step=world.step, membership=mine, has_agreed=has_agreed, now=NOW)

    together(as_of(world, "peer", answer(True)), as_of(world, "peer", answer(False)))

    with acting_as(ARRANGER):
        assert AskerAnswer.objects.get(step=world.step).has_agreed is False
