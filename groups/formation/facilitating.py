"""Who facilitates which group: as many groups as can be have somebody, and nobody more than they take on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groups.formation.model import Candidate, FormationError, PersonId, Rules
from groups.formation.rules import (
    Group,
    by_id,
    facilitator_obstacles,
    hours_in_words,
    languages_in_common,
    members_of,
    names,
)
from groups.formation.week import can_meet


@dataclass(frozen=True, slots=True)
class Facilitator:
    """Somebody who may facilitate ``most`` groups, those counted in ``has`` among them.

    Of ``person`` count team, manager, conflicts, languages, zone and hours; the level does not.
    """

    person: Candidate
    most: int = 1
    has: int = 0


def assign_facilitators(
    groups: Iterable[Group],
    candidates: Iterable[Candidate],
    facilitators: Sequence[Facilitator],
    rules: Rules | None = None,
) -> list[PersonId | None]:
    """The id of a facilitator for each group; None where nobody who suits it has room.

    As many groups as possible get one (augmenting paths, Kuhn 1955), and nobody takes one more than all can do with.
    The same question gets the same answer. Raises FormationError where somebody is there twice.
    """
    rules = rules or Rules()
    people = by_id(candidates)
    facilitators = sorted(facilitators, key=lambda one: str(one.person.id))
    if len({one.person.id for one in facilitators}) < len(facilitators):
        raise FormationError("A facilitator is there twice. Remove one of the two.")
    members = [[people[member] for member in members_of(group)] for group in groups]
    suits = [
        [at for at, one in enumerate(facilitators) if not facilitating_obstacles(one.person, group, rules)]
        for group in members
    ]
    taken: list[int | None] = [None] * len(members)
    for load in range(1, max((one.most for one in facilitators), default=0) + 1):
        room = [max(min(one.most, load) - one.has, 0) for one in facilitators]
        for number in range(len(members)):
            if taken[number] is None:
                _take(number, suits, taken, room, set())
    return [None if at is None else facilitators[at].person.id for at in taken]


def facilitating_obstacles(person: Candidate, group: Sequence[Candidate], rules: Rules) -> list[str]:
    """Why they should not facilitate this group, one sentence each: line, team, conflict, language, hours."""
    reference = person.email or person.id
    is_member = any(names(reference, member) for member in group)
    found = facilitator_obstacles(reference, group, group if is_member else [*group, person])
    if rules.one_language and languages_in_common(group) and not languages_in_common([*group, person]):
        found.append("The facilitator lists no language that this group has in common.")
    if rules.hours and can_meet(group, rules.hours) and not can_meet([*group, person], rules.hours):
        found.append(f"This group never has {hours_in_words(rules.hours)} in one piece that suit the facilitator too.")
    return found


def _take(number, suits, taken, room, seen) -> bool:
    """Find somebody for this group, others changing theirs if that helps."""
    for at in sorted(suits[number], key=lambda at: (taken.count(at), at)):
        if at in seen:
            continue
        seen.add(at)
        theirs = [other for other, whom in enumerate(taken) if whom == at]
        if len(theirs) < room[at] or any(_take(other, suits, taken, room, seen) for other in theirs):
            taken[number] = at
            return True
    return False
