"""The whole product, started as ``./run`` starts it, by root and by an ordinary user."""

import http.client
import os
import re
import signal
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.services.processes import ROOT, as_ordinary_user, children_of, is_alive, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("the whole product")]

SUPERVISOR = ROOT / "coaching_site" / "services" / "__main__.py"
CHILDREN = ["reaper.py", "/postgres", "valkey-server", "mail_catcher.py", "uvicorn", "worker", "beat"]


class Product:
    """A started supervisor and what its terminal shows until all is ready."""

    def __init__(self, data, *options, prefix=()):
        self.data = data
        self.command = [*prefix, sys.executable, SUPERVISOR, "--data", data, "--port", "0", *options]
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "COLLOQUY_TICK_SECONDS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.shown = ""
        for line in self.process.stdout:
            self.shown += line
            if "Ctrl-C stops" in line:
                break
        if "Ctrl-C stops" not in self.shown:
            rest, code = self.end()
            raise AssertionError(f"exit code {code} after: {self.shown}{rest}")
        self.url = re.search(r"http://localhost:\d+", self.shown).group()

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def children(self):
        """Process ids by what they run."""
        return {
            next((name for name in CHILDREN if name in command), command): pid
            for pid, command in children_of(self.process.pid).items()
        }

    def end(self, number=signal.SIGTERM):
        """What the terminal shows in the end, and the exit code."""
        self.process.send_signal(number)
        with self.process.stdout:
            rest = self.process.stdout.read()
        return rest, self.process.wait(20)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("product") / "data"


@pytest.fixture(scope="module")
def product(data):
    started = Product(data, "--empty")
    yield started
    if started.process.poll() is None:
        started.end()


def test_first_start_tells_where_the_key_file_is(product):
    assert product.get("/healthz") == 200
    assert f"The key file is {product.data / 'keys' / 'colloquy.key'}: without it nothing" in product.shown
    assert (product.data / "keys" / "colloquy.key").stat().st_mode & 0o777 == 0o600


def test_empty_installation_opens_its_first_page_to_the_token_only(product):
    path = re.search(r"/start/[\w-]+/", product.shown).group()

    assert "colloquy-demo" not in product.shown
    assert product.get(path) == 200
    assert product.get("/start/guessed/") == 404


def test_token_of_the_first_page_is_written_nowhere(product):
    token = re.search(r"/start/([\w-]+)/", product.shown).group(1)
    assert product.get(f"/start/{token}/") == 200

    files = [path for path in product.data.rglob("*") if path.is_file()]

    assert [path for path in files if token in path.read_text("latin-1")] == []
    assert product.data / "logs" / "web.log" in files


def test_product_becomes_ready_with_worker_and_clock(product):
    assert wait_for(lambda: product.get("/readyz") == 200, seconds=20)


def test_product_runs_what_it_promises(product):
    assert sorted(product.children()) == sorted(CHILDREN)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's environment")
def test_worker_and_clock_hold_neither_key_file_nor_owner(product):
    children = product.children()
    told = {name: Path(f"/proc/{pid}/environ").read_text() for name, pid in children.items()}

    assert "COLLOQUY_KEY_FILE" in told["uvicorn"]
    for name in ("worker", "beat"):
        assert "COLLOQUY_DATABASE_URL=postgresql://colloquy_jobs:" in told[name]
        assert "COLLOQUY_KEY_FILE" not in told[name]
    assert not [name for name, text in told.items() if "colloquy_owner" in text]


def test_address_is_loopback_only(product):
    assert re.search(r"127\.0\.0\.1:\d+|'127\.0\.0\.1', \d+", (product.data / "logs" / "web.log").read_text())


def test_every_part_of_the_data_folder_is_closed_to_others(product):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in product.data.iterdir()}

    assert stat.S_IMODE(product.data.stat().st_mode) == 0o700
    assert {"beat", "env", "keys", "logs", "mail", "postgres", "secrets", "valkey"} <= set(modes)
    assert set(modes.values()) == {0o600, 0o700}


def test_killed_web_comes_back_and_refuses_nobody_meanwhile(product):
    before = product.children()["uvicorn"]
    os.kill(before, signal.SIGKILL)

    connection = http.client.HTTPConnection(product.url.removeprefix("http://"), timeout=20)
    connection.request("GET", "/healthz")

    assert connection.getresponse().status == 200
    connection.close()
    assert product.children()["uvicorn"] != before


def test_killed_database_comes_back(product):
    os.kill(product.children()["/postgres"], signal.SIGKILL)

    assert wait_for(lambda: product.get("/readyz") == 200, seconds=20)


def test_interrupt_stops_all_of_it_and_it_starts_again(product):
    pids = [product.process.pid, *product.children().values()]

    rest, code = product.end(signal.SIGINT)

    assert code == 0
    assert rest.endswith("Stopping.\nStopped.\n")
    assert not any(map(is_alive, pids))
    product.start()
    assert product.get("/healthz") == 200


def test_kill_9_leaves_nothing_behind_and_the_next_start_is_clean(product):
    pids = list(product.children().values())
    run_dir = Path(re.search(r"/\S*colloquy-\w+", (product.data / "lock").read_text()).group())
    assert run_dir.exists()

    product.end(signal.SIGKILL)

    product.start()
    assert product.get("/healthz") == 200
    assert not any(map(is_alive, pids))
    assert not run_dir.exists()


def test_demonstration_is_started_by_an_ordinary_user(folder):
    prefix = [*as_ordinary_user(), "env", "-u", "NUMBA_CACHE_DIR"]  # that one is root's in these tests
    folder.chmod(0o777)

    started = Product(folder / "data", prefix=prefix)

    try:
        assert started.get("/healthz") == 200
        assert "password colloquy-demo as owner, hr, facilitator, member" in started.shown
        assert "/start/" not in started.shown
    finally:
        _, code = started.end()
    assert code == 0
