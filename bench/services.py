"""An embedded PostgreSQL of the benchmark's own, as ``./run`` starts it, and Django set up on it."""

import os
import secrets
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command

from coaching_site.services.postgres import start_cluster
from common.bootstrap import LOGINS, bootstrap

DATABASE = "colloquy"


@contextmanager
def serving():
    """A migrated, empty database for the block, reached as the web login; yields a superuser's conninfo.

    The cluster flushes to disk as a real one does. It has the tests' arranger, the role past the walls.
    """
    folder = Path(tempfile.mkdtemp(prefix="colloquy-bench-"))
    os.chmod(folder, 0o711)  # the cluster runs as nobody when the benchmark runs as root
    try:
        cluster = start_cluster(folder / "pg")
        try:
            passwords = {login: secrets.token_urlsafe(18) for login in LOGINS}
            bootstrap(cluster.superuser_conninfo, passwords=passwords, database=DATABASE, test_cluster=True)
            _set_up_django(folder, cluster.socket_dir, passwords)
            call_command("migrate", verbosity=0)
            call_command("keys", "init", stdout=sys.stderr)
            yield cluster.superuser_conninfo.replace("dbname=postgres", f"dbname={DATABASE}")
        finally:
            _close_connection()
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up_django(folder, socket_dir, passwords):
    """The settings of the product, none of which comes from the environment of whoever starts the benchmark."""
    for name in [name for name in os.environ if name.startswith("COLLOQUY_")]:
        del os.environ[name]
    host = str(socket_dir).replace("/", "%2F")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "coaching_site.settings_test",
        "COLLOQUY_DATA": str(folder),
        "COLLOQUY_DATABASE_URL": f"postgresql://colloquy_web:{passwords['colloquy_web']}@{host}/{DATABASE}",
        "COLLOQUY_OWNER_DATABASE_URL": f"postgresql://colloquy_owner:{passwords['colloquy_owner']}@{host}/{DATABASE}",
        "COLLOQUY_KEY_FILE": str(folder / "colloquy.key"),
        "COLLOQUY_REDIS_URL": f"unix://{folder}/no-valkey-is-needed",
        "COLLOQUY_LOG_LEVEL": "ERROR",
    }
    django.setup()


def _close_connection():
    from django.db import connections

    if django.apps.apps.ready:
        connections.close_all()
