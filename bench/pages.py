"""How fast pages are: ``python bench/pages.py --json`` measures them on a database of its own. See docs/benchmarks.md.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok.

- ``page X``: milliseconds until the product's page is there (the median), and those of the same page written by hand
  (``bench/by_hand.py``); ``ok`` when their ratio is within reach.
- ``steady X``: the 95th percentile of the product's page, and its median, in the middle one of several rounds, each
  of visits in a row: what else the machine does for a while is none of the page's doing.
- ``queries X``: how many statements the page sends with 300 rows, and with 3; ``ok`` when both are the same and within
  reach. What each page of a signed-in person sends (login session, person, database context, what the navigation
  offers) is not counted.
"""

import operator
import statistics
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.command import figure, run, say  # noqa: E402  # only now is there a path to it

PAGE, STEADY, QUERIES = 10, 1.3, 8
FEW, MANY = 3, 300


def measure(conninfo, options):
    """Fill the database and return the figures."""
    from bench import growth, rows, visits

    start = time.monotonic()
    say(f"Loading {options.rows:,} rows in {options.organizations:,} organizations")
    loaded = rows.load(conninfo, rows=options.rows, organizations=options.organizations, checked=options.quick)
    visits.settle()
    cast = visits.Cast()
    say(f"{loaded.counted:,} rows of what members do, {loaded.total:,} in all, {loaded.groups:,} groups")

    pairs = pages_of(cast)
    for name, (product, by_hand, words) in pairs.items():
        check_same_words(name, product(), by_hand(), words)
    left = max(options.seconds_limit - (time.monotonic() - start), 1)
    say(f"Measuring {len(pairs)} pages; {left:.0f} seconds are left")
    figures = {}
    for name, (product, by_hand) in timed(pairs, seconds=left * 0.4, least=options.least).items():
        figures[f"page {name}"] = figure(statistics.median(product), statistics.median(by_hand), PAGE)
    for name, (product, by_hand) in in_rounds(pairs, seconds=left * 0.4, size=2 * options.least).items():
        figures[f"steady {name}"] = figure(*middle_round(product), STEADY)
        say(f"{name} by hand in its middle round: {operator.truediv(*middle_round(by_hand)):.2f}")
    say("Counting statements with few rows and with many")
    for name, (few, many) in growth.statements(pairs, cast, few=FEW, many=MANY).items():
        figures[f"queries {name}"] = {**figure(many, few, QUERIES, by_value=True), "ok": many == few <= QUERIES}
    return figures


def pages_of(cast):
    """Page → the product's and the one by hand, both ready to be asked for, and words that both must show."""
    from bench import by_hand, visits

    client = visits.signed_in(cast.member)
    session_key = client.cookies["sessionid"].value
    urls = visits.addresses(cast)
    group = cast.group.pk
    title = visits.words_for("title", 200)
    text = visits.words_for("text", 200)
    made = {
        "Today": (by_hand.today, (), [text, "A note from"]),
        "Goals": (by_hand.board, (group,), [title, text, visits.words_for("how_it_went", 200)]),
        "Check-in": (by_hand.check_in, (group, cast.goal.pk), [title, "What comes next?"]),
        "Session": (by_hand.session, (group, cast.session.pk), [cast.session.title, "One after the other"]),
        "Report": (by_hand.report, (cast.organization.slug,), [cast.group.name]),
    }
    return {
        name: (
            partial(visits.get, client, urls[name][1]),
            partial(by_hand.page_by_hand, make, cast.member.pk, session_key, *ids),
            words,
        )
        for name, (make, ids, words) in made.items()
    }


def check_same_words(name, product, by_hand, words):
    """Both show these words, and equally often what was opened: or they are not the same page."""
    for word in words:
        counts = product.count(word), by_hand.count(word)
        if not all(counts):
            raise AssertionError(f"{name}: {word[:40]!r} is in the product {counts[0]} times, by hand {counts[1]}.")


def timed(pairs, *, seconds, least):
    """Milliseconds of every visit to both pages of each pair; all take turns, so that a slow moment meets all."""
    taken = {name: ([], []) for name in pairs}
    end = time.monotonic() + seconds
    for product, by_hand, _words in pairs.values():
        for _ in range(3):
            product(), by_hand()
    while time.monotonic() < end or min(len(ours) for ours, _ in taken.values()) < least:
        for name, (product, by_hand, _words) in pairs.items():
            for times, visit in zip(taken[name], (product, by_hand), strict=True):
                times.append(milliseconds(visit))
    return taken


def in_rounds(pairs, *, seconds, size):
    """For both pages of each pair rounds of ``size`` visits in a row, in milliseconds; the pages take turns."""
    taken = {name: ([], []) for name in pairs}
    end = time.monotonic() + seconds
    while time.monotonic() < end or not all(ours for ours, _ in taken.values()):
        for name, (product, by_hand, _words) in pairs.items():
            for rounds, visit in zip(taken[name], (product, by_hand), strict=True):
                rounds.append([milliseconds(visit) for _ in range(size)])
    return taken


def milliseconds(visit):
    start = time.perf_counter()
    visit()
    return (time.perf_counter() - start) * 1000


def middle_round(rounds):
    """(95th percentile, median) of the round that is the middle one by the ratio of the two."""
    spread = sorted((percentile(one, 95) / statistics.median(one), at) for at, one in enumerate(rounds))
    middle = rounds[spread[len(rounds) // 2][1]]
    return percentile(middle, 95), statistics.median(middle)


def percentile(times, number):
    """The value below which ``number`` percent of the times are."""
    return statistics.quantiles(times, n=100, method="inclusive")[number - 1]


if __name__ == "__main__":
    sys.exit(run(measure, description=__doc__.split("\n")[0], seconds_limit=150))
