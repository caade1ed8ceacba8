"""What the walls cost: ``python bench/walls.py --json`` measures it on a database of its own. See docs/benchmarks.md.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok. ``floor`` is what the same work
takes without the wall, ``ratio`` is value ÷ floor, and ``ok`` says whether the figure is within its reach: the value
where its name ends in ``_us`` (microseconds) and for ``seq_scans``, the ratio everywhere else (milliseconds).
Progress goes to stderr. The exit status is 0 when everything could be measured, whatever the figures are.
"""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.services import serving  # noqa: E402  # only now is there a path to it

STATEMENT, ALL, PAGE, NOTES, CONTEXT, FIELD_US = 1.15, 1.3, 1.15, 1.3, 3, 20
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


def measure(conninfo, options):
    """Fill the database and return the figures."""
    from bench import costs, pages, queries, rows

    start = time.monotonic()
    say(f"Loading {options.rows:,} rows in {options.organizations:,} organizations")
    loaded = rows.load(conninfo, rows=options.rows, organizations=options.organizations, checked=options.quick)
    pages.settle()
    cast = pages.Cast()
    say(f"{loaded.counted:,} rows of what members do, {loaded.total:,} in all, {loaded.groups:,} groups")

    found = pages.hot_queries(cast)
    for query in found:
        queries.write_out(query)
        queries.check_same_rows(query)
    left = options.seconds_limit - (time.monotonic() - start)
    say(f"Measuring {len(found)} statements; {left:.0f} seconds are left")
    queries.measure(found, seconds=left * 0.55)
    figures = {f"walls {query.name}": figure(*queries.milliseconds(query), STATEMENT) for query in found}
    figures["statements_all"] = figure(*queries.all_together(found), ALL)
    scans = {query.name: tables for query in found if (tables := queries.sequential_scans(query, loaded.big_tables))}
    for name, tables in scans.items():
        say(f"Reads from end to end: {name}: {', '.join(tables)}")
    figures["seq_scans"] = figure(len(scans), 0, 0, by_value=True)

    say("Measuring pages, transactions and sealing")
    timed = costs.pages_with_and_without_policies(conninfo, pages.addresses(cast), seconds=left * 0.25)
    figures |= {f"page {name}": figure(*both, PAGE) for name, both in timed.items()}
    figures["context_per_transaction"] = figure(*costs.context_per_transaction(cast.member, options.times), CONTEXT)
    sealing = costs.sealing(cast.goal, cast.member, options.times)
    for name, both in sealing.items():
        figures[name] = figure(*both, FIELD_US, by_value=True)
    figures["page_200_notes"] = figure(*costs.page_of_notes(cast, pairs=max(5, options.times // 25)), NOTES)
    return figures


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


def read_options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the figures as one line of JSON instead of the table of docs/benchmarks.md",
    )
    parser.add_argument("--rows", type=int, help="rows of what members do (1,000,000)")
    parser.add_argument("--organizations", type=int, help="how many organizations they are spread over (1,000)")
    parser.add_argument("--seconds-limit", type=float, help="about how long to measure, loading included (220)")
    parser.add_argument("--quick", action="store_true", help="few rows, few repetitions: to see that it works")
    options = parser.parse_args(arguments)
    usual = (20_000, 20, 6) if options.quick else (1_000_000, 1_000, 220)
    options.rows = options.rows or usual[0]
    options.organizations = options.organizations or usual[1]
    options.seconds_limit = options.seconds_limit or usual[2]
    options.times = 40 if options.quick else 1000
    return options


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    say("Starting a database")
    try:
        with serving() as conninfo:
            figures = measure(conninfo, options)
    except KeyboardInterrupt:
        say("Stopped")
        return INTERRUPTED
    print(json.dumps(figures) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
