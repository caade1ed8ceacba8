"""The benchmark of the walls runs and says what it promises to say; how fast things are is not a test's business."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.command import INTERRUPTED, figure

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("walls bench")

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "bench/walls.py", "--quick", "--json"]
KEYS = {"value", "floor", "ratio", "reach", "ok"}
PAGES = ("Today", "Group", "Goals", "Goal", "Sessions", "Session", "Feedback", "Note", "HR's report", "HR's programs")
REACHES = {
    "seq_scans": 0,
    "context_per_transaction": 3,
    "seal_us": 20,
    "open_us": 20,
    "page_200_notes": 1.3,
    "statements_all": 1.3,
}


def is_by_value(name):
    return name.endswith("_us") or name == "seq_scans"


@pytest.fixture(scope="module")
def quick_run(tmp_path_factory):
    """What a quick run printed, and the folder in which it made its own."""
    folder = tmp_path_factory.mktemp("bench")
    done = subprocess.run(
        COMMAND, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, folder


@pytest.fixture(scope="module")
def figures(quick_run):
    return json.loads(quick_run[0].splitlines()[-1])


def test_every_figure_says_what_it_was_held_against(figures):
    assert {name: set(one) for name, one in figures.items() if set(one) != KEYS} == {}
    for name, one in figures.items():
        assert one["ok"] == ((one["value"] if is_by_value(name) else one["ratio"]) <= one["reach"]), name


def test_every_page_and_sweep_has_its_statements_measured(figures):
    measured = {name.split(":")[0].removeprefix("walls ") for name in figures if name.startswith("walls ")}

    assert {f"page {page}" for page in PAGES} <= set(figures)
    assert {"Today", "Group", "Goals", "Goal", "Sessions", "Session", "Feedback", "Note", "Worker"} <= measured
    assert {"HR's report", "HR's programs", "Facilitator's Today"} <= measured
    assert all(one["reach"] == 1.15 for name, one in figures.items() if name.startswith(("walls ", "page ")))


def test_the_other_promises_are_measured_against_their_own_reaches(figures):
    assert {name: figures[name]["reach"] for name in REACHES} == REACHES


def test_nothing_is_left_behind(quick_run):
    assert list(quick_run[1].iterdir()) == []


def test_an_interrupted_run_stops_what_it_started(tmp_path):
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if "Loading" in line:  # the database is up
            break
    cluster = int(next(tmp_path.glob("*/pg/data/postmaster.pid")).read_text().split()[0])
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=300)

    assert (process.returncode, output) == (INTERRUPTED, "")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(cluster, 0)


@pytest.mark.parametrize(
    ("arguments", "ok"),
    [
        ({"value": 1.1, "floor": 1, "reach": 1.15}, True),
        ({"value": 1.2, "floor": 1, "reach": 1.15}, False),
        ({"value": 19, "floor": 1, "reach": 20, "by_value": True}, True),
        ({"value": 21, "floor": 20, "reach": 20, "by_value": True}, False),
        ({"value": 1, "floor": 0, "reach": 0, "by_value": True}, False),
    ],
)
def test_a_figure_beyond_its_reach_is_not_ok(arguments, ok):
    assert figure(**arguments)["ok"] is ok
