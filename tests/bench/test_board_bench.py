"""The benchmark of the formation board runs and says what it promises to say; its speed is not a test's business."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KEYS = {"value", "floor", "ratio", "reach", "ok"}


def test_the_board_is_timed_and_a_larger_one_sends_no_more_statements(tmp_path):
    done = subprocess.run(
        [sys.executable, "bench/board.py", "--quick", "--json"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert list(tmp_path.iterdir()) == []
    figures = json.loads(done.stdout.splitlines()[-1])
    assert {name: set(one) for name, one in figures.items()} == dict.fromkeys(
        ("consequences 1000", "first look 1000", "board 100 queries", "board 100"), KEYS
    )
    counted = figures["board 100 queries"]
    assert counted["value"] == counted["floor"] <= 10
