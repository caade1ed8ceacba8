"""The benchmark of pages runs and says what it promises to say; how fast things are is not a test's business."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.pages import check_same_words, middle_round, percentile

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("pages bench")

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "bench/pages.py", "--quick", "--json"]
KEYS = {"value", "floor", "ratio", "reach", "ok"}
PAGES = ("Today", "Goals", "Check-in", "Session", "Report")


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    done = subprocess.run(
        COMMAND, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(folder.iterdir()) == []
    return json.loads(done.stdout.splitlines()[-1])


def test_every_page_is_timed_and_its_statements_counted(figures):
    assert {name: set(one) for name, one in figures.items() if set(one) != KEYS} == {}
    assert set(figures) == {f"{what} {page}" for what in ("page", "steady", "queries") for page in PAGES}
    assert {name.split()[0]: one["reach"] for name, one in figures.items()} == {"page": 10, "steady": 1.3, "queries": 8}


def test_no_page_sends_more_statements_with_300_rows_than_with_3(figures):
    counted = {name: (one["value"], one["floor"]) for name, one in figures.items() if name.startswith("queries ")}

    assert {name: both for name, both in counted.items() if both[0] != both[1] or both[0] > 8} == {}


def test_pages_that_do_not_show_the_same_are_not_compared():
    check_same_words("Today", "<p>one two</p>", "two, one", ["one", "two"])
    with pytest.raises(AssertionError, match="in the product 1 times, by hand 0"):
        check_same_words("Today", "<p>one two</p>", "two", ["one", "two"])


def test_a_percentile_is_the_value_below_which_so_many_are():
    assert (percentile(range(101), 95), percentile(range(101), 50)) == (95, 50)


def test_one_slow_round_says_nothing_of_a_page_and_a_page_that_is_slow_in_each_shows():
    calm, restless = [10.0] * 30, [10.0] * 24 + [20.0] * 6

    assert middle_round([calm, restless, calm]) == (10, 10)
    assert middle_round([restless, calm, restless]) == (20, 10)
