"""Make the environment, install a lock into it, and hand over to ``./run``'s or ``./test``'s own work.

Runs by path on a bare Python: first the system's, which makes ``.venv``, then that of ``.venv``.
"""

# ruff: noqa: S603, S606  # every command is ours

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
FIT = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
# uv knows nothing of pip's configuration: where only pip is set up, it shall fail fast and silently.
UV = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, "--quiet", "--compile-bytecode"]
HASHED = ["--require-hashes", "-r"]
IMPATIENT = {"UV_HTTP_TIMEOUT": "15", "UV_HTTP_RETRIES": "1"}


def main(goal, *arguments):
    if not _is_in_environment():
        _make_environment()
        python = str(VENV / "bin" / "python")
        os.execv(python, [python, "-P", __file__, goal, *arguments])
    install(ROOT / ("requirements.txt" if goal == "run" else "requirements-dev.txt"))
    if goal == "run":
        _hand_over([str(ROOT / "coaching_site" / "services" / "__main__.py"), *arguments], os.environ)
    if goal == "test":
        run_tests(arguments)


def install(lock):
    """Install a lock with its hashes, unless exactly this has been done before."""
    if not lock.exists():
        sys.exit(f"Colloquy: {lock} is missing; this is not a whole copy of Colloquy.")
    stamp = VENV / f".{lock.stem}.stamp"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if _read(stamp) == wanted:
        return
    with _one_at_a_time():
        if _read(stamp) == wanted:
            return
        print("Installing what Colloquy needs; this is done once.", flush=True)
        if not importlib.util.find_spec("pip"):
            _quietly([sys.executable, "-m", "ensurepip"])
        if not _installs(lock):
            sys.exit("Colloquy: its requirements could not be installed; pip has said why above.")
        stamp.write_text(wanted)


def _installs(lock):
    if (importlib.util.find_spec("uv") or _quietly([*PIP, "uv"])) and _quietly([*UV, *HASHED, lock], IMPATIENT):
        return True
    return subprocess.run([*PIP, *HASHED, lock], check=False).returncode == 0


def run_tests(arguments):
    """Replace this process by pytest."""
    os.environ["CHROMIUM_PATH"] = chromium()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.chdir(ROOT)
    _hand_over(["-m", "pytest", *width(arguments), *arguments], os.environ)


def width(arguments):
    """Two workers, unless the arguments say otherwise or want a debugger."""
    said = any(part.startswith(("-n", "--numprocesses", "--pdb")) or part == "no:xdist" for part in arguments)
    return [] if said else ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]


def chromium():
    """The path of a Chromium that starts, installed when there is none. Ends the process when there cannot be one."""
    given = os.environ.get("CHROMIUM_PATH")
    if given:
        return _checked(given)
    if not _on_path() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium.", flush=True)
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        _quietly(["apt-get", "update"], quiet) and _quietly(
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"], quiet
        )
    return _checked(_on_path() or _playwrights_own())


def _on_path():
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if _starts(path)), None)  # Ubuntu has one that only names a snap


def _playwrights_own():
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
    return subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()


def _checked(path):
    if not _starts(path):
        tried = f"{path} does not start" if path else "none could be installed"
        sys.exit(f"Colloquy: the tests need Chromium, and {tried}; install one and set CHROMIUM_PATH to it.")
    return path


def _starts(path):
    return bool(path) and _quietly([path, "--version"])


def _is_in_environment():
    return VENV.exists() and os.path.samefile(sys.prefix, VENV)


def _make_environment():
    print("Making the environment.", flush=True)
    try:
        with _one_at_a_time():
            if _quietly([VENV / "bin" / "python", "-c", FIT]):
                return  # made by another start, while this one waited
            venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"Colloquy: the environment {VENV} could not be made ({reason}).")


def _quietly(command, environment=None):
    """Whether the command succeeded. False also when there is no such command."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _hand_over(arguments, environment):
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], environment)


def _read(path):
    return path.read_text() if path.exists() else None


@contextlib.contextmanager
def _one_at_a_time():
    """Two first starts at once: the second waits. The lock is on the project's folder and leaves no file."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
