"""Form groups at the command line, without a database.

``--roster FILE --size 5-7`` forms groups for coaching from a roster; ``--mdgp FILE`` parts people so that each group is
as varied as can be.
"""

import argparse
import json
import os
import sys
import time

from groups.formation.diversity import maximize
from groups.formation.files import answer_of, people_in, rules_from
from groups.formation.mdgp import read_instance
from groups.formation.model import FormationError
from groups.formation.solver import form_groups
from groups.formation.warming import warm_up, warm_up_all


def main(arguments=None):
    options = read_options(arguments)
    if options.warm_up:
        os.nice(10)
        warm_up_all()
        return 0
    try:
        answer = from_roster(options) if options.roster else from_instance(options)
    except FormationError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(answer))
    else:
        show(answer)
    return 0


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m groups.formation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--roster", metavar="FILE", help="a roster as CSV, with email and name")
    what.add_argument("--mdgp", metavar="FILE", help="an instance as MDGPLIB writes it, .gz or not")
    what.add_argument("--warm-up", action="store_true", help="only compile, so that nobody waits for it later")
    parser.add_argument("--size", default="4-8", help="people in a group of a roster, as 6 or 5-7 (4-8)")
    parser.add_argument("--hours", type=float, default=2, help="hours in one piece that suit all of a group (2)")
    parser.add_argument(
        "--levels", type=int, default=1, help="how far apart levels in a group are (1); -1: as they come"
    )
    parser.add_argument("--seconds", type=float, default=10, help="how long to look at most (10)")
    parser.add_argument("--moves", type=int, help="how many turns each of two workers takes")
    parser.add_argument("--seed", type=int, default=1, help="the same seed and moves give the same groups (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser.parse_args(arguments)


def from_roster(options):
    people, notes = people_in(options.roster)
    rules = rules_from(options.size, options.hours, None if options.levels < 0 else options.levels)
    for note in notes:
        print(note, file=sys.stderr)
    warm_up()  # compiling is not timed
    began = time.monotonic()
    proposal = form_groups(people, rules, seed=options.seed, seconds=options.seconds, moves=options.moves)
    return answer_of(proposal, round(time.monotonic() - began, 3))


def from_instance(options):
    began = time.monotonic()
    instance = read_instance(options.mdgp)
    found = maximize(
        instance.gain, instance.least, instance.most, seconds=options.seconds, turns=options.moves, seed=options.seed
    )
    seconds = round(time.monotonic() - began, 3)
    groups = found.groups(len(instance.least))
    return {"objective": found.value, "seconds": seconds, "groups": groups, "violations": [], "unplaced": []}


def show(answer):
    for number, members in enumerate(answer["groups"], start=1):
        print(f"{number}: {' '.join(map(str, members))}")
    for member, why in answer.get("why_unplaced", {}).items():
        print(f"Without a group: {member}. {why}")
    if answer.get("conflict"):
        print(answer["conflict"])
    print(f"Objective {answer['objective']:g} after {answer['seconds']:g} s")


if __name__ == "__main__":
    sys.exit(main())
