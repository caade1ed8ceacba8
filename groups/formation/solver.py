"""Form groups: place everybody under the hard rules, then improve the groups, then say why."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from groups.formation.improving import Improver
from groups.formation.model import (
    Candidate,
    FormationError,
    Lock,
    PersonId,
    Progress,
    Proposal,
    ProposedGroup,
    Rules,
    Unplaced,
)
from groups.formation.placing import Seating, balanced_caps
from groups.formation.reasons import explain_people
from groups.formation.rules import apart_masks, bits, by_id, check, sum_of
from groups.formation.score import group_score, pair_scores
from groups.formation.unplaced import why_unplaced

MOVES_FOR_EACH = 2000
MOST_MOVES = 300_000


class Watch:
    """Knows whether to go on: a cap in seconds, and somebody who may say stop."""

    def __init__(self, seconds: float, should_stop: Callable[[], bool] | None):
        self.deadline = time.monotonic() + seconds
        self.should_stop = should_stop
        self.ended_by = "moves"

    def running(self) -> bool:
        if self.ended_by == "moves":
            if self.should_stop and self.should_stop():
                self.ended_by = "stop"
            elif time.monotonic() >= self.deadline:
                self.ended_by = "clock"
        return self.ended_by == "moves"


@dataclass
class Part:
    """People none of whom may share a group with anybody outside the part; ``fixed`` are its open locks."""

    people: list[int]
    fixed: list[list[int]]
    seating: Seating

    def groups(self) -> list[tuple[list[int], bool]]:
        """The groups there are now, and whether some of their members are locked."""
        seating = self.seating
        return [(bits(mask), bool(fixed)) for mask, fixed in zip(seating.masks, seating.fixed, strict=True) if mask]


def form_groups(
    candidates: Iterable[Candidate],
    rules: Rules | None = None,
    *,
    seed: int = 0,
    locked: Iterable[Lock | Iterable[PersonId]] = (),
    seconds: float = 2.0,
    moves: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Proposal:
    """Propose groups that keep every hard rule; who finds no place is returned with the reason.

    The same candidates, rules, seed and moves give the same proposal, in whatever order they come, as long as
    neither the clock nor ``should_stop`` ended the search; both then leave the best so far. Locked groups are kept
    exactly, an open Lock may gain members. Raises FormationError when the question makes no sense.
    """
    search = Search(candidates, rules or Rules(), seed, locked, Watch(seconds, should_stop))
    search.place()
    search.improve(moves, progress)
    return search.proposal(progress)


class Search:
    """One run from people to a proposal; people are positions in a fixed order from here on."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        rules: Rules,
        seed: int,
        locked: Iterable[Lock | Iterable[PersonId]],
        watch: Watch,
    ):
        self.people = sorted(by_id(candidates).values(), key=lambda person: (str(person.id), person.email))
        self.rules = rules
        self.seed = seed
        self.watch = watch
        self.apart = apart_masks(self.people, rules)
        self.scores = pair_scores(self.people, rules)
        self.closed, opened = read_locks(locked, self.people)
        self.free = sorted(set(range(len(self.people))) - {person for group in self.closed for person in group})
        self.parts = split(self.free, opened, self.apart)
        self.moves = 0

    def rng(self, *purpose: object) -> Random:
        return Random(f"{self.seed} {purpose}")  # noqa: S311 - chance here has to be repeatable, not secret

    def place(self) -> None:
        for part in self.parts:
            self._place(part, self.rng("place", part.people[0]))

    def _place(self, part: Part, rng: Random) -> None:
        """Try numbers of groups, the best size first, until everybody has a place; keep the fullest attempt."""
        rules, count, fixed = self.rules, len(part.people), part.fixed
        if count < rules.size_min and not fixed:
            return
        most = max(1, len(fixed), count // rules.size_min)
        fewest = min(most, max(1, len(fixed), -(-count // rules.size_max)))
        numbers = sorted(range(fewest, most + 1), key=lambda number: (abs(count / number - rules.size_target), number))
        for number in numbers:
            if part.seating.masks and not self.watch.running():
                break
            seating = self._attempt(part, number, rng)
            if not part.seating.masks or len(seating.waiting) < len(part.seating.waiting):
                part.seating = seating
            if not part.seating.waiting:
                break

    def _attempt(self, part: Part, number: int, rng: Random) -> Seating:
        count = len(part.people)
        fixed = part.fixed + [[]] * (number - len(part.fixed))
        # Whoever is kept apart from most comes first.
        order = sorted(part.people, key=lambda person: (-self.apart[person].bit_count(), rng.random()))
        caps = balanced_caps(count, [len(group) for group in fixed], self.rules.size_max)
        seating = Seating(order, fixed, self.apart, caps)
        seating.seat_directly()
        self.moves += seating.chain(200 + 20 * count, rng, self.watch.running)
        if seating.waiting:
            seating.caps = [max(self.rules.size_max, cap) for cap in caps]
            self.moves += seating.chain(100 + 10 * count, rng, self.watch.running)
        seating.mend_small(self.rules.size_min)
        return seating

    def improve(self, moves: int | None, progress: Callable[[Progress], None] | None) -> None:
        """Spend the moves on the parts, by their size, then look again whether somebody who waits fits in."""
        budget = min(MOVES_FOR_EACH * len(self.free), MOST_MOVES) if moves is None else max(moves, 0)
        done = 0.0
        for part in self.parts:
            share = len(part.people) / len(self.free)
            value = self.score()

            def tell(inside: float, gain: float, done=done, share=share, value=value) -> None:
                if progress:
                    progress(self._progress(done + inside * share, value + 200 * gain / len(self.people)))

            seating = part.seating
            used = [group for group, mask in enumerate(seating.masks) if mask]
            improver = Improver(
                [seating.masks[group] for group in used],
                [seating.fixed[group] for group in used],
                self.apart,
                self.scores,
                self.rng("improve", part.people[0]),
            )
            self.moves += improver.run(round(budget * share), self.watch.running, tell)
            for group, mask in zip(used, improver.masks, strict=True):
                seating.masks[group] = mask
            seating.seat_directly()
            done += share

    def groups(self) -> list[tuple[list[int], bool]]:
        return [(group, True) for group in self.closed] + [group for part in self.parts for group in part.groups()]

    def score(self) -> float:
        """The mean over all people of their group's score; somebody unplaced counts nothing."""
        total = sum(len(group) * group_score(group, self.scores) for group, _locked in self.groups())
        return total / len(self.people) if self.people else 0.0

    def _progress(self, share: float, score: float) -> Progress:
        waiting = sum(len(part.seating.waiting) for part in self.parts)
        return Progress(min(share, 1.0), score, len(self.people) - waiting, waiting)

    def proposal(self, progress: Callable[[Progress], None] | None) -> Proposal:
        people, rules = self.people, self.rules
        groups = [([people[person] for person in group], group, locked) for group, locked in self.groups()]
        proposed = tuple(
            ProposedGroup(
                members=tuple(member.id for member in members),
                reasons=tuple(explain_people(members, rules)),
                score=group_score(group, self.scores),
                locked=locked,
            )
            for members, group, locked in groups
        )
        seated = [members for members, _group, _locked in groups]
        waiting = [
            people[person] for person in sorted(person for part in self.parts for person in part.seating.waiting)
        ]
        if progress:
            progress(self._progress(1.0, self.score()))
        return Proposal(
            groups=proposed,
            unplaced=tuple(Unplaced(person.id, why_unplaced(person, people, seated, rules)) for person in waiting),
            broken=tuple(check(proposed, people, rules)),
            score=self.score(),
            ended_by=self.watch.ended_by,
            moves=self.moves,
        )


def read_locks(
    locked: Iterable[Lock | Iterable[PersonId]], people: Sequence[Candidate]
) -> tuple[list[list[int]], list[list[int]]]:
    """Closed and open locks as positions. Raises FormationError where they contradict one another."""
    positions = {person.id: position for position, person in enumerate(people)}
    taken: set[PersonId] = set()
    closed, opened = [], []
    for given in locked:
        lock = given if isinstance(given, Lock) else Lock(tuple(given))
        for member in lock.members:
            if member not in positions:
                raise FormationError(f"{member} is locked into a group but is not among the people. Unlock that group.")
            if member in taken:
                raise FormationError(
                    f"{people[positions[member]].label} is locked into two places. Unlock one of them."
                )
            taken.add(member)
        if lock.members:
            (opened if lock.open else closed).append(sorted(positions[member] for member in lock.members))
    return sorted(closed), sorted(opened)


def split(free: Sequence[int], opened: Sequence[Sequence[int]], apart: Sequence[int]) -> list[Part]:
    """Split people into parts that can be solved by themselves; those locked together stay in one part."""
    together = {person: sum_of(1 << member for member in group) for group in opened for person in group}
    left = sum_of(1 << person for person in free)
    parts = []
    while left:
        found = frontier = left & -left
        while frontier:
            reached = sum_of(together.get(person, 0) | left & ~apart[person] for person in bits(frontier))
            frontier = reached & ~found
            found |= reached
        left &= ~found
        people = bits(found)
        fixed = [list(group) for group in opened if found >> group[0] & 1]
        parts.append(Part(people, fixed, Seating(people, [], apart, [])))
    return parts
