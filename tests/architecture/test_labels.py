"""The label of the coaching sessions, and everything that would move with it."""

import subprocess
import sys

from django.apps import apps
from django.db import connection

from tests.architecture.pages import ROOT


def test_the_labels_of_coaching_sessions_and_login_sessions_are_apart():
    labels = {config.name: config.label for config in apps.get_app_configs()}

    assert (labels["sessions"], labels["django.contrib.sessions"]) == ("coaching_sessions", "sessions")


def test_the_tables_of_coaching_sessions_carry_the_label(db):
    declared = {model.__name__: model._meta.db_table for model in apps.get_app_config("coaching_sessions").get_models()}

    assert declared == {
        "CoachingSession": "coaching_sessions_coachingsession",
        "AgendaBlock": "coaching_sessions_agendablock",
        "Attendance": "coaching_sessions_attendance",
    }
    assert {*declared.values(), "django_session"} <= set(connection.introspection.table_names())


def test_the_migration_history_carries_the_label(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app, array_agg(name::text ORDER BY name) FROM django_migrations "
            "WHERE app IN ('sessions', 'coaching_sessions') GROUP BY app"
        )
        history = dict(cursor.fetchall())

    ours = sorted(file.stem for file in (ROOT / "sessions" / "migrations").glob("0*.py"))
    assert history == {"coaching_sessions": ours, "sessions": ["0001_initial"]}


def test_another_label_would_be_noticed():
    """With the label that the folder suggests Django does not even start."""
    program = (
        "from django.conf import settings; import django\n"
        "from sessions.apps import SessionsConfig; SessionsConfig.label = 'sessions'\n"
        "settings.configure(INSTALLED_APPS=['sessions.apps.SessionsConfig', 'django.contrib.sessions'])\n"
        "django.setup()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert "Application labels aren't unique, duplicates: sessions" in done.stderr


def test_our_other_names_keep_clear_of_djangos():
    ours = {
        model.__name__ for config in apps.get_app_configs() if "." not in config.name for model in config.get_models()
    }

    assert ours & {"Session", "Group", "User", "Permission"} == set()
