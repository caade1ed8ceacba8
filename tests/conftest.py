"""One real PostgreSQL cluster and one real Valkey for the whole run; a template database, cloned for each process.

Tests run as ``colloquy_web``, the login that serves people. ``arranging()`` makes test data past the walls; it exists
in the test cluster only, and asking for a page while it is open fails the test.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client

from coaching_site.services.postgres import start_cluster
from coaching_site.services.valkey import start_valkey
from common import keys
from common.actor import NOBODY, acting_as, current_context
from common.bootstrap import ARRANGER, LOGINS, bootstrap
from common.fences import KEEPER
from tests.forms import without_token
from tests.kept import a_world, sign_in

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "colloquy_template"
WHERE = "COLLOQUY_TEST_SERVICES"


def pytest_configure(config):
    """The first process starts what all share, and leaves in the environment where it is."""
    if hasattr(config, "workerinput") or WHERE in os.environ or config.option.collectonly:
        return
    folder = Path(tempfile.mkdtemp(prefix="colloquy-test-"))
    os.chmod(folder, 0o711)  # noqa: S103  # the cluster runs as nobody when the tests run as root
    cluster, valkey = start_cluster(folder / "pg", durable=False), start_valkey(folder / "valkey")
    config.stash[_services] = (cluster, valkey, folder)
    passwords = {login: secrets.token_urlsafe(18) for login in LOGINS}
    bootstrap(cluster.superuser_conninfo, passwords=passwords, database=TEMPLATE, test_cluster=True)
    where = {
        "socket_dir": str(cluster.socket_dir),
        "superuser": cluster.superuser_conninfo,
        "passwords": passwords,
        "redis_url": valkey.url,
        "key_file": str(folder / "colloquy.key"),
    }
    for command, login in ((["migrate", "--verbosity", "0"], "owner"), (["keys", "init"], "custody")):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=_environment(where, login),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    os.environ[WHERE] = json.dumps(where)
    # What forms groups is compiled once for all processes, products that are started included.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".venv" / "compiled"))


_services = pytest.StashKey()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Long ones first, so that short ones fill the end: journeys, and groups that start something for all of them."""
    items.sort(key=lambda item: not any(item.iter_markers("e2e")) and not any(item.iter_markers("xdist_group")))


def pytest_unconfigure(config):
    if _services in config.stash:
        cluster, valkey, folder = config.stash[_services]
        valkey.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(WHERE, None)


def _environment(where, login):
    return {
        **os.environ,
        "COLLOQUY_LOGIN": login,
        "COLLOQUY_DATABASE_URL": _url(where, login, TEMPLATE),
        "COLLOQUY_OWNER_DATABASE_URL": _url(where, "owner", TEMPLATE),
        "COLLOQUY_KEY_FILE": where["key_file"],
        "DJANGO_SETTINGS_MODULE": "coaching_site.settings",
    }


def _url(where, login, database):
    host = where["socket_dir"].replace("/", "%2F")
    return f"postgresql://colloquy_{login}:{where['passwords'][f'colloquy_{login}']}@{host}/{database}"


@pytest.fixture(scope="session")
def services():
    """Where the shared cluster, Valkey and key file of this run are."""
    return json.loads(os.environ[WHERE])


@pytest.fixture(scope="session")
def django_db_setup(request, services, django_db_blocker):
    """A clone of the template for this process, reached as the real web login."""
    name = f"colloquy_{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}"
    owner = f"host={services['socket_dir']} user=colloquy_owner password={services['passwords']['colloquy_owner']}"
    with psycopg.connect(f"{owner} dbname=postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    connections["default"].settings_dict.update(
        NAME=name,
        USER="colloquy_web",
        PASSWORD=services["passwords"]["colloquy_web"],
        HOST=services["socket_dir"],
        PORT="",
    )
    settings.COLLOQUY_OWNER_DATABASE_URL = _url(services, "owner", name)
    settings.COLLOQUY_KEY_FILE = services["key_file"]
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True)
def _key_check_is_there(request):
    """A flush after a test on committed data takes the key check too; the next test finds it again."""
    if "_django_db_helper" not in request.fixturenames:
        return
    request.getfixturevalue("_django_db_helper")
    with acting_as(KEEPER):
        keys.write_check(keys.read_key_file())


@contextmanager
def _arranging():
    assert current_context() == NOBODY, "arranging() is for before and after the act, never inside it"
    with acting_as(ARRANGER):
        yield


@pytest.fixture
def arranging(db):
    """``with arranging():`` make test data, past every wall."""
    return _arranging


@pytest.fixture
def as_owner(db):
    """``with as_owner("ALTER …"):`` sabotage: change the schema for a block, in this test's transaction."""

    @contextmanager
    def sabotage(*statements):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL ROLE colloquy_owner")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL ROLE NONE")
            yield
            transaction.set_rollback(True)

    return sabotage


class WalledClient(Client):
    """A test client that refuses to ask for a page while test data is being arranged, and pages that cannot be sent."""

    def request(self, **request):
        assert current_context() == NOBODY, "a page was asked for inside a database context"
        response = super().request(**request)
        if response.headers.get("Content-Type", "").startswith("text/html") and without_token(response.text):
            assert getattr(response.resolver_match.func, "csrf_exempt", False), "a form without a token is refused"
        return response


@pytest.fixture
def as_person(db):
    """``as_person(person)`` → a signed-in client; ``as_person(None)`` → nobody's.

    They have just shown who they are, or ``minutes_ago``.
    """

    been = set()

    def signed_in(person, *, minutes_ago=0):
        client = WalledClient()
        if person is not None:
            sign_in(client, person, minutes_ago=minutes_ago, is_first=person.pk not in been)
            been.add(person.pk)
        return client

    return signed_in


@pytest.fixture
def client(db):
    return WalledClient()


@pytest.fixture
def world(arranging):
    """The cast of ``tests/world.py``."""
    with arranging():
        return a_world()
