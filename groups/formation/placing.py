"""Find a group for everybody under the hard rules alone: greedy, then ejection chains with a memory.

Somebody without a place takes the one that pushes out the fewest; those pushed out look for another place and
may not come straight back (the "partial coloring" form of tabu search).
"""

from collections.abc import Callable, Sequence
from random import Random

from groups.formation.rules import bits, sum_of

Running = Callable[[], bool]


class Seating:
    """Groups under construction: who sits where, and who is without a place.

    ``fixed[g]`` are the members of group ``g`` who never move. Everything is positions and bits.
    """

    def __init__(
        self, people: Sequence[int], fixed: Sequence[Sequence[int]], apart: Sequence[int], caps: Sequence[int]
    ):
        self.apart = apart
        self.caps = list(caps)
        self.fixed = [sum_of(1 << person for person in group) for group in fixed]
        self.masks = list(self.fixed)
        self.waiting = [person for person in people if not any(mask >> person & 1 for mask in self.fixed)]

    def size(self, group: int) -> int:
        return self.masks[group].bit_count()

    def takes(self, group: int, person: int) -> bool:
        """Whether somebody may join a group as it is."""
        return self.size(group) < self.caps[group] and not self.apart[person] & self.masks[group]

    def seat(self, person: int, group: int) -> None:
        self.masks[group] |= 1 << person
        self.waiting.remove(person)

    def unseat(self, person: int, group: int) -> None:
        self.masks[group] &= ~(1 << person)
        self.waiting.append(person)

    def seat_directly(self) -> None:
        """Give each who waits the first group that takes them."""
        for person in list(self.waiting):
            group = next((group for group in range(len(self.masks)) if self.takes(group, person)), None)
            if group is not None:
                self.seat(person, group)

    def chain(self, moves: int, rng: Random, running: Running) -> int:
        """Seat those who wait by pushing out others, for so many moves at most; keeps the best state it met."""
        tabu: dict[tuple[int, int], int] = {}
        best, best_masks, best_waiting = len(self.waiting), list(self.masks), list(self.waiting)
        move = 0
        while self.waiting and move < moves and running():
            move += 1
            person = self.waiting[rng.randrange(len(self.waiting))]
            group = self._cheapest(person, tabu, move, rng)
            if group is None:
                continue
            for other in self._pushed_out(person, group, rng):
                self.unseat(other, group)
                tabu[other, group] = move + 3 + rng.randrange(8) + len(self.waiting)
            self.seat(person, group)
            if len(self.waiting) < best:
                best, best_masks, best_waiting = len(self.waiting), list(self.masks), list(self.waiting)
        self.masks, self.waiting = best_masks, best_waiting
        return move

    def _cheapest(self, person: int, tabu: dict[tuple[int, int], int], move: int, rng: Random) -> int | None:
        """The group that has to give up the fewest for this person, by lot among equals."""
        choices: list[int] = []
        lowest = None
        for group, mask in enumerate(self.masks):
            against = self.apart[person] & mask
            if against & self.fixed[group]:
                continue
            out = against.bit_count()
            out = max(out, mask.bit_count() + 1 - self.caps[group])
            if out > (mask & ~self.fixed[group]).bit_count() or (out and tabu.get((person, group), 0) > move):
                continue
            if lowest is None or out < lowest:
                lowest, choices = out, [group]
            elif out == lowest:
                choices.append(group)
        return choices[rng.randrange(len(choices))] if choices else None

    def _pushed_out(self, person: int, group: int, rng: Random) -> list[int]:
        mask = self.masks[group]
        out = bits(self.apart[person] & mask)
        surplus = mask.bit_count() + 1 - len(out) - self.caps[group]
        if surplus > 0:
            others = bits(mask & ~self.apart[person] & ~self.fixed[group])
            rng.shuffle(others)
            out += others[:surplus]
        return out

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
