"""The running product, and somebody who looks into it as the superuser and kills parts of it."""

import json
import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.services.processes import children_of, wait_for

ROOT = Path(__file__).resolve().parents[3]
NOTE = "feedback_waiting"
TABLES = ("goals_actionstep", "goals_checkin", "goals_goal", "feedback_feedbacknote")


class Product:
    """What ``running()`` has started."""

    def __init__(self, installation):
        self.data, self.said = installation.data, installation.said
        self.port = int(re.search(r":(\d+)", installation.url)[1])
        who_runs = json.loads((self.data / "lock").read_text())
        self._supervisor = who_runs["pid"]
        password = (self.data / "postgres" / "superuser.password").read_text()
        self._superuser = f"host={who_runs['run_dir']}/pg user=postgres password={password} dbname=colloquy"

    def sql(self, statement, values=()):
        """The rows of a statement of the superuser's, once the database answers."""
        found = []

        def ask():
            try:
                with psycopg.connect(self._superuser, autocommit=True) as connection:
                    cursor = connection.execute(statement, values)
                    found.append(cursor.fetchall() if cursor.description else [])
            except psycopg.OperationalError:  # starting, recovering, or ended by somebody else's shot
                return False
            return True

        assert wait_for(ask, seconds=30), "the database does not come back"
        return found[0]

    def ids(self):
        """Every row there is, whoever may see it, as (table, id)."""
        return {(table, str(pk)) for table in TABLES for (pk,) in self.sql(f"SELECT id FROM {table}")}

    def owed(self):
        """The ids of the notes of which somebody is to be told, each as often as it is owed."""
        rows = self.sql("SELECT dedupe_key FROM nudges_nudge WHERE kind = %s", [NOTE])
        return [key.split(":")[1] for (key,) in rows]

    def read_back(self, emails):
        """What each of these people wrote, and where they write."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("COLLOQUY_", "DJANGO_"))}
        environment |= {
            "COLLOQUY_DATA": str(self.data),
            "COLLOQUY_LOGIN": "web",
            "DJANGO_SETTINGS_MODULE": "coaching_site.settings",
        }
        command = [sys.executable, "-m", "tests.proof.crash.read_back", *emails]
        done = []

        def ask():
            done.append(subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True))
            return done[-1].returncode == 0  # else the database is recovering

        assert wait_for(ask, seconds=30), done[-1].stderr
        return json.loads(done[-1].stdout)

    def process(self, part):
        """The id of the process that runs ``part``, once there is one."""
        found = []

        def look():
            found.extend(pid for pid, command in children_of(self._supervisor).items() if part in command)
            return found

        assert wait_for(look, seconds=30), f"{part} does not come back"
        return found[0]


class Killer:
    """Kills one part or another of a product; ``seed`` decides which of several."""

    def __init__(self, product, seed):
        self._product = product
        self._chance = random.Random(seed)

    def web(self):
        self._shoot(lambda: self._product.process("uvicorn"))

    def server(self):
        self._shoot(lambda: self._product.process("/postgres"))

    def backend(self):
        """SIGKILL of one backend, whereupon PostgreSQL ends all the others and recovers."""
        self._shoot(self._one_backend)

    def connection(self):
        """What an administrator or a failing network does to one connection."""

        def end():
            return self._product.sql("SELECT pg_terminate_backend(%s)", [self._one_backend()]) == [(True,)]

        assert wait_for(end, seconds=30), "no connection could be ended"

    def _one_backend(self):
        """One that is at work for the site, if any is."""
        query = "SELECT pid, state = 'idle' FROM pg_stat_activity WHERE usename = 'colloquy_web' ORDER BY pid"
        found = []
        assert wait_for(lambda: found.extend(self._product.sql(query)) or found, seconds=30), "the site has gone away"
        at_work = [pid for pid, is_idle in found if not is_idle]
        return self._chance.choice(at_work or [pid for pid, _is_idle in found])

    def _shoot(self, find):
        def hit():
            try:
                os.kill(find(), signal.SIGKILL)
            except ProcessLookupError:  # gone meanwhile: the next one
                return False
            return True

        assert wait_for(hit, seconds=30), "nothing was hit"
