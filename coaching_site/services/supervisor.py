"""Start everything that ``./run`` promises, watch over it, and stop it in order."""

import argparse
import contextlib
import http.client
import os
import secrets
import select
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

from coaching_site.services import Refusal
from coaching_site.services.data import DEMONSTRATION, EMPTY, LOGINS, DataFolder
from coaching_site.services.family import Family
from coaching_site.services.mail_catcher import MailCatcher
from coaching_site.services.postgres import Cluster
from coaching_site.services.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
SIGN_INS = ("owner", "hr", "facilitator", "member", "peer", "former", "outsider", "twogroups", "super")
PASSED_ON = ("COLLOQUY_DEBUG", "COLLOQUY_LOG_LEVEL", "COLLOQUY_SIGN_UP", "COLLOQUY_TICK_SECONDS")
QUIETLY = ("-W", "ignore:overflow encountered:RuntimeWarning")  # numbers that wrap around, as they should
STEADY_AFTER = 30
MOST_FAILURES = 5


class StopAsked(Exception):
    """Ctrl-C, SIGTERM, or the terminal has gone."""


def say(text, *, to=None):
    with contextlib.suppress(OSError):  # a terminal that has gone stops nobody
        print(text, file=to or sys.stdout, flush=True)


def add_arguments(parser):
    default = os.environ.get("COLLOQUY_DATA", str(ROOT / ".colloquy"))
    parser.add_argument("--port", type=_port, default=8000, help="port of the address (default 8000; 0: a free one)")
    parser.add_argument("--data", metavar="DIR", default=default, help="folder for all that is written, keys included")
    parser.add_argument("--empty", action="store_true", help="no demonstration: a first-start page instead")
    parser.add_argument("--reset", action="store_true", help="delete the data folder's content first; asks before")


def _port(text):
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is a number up to 65535")
    return number


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="./run", description="Start Colloquy with everything it needs.")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    return run(data=options.data, port=options.port, empty=options.empty, reset=options.reset)


def run(*, data, port, empty, reset):
    """Run until asked to stop; the exit code."""
    try:
        folder = DataFolder(data)
        with _listen(port) as listener:
            if reset and not _reset(folder):
                return 1
            folder.claim()
            code = Supervisor(folder, listener, empty=empty).run()
            folder.release()
            return code
    except Refusal as refusal:
        say(f"Colloquy: {refusal}", to=sys.stderr)
    except OSError as error:
        say(f"Colloquy: {error.strerror or error} ({error.filename or folder.path}).", to=sys.stderr)
    except KeyboardInterrupt:
        pass
    return 1


def _reset(folder):
    """Delete all data when the answer is yes; whether the start may go on."""
    if not folder.is_ours:
        return True
    say(f"This deletes everything in {folder.path}, the key file included. Nothing can bring it back.")
    say('Type "yes" to delete it:')
    if sys.stdin.readline().strip() != "yes":
        say("Nothing was deleted.", to=sys.stderr)
        return False
    folder.wipe()
    say("Deleted.")
    return True


