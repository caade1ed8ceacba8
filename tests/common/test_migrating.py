"""A wall put up by a migration stands in PostgreSQL, in place of the one before, and comes back when it is undone."""

from types import SimpleNamespace

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import OperationWriter

from common.fences import Grant, Policy, RowSecurity
from common.migrating import Wall


def walls(role):
    policies = [Policy(role, "SELECT", "true")]
    return RowSecurity(name="shed_walls", fence={}, policies=policies, grants=[Grant(role, ("SELECT",))])


def policies():
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles::text FROM pg_policies WHERE tablename = 'common_shed' ORDER BY 1")
        return [roles for (roles,) in cursor.fetchall()]


@pytest.fixture
def shed(db):
    """``move(operation, state, forwards=True)``: what it did to a table that starts with a wall for members."""
    states = SimpleNamespace(now=ProjectState())

    def move(operation, *, backwards=False):
        after = states.now.clone()
        operation.state_forwards("common", after)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE colloquy_owner")
        with connection.schema_editor(atomic=False) as editor:
            if backwards:
                operation.database_backwards("common", editor, after, states.now)
            else:
                operation.database_forwards("common", editor, states.now, after)
        if not backwards:
            before, states.now = states.now, after
            return before
        return states.now

    move(
        CreateModel(
            "Shed",
            fields=[("id", models.UUIDField(primary_key=True))],
            options={"constraints": [walls("colloquy_member")]},
        )
    )
    move.states = states
    return move


def test_it_stands_in_place_of_the_one_before(shed):
    assert policies() == ["{colloquy_member}"]

    shed(Wall("shed", walls("colloquy_hr")))

    assert policies() == ["{colloquy_hr}"]
    assert shed.states.now.models["common", "shed"].options["constraints"] == [walls("colloquy_hr")]


def test_undone_the_one_before_stands_again(shed):
    wall = Wall("shed", walls("colloquy_hr"))
    before = shed(wall)
    shed.states.now = before

    shed(wall, backwards=True)

    assert policies() == ["{colloquy_member}"]


def test_a_first_one_is_put_and_taken_away(shed):
    first = Wall(
        "shed", RowSecurity(name="shed_more", fence={}, policies=[], grants=[Grant("colloquy_hr", ("SELECT",))])
    )
    before = shed(first)
    assert len(shed.states.now.models["common", "shed"].options["constraints"]) == 2
    shed.states.now = before

    shed(first, backwards=True)

    assert len(shed.states.now.models["common", "shed"].options["constraints"]) == 1


def test_migrations_can_write_it_down():
    text, imports = OperationWriter(Wall("shed", walls("colloquy_hr")), indentation=0).serialize()

    assert text.startswith("common.migrating.Wall(")
    assert "import common.migrating" in imports
