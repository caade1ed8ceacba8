"""The command that an operator runs on a PostgreSQL of their own: ``docs/operations.md`` walks through it."""

import os
import subprocess
import sys
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import CommandError, call_command

from common.bootstrap import LOGINS
from common.management.commands.bootstrap_roles import PASSWORDS, SUPERUSER
from tests.conftest import ROOT

# The roles are shared by the whole cluster: one of these tests at a time.
pytestmark = pytest.mark.xdist_group("bootstrap_roles")

DATABASE = f"colloquy_bootstrapped_{os.getpid()}"  # nobody else drops it


@pytest.fixture
def told(services, monkeypatch, tmp_path):
    """The environment that the command wants, for the tests' own cluster; one password comes from a file."""
    superuser = psycopg.conninfo.conninfo_to_dict(services["superuser"])
    host, password = quote(superuser["host"], safe=""), quote(superuser["password"], safe="")
    monkeypatch.setenv(SUPERUSER, f"postgresql://postgres:{password}@{host}/postgres")
    for login, name in PASSWORDS.items():
        monkeypatch.setenv(name, services["passwords"][login])
    in_a_file = tmp_path / "password"
    in_a_file.write_text(services["passwords"]["colloquy_backup"])
    monkeypatch.delenv(PASSWORDS["colloquy_backup"])
    monkeypatch.setenv(f"{PASSWORDS['colloquy_backup']}_FILE", str(in_a_file))


@pytest.fixture
def no_database_after(services):
    yield
    with psycopg.connect(services["superuser"], autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def connect(services, login, database=DATABASE):
    return psycopg.connect(
        host=services["socket_dir"], user=login, password=services["passwords"][login], dbname=database, autocommit=True
    )


def test_bootstrap_makes_a_database_that_every_login_reaches_twice_over(services, told, no_database_after, capsys):
    for _twice in range(2):
        call_command("bootstrap_roles", database=DATABASE)

    for login in LOGINS:
        connect(services, login).close()
    with connect(services, "colloquy_owner") as owner:
        owner.execute("CREATE TABLE probe ()")
    with connect(services, "colloquy_web") as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT FROM probe")
    assert not any(password in capsys.readouterr().out for password in services["passwords"].values())


def test_bootstrap_names_what_is_missing_and_changes_nothing(services, told, no_database_after, monkeypatch):
    monkeypatch.delenv("COLLOQUY_PASSWORD_WEB")

    with pytest.raises(CommandError, match="COLLOQUY_PASSWORD_WEB. Nothing was changed"):
        call_command("bootstrap_roles", database=DATABASE)

    with psycopg.connect(services["superuser"]) as admin:
        assert not admin.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()


def test_bootstrap_says_why_postgresql_refused_without_a_password(services, told, monkeypatch):
    password, host = services["passwords"]["colloquy_owner"], quote(services["socket_dir"], safe="")
    monkeypatch.setenv(SUPERUSER, f"postgresql://colloquy_owner:{password}@{host}/postgres")

    with pytest.raises(CommandError, match="PostgreSQL refused: permission denied") as refusal:
        call_command("bootstrap_roles", database=DATABASE)

    assert password not in str(refusal.value)


def test_bootstrap_runs_before_anything_else_is_there(services, told, no_database_after):
    """From the command line, without any other setting: the database that Django would look at does not exist."""
    environment = {key: value for key, value in os.environ.items() if key not in {"COLLOQUY_DATABASE_URL"}}
    command = [sys.executable, "manage.py", "bootstrap_roles", "--database", DATABASE]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Next: manage.py migrate.\n")
