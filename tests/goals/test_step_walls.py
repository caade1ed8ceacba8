"""Walls of moves, kept days and answers, and that nobody makes or changes a step but whose it is."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from common.ids import new_id
from goals.models import ActionStep, AskerAnswer, StepKept, StepMove
from tests.factories import NOW, ActionStepFactory, AskerAnswerFactory, StepKeptFactory, StepMoveFactory
from tests.world import CAST

SIGNED_IN = CAST[1:]
READERS = {"member", "peer", "facilitator", "both"}
ROWS = {"move": StepMove, "kept_day": StepKept, "asker_answer": AskerAnswer}
refused = pytest.raises(DatabaseError, match="row-level security|permission denied")


@pytest.mark.parametrize("name", ROWS)
def test_visible_to_alone_lets_the_right_people_see(world, arranging, name):
    row = getattr(world, name)
    with arranging():
        sees = {who for who in SIGNED_IN if ROWS[name].objects.visible_to(world.people[who]).filter(pk=row.pk)}

    assert sees == READERS


@pytest.mark.parametrize("name", ["move", "kept_day"])
@pytest.mark.parametrize("wall", ["visible_to", "row security"])
def test_whoever_came_later_reads_only_what_came_after(world, arranging, name, wall):
    field = {"move": "moved_at", "kept_day": "kept_at"}[name]
    row, peer = getattr(world, name), world.memberships["peer"]
    with arranging():
        type(peer).objects.filter(pk=peer.pk).update(reads_from=NOW - timedelta(days=2))

    def sees(moment):
        with arranging():
            ROWS[name].objects.filter(pk=row.pk).update(**{field: moment})
            if wall == "visible_to":
                return ROWS[name].objects.visible_to(peer.person).filter(pk=row.pk).exists()
        with acting_as(MEMBER, person=peer.person):
            return ROWS[name].objects.filter(pk=row.pk).exists()

    assert (sees(NOW - timedelta(days=3)), sees(NOW - timedelta(days=1))) == (False, True)


def write(world, caller, what):
    """As somebody of the group, past Python: what belongs to *member* or, for the answer, to *peer*."""
    step, practice = world.step, world.practice
    with acting_as(MEMBER, person=world.people[caller]), transaction.atomic():
        match what:
            case "a step":
                ActionStepFactory(membership=world.memberships["member"])
            case "a move":
                StepMoveFactory(step=step)
            case "a kept day":
                StepKeptFactory(step=practice, on=NOW.date() - timedelta(days=1))
            case "an answer":
                AskerAnswerFactory(step=step)
            case "another day":
                return ActionStep.objects.filter(pk=step.pk).update(due_on=NOW.date())
            case "another asker":
                return ActionStep.objects.filter(pk=step.pk).update(asker=world.memberships["both"])
            case "not done":
                return ActionStep.objects.filter(pk=world.let_go.pk).update(closed_at=None, is_let_go=False)
            case "not kept":
                return StepKept.objects.filter(pk=world.kept_day.pk).delete()[0]
            case "an answer taken back":
                return AskerAnswer.objects.filter(pk=world.asker_answer.pk).update(has_agreed=False)
        return 1


INSERTS = ["a step", "a move", "a kept day", "an answer"]
CHANGES = ["another day", "another asker", "not done", "not kept", "an answer taken back"]
TABLES = {
    "a step": "goals_actionstep", "a move": "goals_stepmove", "a kept day": "goals_stepkept",
    "an answer": "goals_askeranswer", "not kept": "goals_stepkept", "an answer taken back": "goals_askeranswer",
}  # fmt: skip


@pytest.fixture
def unanswered(world, arranging):
    with arranging():
        AskerAnswer.objects.filter(pk=world.asker_answer.pk).delete()


@pytest.mark.parametrize("what", INSERTS)
@pytest.mark.parametrize("caller", ["both", "facilitator", "elsewhere", "former", "stranger", "super"])
def test_a_step_is_assigned_by_nobody(world, unanswered, what, caller):
    with refused:
        write(world, caller, what)


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("caller", ["both", "facilitator", "elsewhere"])
def test_a_step_is_changed_by_nobody_else(world, what, caller):
    assert write(world, caller, what) == 0


@pytest.mark.parametrize("what", [*INSERTS, *CHANGES])
def test_those_whose_they_are_can(request, world, what):
    if what == "an answer":
        request.getfixturevalue("unanswered")
    assert write(world, "peer" if "answer" in what else "member", what) == 1


@pytest.mark.parametrize("what", [*INSERTS, *CHANGES])
def test_that_it_is_not_is_row_securitys_doing(request, world, as_owner, what):
    if what == "an answer":
        request.getfixturevalue("unanswered")
    with as_owner(f"ALTER TABLE {TABLES.get(what, 'goals_actionstep')} DISABLE ROW LEVEL SECURITY"):
        # a group's key is there for everybody in it, and for nobody else
        assert write(world, "both", what) == 1


def test_the_asker_moves_no_step_and_keeps_no_day_of_the_coachee(world):
    assert write(world, "peer", "another day") == 0
    for what in ("a move", "a kept day"):
        with refused:
            write(world, "peer", what)


def test_a_move_is_never_changed(world):
    for change in (
        lambda rows: rows.update(from_on=NOW.date()),
        lambda rows: rows._raw_delete("default"),
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            acting_as(MEMBER, person=world.people["member"]),
            transaction.atomic(),
        ):
            change(StepMove.objects.filter(pk=world.move.pk))


def test_whoever_said_not_me_cannot_agree_later_past_python(world, arranging):
    rows = AskerAnswer.objects.filter(pk=world.asker_answer.pk)
    with arranging():
        rows.update(has_agreed=False)

    with acting_as(MEMBER, person=world.people["peer"]):
        assert rows.update(has_agreed=True) == 0


@pytest.mark.parametrize("what", ["closed", "no practice"])
def test_nothing_is_moved_or_kept_of_a_closed_step(world, arranging, what):
    with arranging():
        rows = ActionStep.objects.filter(pk__in=[world.step.pk, world.practice.pk])
        rows.update(**({"closed_at": NOW} if what == "closed" else {"rhythm": ""}))

    with refused:
        write(world, "member", "a kept day")
    if what == "closed":
        with refused:
            write(world, "member", "a move")


@pytest.mark.parametrize("model", ROWS.values())
def test_hr_has_no_grant_at_all(world, model):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(HR, person=world.people["hr"], organization=world.organization), denied, transaction.atomic():
        model.objects.count()


@pytest.mark.parametrize(("model", "column"), [(ActionStep, "why_let_go"), (StepMove, "why")])
def test_the_worker_reads_no_word_of_it(world, model, column):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(WORKER), denied, transaction.atomic():
        list(model.objects.values_list(column))


@pytest.mark.parametrize(
    ("constraint", "what"), [("goals_step_let_go_is_closed", "let go"), ("goals_kept_once_a_day", "kept")]
)
def test_states_that_cannot_be(world, constraint, what):
    refusal = pytest.raises(DatabaseError, match=constraint)
    with acting_as(MEMBER, person=world.people["member"]), refusal, transaction.atomic():
        if what == "let go":
            ActionStep.objects.filter(pk=world.step.pk).update(is_let_go=True)
        else:
            StepKeptFactory(step=world.practice, id=new_id())
