"""Walls of goals, check-ins and steps, one at a time: ``visible_to`` alone, row security alone."""

import pytest
from django.db import DatabaseError, connection, transaction

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from goals.models import ActionStep, CheckIn, Goal
from tests.factories import ActionStepFactory, CheckInFactory, GoalFactory
from tests.world import CAST

SIGNED_IN = CAST[1:]
READERS = {"member", "peer", "facilitator", "both"}


@pytest.fixture
def rows(world, arranging):
    """Each kind of row by name, and one that is foreign to everybody in the first group but *both*."""
    with arranging():
        elsewhere = ActionStepFactory(membership=world.other_memberships["elsewhere"])
        GoalFactory(membership=world.other_memberships["elsewhere"])
    return {
        "shared goal": world.goal, "draft": world.draft, "check-in": world.check_in,
        "step": world.step, "step elsewhere": elsewhere,
    }  # fmt: skip


PROMISES = [
    ("shared goal", Goal, READERS),
    ("draft", Goal, {"member"}),
    ("check-in", CheckIn, READERS),
    ("step", ActionStep, READERS),
    ("step elsewhere", ActionStep, {"elsewhere", "both", "other facilitator"}),
]


@pytest.mark.parametrize(("name", "model", "readers"), PROMISES)
def test_visible_to_alone_lets_the_right_people_see(world, rows, arranging, name, model, readers):
    with arranging():  # past the other walls
        sees = {who for who in SIGNED_IN if model.objects.visible_to(world.people[who]).filter(pk=rows[name].pk)}

    assert sees == readers


@pytest.mark.parametrize(("name", "model", "readers"), PROMISES)
def test_row_security_alone_lets_the_right_people_see(world, rows, name, model, readers):
    sees = set()
    for who in SIGNED_IN:
        with acting_as(MEMBER, person=world.people[who]):
            if model.objects.filter(pk=rows[name].pk).exists():
                sees.add(who)

    assert sees == readers


@pytest.mark.parametrize("model", [Goal, ActionStep])
def test_row_security_of_readers_can_fail(world, rows, as_owner, model):
    unguarded = as_owner(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")
    with unguarded, acting_as(MEMBER, person=world.people["stranger"]):
        assert model.objects.count() >= 2


def test_row_security_of_check_ins_can_fail(world, rows, as_owner):
    unguarded = as_owner("ALTER TABLE goals_checkin DISABLE ROW LEVEL SECURITY")
    with unguarded, acting_as(MEMBER, person=world.people["stranger"]):
        assert CheckIn.objects.count() == 1


def test_a_draft_is_hidden_by_its_policy_and_not_by_chance(world, rows, as_owner):
    with (
        as_owner(
            "CREATE POLICY open_drafts ON goals_goal FOR SELECT TO colloquy_member USING (group_id = ANY (my_groups()))"
        ),
        acting_as(MEMBER, person=world.people["peer"]),
    ):
        assert Goal.objects.filter(pk=world.draft.pk).exists()


@pytest.mark.parametrize("change", [{"shared_at": None}, {"closed_at": "2027-02-08T09:00Z"}])
def test_row_security_keeps_check_ins_off_drafts_and_closed_goals(world, arranging, as_owner, change):
    with arranging():
        Goal.objects.filter(pk=world.goal.pk).update(**change)

    def check_in():
        with acting_as(MEMBER, person=world.people["member"]):
            return CheckInFactory(goal=world.goal)

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        check_in()
    with as_owner("CREATE POLICY any_goal ON goals_checkin FOR INSERT TO colloquy_member WITH CHECK (true)"):
        assert check_in().pk


@pytest.mark.parametrize("who", [who for who in SIGNED_IN if who != "member"])
def test_row_security_lets_nobody_change_what_another_wrote(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        closed = ActionStep.objects.filter(pk=world.step.pk).update(closed_at="2027-02-08T09:00Z")
        moved = Goal.objects.filter(pk=world.goal.pk).update(target_on="2028-01-01")

    assert (closed, moved) == (0, 0)


def test_row_security_lets_nobody_check_in_on_the_goal_of_another(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        row = CheckIn(
            goal=world.goal, group=world.group, organization=world.organization, membership=world.memberships["peer"]
        )
        row.how_it_went = row.confidence = row.what_next = row.help_wanted = ""
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.parametrize("model", [Goal, CheckIn, ActionStep])
def test_hr_has_no_grant_at_all(world, model):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(HR, person=world.people["hr"], organization=world.organization), denied, transaction.atomic():
        model.objects.count()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("goals_goal", "title"), ("goals_goal", "behavior"), ("goals_goal", "why"), ("goals_checkin", "how_it_went"),
        ("goals_checkin", "confidence"), ("goals_checkin", "what_next"), ("goals_checkin", "help_wanted"),
        ("goals_actionstep", "text"),
    ],
)  # fmt: skip
def test_the_worker_has_no_grant_on_sealed_columns(world, table, column):
    with acting_as(WORKER), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(id) FROM {table}")
        assert cursor.fetchone()[0] >= 1
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(f"SELECT {column} FROM {table}")


def test_the_words_are_sealed_in_the_table(world, arranging):
    with arranging(), connection.cursor() as cursor:
        cursor.execute("SELECT title FROM goals_goal WHERE id = %s", [world.goal.pk])
        stored = bytes(cursor.fetchone()[0])

    assert b"Speak first" not in stored
    assert len(stored) > 256
