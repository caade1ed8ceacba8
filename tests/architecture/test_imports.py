"""Who may import whom: the contracts of ``pyproject.toml``, kept, and able to break."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.pages import ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]


def lint(folder):
    done = subprocess.run(LINT, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_the_contracts_are_kept():
    code, said = lint(ROOT)

    assert (code, "2 kept, 0 broken" in said) == (0, True), said


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("nudges/services.py", "from goals import models"),
        ("goals/selectors.py", "def late():\n    from feedback import models\n"),
        ("goals/models.py", "from goals import views"),
    ],
    ids=["upwards", "to a neighbour, inside a function", "from models to the web"],
)
def test_a_contract_that_is_broken_is_noticed(tmp_path, module, line):
    """On a small sample of the same shape, with the real contracts."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for app in ("coaching_site", "reports", "feedback", "goals", "sessions", "groups", "nudges", "accounts", "common"):
        (tmp_path / app).mkdir()
        for name in ("__init__", "models", "selectors", "services", "views"):
            (tmp_path / app / f"{name}.py").write_text("")
    sound = lint(tmp_path)[0]
    (tmp_path / module).write_text(line)

    assert (sound, lint(tmp_path)[0]) == (0, 1)
