"""Compile before anybody waits: once in a process, and once on a machine where what is compiled is kept."""

from functools import cache

import numpy as np

from groups.formation.arrays import numbers_of
from groups.formation.improving import Improver
from groups.formation.model import Candidate, Rules
from groups.formation.placing import Seating
from groups.formation.rules import apart_masks, shared_bits
from groups.formation.watch import Watch


@cache
def warm_up() -> None:
    """Have the functions that form groups compiled, or read what was compiled before."""
    people = [Candidate(id=number) for number in range(4)]
    rules = Rules(2, 2, 2)
    apart = apart_masks(people, rules)
    numbers = numbers_of(people, apart, rules)
    seating = Seating(range(4), [[], []], apart, shared_bits(people, rules), [2, 2])
    seating.chain(10, numbers, 1, lambda: True)
    group = [int(seating.masks[1] >> person & 1) for person in range(4)]
    Improver(numbers, group, range(4), 2).run(1, 1, Watch(3600, None), lambda share, value: None)


def warm_up_all() -> None:
    """The same, and what ``--mdgp`` needs."""
    from groups.formation.diversity import maximize

    warm_up()
    gain = np.ones((6, 6)) - np.eye(6)
    maximize(gain, [2, 2, 2], [2, 2, 2], turns=10)
