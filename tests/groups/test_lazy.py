"""Pages never wait for a compiler."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_importing_formation_loads_neither_numpy_nor_numba():
    code = "import sys, groups.formation, groups.formation.seats; print(sorted({'numpy', 'numba'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
