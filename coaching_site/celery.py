"""The Celery application: the alarm clock and the muscle, never the memory."""

import os
import subprocess
import sys
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching_site.settings")

app = Celery("coaching_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def compile_formation(**_signal):
    """Have a process of its own compile what forms groups, into NUMBA_CACHE_DIR; tasks go on meanwhile.

    It is told nothing of ours: it needs neither a database nor a key.
    """
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("COLLOQUY_", "DJANGO_"))}
    subprocess.Popen(
        [sys.executable, "-m", "groups.formation", "--warm-up"],
        cwd=Path(__file__).resolve().parent.parent,
        env=plain,
        stdin=subprocess.DEVNULL,
    )
