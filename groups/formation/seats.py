"""Groups as they stand on a board: what each breaks, how good it is, and what one move would change.

Everything is worked out from the people and the groups as they are handed over, only for the groups that a move
touches; nothing is kept. A break that names nobody, such as a declared conflict, gives nobody away here either.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from groups.formation.model import Candidate, FormationError, PersonId, Reason, Rules
from groups.formation.pairwise import Traits, pair_value, pair_weights, parts_of, score_of, traits_of, whole_parts
from groups.formation.reasons import explain_people
from groups.formation.rules import broken_rules, by_id, conflicts_in, facilitator_obstacles
from groups.formation.week import ALWAYS, free_weeks

TRAY = None
# These concern a group as a whole: what was let through holds for those who were in it then, not for one more.
OF_ALL = frozenset({"conflict", "language", "hours"})
SAME_WHOEVER = frozenset({"size", "level"})


class Break(NamedTuple):
    """One hard rule that a group breaks, in words. ``key`` is the same as long as it is the same break."""

    kind: str
    key: str
    message: str
    is_small: bool = False  # the group only lacks people: somebody may be on their way to it


class Consequence(NamedTuple):
    """What a move to ``target`` (None is the tray) would change: rules newly broken, and the score of all."""

    target: int | None
    broken: tuple[Break, ...]
    mended: tuple[Break, ...]
    change: float


class _Sum(NamedTuple):
    """What the score of one group is made of."""

    traits: list[Traits]
    pairs: float
    winter: int
    summer: int


class Seats:
    """People in groups, some of them in none; ``facilitators`` are candidates or None, one for each group."""

    def __init__(
        self,
        people: Iterable[Candidate],
        groups: Sequence[Sequence[PersonId]],
        rules: Rules,
        facilitators: Sequence[Candidate | None] = (),
    ):
        self.people = by_id(people)
        self.groups = [[self._known(member) for member in members] for members in groups]
        self.rules = rules
        self.facilitators = list(facilitators) or [None] * len(self.groups)
        self.count = len(self.people)
        self._traits: dict[PersonId, Traits] = {}
        self._weights, self._total = pair_weights(rules.weights), rules.weights.total
        self._told: dict[tuple[PersonId, PersonId], list[Break]] = {}

    def _known(self, member):
        if member not in self.people:
            raise FormationError(f"{member} is not among the people of this program.")
        return self.people[member]

    # One group ---------------------------------------------------------------------------------------------------

    def broken(self, number: int) -> list[Break]:
        """Every hard rule that a group breaks; a group without people breaks none."""
        group, facilitator = self.groups[number], self.facilitators[number]
        return [*self._breaks(group), *(one for person in group for one in self._obstacles(facilitator, person))]

    def reasons(self, number: int) -> list[Reason]:
        return explain_people(self.groups[number], self.rules)

    def parts(self, number: int) -> dict[str, float]:
        return parts_of(self.groups[number], self.rules)

    def score_of(self, number: int) -> float:
        """From 0 to 100."""
        return score_of(self.parts(number), self.rules)

    # All of them -------------------------------------------------------------------------------------------------

    def score(self) -> float:
        """The mean over all people of their group's score; somebody without a group counts nothing."""
        return self._share(sum(self._worth(self._sum(group)) for group in self.groups))

    def consequences(self, person: PersonId) -> list[Consequence]:
        """What a move of this person to each group where they are not, and to the tray, would change."""
        mover = self._known(person)
        origin = next((at for at, group in enumerate(self.groups) if mover in group), TRAY)
        leaving = self._leaving(mover, origin)
        targets = [at for at in range(len(self.groups)) if at != origin]
        found = [self._joining(mover, at, leaving) for at in targets]
        if origin is not TRAY:
            broken, mended, worth = leaving
            found.append(Consequence(TRAY, broken, mended, self._share(worth)))
        return found

    def consequence(self, person: PersonId, target: int | None) -> Consequence:
        """The same for one target."""
        mover = self._known(person)
        origin = next((at for at, group in enumerate(self.groups) if mover in group), TRAY)
        leaving = self._leaving(mover, origin)
        if target is TRAY:
            broken, mended, worth = leaving
            return Consequence(TRAY, broken, mended, self._share(worth))
        return self._joining(mover, target, leaving)

    # -------------------------------------------------------------------------------------------------------------

    def _leaving(self, mover, origin):
        if origin is TRAY:
            return (), (), 0.0
        group = self.groups[origin]
        rest = [person for person in group if person is not mover]
        worth = self._worth(self._sum(rest)) - self._worth(self._sum(group))
        broken, mended = self._differences(group, rest)
        return broken, (*mended, *self._obstacles(self.facilitators[origin], mover)), worth

    def _joining(self, mover, target, leaving):
        group = self.groups[target]
        before = self._sum(group)
        joined = [*group, mover]
        worth = self._worth(self._with(before, mover)) - self._worth(before)
        broken, mended = self._differences(group, joined)
        broken = (*leaving[0], *broken, *self._obstacles(self.facilitators[target], mover))
        return Consequence(target, broken, leaving[1] + mended, self._share(leaving[2] + worth))

    def _differences(self, before, after):
        """What is broken only afterwards, and what only before."""
        new = list(self._breaks(after))
        if not new and len(after) > len(before):
            return (), ()  # one more mends nothing but the size
        old = list(self._breaks(before))
        told, were = {one.key for one in old}, {one.key for one in new}
        apart = conflicts_in(after) - conflicts_in(before)
        broken = tuple(one for one in new if one.key not in told or one.kind == "conflict" and apart)
        return broken, tuple(one for one in old if one.key not in were and one.kind not in SAME_WHOEVER)

    def _breaks(self, group):
        if not group:
            return
        for kind, members, message in broken_rules(group, self.rules):
            key = f"{kind}:{','.join(sorted(map(str, members)))}" + (f":{message}" if kind in SAME_WHOEVER else "")
            yield Break(kind, key, message, kind == "size" and len(group) < self.rules.size_min)

    def _obstacles(self, facilitator, person):
        """Why this facilitator should not facilitate this person, as breaks."""
        if facilitator is None:
            return ()
        key = (facilitator.id, person.id)
        if key not in self._told:
            told = facilitator_obstacles(facilitator.email, [person], [facilitator])
            self._told[key] = [
                Break("facilitator", f"facilitator:{facilitator.id}:{person.id}", " ".join(told)) for _ in told[:1]
            ]
        return self._told[key]

    def _trait(self, person):
        found = self._traits.get(person.id)
        if found is None:
            found = self._traits[person.id] = traits_of(person)
        return found

    def _sum(self, group):
        weights, traits = self._weights, [self._trait(person) for person in group]
        pairs = 0.0
        for at, one in enumerate(traits):
            for other in traits[:at]:
                pairs += pair_value(one, other, weights)
        winter = summer = ALWAYS
        for person in group:
            own = free_weeks(person)
            winter, summer = winter & own[0], summer & own[1]
        return _Sum(traits, pairs, winter, summer)

    def _with(self, before, mover):
        weights, mine, own = self._weights, self._trait(mover), free_weeks(mover)
        pairs = before.pairs
        for other in before.traits:
            pairs += pair_value(mine, other, weights)
        return _Sum([*before.traits, mine], pairs, before.winter & own[0], before.summer & own[1])

    def _worth(self, total):
        """A group's score times its people."""
        count = len(total.traits)
        if count < 2:
            return 0.0
        hours = min(total.winter.bit_count(), total.summer.bit_count()) / 2
        whole = whole_parts([one.gender for one in total.traits], hours, self.rules)
        weights = self.rules.weights
        value = total.pairs / (count * (count - 1) / 2)
        value += weights.alone * whole["alone"] + weights.hours * whole["hours"]
        return 100 * value / self._total * count

    def _share(self, worth):
        return worth / self.count if self.count else 0.0


def is_let_through(one: Break, members: Iterable[PersonId], allowed: Iterable[dict]) -> bool:
    """Whether this break of a group with these members was allowed; ``allowed`` are its entries as plain data."""
    now = set(map(str, members))
    return any(entry["key"] == one.key and (one.kind not in OF_ALL or now <= set(entry["among"])) for entry in allowed)
