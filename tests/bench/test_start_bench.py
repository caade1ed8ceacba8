"""The benchmark of starts runs and says what it promises to say; how fast a start is is not a test's business."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.xdist_group("start bench")


def test_two_starts_are_held_against_what_no_start_can_do_without(tmp_path):
    done = subprocess.run(
        [sys.executable, "bench/start.py", "--json"],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert {name: one["reach"] for name, one in figures.items()} == {"first_start_s": 15, "second_start_s": 8}
    for one in figures.values():
        assert set(one) == {"value", "floor", "ratio", "reach", "ok"}
        assert 0 < one["floor"] < one["value"]
        assert one["ok"] == (one["value"] <= one["reach"])
    assert list(tmp_path.iterdir()) == []
