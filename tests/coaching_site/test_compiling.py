"""The worker has compiled what forms groups before anybody asks for groups."""

import os
import subprocess
import sys
from pathlib import Path

from celery.signals import worker_ready

from coaching_site import celery

ROOT = Path(__file__).resolve().parents[2]


def test_a_worker_that_is_ready_starts_a_process_that_compiles_and_knows_nothing_of_ours(monkeypatch):
    started = []
    monkeypatch.setattr(celery.subprocess, "Popen", lambda command, **how: started.append((command, how)))
    monkeypatch.setenv("COLLOQUY_SECRET_KEY", "a secret")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/kept/here")

    worker_ready.send(sender=None)

    [(command, how)] = started
    assert command == [sys.executable, "-m", "groups.formation", "--warm-up"]
    assert [key for key in how["env"] if key.startswith(("COLLOQUY_", "DJANGO_"))] == []
    assert how["env"]["NUMBA_CACHE_DIR"] == "/kept/here"


def test_compiling_needs_no_database_and_leaves_what_it_compiled_in_the_folder_it_is_told():
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("COLLOQUY_", "DJANGO_"))}

    subprocess.run([sys.executable, "-m", "groups.formation", "--warm-up"], cwd=ROOT, env=plain, check=True)

    kept = {path.name.split(".")[0] for path in Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbi")}
    assert {"chains", "swaps", "annealing"} <= kept
