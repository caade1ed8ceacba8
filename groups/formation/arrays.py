"""People as arrays of numbers, for the compiled functions."""

from collections import namedtuple
from collections.abc import Sequence

import numpy as np

from groups.formation.model import Candidate, Rules
from groups.formation.rules import shared_bits
from groups.formation.score import ENOUGH_HOURS, codes_of, pair_scores
from groups.formation.week import SLOTS, free_weeks

WORDS = -(-SLOTS // 64)

# gain[i, j]: what it is worth that i and j share a group. apart[i, j]: 1 where they may not.
# shared[i]: bits of which a group needs one in common in each part; ends: where the parts end. free[i]: half hours
# free, winter and then summer. alike[i]: the same number for the same rows of both. kind[i]: from 1, or 0 unknown.
# wish: weight of nobody alone, weight of hours, hours needed, hours that are enough.
Numbers = namedtuple("Numbers", "gain apart shared ends free alike kind wish")


def numbers_of(people: Sequence[Candidate], apart: Sequence[int], rules: Rules) -> Numbers:
    """All that the compiled functions need to know about people, by position."""
    parts = shared_bits(people, rules)
    longest = max([bits[2].bit_length() for bits in parts], default=1)
    widths = (WORDS, WORDS, -(-longest // 64))
    shared = np.hstack([words_of([bits[part] for bits in parts], width) for part, width in enumerate(widths)])
    weeks = [free_weeks(person) for person in people]
    free = np.hstack([words_of([week[half] for week in weeks], WORDS) for half in (0, 1)])
    alike = np.unique(np.hstack([shared, free]), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int32)
    total = rules.weights.total
    wish = [rules.weights.alone / total, rules.weights.hours / total, rules.hours, ENOUGH_HOURS]
    return Numbers(
        gain=pair_scores(people, rules),
        apart=apart_of(apart),
        shared=shared,
        ends=np.cumsum(widths).astype(np.int32),
        free=free,
        alike=alike,
        kind=codes_of([person.gender for person in people]),
        wish=np.array(wish, np.float64),
    )


def part_of(numbers: Numbers, people: Sequence[int]) -> Numbers:
    """The same for some of the people, in this order."""
    chosen = np.asarray(people)
    square = np.ix_(chosen, chosen)
    return numbers._replace(
        gain=np.ascontiguousarray(numbers.gain[square]),
        apart=np.ascontiguousarray(numbers.apart[square]),
        shared=numbers.shared[chosen],
        free=numbers.free[chosen],
        alike=numbers.alike[chosen],
        kind=numbers.kind[chosen],
    )


def apart_of(masks: Sequence[int]) -> np.ndarray:
    """Sets given as bits, as a matrix of 0 and 1."""
    n = len(masks)
    rows = [np.frombuffer(mask.to_bytes(-(-n // 8), "little"), np.uint8) for mask in masks]
    return np.unpackbits(np.array(rows), axis=1, count=n, bitorder="little")


def words_of(numbers: Sequence[int], width: int) -> np.ndarray:
    """Whole numbers cut into words of 64 bits, the lowest first."""
    data = b"".join(number.to_bytes(8 * width, "little") for number in numbers)
    return np.frombuffer(data, "<u8").reshape(len(numbers), width).astype(np.uint64)
