"""What the search for better groups keeps beside a grouping, and its value, by counting."""

from collections import namedtuple

import numpy as np

from groups.formation.arrays import Numbers
from groups.formation.score import SMALLEST_FOR_ALONE

__all__ = ["SMALLEST_FOR_ALONE", "Sums", "sums_of", "value_of"]

# group[i]; members[g, :sizes[g]]; sums[g, i]: gain of i with all of g; own[i]: with their own; clashes[g, i]: how many
# of g may not be with i; counts[g, kind]: people of a kind, at 0 of all known kinds; hours[g], alone[g]: as in the
# score; values: now and best; best: the best grouping met.
Sums = namedtuple("Sums", "group members sizes sums own clashes counts hours alone values best")


def sums_of(numbers: Numbers, group: np.ndarray, k: int) -> Sums:
    """All sums of a grouping of n people into k groups."""
    n = len(group)
    inside = (group[None] == np.arange(k)[:, None]).astype(np.float32)
    sizes = inside.sum(1).astype(np.int32)
    members = np.zeros((k, n), np.int32)
    counts = np.zeros((k, numbers.kind.max() + 1), np.int32)
    np.add.at(counts, (group, numbers.kind), 1)
    counts[:, 0] = counts[:, 1:].sum(1)
    hours = np.zeros(k, np.float64)
    for g in range(k):
        people = np.flatnonzero(group == g)
        members[g, : len(people)] = people
        hours[g] = hours_of(numbers, people)
    alone = np.where(counts[:, 0] >= SMALLEST_FOR_ALONE, (counts[:, 1:] == 1).sum(1), 0).astype(np.int32)
    sums = inside @ numbers.gain
    own = sums[group, np.arange(n)]
    clashes = (inside @ numbers.apart.astype(np.float32)).astype(np.int16)
    value = float(_value(numbers, sizes, own.astype(np.float64), group, hours, alone))
    return Sums(group, members, sizes, sums, own, clashes, counts, hours, alone, np.array([value] * 2), group.copy())


def value_of(numbers: Numbers, group: np.ndarray, k: int) -> float:
    """The sum over everybody of their group's score, from 0 to 1; somebody alone in a group counts nothing."""
    return float(sums_of(numbers, group, k).values[0])


def hours_of(numbers: Numbers, people: np.ndarray) -> float:
    """The part ``hours`` of a group: from 0 to 1."""
    half = numbers.free.shape[1] // 2
    common = np.bitwise_count(np.bitwise_and.reduce(numbers.free[people], axis=0))
    beyond = min(common[:half].sum(), common[half:].sum()) / 2 - numbers.wish[2]
    return min(max(beyond, 0) / numbers.wish[3], 1.0)


def _value(numbers, sizes, own, group, hours, alone):
    pairs = np.bincount(group, weights=own, minlength=len(sizes)) / np.maximum(sizes - 1, 1)
    of_groups = pairs + numbers.wish[0] * (sizes - alone) + numbers.wish[1] * sizes * hours
    return of_groups[sizes > 1].sum()
