"""Processes, seen from outside."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def is_alive(pid):
    """Whether a process runs; one that only waits for its burial does not."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False
    shown = subprocess.run(["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] not in {"", "Z"}


def children_of(parent):
    """The commands of a process's children by process id."""
    if sys.platform == "linux":
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "stat").read_text().rpartition(")")[2].split()[1] == str(parent):
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:  # gone meanwhile
                continue
        return found
    shown = subprocess.run(["/bin/ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    lines = (line.split(None, 2) for line in shown.stdout.splitlines())
    return {int(pid): command for pid, its_parent, command in lines if int(its_parent) == parent}


def wait_for(condition, *, seconds=10):
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def as_ordinary_user():
    """What goes before a command so that an ordinary user runs it, who can read what this one can."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    drop = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import django'], check=True)"
    for extra in ([], ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]):
        tried = [*drop, *extra, sys.executable, "-c", nested]
        if shutil.which("setpriv") and subprocess.run(tried, capture_output=True, check=False).returncode == 0:
            return [*drop, *extra]
    raise AssertionError("As root these tests need setpriv, to become an ordinary user who can run this Python.")


def python(code, *arguments, prefix=()):
    """A Python process that runs code with our modules; its standard output is a pipe."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )
