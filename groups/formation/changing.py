"""The smallest change that keeps the rules when somebody comes late or leaves: a few proposals, each with its reasons.

Nothing is decided here. A newcomer joins the group that they suit best, or, where all are full or apart from them, one
member makes room by moving to another group. A group that has become too small takes one from a larger group or from
those who have none, or its members go to others: to one, or else to as few as possible.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from groups.formation.model import Candidate, PersonId, Reason, Rules
from groups.formation.reasons import explain_people
from groups.formation.rules import broken_rules, by_id
from groups.formation.score import group_parts, score_of

MOST_PROPOSALS = 3
ENOUGH = 300  # ways that are compared
LOOKS = 4_000  # places that are tried for ways into so many groups


@dataclass(frozen=True, slots=True)
class Move:
    """One person goes to a group; ``origin`` is None for a newcomer."""

    person: PersonId
    origin: int | None
    target: int


@dataclass(frozen=True, slots=True)
class Change:
    """A few moves, what each group that takes somebody would be like, and how much the score gains or loses."""

    moves: tuple[Move, ...]
    text: str
    gain: float
    reasons: tuple[tuple[int, tuple[Reason, ...]], ...]


def add_person(
    newcomer: Candidate, groups: Sequence[Sequence[PersonId]], people: Iterable[Candidate], rules: Rules
) -> list[Change]:
    """Ways to give a newcomer a group, those with the fewest moves first and then the best; none where there is none.

    A group that is below its least size may take somebody and still be below it.
    """
    seats = _Seats(groups, [*people, newcomer], rules)
    direct = [[Move(newcomer.id, None, target)] for target in range(len(groups))]
    if found := seats.best(direct):
        return found
    making_room = (
        [Move(other, target, elsewhere), Move(newcomer.id, None, target)]
        for target, group in enumerate(groups)
        for other in group
        if seats.keeps_rules([*(member for member in group if member != other), newcomer.id])
        for elsewhere in range(len(groups))
        if elsewhere != target and len(groups[elsewhere]) < rules.size_max
    )
    return seats.best(making_room)


def who_could_come(
    group: Sequence[PersonId], free: Iterable[PersonId], people: Iterable[Candidate], rules: Rules
) -> list[Change]:
    """Who of those without a group could join this one, whoever gains most first."""
    return _Seats([group], people, rules).best(([Move(person, None, 0)] for person in free), enough=None)


def after_leaving(
    groups: Sequence[Sequence[PersonId]],
    people: Iterable[Candidate],
    rules: Rules,
    *,
    small: int | None = None,
    barred: Collection[tuple[PersonId, int]] = (),
    others_stay: bool = False,
) -> list[Change]:
    """Ways to mend the first group that is below its least size, or ``small``; none where all are well.

    Somebody from a larger group may come, unless ``others_stay``. Or all of the small group go to others: a way into
    one group before a way into two, since each group that takes somebody has to agree, and then the one that gains
    most. ``barred`` are those who may not go to a certain group.
    """
    if small is None:
        small = next((at for at, group in enumerate(groups) if 0 < len(group) < rules.size_min), None)
    if small is None:
        return []
    seats = _Seats(groups, people, rules)
    missing = rules.size_min - len(groups[small])
    if missing == 1 and not others_stay:
        coming = (
            [Move(person, origin, small)]
            for origin, group in enumerate(groups)
            if origin != small and len(group) > rules.size_min
            for person in group
        )
        if found := seats.best(coming):
            return found
    places = seats.places_of_each(small, barred)
    found: list[Change] = []
    for count in range(1, len(places) + 1 if all(places.values()) else 1):
        found += seats.best(_ways_into(count, seats, small, places))
        if len(found) >= MOST_PROPOSALS:
            break
    return found[:MOST_PROPOSALS]


def nowhere_to_go(
    groups: Sequence[Sequence[PersonId]],
    people: Iterable[Candidate],
    rules: Rules,
    small: int,
    barred: Collection[tuple[PersonId, int]] = (),
) -> list[PersonId]:
    """Those of the small group whom no other group could take, even alone."""
    places = _Seats(groups, people, rules).places_of_each(small, barred)
    return [person for person in groups[small] if not places[person]]


def _ways_into(count, seats, small, places) -> Iterator[list[Move]]:
    """Ways in which the small group goes into exactly so many others, the best places of each person first.

    Whoever has the fewest places goes first. After so many looks there are no more.
    """
    order = sorted(seats.groups[small], key=lambda person: len(places[person]))
    looks = LOOKS

    def ways(way, after):
        nonlocal looks
        if len(way) == len(order):
            yield [Move(person, small, way[person]) for person in seats.groups[small]]
            return
        person = order[len(way)]
        for target in places[person]:
            used = len(after) + (target not in after)
            if used > count or used + len(order) - len(way) - 1 < count:
                continue
            looks -= 1
            if looks < 0:
                return
            group = [*after.get(target, seats.groups[target]), person]
            if seats.keeps_rules(group):
                yield from ways({**way, person: target}, {**after, target: group})

    return ways({}, {})


class _Seats:
    """Groups as they are, and what they would be after some moves."""

    def __init__(self, groups, people, rules):
        self.people = by_id(people)
        self.groups = [list(group) for group in groups]
        self.rules = rules
        self.any_size = replace(rules, size_min=2)
        self.scores: dict[frozenset[PersonId], float] = {}
        self.kept: dict[frozenset[PersonId], bool] = {}

    def places_of_each(self, small: int, barred: Collection[tuple[PersonId, int]]) -> dict[PersonId, list[int]]:
        """Each person of the small group → the other groups that could take them alone, which gain most first."""
        barred = frozenset(barred)
        others = [at for at, group in enumerate(self.groups) if at != small and group]
        return {
            person: sorted(
                (at for at in others if (person, at) not in barred and self.keeps_rules([*self.groups[at], person])),
                key=lambda at, person=person: self._score(self.groups[at]) - self._score([*self.groups[at], person]),
            )
            for person in self.groups[small]
        }

    def best(self, ways: Iterable[Sequence[Move]], enough: int | None = ENOUGH) -> list[Change]:
        found = []
        for moves in ways:
            after = self._after(moves)
            if all(self.keeps_rules(group) for group in after.values()):
                gain = sum(self._score(group) - self._score(self.groups[at]) for at, group in after.items())
                found.append((gain, len(found), moves, after))
                if len(found) == enough:
                    break
        found.sort(key=lambda one: (-one[0], one[1]))
        return [self._told(gain, moves, after) for gain, _at, moves, after in found[:MOST_PROPOSALS]]

    def _after(self, moves):
        after = {}
        for move in moves:
            for at in (move.origin, move.target):
                if at is not None:
                    after.setdefault(at, list(self.groups[at]))
            if move.origin is not None:
                after[move.origin].remove(move.person)
            after[move.target].append(move.person)
        return after

    def keeps_rules(self, group):
        """Whether a group keeps every rule; being small is no reason against one more."""
        key = frozenset(group)
        if key not in self.kept:
            members = [self.people[member] for member in group]
            self.kept[key] = len(members) < 2 or not any(broken_rules(members, self.any_size))
        return self.kept[key]

    def _score(self, group):
        key = frozenset(group)
        if key not in self.scores:
            members = [self.people[member] for member in group]
            self.scores[key] = len(members) * score_of(group_parts(members, self.rules), self.rules) / len(self.people)
        return self.scores[key]

    def _told(self, gain, moves, after):
        names = [self.people[move.person].label for move in moves]
        parts = [
            f"{name} joins group {move.target + 1}"
            if move.origin is None
            else f"{name} moves from group {move.origin + 1} to group {move.target + 1}"
            for name, move in zip(names, moves, strict=True)
        ]
        targets = sorted({move.target for move in moves})
        reasons = tuple(
            (at, tuple(explain_people([self.people[member] for member in after[at]], self.rules))) for at in targets
        )
        return Change(tuple(moves), f"{'; '.join(parts)}.", round(gain, 2), reasons)
