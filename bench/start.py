"""How long ``./run`` takes to be ready: ``python bench/start.py --json`` starts it on a folder of its own.
See docs/benchmarks.md.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok, in seconds. ``floor``
is what no start can do without: the same PostgreSQL made and started, and one Python that has read the product's
libraries. Progress goes to stderr.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.command import figure, say, table  # noqa: E402  # only now is there a path to it
from coaching_site.services.postgres import start_cluster  # noqa: E402

SUPERVISOR = ROOT / "coaching_site" / "services" / "__main__.py"
READY = "Ctrl-C stops"
LIBRARIES = "import allauth.account, celery, cryptography, django.contrib.auth, psycopg, uvicorn"
FIRST, SECOND = 15, 8  # seconds: docs/benchmarks.md


def measure():
    """The figures of a first start with the demonstration, and of the start after it."""
    with scratch() as folder:
        floors = [_floor(folder / "floor") for _ in range(2)]  # the second finds a cluster that is there
    with scratch() as folder:
        say("A first start, with the demonstration")
        first = start_and_stop(folder / "data")
        say("A second start")
        second = start_and_stop(folder / "data")
    return {
        "first_start_s": figure(first, floors[0], FIRST, by_value=True),
        "second_start_s": figure(second, floors[1], SECOND, by_value=True),
    }


@contextmanager
def scratch():
    folder = Path(tempfile.mkdtemp(prefix="colloquy-bench-"))
    folder.chmod(0o711)  # the cluster runs as nobody when the benchmark runs as root
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start_and_stop(data):
    """Seconds until the product says that it is ready. Raises AssertionError with its last words when it does not."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, SUPERVISOR, "--data", data, "--port", "0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if READY in line:
                return time.monotonic() - began
        raise AssertionError(f"It did not become ready: {''.join(said)}")
    finally:
        process.send_signal(signal.SIGINT)
        with process.stdout:
            process.stdout.read()
        process.wait(timeout=60)


def _floor(folder):
    began = time.monotonic()
    cluster = start_cluster(folder / "pg")
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True, cwd=ROOT)
    seconds = time.monotonic() - began
    cluster.stop()
    return seconds


def main(arguments=None):
    """Print the figures, as a table or as one line of JSON; the exit status is 0 when both starts succeeded."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of a table")
    options = parser.parse_args(arguments)
    figures = measure()
    print(json.dumps(figures) if options.json else table(figures))


if __name__ == "__main__":
    main()
