"""Whether few people can be grouped at all, by trying every way: a proof where the search found nothing.

Whoever has the fewest groups open to them comes next. People who are alike in every rule are tried in one order only.
"""

from collections.abc import Sequence

from groups.formation.rules import bits

MOST_NODES = 2_000


class TooMany(Exception):
    """More ways than may be tried; nothing is proved."""


def every_way(
    apart: Sequence[int], shared: Sequence[tuple[int, ...]], size_min: int, size_max: int, nodes: int = MOST_NODES
) -> list[int] | None:
    """Groups, as bits, in which everybody has a place; None where there are none. Raises TooMany."""
    groups = []
    left = (1 << len(apart)) - 1
    while left:
        part = _together_with(left & -left, left, apart)
        left &= ~part
        count = part.bit_count()
        if -(-count // size_max) > count // size_min:
            return None
        found = _Tree(apart, shared, size_min, size_max, part, nodes).grow(part)
        if found is None:
            return None
        groups += found
    return groups


def _together_with(part, left, apart):
    """Everybody who may be together with these, or with somebody who may."""
    frontier = part
    while frontier:
        reached = 0
        for person in bits(frontier):
            reached |= left & ~apart[person]
        frontier = reached & ~part
        part |= reached
    return part


class _Tree:
    def __init__(self, apart, shared, size_min, size_max, people, nodes):
        self.apart, self.shared, self.nodes = apart, shared, nodes
        self.size_min, self.size_max = size_min, size_max
        self.groups, self.common, self.against = [], [], []
        self.place = {}
        self.twin = {}
        seen = {}
        for person in bits(people):
            kind = (apart[person] & ~(1 << person) & people, shared[person])
            self.twin[person] = seen.get(kind)
            seen[kind] = person

    def grow(self, left):
        """The groups with everybody who is left in them, or None."""
        self.nodes -= 1
        if self.nodes < 0:
            raise TooMany
        if not left:
            return list(self.groups) if all(g.bit_count() >= self.size_min for g in self.groups) else None
        missing = sum(max(self.size_min - group.bit_count(), 0) for group in self.groups)
        count = left.bit_count()
        if missing > count or any(not self._can_fill(g, left) for g in range(len(self.groups))):
            return None
        may_open = count - missing >= self.size_min
        person, open_groups = self._next(left, may_open)
        if person is None:
            return None
        rest = left & ~(1 << person)
        for g in open_groups:
            if g == len(self.groups):
                self.groups.append(1 << person)
                self.common.append(self.shared[person])
                self.against.append(self.apart[person])
                before = None
            else:
                before = self.groups[g], self.common[g], self.against[g]
                self.groups[g] |= 1 << person
                self.common[g] = self._both(g, person)
                self.against[g] |= self.apart[person]
            self.place[person] = g
            if (found := self.grow(rest)) is not None:
                return found
            del self.place[person]
            if before is None:
                for kept in (self.groups, self.common, self.against):
                    kept.pop()
            else:
                self.groups[g], self.common[g], self.against[g] = before
        return None

    def _both(self, g, person):
        return tuple(one & other for one, other in zip(self.common[g], self.shared[person], strict=True))

    def _takes(self, g, person):
        return not self.against[g] >> person & 1 and all(self._both(g, person))

    def _can_fill(self, g, left):
        needed = self.size_min - self.groups[g].bit_count()
        if needed <= 0:
            return True
        return sum(self._takes(g, person) for person in bits(left & ~self.against[g])) >= needed

    def _next(self, left, may_open):
        """Whoever has the fewest groups open to them, and those groups; nobody when one has none."""
        chosen, fewest = None, None
        for person in bits(left):
            twin = self.twin[person]
            if twin is not None and left >> twin & 1:
                continue  # those who are alike come in their order, and into groups in that order
            first = self.place[twin] if twin is not None else 0
            open_groups = [
                g
                for g in range(first, len(self.groups))
                if self.groups[g].bit_count() < self.size_max and self._takes(g, person)
            ]
            partners = left & ~self.apart[person] & ~(1 << person)
            if may_open and all(self.shared[person]) and partners.bit_count() >= self.size_min - 1:
                open_groups.append(len(self.groups))
            if not open_groups:
                return None, []
            if fewest is None or len(open_groups) < len(fewest):
                chosen, fewest = person, open_groups
        return chosen, fewest
