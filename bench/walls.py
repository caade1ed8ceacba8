"""What the walls cost: ``python bench/walls.py --json`` measures it on a database of its own. See docs/benchmarks.md.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok. ``floor`` is what the same work
takes without the wall, ``ratio`` is value ÷ floor, and ``ok`` says whether the figure is within its reach: the value
where its name ends in ``_us`` (microseconds) and for ``seq_scans``, the ratio everywhere else (milliseconds).
Progress goes to stderr. The exit status is 0 when everything could be measured, whatever the figures are.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.command import figure, run, say  # noqa: E402  # only now is there a path to it

STATEMENT, ALL, PAGE, NOTES, CONTEXT, FIELD_US = 1.15, 1.3, 1.15, 1.3, 3, 20


def measure(conninfo, options):
    """Fill the database and return the figures."""
    from bench import costs, queries, rows, visits

    start = time.monotonic()
    say(f"Loading {options.rows:,} rows in {options.organizations:,} organizations")
    loaded = rows.load(conninfo, rows=options.rows, organizations=options.organizations, checked=options.quick)
    visits.settle()
    cast = visits.Cast()
    say(f"{loaded.counted:,} rows of what members do, {loaded.total:,} in all, {loaded.groups:,} groups")

    found = visits.hot_queries(cast)
    for query in found:
        queries.write_out(query)
        queries.check_same_rows(query)
    left = options.seconds_limit - (time.monotonic() - start)
    say(f"Measuring {len(found)} statements; {left:.0f} seconds are left")
    queries.measure(found, seconds=left * 0.55, least=options.least)
    figures = {f"walls {query.name}": figure(*queries.milliseconds(query), STATEMENT) for query in found}
    figures["statements_all"] = figure(*queries.all_together(found), ALL)
    scans = {query.name: tables for query in found if (tables := queries.sequential_scans(query, loaded.big_tables))}
    for name, tables in scans.items():
        say(f"Reads from end to end: {name}: {', '.join(tables)}")
    figures["seq_scans"] = figure(len(scans), 0, 0, by_value=True)

    say("Measuring pages, transactions and sealing")
    timed = costs.pages_with_and_without_policies(
        conninfo, visits.addresses(cast), seconds=left * 0.25, least=options.least
    )
    figures |= {f"page {name}": figure(*both, PAGE) for name, both in timed.items()}
    figures["context_per_transaction"] = figure(*costs.context_per_transaction(cast.member, options.times), CONTEXT)
    sealing = costs.sealing(cast.goal, cast.member, options.times)
    for name, both in sealing.items():
        figures[name] = figure(*both, FIELD_US, by_value=True)
    figures["page_200_notes"] = figure(*costs.page_of_notes(cast, pairs=max(5, options.times // 25)), NOTES)
    return figures


if __name__ == "__main__":
    sys.exit(run(measure, description=__doc__.split("\n")[0], seconds_limit=220))
