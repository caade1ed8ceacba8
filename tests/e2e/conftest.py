"""The whole product, started as a newcomer starts it, and people with browsers of their own."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DEMO_PASSWORD, Visitor

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    executable = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    return {"executable_path": executable, "chromium_sandbox": os.getuid() != 0, "args": FLAGS}


@dataclass
class Installation:
    """A running product on a data folder of its own."""

    url: str
    data: Path
    start_url: str
    said: list = field(default_factory=list)


def start_product(folder, *options, module="coaching_site.services", **environment_too):
    """Run the supervisor on a free port; returns the process and what it printed until it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "--data", str(folder), "--port", str(port), *options]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COLLOQUY_", "DJANGO_"))}
    environment |= {"COLLOQUY_TICK_SECONDS": "3", **environment_too}  # each tick costs a third of a second's work
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = []
    threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")), daemon=True).start()
    try:
        wait_until_ready(process, said)
    except BaseException:
        stop_product(process)
        raise
    return process, f"http://localhost:{port}", said


def wait_until_ready(process, said):
    deadline = time.monotonic() + 120
    while "Ctrl-C stops Colloquy" not in "".join(said):
        assert process.poll() is None, "".join(said)
        assert time.monotonic() < deadline, "".join(said)
        time.sleep(0.1)


def stop_product(process):
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)
    process.stdout.close()


def founded():
    """The data folder of a demonstration that was founded and stopped: once in each run, by whoever comes first."""
    shared = Path(json.loads(os.environ["COLLOQUY_TEST_SERVICES"])["key_file"]).parent / "demonstration"
    with open(f"{shared}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            making = shared.with_name("demonstration.making")
            process, _, _ = start_product(making)
            stop_product(process)
            making.rename(shared)
    return shared


@contextmanager
def running(*options, **how):
    """The product on a data folder of its own, stopped and cleared away in the end; how: see ``start_product``.

    Without a wish of any kind, settings aside, it is a copy of the demonstration that all journeys begin with.
    """
    folder = Path(tempfile.mkdtemp(prefix="colloquy-e2e-"))
    folder.chmod(0o711)
    if not options and "module" not in how:
        subprocess.run(["cp", "-a", founded(), folder / "data"], check=True)
    process, url, said = start_product(folder / "data", *options, **how)
    start_url = re.search(r"\S+/start/\S+", "".join(said))
    try:
        yield Installation(url, folder / "data", start_url[0] if start_url else "", said)
    finally:
        stop_product(process)
        if os.environ.get("COLLOQUY_SHOTS"):  # beside the pictures, when those are kept
            shutil.copytree(folder / "data/logs", Path(os.environ["COLLOQUY_SHOTS"]) / "logs", dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_installation():
    """The product as ``./run --empty`` leaves it: nobody there yet."""
    with running("--empty") as installation:
        yield installation


@pytest.fixture
def demonstration():
    """The product with its demonstration."""
    with running() as installation:
        yield installation


@pytest.fixture(scope="module")
def installation():
    """One demonstration for all journeys of a file."""
    with running() as installation:
        yield installation


@pytest.fixture
def visit(browser, installation, request):
    """``visit(name, **device)`` → somebody of the demonstration, signed in; no page may have complained."""
    made, prefix = [], request.module.__name__.rpartition("test_")[2].replace("_", "-")

    def open_browser(name, **device):
        person = Visitor(
            browser, installation.url, name.title(), f"{name}@demo.example", {**PHONE, **device}, prefix=f"{prefix}-"
        )
        made.append(person)
        person.sign_in(DEMO_PASSWORD)
        expect(person.page).to_have_url(re.compile("/today/|/groups/"))
        return person

    yield open_browser
    for person in made:
        assert person.problems == []
        person.context.close()
