"""Make feasible groups better: exchange two people, or move one from a larger group to a smaller.

Simulated annealing over the sum of everybody's mean score with the others of their group. Every state keeps the
hard rules, and sizes stay as balanced as they were.
"""

import math
from collections.abc import Callable, Sequence
from random import Random

from groups.formation.rules import bits

# Of moves that make things worse, so many are taken at the start and at the end.
TAKEN_AT_START = 0.25
TAKEN_AT_END = 0.0005
SAMPLE = 300


class Improver:
    """Groups that are being improved, as bits with their members and sums kept beside them."""

    def __init__(
        self,
        masks: Sequence[int],
        fixed: Sequence[int],
        apart: Sequence[int],
        scores: Sequence[Sequence[float]],
        rng: Random,
    ):
        self.masks = list(masks)
        self.members = [bits(mask) for mask in masks]
        self.movable = [(person, group) for group, mask in enumerate(masks) for person in bits(mask & ~fixed[group])]
        self.place = {person: group for group, members in enumerate(self.members) for person in members}
        self.people = [person for person, _group in self.movable]
        self.apart = apart
        self.scores = scores
        self.rng = rng
        self.sums = [
            sum(scores[i][j] for at, i in enumerate(members) for j in members[:at]) for members in self.members
        ]

    def run(self, moves: int, running: Callable[[], bool], tell: Callable[[float, float], None]) -> int:
        """Spend so many moves, tell the share done and the gain now and then, and end in the best state met."""
        if len(self.masks) < 2 or len(self.people) < 2:
            return 0
        typical = self._typical_loss()
        if typical is None:
            return 0
        start = typical / -math.log(TAKEN_AT_START)
        cooling = math.log(TAKEN_AT_START) / math.log(TAKEN_AT_END)

        value = best = 0.0
        best_masks = list(self.masks)
        draw = self.rng.random
        done = 0
        temperature = start
        while done < moves:
            if not done % 256:
                if not running():
                    break
                temperature = start * cooling ** (done / moves)
                if not done % 4096:
                    tell(done / moves, best)
            done += 1
            change = self._propose()
            if change is None:
                continue
            gain, person, other, here, there = change
            if gain >= 0 or draw() < math.exp(gain / temperature):
                self._make(person, other, here, there)
                value += gain
                if value > best + 1e-9:
                    best, best_masks = value, list(self.masks)
        self.masks = best_masks
        return done

    def _typical_loss(self) -> float | None:
        losses = []
        for _ in range(SAMPLE * 10):
            change = self._propose()
            if change and change[0] < 0:
                losses.append(-change[0])
                if len(losses) == SAMPLE:
                    break
        return sum(losses) / len(losses) if losses else None

    def _propose(self) -> tuple[float, int, int | None, int, int] | None:
        """One allowed change by lot, with what it gains: person and other exchange, or person moves."""
        pick = self.rng.random
        people, place, apart = self.people, self.place, self.apart
        person = people[int(pick() * len(people))]
        other = people[int(pick() * len(people))]
        here, there = place[person], place[other]
        if here == there:
            return None
        if len(self.members[here]) > len(self.members[there]) and pick() < 0.5:
            if apart[person] & self.masks[there]:
                return None
            return self._gain(person, None, here, there), person, None, here, there
        if apart[person] & self.masks[there] & ~(1 << other) or apart[other] & self.masks[here] & ~(1 << person):
            return None
        return self._gain(person, other, here, there), person, other, here, there

    def _gain(self, person: int, other: int | None, here: int, there: int) -> float:
        mine = self.scores[person]
        here_members, there_members = self.members[here], self.members[there]
        leaves = comes = 0.0
        for member in here_members:
            leaves += mine[member]
        for member in there_members:
            comes += mine[member]
        here_size, there_size = len(here_members), len(there_members)
        before = self.sums[here] / (here_size - 1) + self.sums[there] / max(there_size - 1, 1)
        if other is None:
            after = (self.sums[here] - leaves) / max(here_size - 2, 1) + (self.sums[there] + comes) / there_size
            return after - before
        theirs = self.scores[other]
        other_leaves = other_comes = 0.0
        for member in there_members:
            other_leaves += theirs[member]
        for member in here_members:
            other_comes += theirs[member]
        here_change = other_comes - mine[other] - leaves
        there_change = comes - mine[other] - other_leaves
        return here_change / max(here_size - 1, 1) + there_change / max(there_size - 1, 1)

    def _make(self, person: int, other: int | None, here: int, there: int) -> None:
        mine = self.scores[person]
        self.members[here].remove(person)
        self.masks[here] ^= 1 << person
        self.sums[here] -= sum(mine[member] for member in self.members[here])
        if other is not None:
            theirs = self.scores[other]
            self.members[there].remove(other)
            self.masks[there] ^= 1 << other
            self.sums[there] -= sum(theirs[member] for member in self.members[there])
            self.sums[here] += sum(theirs[member] for member in self.members[here])
            self.members[here].append(other)
            self.masks[here] |= 1 << other
            self.place[other] = here
        self.sums[there] += sum(mine[member] for member in self.members[there])
        self.members[there].append(person)
        self.masks[there] |= 1 << person
        self.place[person] = there
