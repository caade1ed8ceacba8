"""How good formation is: ``python bench/formation.py --instances DIR --json`` solves published instances.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok. ``DIR`` holds files of the maximally
diverse grouping problem and two tables of the best values anybody has seen (``best_known.csv``,
``small_groups_best.csv``). Without it the command makes instances of the same kinds, and the best value is what ten
times as long a run of our own finds. See docs/benchmarks.md.

- ``published X``, ``small X``: what is found in 10 seconds; ``floor`` is the best known value, ``ok`` when the ratio is
  at least ``reach``; ``… mean`` is the mean of the ratios.
- ``quick X``: the share of the gap between chance and the best known value that one second closes.
- ``beside CP-SAT``: what a tenth of the time finds for 30 people in 5 groups ÷ what CP-SAT finds in all of it.
- what ``bench/rosters.py`` says of rosters under all rules; ``--roster FILE`` adds one of your own, in groups of 5-7.
"""

import argparse
import csv
import json
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402  # only now is there a path to what follows

from bench import rosters  # noqa: E402
from bench.command import say  # noqa: E402
from bench.oracle import greatest  # noqa: E402
from groups.formation.annealing import value_of  # noqa: E402
from groups.formation.diversity import maximize  # noqa: E402
from groups.formation.mdgp import Instance, read_instance  # noqa: E402
from groups.formation.warming import warm_up_all  # noqa: E402

EACH = {"published": 0.992, "small": 0.990, "quick": 0.95}
MEAN = {"published": 0.997, "small": 0.995, "quick": 0.95}


def main(arguments=None):
    options = read_options(arguments)
    warm_up_all()
    ratios, figures = {}, {}
    for kind, name, instance, best in cases(options) if options.part != "rosters" else ():
        found = maximize(instance.gain, instance.least, instance.most, seconds=options.seconds, seed=options.seed)
        put(figures, ratios, kind, name, found.value, best)
        quick = maximize(instance.gain, instance.least, instance.most, seconds=options.seconds / 10, seed=options.seed)
        chance = by_chance(instance)
        put(figures, ratios, "quick", name, quick.value - chance, best - chance)
    for kind, all_of_it in ratios.items():
        mean = statistics.mean(all_of_it)
        figures[f"{kind} mean"] = entry(mean, 1, MEAN[kind])
    if options.part != "rosters" and options.only in "beside CP-SAT":
        figures["beside CP-SAT"] = beside_cp_sat(options)
    if options.part != "mdgp":
        figures |= rosters.figures(options)
    print(json.dumps(figures) if options.json else table(figures))
    return 0


def read_options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=Path, metavar="DIR", help="folder of published instances")
    parser.add_argument("--seconds", type=float, default=10, help="how long for each instance (10); a tenth for quick")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="names of instances that contain this")
    parser.add_argument("--part", choices=["all", "mdgp", "rosters"], default="all", help="what to measure (all)")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="a roster to form groups of 5-7 from")
    parser.add_argument("--most", type=int, default=1000, help="people in the largest roster that is made (1000)")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")
    return parser.parse_args(arguments)


def cases(options):
    """(kind, name, instance, best value known) for each instance."""
    if options.instances is None:
        yield from made_here(options)
        return
    tables = (("published", "best_known.csv", "best_of_20"), ("small", "small_groups_best.csv", "best_seen"))
    for kind, file, column in tables:
        for row in csv.DictReader((options.instances / file).read_text().splitlines()):
            path = options.instances / f"{row['instance']}.txt.gz"
            if path.exists() and options.only in row["instance"] and (kind == "small" or int(row["n"]) >= 120):
                yield kind, row["instance"], read_instance(path), float(row[column])


def made_here(options):
    """Random whole numbers, random decimals, and distances in a space: the kinds of MDGPLIB, from seeds."""
    for number, (kind, n, k) in enumerate((("RanInt", 120, 20), ("RanReal", 240, 40), ("Geo", 480, 24))):
        name = f"own {kind} n{n}"
        if options.only not in name:
            continue
        instance = Instance(distances(kind, n, number), np.full(k, n // k), np.full(k, n // k))
        longer = maximize(
            instance.gain, instance.least, instance.most, seconds=10 * options.seconds, seed=options.seed + 1
        )
        yield "small" if n // k < 10 else "published", name, instance, longer.value


def distances(kind, n, seed):
    chance = np.random.default_rng(seed)
    if kind == "Geo":
        points = chance.uniform(0, 10, (n, 10))
        return np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1))
    drawn = chance.integers(1, 101, (n, n)) if kind == "RanInt" else chance.uniform(0, 100, (n, n))
    upper = np.triu(drawn, 1)
    return (upper + upper.T).astype(float)


def beside_cp_sat(options):
    """The same question to both, in the same run."""
    gain, sizes = distances("RanInt", 30, 7), np.full(5, 6)
    ours = maximize(gain, sizes, sizes, seconds=options.seconds / 10, seed=options.seed)
    theirs = greatest(gain, sizes.tolist(), seconds=max(options.seconds, 1))
    say(f"beside CP-SAT: {ours.value:.0f} and {theirs}")
    if theirs is None:  # it found no grouping at all in the time
        return {"value": ours.value, "floor": None, "ratio": None, "reach": 1, "ok": True}
    return entry(ours.value, theirs, 1)


def by_chance(instance):
    """The mean value of ten groupings by chance, of sizes as equal as the bounds let them be."""
    sizes = instance.least.copy()
    while sizes.sum() < len(instance.gain):
        sizes[np.where(sizes < instance.most, sizes, np.iinfo(sizes.dtype).max).argmin()] += 1
    groups = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    chance = np.random.default_rng(0)
    gain = np.ascontiguousarray(instance.gain, np.float32)
    return statistics.mean(value_of(gain, chance.permutation(groups)) for _ in range(10))


def put(figures, ratios, kind, name, value, best):
    one = entry(value, best, EACH[kind])
    figures[f"{kind} {name}"] = one
    ratios.setdefault(kind, []).append(value / best)
    say(f"{kind} {name}: {one['ratio']}")


def entry(value, floor, reach):
    ratio = value / floor
    return {
        "value": round(value, 6),
        "floor": round(floor, 6),
        "ratio": round(ratio, 5),
        "reach": reach,
        "ok": ratio >= reach,
    }


def table(figures):
    lines = ["| Figure | Value | Held against | Ratio | Reach | |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for name, one in figures.items():
        verdict = "ok" if one["ok"] else "missed"
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.5f}"
        floor = "" if one["floor"] is None else f"{one['floor']:.3f}"
        lines.append(f"| {name} | {one['value']:.3f} | {floor} | {ratio} | {one['reach']} | {verdict} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
