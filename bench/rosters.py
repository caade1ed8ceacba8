"""What forming groups under all rules finds, how fast, and whether it is right about what cannot be.

- ``planted N broken``: rules broken and people left over, of rosters that were made from groups which keep every rule;
  ``planted N seconds``: the longest of them; ``planted N score``: the mean score ÷ that of the same people when only
  the levels are a rule.
- ``optimum``: share of small instances in which two tenths of a second find what CP-SAT proves to be the greatest.
- ``verdict``: share of tight rosters in which CP-SAT says the same; ``conflict``: share of those that cannot be grouped
  whose named rules CP-SAT finds to leave no way; ``minimal``: share in which there are groups without any one of them;
  ``proved``: share in which there are named rules at all.
- ``roster``: the same as planted, for a file.
"""

import random
import time
from functools import partial

import numpy as np

from bench.command import say
from bench.oracle import can_be_grouped, greatest
from bench.planted import SIZES, planted, tight, without_rules
from groups.formation import Rules, check, form_groups
from groups.formation.conflict import fewest_rules, under
from groups.formation.diversity import maximize
from groups.formation.files import people_in
from groups.formation.solver import places_all
from groups.formation.watch import Watch

COUNTS = (10, 30, 100, 300, 1000)
SEEDS = 3


def figures(options):
    """Every figure, by its name."""
    found = {}
    for count in COUNTS:
        if count <= options.most:
            found |= of_planted(count, options)
    if options.roster:
        people, _notes = people_in(options.roster)
        broken, seconds, _score = formed(people, Rules(5, 6, 7), options)
        found["roster broken"] = at_most(broken, 0)
        found["roster seconds"] = at_most(seconds, 5)
    found["optimum"] = at_least(share(is_optimum(seed) for seed in range(8)), 1)
    found |= of_tight([random.Random(seed) for seed in range(40 if options.most >= 1000 else 5)])
    return found


def of_planted(count, options):
    """Three rosters of so many people."""
    broken, longest, kept, free = 0, 0.0, [], []
    for seed in range(SEEDS):
        people = planted(count, 6, seed)
        wrong, seconds, score = formed(people, Rules(5, 6, 7), options)
        broken, longest = broken + wrong, max(longest, seconds)
        kept.append(score)
        free.append(formed(without_rules(people), Rules(5, 6, 7, one_language=False, hours=0), options)[2])
    say(f"planted {count}: {broken} broken, {longest:.2f} s")
    return {
        f"planted {count} broken": at_most(broken, 0),
        f"planted {count} seconds": at_most(longest, 10),
        f"planted {count} score": at_least(float(np.mean(kept)), 0.97, float(np.mean(free))),
    }


def formed(people, rules, options):
    """(rules broken and people left over, seconds, score)."""
    began = time.monotonic()
    proposal = form_groups(people, rules, seed=options.seed, seconds=options.seconds)
    seconds = time.monotonic() - began
    return len(check(proposal.groups, people, rules)) + len(proposal.unplaced), seconds, proposal.score


def is_optimum(seed):
    chance = np.random.default_rng(seed)
    upper = np.triu(chance.integers(1, 100, (12, 12)), 1)
    gain, sizes = upper + upper.T, [4, 4, 4] if seed % 2 else [3, 3, 3, 3]
    return maximize(gain, sizes, sizes, seconds=0.2, seed=seed).value == greatest(gain, sizes)


def of_tight(chances):
    """Verdicts on rosters of 8 to 40 people with many rules between them."""
    agreed, right, minimal, proved = [], [], [], []
    for chance in chances:
        people, rules = tight(chance.randint(8, 40), chance), Rules(*chance.choice(SIZES))
        proposal = form_groups(people, rules, moves=10, seconds=60)
        can_be = can_be_grouped(people, rules)
        agreed.append(can_be is not None and can_be != bool(proposal.unplaced))
        if can_be is False:
            proved.append(proposal.conflict is not None)
            if proposal.conflict and proposal.conflict.kinds != ("size",):
                watch = Watch(60, None)
                kept = fewest_rules(people, rules, partial(places_all, watch=watch), watch.running)
                right.append(can_be_grouped(*under(kept, people, rules)) is False)
                rests = [[other for other in kept if other is not item] for item in kept]
                minimal.append(all(has_a_way(*under(rest, people, rules)) for rest in rests))
    found = {"verdict": agreed, "conflict": right, "minimal": minimal, "proved": proved}
    return {name: at_least(share(answers), 0.9 if name == "minimal" else 1) for name, answers in found.items()}


def has_a_way(people, rules):
    """Groups that keep the rules are proof enough; CP-SAT looks where we find none."""
    proposal = form_groups(people, rules, moves=0, seconds=4)
    found = not proposal.unplaced and not check(proposal.groups, people, rules)
    return found or can_be_grouped(people, rules, seconds=20) is True


def share(answers):
    answers = list(answers)
    return sum(answers) / max(len(answers), 1)


def at_least(value, reach, floor=1.0):
    ratio = round(value / floor, 5)
    return {"value": round(value, 4), "floor": round(floor, 4), "ratio": ratio, "reach": reach, "ok": ratio >= reach}


def at_most(value, reach):
    return {"value": round(value, 3), "floor": None, "ratio": None, "reach": reach, "ok": value <= reach}