def _listen(port):
    """The web's socket. Held here, so that a restart of the web refuses nobody and no other program takes the port."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(1)
            if port and probe.connect_ex((host, port)) == 0:
                raise Refusal(f"Port {port} is taken by another program; choose another with --port.")
    try:
        return socket.create_server(("127.0.0.1", port), backlog=512)
    except OSError as error:
        raise Refusal(f"Port {port} cannot be used ({error.strerror}); choose another with --port.") from None


class Supervisor:
    """One run of the product on one data folder."""

    def __init__(self, folder, listener, *, empty):
        self.folder = folder
        self.listener = listener
        self.empty = empty
        self.url = f"http://localhost:{listener.getsockname()[1]}"
        self.family = None
        self.token = ""
        self.watched = []
        self.stop_asked = False

    def run(self):
        began = time.monotonic()
        wake_end = self._catch_signals()
        leftover = self.folder.take_leftover()
        if leftover and Path(leftover).name.startswith("colloquy-"):
            shutil.rmtree(leftover, ignore_errors=True)
        self.family = Family(held=(self.folder.reapers_lock,))
        self.family.while_waiting = self._stop_if_asked
        self.folder.say_who_runs(url=self.url, run_dir=str(self.family.run_dir))
        try:
            self._start()
            self._greet(time.monotonic() - began)
            while True:
                self._stop_if_asked()
                self._tend()
                select.select([wake_end], [], [], 0.5)
                with contextlib.suppress(BlockingIOError):
                    os.read(wake_end, 512)
        except StopAsked:
            say("\nStopping.")
        finally:
            self.family.close()
        say("Stopped.")
        return 0

    def _catch_signals(self):
        wake_end, write_end = os.pipe()
        os.set_blocking(wake_end, False)
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only wakes the loop
        return wake_end

    def _ask_to_stop(self, number, frame):
        if self.stop_asked and self.family:
            self.family.in_a_hurry = True
        self.stop_asked = True

    def _stop_if_asked(self):
        if self.stop_asked:
            raise StopAsked

    # --- Starting

    def _start(self):
        folder, family = self.folder, self.family
        say(f"Starting Colloquy; everything it writes is in {folder.path}")
        valkey = Valkey(folder.path / "valkey", family=family, log=folder.new_log("valkey"))
        mail = MailCatcher(folder.path / "mail", family=family, log=folder.new_log("mail"))
        cluster = Cluster(folder.path / "postgres", family=family, log=folder.new_log("postgres"))
        cluster.wait_ready()
        self._bootstrap(cluster)
        self.environments = folder.write_environments(
            socket_dir=cluster.socket_dir, redis_url=valkey.url, site_url=self.url, mail_port=mail.port
        )
        first_time = folder.content is None
        if (EMPTY if self.empty and first_time else folder.content) == EMPTY and not _has_organization(cluster):
            self.token = secrets.token_urlsafe(24)

        # Migrations, mostly none, and the boot of the web take a second each: at the same time.
        migrate = self._begin("migrate", "owner", "manage.py", "migrate", "--no-input", "--skip-checks")
        web = self._begin(
            "web", "web", "-m", "uvicorn", "coaching_site.asgi:application", "--fd", self.listener.fileno(),
            "--timeout-graceful-shutdown", "2", "--lifespan", "off", "--no-access-log", "--no-server-header",
            "--no-proxy-headers",
        )  # fmt: skip
        migrate.wait_done()
        if first_time or not folder.key_file.exists():
            self._begin("keys", "custody", "manage.py", "keys", "init").wait_done()
        if first_time:
            if not self.empty:
                say("Making the demonstration.")
                self._begin("seed_demo", "web", *QUIETLY, "manage.py", "seed_demo").wait_done()
            folder.content = EMPTY if self.empty else DEMONSTRATION
        valkey.wait_ready()
        web.wait_until(self._web_answers)
        celery = ("-m", "celery", "-A", "coaching_site")
        worker = self._begin(
            "worker", "jobs", *celery, "worker", "--pool", "prefork", "--concurrency", "2",
            "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO",
        )  # fmt: skip
        beat = self._begin(
            "beat", "jobs", *celery, "beat", "--schedule", folder.path / "beat" / "schedule", "--pidfile", ""
        )
        self.watched = [Watched(child) for child in (cluster.child, valkey.child, mail.child, web, worker, beat)]

    def _bootstrap(self, cluster):
        from common.bootstrap import bootstrap

        known = self.folder.secrets()
        bootstrap(cluster.superuser_conninfo, passwords={login: known[login] for login in LOGINS})

    def _begin(self, name, login, *arguments):
        """Start one of Django's processes with the values of its login and of no other."""
        ours = {**self.environments[login], "COLLOQUY_LOGIN": login, "DJANGO_SETTINGS_MODULE": "coaching_site.settings"}
        if name == "web":
            ours |= {"COLLOQUY_DATABASE_POOL": "1", "COLLOQUY_FIRST_START_TOKEN": self.token}
        if name == "seed_demo":
            ours |= {"NUMBA_DISABLE_JIT": "1"}  # compiling takes longer than all of its few groups
        passed_on = {
            key: value
            for key, value in os.environ.items()
            if key in PASSED_ON or not key.startswith(("COLLOQUY_", "DJANGO_", "PG", "PYTHON"))
        }
        return self.family.spawn(
            name,
            [sys.executable, *arguments],
            log=self.folder.new_log(name),
            env={"NUMBA_CACHE_DIR": str(self.folder.path / "compiled"), **passed_on, **ours},
            cwd=ROOT,
            descriptors=[self.listener.fileno()] if name == "web" else (),
        )

    def _web_answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.getsockname()[1], timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        return False

    def _greet(self, seconds):
        say(f"Ready after {seconds:.1f} s.\n\n    {self.url}/\n")
        if self.token:
            say(f"Make your organization and its owner here:\n\n    {self.url}/start/{self.token}/\n")
        elif self.folder.content == DEMONSTRATION:
            say(f"Sign in with the password colloquy-demo as {', '.join(SIGN_INS)}, each @demo.example.")
            if self.empty:
                say("--empty changes nothing here: this data folder holds the demonstration. --reset deletes it.")
        say(f"Mail goes nowhere; read it at {self.url}/dev/mail/")
        say(f"The key file is {self.folder.key_file}: without it nothing that members wrote")
        say("can be read. Keep a copy of it somewhere else. Ctrl-C stops Colloquy.")

    # --- Watching

    def _tend(self):
        """Start again what has died; give up on what keeps dying."""
        if self.family.keep_reaper():
            say("The reaper had stopped; there is a new one.")
        for service in self.watched:
            service.tend()


class Watched:
    """A child that is to live, and how often it has not."""

    def __init__(self, child, *, pause=0.25):
        self._child = child
        self._pause = pause
        self._failures = 0
        self._start_at = None

    def tend(self):
        child, now = self._child, time.monotonic()
        if child.is_alive():
            if now - child.started_at > STEADY_AFTER:
                self._failures = 0
        elif self._start_at is None:
            code = child.process.returncode
            child.bury()
            self._failures += 1
            if self._failures > MOST_FAILURES:
                raise Refusal(f"{child.name} keeps stopping: {child.last_words()} (more in {child.log})")
            self._start_at = now + self._pause * 2**self._failures
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            say(f"{child.name} has stopped ({how}); starting it again.")
        elif now >= self._start_at:
            self._start_at = None
            child.start()


def _has_organization(cluster):
    """Whether the first-start page has done its work; before the first migration there is no table to ask."""
    import psycopg

    with psycopg.connect(cluster.superuser_conninfo, dbname="colloquy") as connection:
        if not connection.execute("SELECT to_regclass('accounts_organization')").fetchone()[0]:
            return False
        return connection.execute("SELECT EXISTS (SELECT FROM accounts_organization)").fetchone()[0]
