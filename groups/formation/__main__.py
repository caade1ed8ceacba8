"""``python -m groups.formation --mdgp FILE``: part people so that each group is as varied as can be. No database."""

import argparse
import json
import os
import sys
import time

from groups.formation.diversity import maximize
from groups.formation.mdgp import read_instance
from groups.formation.model import FormationError
from groups.formation.warming import warm_up_all


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m groups.formation", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--warm-up", action="store_true", help="only compile, so that nobody waits for it later")
    what.add_argument("--mdgp", metavar="FILE", help="an instance as MDGPLIB writes it, .gz or not")
    parser.add_argument("--seconds", type=float, default=10, help="how long to look (10)")
    parser.add_argument("--moves", type=int, help="how many turns each of two workers takes, instead of seconds")
    parser.add_argument("--seed", type=int, default=1, help="the same seed and moves give the same groups (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args(arguments)
    if options.warm_up:
        os.nice(10)
        warm_up_all()
        return 0
    began = time.monotonic()
    try:
        instance = read_instance(options.mdgp)
        found = maximize(
            instance.gain, instance.least, instance.most,
            seconds=options.seconds, turns=options.moves, seed=options.seed,
        )  # fmt: skip
    except FormationError as error:
        print(error, file=sys.stderr)
        return 2
    groups = found.groups(len(instance.least))
    seconds = round(time.monotonic() - began, 3)
    if options.json:
        answer = {"objective": found.value, "seconds": seconds, "groups": groups, "violations": [], "unplaced": []}
        print(json.dumps(answer))
    else:
        for number, members in enumerate(groups, start=1):
            print(f"{number}: {' '.join(map(str, members))}")
        print(f"Objective {found.value:g} after {seconds:g} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
