"""What the commands of this folder have in common: their options, their database, and how they say what they found."""

import argparse
import json
import signal
import sys
import time
from contextlib import contextmanager

from bench.services import serving

INTERRUPTED = 130


def figure(value, floor, reach, *, by_value=False):
    """One entry of the result; ``by_value`` holds the value itself against the reach, instead of its ratio."""
    value, floor = round(value, 4), round(floor, 4)
    ratio = round(value / floor, 3) if floor else None
    return {
        "value": value,
        "floor": floor,
        "ratio": ratio,
        "reach": reach,
        "ok": (value if by_value else ratio) <= reach,
    }


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def table(figures):
    """The figures as docs/benchmarks.md shows them."""
    lines = ["| Figure | Value | Floor | Ratio | Reach | |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for name, one in figures.items():
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        verdict = "ok" if one["ok"] else "missed"
        lines.append(f"| {name} | {one['value']:.3f} | {one['floor']:.3f} | {ratio} | {one['reach']} | {verdict} |")
    return "\n".join(lines)


def read_options(description, seconds_limit, arguments=None):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the figures as one line of JSON instead of the table of docs/benchmarks.md",
    )
    parser.add_argument("--rows", type=int, help="rows of what members do (1,000,000)")
    parser.add_argument("--organizations", type=int, help="how many organizations they are spread over (1,000)")
    parser.add_argument(
        "--seconds-limit", type=float, help=f"about how long to measure, loading included ({seconds_limit})"
    )
    parser.add_argument("--quick", action="store_true", help="few rows, few repetitions: to see that it works")
    options = parser.parse_args(arguments)
    usual = (8_000, 8, 6) if options.quick else (1_000_000, 1_000, seconds_limit)
    options.rows = options.rows or usual[0]
    options.organizations = options.organizations or usual[1]
    options.seconds_limit = options.seconds_limit or usual[2]
    options.times, options.least = (40, 5) if options.quick else (1000, 15)
    return options


@contextmanager
def heard():
    """An interrupt in this block is said again until it is heard: inside a callback of a library it gets lost."""

    def interrupt(number, frame):
        signal.setitimer(signal.ITIMER_REAL, 2)
        signal.default_int_handler(number, frame)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def run(measure, *, description, seconds_limit):
    """Start a database, have ``measure(conninfo, options)`` fill and measure it, and print its figures.

    The exit status is 0 when everything could be measured, whatever the figures are. Ctrl-C stops what was started.
    """
    options = read_options(description, seconds_limit)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    say("Starting a database")
    try:
        with serving() as conninfo, heard():
            figures = measure(conninfo, options)
    except KeyboardInterrupt:
        say("Stopped")
        return INTERRUPTED
    print(json.dumps(figures) if options.json else table(figures))
    return 0
