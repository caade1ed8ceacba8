"""Form groups: place everybody under the hard rules, then improve the groups, then say why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from groups.formation.arrays import numbers_of, part_of
from groups.formation.conflict import MOST_PEOPLE, why_impossible
from groups.formation.exact import TooMany, every_way
from groups.formation.improving import Improver
from groups.formation.model import (
    Candidate,
    Conflict,
    FormationError,
    Lock,
    PersonId,
    Progress,
    Proposal,
    ProposedGroup,
    Rules,
    Unplaced,
    listed,
)
from groups.formation.placing import Seating, balanced_caps
from groups.formation.reasons import explain_people
from groups.formation.rules import apart_masks, bits, by_id, check, shared_bits, sum_of
from groups.formation.score import group_parts, score_of
from groups.formation.unplaced import why_unplaced
from groups.formation.warming import warm_up
from groups.formation.watch import Watch
from groups.formation.week import is_zone

TURNS_FOR_EACH = 1000
MOST_LOOKS = 60_000_000  # a turn looks at everybody: of many people, each has fewer turns
MOST_NUMBERS_OF_GROUPS = 12


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

    ``moves`` are the turns that each of two workers takes to make the groups better. The same candidates, rules, seed
    and moves give the same proposal, in whatever order they come, as long as neither the clock nor ``should_stop``
    ended the search; both then leave the best so far. Locked groups are kept exactly, an open Lock may gain members.
    Raises FormationError when the question makes no sense.
    """
    warm_up()  # before the clock runs
    search = Search(candidates, rules or Rules(), seed, locked, Watch(seconds, should_stop))
    search.place()
    search.prove()
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
        refuse_unknown_zones(self.people)
        self.apart = apart_masks(self.people, rules)
        self.shared = shared_bits(self.people, rules)
        self.numbers = numbers_of(self.people, self.apart, rules) if self.people else None
        self.closed, self.opened = read_locks(locked, self.people)
        self.free = sorted(set(range(len(self.people))) - {person for group in self.closed for person in group})
        self.parts = split(self.free, self.opened, self.apart)
        self.moves = 0
        self.told = 0.0
        self.conflict: Conflict | None = None

    def rng(self, *purpose: object) -> Random:
        return Random(f"{self.seed} {purpose}")  # noqa: S311 - chance here has to be repeatable, not secret

    def word(self, *purpose: object) -> int:
        """A seed for the compiled functions."""
        return self.rng(*purpose).getrandbits(63) | 1

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
        for number in numbers[:MOST_NUMBERS_OF_GROUPS]:
            if part.seating.masks and not self.watch.placing():
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
        seating = Seating(order, fixed, self.apart, self.shared, caps)
        seating.seat_directly()
        numbers = part_of(self.numbers, order)
        self.moves += seating.chain(500 + 100 * count, numbers, self.word("chain", number), self.watch.placing)
        if seating.waiting:
            seating.caps = [max(self.rules.size_max, cap) for cap in caps]
            self.moves += seating.chain(200 + 20 * count, numbers, self.word("wide", number), self.watch.placing)
        seating.mend_small(self.rules.size_min)
        return seating

    def prove(self) -> None:
        """Where somebody waits: try every way when there are few, and find out which rules leave none."""
        if self.opened or not any(part.seating.waiting for part in self.parts):
            return
        for part in self.parts:
            if part.seating.waiting and len(part.people) <= MOST_PEOPLE:
                self._try_every_way(part)
        if any(part.seating.waiting for part in self.parts):
            free = [self.people[person] for person in self.free]
            find = partial(places_all, seed=self.seed, watch=self.watch)
            self.conflict = why_impossible(free, self.rules, find, self.watch.placing)

    def _try_every_way(self, part: Part) -> None:
        masks = part_masks(self.apart, part.people)
        shared = [self.shared[person] for person in part.people]
        try:
            found = every_way(masks, shared, self.rules.size_min, self.rules.size_max)
        except TooMany:
            return
        if found is not None:
            groups = [[part.people[place] for place in bits(mask)] for mask in found]
            caps = [len(group) for group in groups]
            part.seating = Seating(part.people, [[] for _ in groups], self.apart, self.shared, caps)
            part.seating.masks = [sum_of(1 << person for person in group) for group in groups]
            part.seating.waiting = []

    def improve(self, moves: int | None, progress: Callable[[Progress], None] | None) -> None:
        """Spend the moves on the parts, by their size, then look again whether somebody who waits fits in."""
        count = len(self.free)
        budget = min(TURNS_FOR_EACH * count, MOST_LOOKS // max(count, 1)) if moves is None else max(moves, 0)
        done = 0.0
        for part in self.parts:
            share = len(part.people) / len(self.free)
            self._improve(part, round(budget * share), done, share, progress)
            part.seating.seat_directly()
            done += share

    def _improve(self, part, turns, done, share, progress):
        seating = part.seating
        # Below the least size are only people who are locked together: to even sizes would make others too small.
        least = self.rules.size_min
        used = [number for number in range(len(seating.masks)) if seating.size(number) >= least]
        people = sorted(person for number in used for person in bits(seating.masks[number]))
        at = {person: place for place, person in enumerate(people)}
        group = [0] * len(people)
        for place, number in enumerate(used):
            for person in bits(seating.masks[number]):
                group[at[person]] = place
        movable = [at[person] for number in used for person in bits(seating.masks[number] & ~seating.fixed[number])]
        if not people:
            return
        improver = Improver(part_of(self.numbers, people), group, sorted(movable), len(used))
        others = self.score() - improver.value() * 100 / len(self.people)

        def tell(inside: float, value: float) -> None:
            self.told = max(self.told, others + 100 * value / len(self.people))
            if progress:
                progress(self._progress(done + inside * share, self.told))

        best = improver.run(turns, self.word("improve", part.people[0]), self.watch, tell)
        self.moves += improver.turns
        for number in used:
            seating.masks[number] = 0
        for person, place in zip(people, best, strict=True):
            seating.masks[used[place]] |= 1 << person

    def groups(self) -> list[tuple[list[int], bool]]:
        return [(group, True) for group in self.closed] + [group for part in self.parts for group in part.groups()]

    def parts_of(self, group: Sequence[int]) -> dict[str, float]:
        return group_parts([self.people[person] for person in group], self.rules)

    def score(self) -> float:
        """The mean over all people of their group's score; somebody unplaced counts nothing."""
        total = sum(len(group) * score_of(self.parts_of(group), self.rules) for group, _locked in self.groups())
        return total / len(self.people) if self.people else 0.0

    def _progress(self, share: float, score: float) -> Progress:
        waiting = sum(len(part.seating.waiting) for part in self.parts)
        return Progress(min(share, 1.0), score, len(self.people) - waiting, waiting)

    def proposal(self, progress: Callable[[Progress], None] | None) -> Proposal:
        people, rules = self.people, self.rules
        groups = [
            ([people[person] for person in group], self.parts_of(group), locked) for group, locked in self.groups()
        ]
        proposed = tuple(
            ProposedGroup(
                members=tuple(member.id for member in members),
                reasons=tuple(explain_people(members, rules)),
                score=score_of(parts, rules),
                locked=locked,
                parts=tuple((name, round(100 * value, 1)) for name, value in parts.items()),
            )
            for members, parts, locked in groups
        )
        seated = [members for members, _parts, _locked in groups]
        waiting = [
            people[person] for person in sorted(person for part in self.parts for person in part.seating.waiting)
        ]
        if progress:
            progress(self._progress(1.0, max(self.told, self.score())))
        return Proposal(
            groups=proposed,
            unplaced=tuple(Unplaced(person.id, why_unplaced(person, people, seated, rules)) for person in waiting),
            broken=tuple(check(proposed, people, rules)),
            score=self.score(),
            ended_by=self.watch.ended_by,
            moves=self.moves,
            conflict=self.conflict,
            parts=overall(proposed),
        )


def places_all(people: Sequence[Candidate], rules: Rules, *, seed: int = 0, watch: Watch | None = None) -> bool:
    """Whether a quick search finds a place for all of these; that it finds none proves nothing."""
    search = Search(people, rules, seed, (), watch or Watch(2.0, None))
    search.place()
    return not any(part.seating.waiting for part in search.parts)


def overall(groups: Sequence[ProposedGroup]) -> tuple[tuple[str, float], ...]:
    """The parts of the score over all who are placed, each person counting once."""
    placed = [group for group in groups if group.parts]
    people = sum(len(group.members) for group in placed)
    sums: dict[str, float] = {}
    for group in placed:
        for name, value in group.parts:
            sums[name] = sums.get(name, 0.0) + value * len(group.members)
    return tuple((name, round(value / people, 1)) for name, value in sums.items())


def part_masks(apart: Sequence[int], people: Sequence[int]) -> list[int]:
    """Whom each of some people may not be with, by their positions among themselves."""
    return [sum_of(1 << at for at, other in enumerate(people) if apart[person] >> other & 1) for person in people]


def refuse_unknown_zones(people: Iterable[Candidate]) -> None:
    """Raise FormationError with everybody's zone that does not exist."""
    unknown = [f"{person.label} has “{person.timezone}”" for person in people if not is_zone(person.timezone or "UTC")]
    if unknown:
        more = f" and {len(unknown) - 5} more do so too" if len(unknown) > 5 else ""
        raise FormationError(
            f"We do not know every time zone: {listed(unknown[:5])}{more}. Write it like Europe/Berlin."
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
        parts.append(Part(people, fixed, Seating(people, [], apart, [], [])))
    return parts
