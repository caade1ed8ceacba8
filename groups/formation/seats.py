"""Groups as they stand on a board: what each breaks, how good it is, and what one move would change.

Everything is worked out from the people and the groups as they are handed over, only for the groups that a move
touches; nothing is kept. A break that names nobody, such as a declared conflict, gives nobody away here either.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from groups.formation.model import Candidate, FormationError, PersonId, Reason, Rules
from groups.formation.pairwise import Traits, pair_weights, parts_of, score_of, traits_of
from groups.formation.reasons import explain_people
from groups.formation.rules import KINDS, broken_rules, by_id, conflicts_in, facilitator_obstacles
from groups.formation.standing import OF_TWO, Standing, kinds_at_risk, standing_of, with_one, worth_of

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
        self._standings: dict[int, Standing] = {}
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
        return self._share(sum(self._worth(self._standing_at(number)) for number in range(len(self.groups))))

    def consequences(self, person: PersonId, among: Iterable[int] | None = None) -> list[Consequence]:
        """What a move of this person to each group where they are not, and to the tray, would change.

        ``among`` are the numbers of the groups that are asked about, instead of all.
        """
        mover, origin, leaving = self._moving(person)
        targets = range(len(self.groups)) if among is None else among
        found = [self._joining(mover, at, leaving) for at in targets if at != origin]
        return found if origin is TRAY else [*found, self._to_tray(leaving)]

    def consequence(self, person: PersonId, target: int | None) -> Consequence:
        """The same for one target."""
        mover, _origin, leaving = self._moving(person)
        return self._to_tray(leaving) if target is TRAY else self._joining(mover, target, leaving)

    # -------------------------------------------------------------------------------------------------------------

    def _moving(self, person):
        """Somebody, the group where they are, and what is so once they have left it: broken, mended, worth."""
        mover = self._known(person)
        origin = next((at for at, group in enumerate(self.groups) for one in group if one is mover), TRAY)
        if origin is TRAY:
            return mover, TRAY, ((), (), 0.0)
        group = self.groups[origin]
        rest = [person for person in group if person is not mover]
        worth = self._worth(self._standing(rest)) - self._worth(self._standing(group))
        broken, mended = self._differences(group, rest)
        return mover, origin, (broken, (*mended, *self._obstacles(self.facilitators[origin], mover)), worth)

    def _to_tray(self, leaving):
        broken, mended, worth = leaving
        return Consequence(TRAY, broken, mended, self._share(worth))

    def _joining(self, mover, target, leaving):
        group, mine = self.groups[target], self._trait(mover)
        before = self._standing_at(target)
        after = with_one(before, mine, self._weights)
        broken, mended, worth = leaving
        if kinds := kinds_at_risk(before, after, mine, self.rules):
            joined = [*group, mover]
            if OF_TWO[0] in kinds:
                more, less = self._differences(group, joined, kinds, OF_TWO)
            else:  # each of these breaks is new, and one more mends none
                more, less = tuple(self._breaks(joined, kinds)), ()
            broken, mended = broken + more, mended + less
        worth += self._worth(after) - self._worth(before)
        broken = (*broken, *self._obstacles(self.facilitators[target], mover))
        return Consequence(target, broken, mended, self._share(worth))

    def _differences(self, before, after, kinds=KINDS, kinds_before=KINDS):
        """What is broken only afterwards, and what only before; of these kinds of rules."""
        new, old = self._breaks(after, kinds), self._breaks(before, kinds_before)
        told, were = {one.key for one in old}, {one.key for one in new}
        broken = tuple(
            one
            for one in new
            if one.key not in told or one.kind == "conflict" and conflicts_in(after) - conflicts_in(before)
        )
        return broken, tuple(one for one in old if one.key not in were and one.kind not in SAME_WHOEVER)

    def _breaks(self, group, kinds=KINDS):
        found = []
        for kind, members, message in broken_rules(group, self.rules, kinds) if group else ():
            key = f"{kind}:{','.join(sorted(map(str, members)))}" + (f":{message}" if kind in SAME_WHOEVER else "")
            found.append(Break(kind, key, message, kind == "size" and len(group) < self.rules.size_min))
        return found

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

    def _standing(self, group):
        return standing_of([self._trait(person) for person in group], self._weights)

    def _standing_at(self, number):
        if number not in self._standings:
            self._standings[number] = self._standing(self.groups[number])
        return self._standings[number]

    def _worth(self, standing):
        return worth_of(standing, self.rules, self._total)

    def _share(self, worth):
        return worth / self.count if self.count else 0.0


def is_let_through(one: Break, members: Iterable[PersonId], allowed: Iterable[dict]) -> bool:
    """Whether this break of a group with these members was allowed; ``allowed`` are its entries as plain data."""
    now = set(map(str, members))
    return any(entry["key"] == one.key and (one.kind not in OF_ALL or now <= set(entry["among"])) for entry in allowed)
