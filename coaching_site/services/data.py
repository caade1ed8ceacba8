"""The data folder of ``./run``: whose it is, who is using it, and the private files in it."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from urllib.parse import quote

from coaching_site.services import Refusal

LOGINS = ("colloquy_owner", "colloquy_web", "colloquy_jobs", "colloquy_custody", "colloquy_backup")
DEMONSTRATION, EMPTY = "demonstration", "empty"
_CLEANING_UP_TAKES = 10


class DataFolder:
    """The folder in which everything lies that ``./run`` writes; in use by one supervisor at a time.

    A folder is ours when it holds ``colloquy.json``. Nothing is written into one that is not, unless it is empty.
    """

    def __init__(self, path):
        self.path = Path(os.path.abspath(path))
        self._lock = self.reapers_lock = None
        self._marker = self.path / "colloquy.json"
        try:
            self.is_ours = self._marker.exists()
            if self.path.exists() and not self.is_ours and any(self.path.iterdir()):
                raise Refusal(f"{self.path} is not a Colloquy data folder and not empty; choose another with --data.")
            if self.is_ours:
                self._take_lock()
        except NotADirectoryError:
            raise Refusal(f"{self.path} is not a folder; choose another with --data.") from None
        except OSError as error:
            raise self._unusable(error) from error

    def claim(self):
        """Make the folder if need be and hold it until this process and its reaper have ended."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._lock:
                self._take_lock()
            if not self.is_ours:
                self._write_marker({"format": 1})
                self.is_ours = True
            for part in ("beat", "compiled", "env", "keys", "logs"):
                (self.path / part).mkdir(mode=0o700, exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(13, os.strerror(13))
        except OSError as error:
            raise self._unusable(error) from error

    def release(self):
        """Let the next one have it, as the end of this process does."""
        for descriptor in (self._lock, self.reapers_lock):
            os.close(descriptor)

    def _unusable(self, error):
        return Refusal(f"Cannot write to the data folder {self.path} ({error.strerror}); choose another with --data.")

    def _take_lock(self):
        """Two locks: ours ends with this process, the second when its reaper too has done its work."""
        self._lock = self._open("lock")
        if not _is_taken_now(self._lock):
            holder = json.loads(os.pread(self._lock, 4096, 0) or "{}")
            where = f" at {holder['url']}" if "url" in holder else ""
            raise Refusal(f"Colloquy is already running on {self.path}{where}; stop it first.")
        self.reapers_lock = self._open("lock-of-reaper")
        deadline = time.monotonic() + _CLEANING_UP_TAKES
        while not _is_taken_now(self.reapers_lock):
            if time.monotonic() > deadline:
                raise Refusal(f"What an earlier start left running on {self.path} does not end; see {self.path}/logs.")
            time.sleep(0.02)

    def _open(self, name):
        return os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)

    def say_who_runs(self, **facts):
        """Leave word of this supervisor for the next one."""
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, json.dumps({"pid": os.getpid(), **facts}).encode(), 0)

    def take_leftover(self):
        """The ``run_dir`` of the supervisor before, should it have been killed together with its reaper."""
        with contextlib.suppress(ValueError):
            return json.loads(os.pread(self._lock, 4096, 0)).get("run_dir")
        return None

    def wipe(self):
        """Delete everything but the locks and the marker, which says meanwhile that the rest is ours to delete."""
        self._write_marker({"format": 1})
        for part in self.path.iterdir():
            if part.name not in {"lock", "lock-of-reaper", self._marker.name}:
                shutil.rmtree(part) if part.is_dir() and not part.is_symlink() else part.unlink()

    @property
    def content(self):
        """What the first start put into it: DEMONSTRATION, EMPTY, or None when that start did not get so far."""
        return json.loads(self._marker.read_text()).get("content")

    @content.setter
    def content(self, value):
        self._write_marker({"format": 1, "content": value})

    def _write_marker(self, values):
        write_private(self._marker, json.dumps(values) + "\n")

    @property
    def key_file(self):
        return self.path / "keys" / "colloquy.key"

    def new_log(self, name):
        """The path of a fresh log; those of the two starts before are kept beside it."""
        log = self.path / "logs" / f"{name}.log"
        for older, newer in ((".2", ".1"), (".1", "")):
            with contextlib.suppress(FileNotFoundError):
                log.with_name(log.name + newer).replace(log.with_name(log.name + older))
        return log

    def secrets(self):
        """The passwords of the database logins and the secret key, made once."""
        path = self.path / "secrets"
        known = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
        wanted = {name: known.get(name) or secrets.token_urlsafe(32) for name in (*LOGINS, "secret_key")}
        if wanted != known:
            write_private(path, "".join(f"{name}={value}\n" for name, value in wanted.items()))
        return wanted

    def write_environments(self, *, socket_dir, redis_url, site_url, mail_port):
        """Write the environment of each kind of process to ``env/``; return them by kind."""
        known = self.secrets()

        def database(login):
            return f"postgresql://{login}:{known[login]}@{quote(str(socket_dir), safe='')}/colloquy"

        common = {
            "COLLOQUY_EMBEDDED": "1",
            "COLLOQUY_DATA": str(self.path),
            "COLLOQUY_SITE_URL": site_url,
            "COLLOQUY_SECRET_KEY": known["secret_key"],
            "COLLOQUY_REDIS_URL": redis_url,
            "COLLOQUY_MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        }
        key_file = {"COLLOQUY_KEY_FILE": str(self.key_file)}
        mail_dir = {"COLLOQUY_MAIL_DIR": str(self.path / "mail")}
        owner = database("colloquy_owner")
        environments = {
            "web": {**common, "COLLOQUY_DATABASE_URL": database("colloquy_web"), **key_file, **mail_dir},
            "jobs": {**common, "COLLOQUY_DATABASE_URL": database("colloquy_jobs")},
            "custody": {**common, "COLLOQUY_DATABASE_URL": database("colloquy_custody"), **key_file},
            "backup": {**common, "COLLOQUY_DATABASE_URL": database("colloquy_backup")},
            "owner": {**common, "COLLOQUY_DATABASE_URL": owner, "COLLOQUY_OWNER_DATABASE_URL": owner},
        }
        for name, values in environments.items():
            lines = (f"{key}={_quoted(value)}\n" for key, value in values.items())
            write_private(self.path / "env" / f"{name}.env", "".join(lines))
        return environments


def write_private(path, text):
    """Write a file that only its owner may read; a reader meets the old one or the new one, whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _quoted(value):
    return value if all(letter.isalnum() or letter in "/:%@_.-~" for letter in value) else f"'{value}'"


def _is_taken_now(descriptor):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
