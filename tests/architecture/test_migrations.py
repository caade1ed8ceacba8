"""Models and migration files agree, and each app has one way forward."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations import AddConstraint
from django.db.migrations.loader import MigrationLoader

from common.fences import TableStatements
from common.migrating import Wall

OURS = [config.label for config in apps.get_app_configs() if "." not in config.name and list(config.get_models())]


def missing_migrations():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        return said.getvalue()
    return ""


def test_no_migration_is_missing(db):
    assert missing_migrations() == ""


def test_a_changed_model_is_noticed(db, monkeypatch):
    field = apps.get_model("goals.Goal")._meta.get_field("outcome")
    monkeypatch.setattr(field, "max_length", 9)

    assert "Alter field outcome on goal" in missing_migrations()


def test_a_changed_policy_is_noticed(db, monkeypatch):
    walls = next(one for one in apps.get_model("goals.Goal")._meta.constraints if one.name == "goals_goal_walls")
    monkeypatch.setattr(walls, "policies", walls.policies[:-1])

    assert "goals_goal_walls" in missing_migrations()


@pytest.mark.parametrize("label", OURS)
def test_each_app_has_one_newest_migration(label):
    assert len(MigrationLoader(None).graph.leaf_nodes(label)) == 1


def slow_walls(operations):
    """The walls that are put up by Django's operation, which makes half of all models anew for each."""
    return [
        operation.constraint.name
        for operation in operations
        if isinstance(operation, AddConstraint) and isinstance(operation.constraint, TableStatements)
    ]


def test_walls_are_put_up_by_the_quick_operation():
    """A first start runs every migration, and Django's own pair makes half of all models anew for each wall."""
    loaded = MigrationLoader(None).disk_migrations
    slow = {str(name): found for name, one in loaded.items() if (found := slow_walls(one.operations))}

    assert slow == {}


def test_a_wall_put_up_slowly_is_noticed():
    walls = next(one for one in apps.get_model("goals.Goal")._meta.constraints if one.name == "goals_goal_walls")

    assert slow_walls([AddConstraint("goal", walls)]) == ["goals_goal_walls"]
    assert slow_walls([Wall("goal", walls)]) == []


def test_every_app_with_tables_is_looked_at():
    assert set(OURS) == {"common", "accounts", "nudges", "groups", "coaching_sessions", "goals", "feedback", "reports"}


def test_every_table_of_ours_has_ids_of_our_own_making():
    """The sealed fields bind a value to its row before the row is written."""
    counted = [
        model._meta.label
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if isinstance(model._meta.pk, models.AutoField)
    ]

    assert counted == []
