"""Find a group for everybody under the hard rules alone: greedy, then ejection chains with a memory."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_

import numpy as np

from groups.formation.arrays import Numbers
from groups.formation.chains import chain
from groups.formation.rules import bits, sum_of

CHUNK = 2000  # moves between which the clock and the caller are asked

Running = Callable[[], bool]


class Seating:
    """Groups under construction: who sits where, and who is without a place.

    ``fixed[g]`` are the members of group ``g`` who never move. Everything is positions and bits.
    """

    def __init__(
        self, people: Sequence[int], fixed: Sequence[Sequence[int]], apart: Sequence[int],
        shared: Sequence[tuple[int, ...]], caps: Sequence[int],
    ):  # fmt: skip
        self.people = list(people)
        self.apart = apart
        self.shared = shared
        self.caps = list(caps)
        self.fixed = [sum_of(1 << person for person in group) for group in fixed]
        self.masks = list(self.fixed)
        self.waiting = [person for person in people if not any(mask >> person & 1 for mask in self.fixed)]

    def size(self, group: int) -> int:
        return self.masks[group].bit_count()

    def takes(self, group: int, person: int) -> bool:
        """Whether somebody may join a group as it is."""
        if self.size(group) >= self.caps[group] or self.apart[person] & self.masks[group]:
            return False
        parts = (self.shared[person], *(self.shared[member] for member in bits(self.masks[group])))
        return all(reduce(and_, part) for part in zip(*parts, strict=True))

    def seat(self, person: int, group: int) -> None:
        self.masks[group] |= 1 << person
        self.waiting.remove(person)

    def unseat(self, person: int, group: int) -> None:
        self.masks[group] &= ~(1 << person)
        self.waiting.append(person)

    def seat_directly(self) -> None:
        """Give each who waits the smallest group that takes them."""
        for person in list(self.waiting):
            order = sorted(range(len(self.masks)), key=lambda group: (self.size(group), group))
            group = next((group for group in order if self.takes(group, person)), None)
            if group is not None:
                self.seat(person, group)

    def chain(self, moves: int, numbers: Numbers, seed: int, running: Running) -> int:
        """Seat those who wait by pushing out others, for so many moves at most; keeps the best state it met."""
        place = {person: at for at, person in enumerate(self.people)}
        group = np.full(len(self.people), -1, np.int32)
        fixed = np.zeros(len(self.people), np.bool_)
        for number, mask in enumerate(self.masks):
            for person in bits(mask):
                group[place[person]] = number
                fixed[place[person]] = bool(self.fixed[number] >> person & 1)
        caps, word, made = np.array(self.caps, np.int32), np.array([seed], np.uint64), 0
        while made < moves and (group < 0).any() and running():
            some = min(CHUNK, moves - made)
            chain(numbers.apart, numbers.shared, numbers.ends, caps, fixed, group, word, some)
            made += some
        self.masks = [0] * len(self.masks)
        for person, number in zip(self.people, group.tolist(), strict=True):
            if number >= 0:
                self.masks[number] |= 1 << person
        self.waiting = [person for person, number in zip(self.people, group.tolist(), strict=True) if number < 0]
        return made

    def mend_small(self, size_min: int) -> None:
        """Fill groups below their least size from larger ones, or give them up; fixed members stay."""
        for group in sorted(range(len(self.masks)), key=lambda group: (-self.size(group), group)):
            while 0 < self.size(group) < size_min and self._draw(group, size_min):
                pass
            if self.size(group) < size_min:
                for person in bits(self.masks[group] & ~self.fixed[group]):
                    self.unseat(person, group)
                self.caps[group] = self.size(group)
        self.seat_directly()

    def _draw(self, group: int, size_min: int) -> bool:
        for other in sorted(range(len(self.masks)), key=lambda other: (-self.size(other), other)):
            if other == group or self.size(other) <= size_min:
                continue
            for person in bits(self.masks[other] & ~self.fixed[other]):
                if self.takes(group, person):
                    self.unseat(person, other)
                    self.seat(person, group)
                    return True
        return False


def balanced_caps(total: int, fixed: Sequence[int], size_max: int) -> list[int]:
    """Sizes as equal as they can be for so many people, given how many of each group are there already."""
    caps = list(fixed)
    for _ in range(total - sum(caps)):
        smallest = min(range(len(caps)), key=lambda group: (caps[group], group))
        if caps[smallest] >= size_max:
            break
        caps[smallest] += 1
    return caps
