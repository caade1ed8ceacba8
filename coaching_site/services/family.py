"""Processes that end with their parent, whatever ends it."""

# ruff: noqa: S603  # every command is ours

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from coaching_site.services import Refusal

HERE = Path(__file__).resolve().parent
_LONGEST_BASE = 60  # a socket's path holds 104 characters on macOS, 107 on Linux
_PYTHON = [sys.executable, "-I", "-S"]


class Family:
    """The children of this process, the reaper that ends them should it be killed, and a short folder for sockets.

    ``held`` are descriptors that the reaper keeps open until the last child is gone.
    """

    def __init__(self, *, held=()):
        self.children = []
        self.in_a_hurry = False
        self.while_waiting = lambda: None
        self._held = held
        self._last_acts = []
        self.run_dir = _make_run_dir()
        self._start_reaper()

    def _start_reaper(self):
        read_end, self._pipe = os.pipe()
        self.reaper = subprocess.Popen(
            [*_PYTHON, HERE / "reaper.py"],
            stdin=read_end,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=self._held,
            start_new_session=True,
            cwd="/",
            env=plain_environment(),
        )
        os.close(read_end)
        self.tell_reaper(f"dir {self.run_dir}")
        for child in self.children:
            if child.is_alive():
                self.tell_reaper(f"+ {child.process.pid} {child.stop_signal}")

    def tell_reaper(self, line):
        with contextlib.suppress(BrokenPipeError):  # dead: keep_reaper() tells the next one everything
            os.write(self._pipe, f"{line}\n".encode())

    def keep_reaper(self):
        """Replace a reaper that has died; whether it had."""
        if self.reaper.poll() is None:
            return False
        os.close(self._pipe)
        self._start_reaper()
        return True

    def spawn(self, name, command, **how):
        """Start a child; see Child for how."""
        child = Child(self, name, command, **how)
        self.children.append(child)
        child.start()
        return child

    def at_close(self, act):
        """Have ``act()`` done when the last child has ended."""
        self._last_acts.append(act)

    def close(self):
        """Stop every child, the youngest first, and leave nothing behind."""
        for child in reversed(self.children):
            child.stop()
        for act in self._last_acts:
            act()
        os.close(self._pipe)
        try:
            self.reaper.wait(10)
        except subprocess.TimeoutExpired:
            self.reaper.kill()
            self.reaper.wait()
        shutil.rmtree(self.run_dir, ignore_errors=True)

    @property
    def pipe(self):
        return self._pipe


class Child:
    """One process of a family and the way to start it, again and again."""

    def __init__(
        self, family, name, command, *, log, env=None, cwd="/", stop_signal=signal.SIGTERM, user=None, descriptors=(),
        before=lambda: None, patience=5,
    ):  # fmt: skip
        self.family = family
        self.name = name
        self.command = [str(part) for part in command]
        self.log = Path(log)
        self.stop_signal = int(stop_signal)
        self.process = None
        self._env = plain_environment() if env is None else env
        self._cwd = cwd
        self._user = user
        self._descriptors = tuple(descriptors)
        self._before = before
        self._patience = patience

    def start(self):
        self._before()
        # The kernel takes "the parent has died" for "the thread that forked has ended": tie to a main thread only.
        tied_to = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        user = "{}:{}".format(*self._user) if self._user else "-"
        pipe = self.family.pipe
        launch = [*_PYTHON, str(HERE / "launch.py"), str(self.stop_signal), str(pipe), str(tied_to), user]
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self.process = subprocess.Popen(
                [*launch, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                cwd=self._cwd,
                pass_fds=(pipe, *self._descriptors),
            )
        self.started_at = time.monotonic()

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def bury(self):
        """End what a dead child has left of itself, and have the reaper forget it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.family.tell_reaper(f"- {self.process.pid}")
        self.process = None

    def stop(self):
        """Ask it to stop; insist after a while."""
        if self.process is None:
            return
        for number in (self.stop_signal, signal.SIGQUIT, signal.SIGKILL):
            deadline = time.monotonic() + self._patience
            if self.is_alive():
                self.process.send_signal(number)
            while self.is_alive() and time.monotonic() < deadline and not self.family.in_a_hurry:
                time.sleep(0.01)
        self.process.wait()
        self.bury()

    def wait_until(self, is_ready, *, seconds=30):
        """Wait until it serves. Raises Refusal when it ends before, or takes too long."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.family.while_waiting()
            if not self.is_alive():
                raise Refusal(f"{self.name} did not start: {self.last_words()} (more in {self.log})")
            if time.monotonic() > deadline:
                raise Refusal(f"{self.name} is not ready after {seconds} seconds; see {self.log}.")
            time.sleep(0.01)

    def wait_done(self, *, seconds=600):
        """Wait for the end of a command that must succeed. Raises Refusal when it does not."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            self.family.while_waiting()
            if time.monotonic() > deadline:
                raise Refusal(f"{self.name} is not done after {seconds} seconds; see {self.log}.")
            time.sleep(0.01)
        code = self.process.returncode
        self.bury()
        self.family.children.remove(self)
        if code:
            raise Refusal(f"{self.name} failed: {self.last_words()} (more in {self.log})")

    def last_words(self):
        """The line of its log that says most."""
        with open(self.log, "rb") as log:
            log.seek(max(0, self.log.stat().st_size - 2000))
            lines = [line.strip() for line in reversed(log.read().decode(errors="replace").split("\n"))]
        fatal = [line for line in lines if "FATAL" in line or "Error" in line]
        return next(filter(None, fatal + lines), "it said nothing")


def plain_environment():
    """Ours without anything of Colloquy's: for children that need to know nothing."""
    return {key: value for key, value in os.environ.items() if not key.startswith("COLLOQUY_")}


def _make_run_dir():
    """A folder for sockets, with a short path; as root every user can pass through it to the part that is theirs."""
    as_root = os.geteuid() == 0
    for base in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp", "/run"]):  # noqa: S108  # mkdtemp below
        if len(base) > _LONGEST_BASE or not os.access(base, os.W_OK | os.X_OK):
            continue
        if as_root and not (_is_open_to_all(base) and _can_execute(base)):
            continue
        folder = Path(tempfile.mkdtemp(prefix="colloquy-", dir=base))
        if as_root:
            folder.chmod(0o711)
        return folder
    raise Refusal("There is no temporary folder with a short path for sockets; set TMPDIR to one.")


def _is_open_to_all(folder):
    return all(part.stat().st_mode & stat.S_IXOTH for part in (Path(folder), *Path(folder).parents))


def _can_execute(folder):
    return not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)
