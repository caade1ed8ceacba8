"""The data folder: one owner, one user at a time, and closed to everybody else."""

import os
import socket
import subprocess
import sys

import environ
import pytest

from coaching_site.services import Refusal
from coaching_site.services.data import DEMONSTRATION, DataFolder
from tests.services.processes import ROOT, as_ordinary_user, python, wait_for

SUPERVISOR = ROOT / "coaching_site" / "services" / "__main__.py"
HOLD = """
import sys, time
from coaching_site.services.data import DataFolder
folder = DataFolder(sys.argv[1])
folder.claim()
folder.say_who_runs(url="http://localhost:1")
print("held", flush=True)
time.sleep(60)
"""
WHERE = {"socket_dir": "/tmp/x/pg", "redis_url": "unix:///tmp/x/v", "site_url": "http://localhost:1", "mail_port": 25}


def start(*arguments, answer="", prefix=()):
    """Run the supervisor where it is expected to end by itself."""
    return subprocess.run(
        [*prefix, sys.executable, SUPERVISOR, *map(str, arguments)],
        input=answer,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def claimed(path):
    folder = DataFolder(path)
    folder.claim()
    return folder


def files_of(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_folder_of_somebody_elses_is_left_alone(folder):
    (folder / "thesis.txt").write_text("mine")

    ended = start("--data", folder, "--port", 0)

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "is not a Colloquy data folder and not empty" in ended.stderr
    assert files_of(folder) == ["thesis.txt"]


def test_file_is_refused_as_a_folder(folder):
    (folder / "file").write_text("mine")

    ended = start("--data", folder / "file", "--port", 0)

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "is not a folder" in ended.stderr


@pytest.mark.parametrize("part", ["", "below/it"])
def test_folder_that_cannot_be_written_is_refused(folder, part):
    folder.chmod(0o555)

    ended = start("--data", folder / part, "--port", 0, prefix=as_ordinary_user())

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "Cannot write to the data folder" in ended.stderr
    assert files_of(folder) == []


def test_taken_port_is_refused_before_anything_is_made(folder, taken_port):
    ended = start("--data", folder / "data", "--port", taken_port)

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert f"Port {taken_port} is taken" in ended.stderr
    assert files_of(folder) == []


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_port_that_is_none_is_refused(folder, port):
    ended = start("--data", folder / "data", f"--port={port}")

    assert ended.returncode == 2
    assert files_of(folder) == []


def test_second_start_on_the_same_data_says_where_the_first_runs(folder):
    first = python(HOLD, folder)
    with first.stdout:
        first.stdout.readline()

    try:
        ended = start("--data", folder, "--port", 0)
        again = start("--data", folder, "--port", 0, "--reset", answer="yes\n")
    finally:
        first.kill()
        first.wait()

    assert ended.returncode == again.returncode == 1
    assert ended.stderr == again.stderr
    assert f"already running on {folder} at http://localhost:1;" in ended.stderr
    assert (folder / "keys").exists()


def test_lock_ends_with_its_holder_even_by_kill_9(folder):
    first = python(HOLD, folder)
    with first.stdout:
        first.stdout.readline()
    with pytest.raises(Refusal):
        DataFolder(folder)

    first.kill()
    first.wait()

    def can_be_claimed():
        try:
            return claimed(folder)
        except Refusal:
            return None

    assert wait_for(can_be_claimed)


@pytest.mark.parametrize("answer", ["", "\n", "no\n", "y\n", "YES please\n"])
def test_reset_deletes_nothing_without_a_yes(folder, answer):
    data = claimed(folder)
    data.secrets()
    data.release()
    before = files_of(folder)

    ended = start("--data", folder, "--port", 0, "--reset", answer=answer)

    assert ended.returncode == 1
    assert "Nothing was deleted." in ended.stderr
    assert str(folder) in ended.stdout
    assert files_of(folder) == before


def test_wipe_leaves_a_folder_that_is_ours_and_empty(folder):
    data = claimed(folder)
    data.content = DEMONSTRATION
    data.key_file.write_text("key")
    data.secrets()

    data.wipe()

    assert files_of(folder) == ["colloquy.json", "lock", "lock-of-reaper"]
    assert data.content is None


def test_everything_private_is_readable_by_its_owner_only(folder):
    data = claimed(folder / "data")
    data.secrets()
    data.write_environments(**WHERE)

    modes = {
        path.name: oct(path.stat().st_mode & 0o777) for path in [data.path, *data.path.rglob("*")] if path.is_file()
    }
    assert set(modes.values()) == {"0o600"}
    assert data.path.stat().st_mode & 0o777 == 0o700
    assert {"secrets", "web.env", "owner.env"} <= set(modes)


def test_each_process_is_told_its_own_login_and_no_other(folder):
    told = claimed(folder).write_environments(**WHERE)

    assert {name: values["COLLOQUY_DATABASE_URL"].split(":")[1] for name, values in told.items()} == {
        "web": "//colloquy_web",
        "jobs": "//colloquy_jobs",
        "custody": "//colloquy_custody",
        "backup": "//colloquy_backup",
        "owner": "//colloquy_owner",
    }
    assert [name for name, values in told.items() if "COLLOQUY_KEY_FILE" in values] == ["web", "custody"]
    assert [name for name, values in told.items() if "COLLOQUY_OWNER_DATABASE_URL" in values] == ["owner"]


@pytest.mark.parametrize("name", ["plain", "with a space", "with # and $HOME"])
def test_environment_file_reads_back_as_it_was_meant(folder, name, monkeypatch):
    data = claimed(folder / name)
    told = data.write_environments(**WHERE)["web"]
    for key in told:
        monkeypatch.delenv(key, raising=False)

    read = environ.Env()
    with monkeypatch.context():
        read.read_env(data.path / "env" / "web.env")
        assert {key: os.environ[key] for key in told} == told
        for key in told:
            del os.environ[key]


def test_passwords_stay_the_same(folder):
    data = claimed(folder)

    assert data.secrets() == data.secrets()
    assert len(set(data.secrets().values())) == 6


def test_logs_of_two_earlier_starts_are_kept(folder):
    data = claimed(folder)
    for text in ("first", "second", "third"):
        data.new_log("web").write_text(text)

    data.new_log("web").write_text("now")

    kept = {path.name: path.read_text() for path in (folder / "logs").iterdir()}
    assert kept == {"web.log": "now", "web.log.1": "third", "web.log.2": "second"}
