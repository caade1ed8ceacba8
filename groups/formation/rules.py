"""The hard rules: who may not share a group, and whether given groups keep to it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import and_

from groups.formation.model import (
    Candidate,
    FormationError,
    PersonId,
    ProposedGroup,
    Rules,
    Violation,
    key_of,
    listed,
    word_key,
    word_keys,
)
from groups.formation.week import ALWAYS, beginnings, can_meet, free_weeks

Group = ProposedGroup | Iterable[PersonId]
KINDS = ("size", "team", "line", "conflict", "language", "hours", "level")


def by_id(candidates: Iterable[Candidate]) -> dict[PersonId, Candidate]:
    """Candidates by their id; somebody who is there twice is refused."""
    people: dict[PersonId, Candidate] = {}
    addresses: set[str] = set()
    for person in candidates:
        address = key_of(person.email) if person.email else ""
        if person.id in people or (address and address in addresses):
            raise FormationError(f"{person.label} is there twice. Remove one of the two.")
        people[person.id] = person
        addresses.add(address)
    return people


def members_of(group: Group) -> tuple[PersonId, ...]:
    return tuple(group.members if isinstance(group, ProposedGroup) else group)


def check(groups: Iterable[Group], candidates: Iterable[Candidate], rules: Rules) -> list[Violation]:
    """Every hard rule that these groups break, group by group. Publishing asks this too."""
    people = by_id(candidates)
    groups = [members_of(group) for group in groups]
    seats = Counter(member for members in groups for member in members)

    violations = []
    for number, members in enumerate(groups):
        for member in dict.fromkeys(members):
            if member not in people:
                message = f"{member} is not among the people of this program."
                violations.append(Violation("unknown", number, (member,), message))
            elif seats[member] > 1:
                message = f"{people[member].label} is placed more than once."
                violations.append(Violation("twice", number, (member,), message))
        known = [people[member] for member in dict.fromkeys(members) if member in people]
        violations += [
            Violation(kind, number, broken_by, message) for kind, broken_by, message in broken_rules(known, rules)
        ]
    return violations


def broken_rules(
    group: Sequence[Candidate], rules: Rules, kinds: Iterable[str] = KINDS
) -> Iterable[tuple[str, tuple[PersonId, ...], str]]:
    """The rules that one set of people breaks as a group: kind, who, sentence; only ``kinds`` are looked at."""
    for kind in kinds:
        for who, message in _BREAKS[kind](group, rules):
            yield kind, who, message


def _sizes(group, rules):
    size = len(group)
    if size < rules.size_min:
        yield (), f"This group has {size}; it needs at least {rules.size_min}."
    if size > rules.size_max:
        yield (), f"This group has {size}; it can have {rules.size_max} at most."


def _teams(group, rules):
    teams = defaultdict(list)
    for person in group:
        if team := word_key(person.team):
            teams[team].append(person)
    for same in teams.values():
        if len(same) > 1:
            both = "both" if len(same) == 2 else "all"
            message = f"{listed(person.label for person in same)} are {both} in {same[0].team.strip()}."
            yield tuple(person.id for person in same), message


def _lines(group, rules):
    for report, manager in lines_in(group):
        yield (report.id, manager.id), f"{report.label} reports to {manager.label}."


def _conflicts(group, rules):
    if conflicts_in(group):
        yield (), "Some people in this group are to be kept apart."


def _languages(group, rules):
    if rules.one_language and group and not languages_in_common(group):
        yield (), "No language is listed by everybody in this group."


def _hours(group, rules):
    if rules.hours and not can_meet(group, rules.hours):
        yield (), f"This group never has {hours_in_words(rules.hours)} in one piece that suit everybody."


def _levels(group, rules):
    levels = [person.level for person in group if person.level is not None]
    if rules.level_band is None or not levels:
        return
    low, high = min(levels), max(levels)
    if high - low > rules.level_band:
        ends = tuple(person.id for person in group if person.level in {low, high})
        allowed = f"at most {rules.level_band} apart" if rules.level_band else "one level only"
        yield ends, f"Levels in this group reach from {low} to {high}; allowed is {allowed}."


_BREAKS = {
    "size": _sizes,
    "team": _teams,
    "line": _lines,
    "conflict": _conflicts,
    "language": _languages,
    "hours": _hours,
    "level": _levels,
}


def lines_in(group: Sequence[Candidate]) -> list[tuple[Candidate, Candidate]]:
    """Each report with their manager, both of this group, in the order of the group."""
    at = _places(group)
    found = []
    for position, person in enumerate(group):
        manager = at.get(key_of(person.manager)) if person.manager else None
        if manager is not None and manager != position:
            found.append((min(position, manager), max(position, manager), position > manager, position, manager))
    return [(group[position], group[manager]) for *_order, position, manager in sorted(found)]


def conflicts_in(group: Sequence[Candidate]) -> frozenset[frozenset[PersonId]]:
    """Every two of this group who are to be kept apart; nobody can tell from it who declared it."""
    if not any(person.conflicts for person in group):
        return frozenset()
    at = _places(group)
    found = set()
    for position, person in enumerate(group):
        others = {at.get(key_of(declared), position) for declared in person.conflicts} - {position}
        found |= {frozenset((person.id, group[other].id)) for other in others}
    return frozenset(found)


def _places(group):
    return {key_of(key): position for position, person in enumerate(group) for key in (person.id, person.email) if key}


def hours_in_words(hours: float) -> str:
    return "1 hour" if hours == 1 else f"{hours:g} hours"


def languages_in_common(group: Sequence[Candidate]) -> bool:
    """Whether some language is listed by everybody who lists any."""
    listed_by = [spoken for person in group if (spoken := languages_of(person))]
    return not listed_by or bool(frozenset.intersection(*listed_by))


def languages_of(person: Candidate) -> frozenset[str]:
    return word_keys(person.languages)


def shared_bits(people: Sequence[Candidate], rules: Rules) -> list[tuple[int, ...]]:
    """For each person what has to have something in common, as bits: hours in winter, in summer, languages.

    A group can meet and talk when each of the three, over all of its members, leaves a bit.
    """
    found = []
    places: dict[str, int] = {}
    for person in people:
        weeks = (beginnings(bits, rules.hours) for bits in free_weeks(person)) if rules.hours else (ALWAYS, ALWAYS)
        spoken = languages_of(person) if rules.one_language else frozenset()
        found.append((*weeks, sum(1 << places.setdefault(word, len(places)) for word in sorted(spoken))))
    everything = (1 << max(len(places), 1)) - 1
    return [(winter, summer, spoken or everything) for winter, summer, spoken in found]


def names(reference: PersonId | None, person: Candidate) -> bool:
    """Whether an id or address means this person."""
    if reference is None or reference == "":
        return False
    key = key_of(reference)
    return key == key_of(person.id) or bool(person.email) and key == key_of(person.email)


def in_conflict(one: Candidate, other: Candidate) -> bool:
    """A conflict counts for both, whoever declared it."""
    return any(names(declared, other) for declared in one.conflicts) or any(
        names(declared, one) for declared in other.conflicts
    )


def apart_masks(people: Sequence[Candidate], rules: Rules) -> list[int]:
    """For each person the set, as bits, of those who may not share a group with them.

    A band of levels concerns two people at a time too. What all of a group need in common is in ``shared_bits``; two
    who have it not are kept apart here as well.
    """
    masks = [0] * len(people)
    named: dict[str, int] = defaultdict(int)
    teams: dict[str, int] = defaultdict(int)
    levels: dict[int, int] = defaultdict(int)
    for position, person in enumerate(people):
        named[key_of(person.id)] |= 1 << position
        if person.email:
            named[key_of(person.email)] |= 1 << position
        if team := word_key(person.team):
            teams[team] |= 1 << position
        if person.level is not None:
            levels[person.level] |= 1 << position

    far = {
        level: sum_of(mask for other, mask in levels.items() if abs(other - level) > rules.level_band)
        for level in (levels if rules.level_band is not None else ())
    }
    for position, person in enumerate(people):
        masks[position] |= teams.get(word_key(person.team), 0) | far.get(person.level, 0)
        references = {key_of(reference) for reference in (person.manager, *person.conflicts) if reference is not None}
        for other in bits(sum_of(named.get(key, 0) for key in references if key)):
            masks[position] |= 1 << other
            masks[other] |= 1 << position
    alike: dict[tuple[int, ...], int] = defaultdict(int)
    for position, bits_of in enumerate(shared_bits(people, rules)):
        alike[bits_of] |= 1 << position
    for one, mine in alike.items():
        strangers = sum_of(mask for other, mask in alike.items() if not all(map(and_, one, other)))
        for position in bits(mine if strangers else 0):
            masks[position] |= strangers
    return [mask & ~(1 << position) for position, mask in enumerate(masks)]


def sum_of(masks: Iterable[int]) -> int:
    """The union of sets that are given as bits."""
    union = 0
    for mask in masks:
        union |= mask
    return union


def bits(mask: int) -> list[int]:
    """The members of a set that is given as bits, in order."""
    members = []
    while mask:
        lowest = mask & -mask
        members.append(lowest.bit_length() - 1)
        mask ^= lowest
    return members


def facilitator_obstacles(
    facilitator_email: str,
    group: Iterable[Candidate | PersonId],
    candidates: Iterable[Candidate] = (),
    *,
    team: str = "",
    manager: PersonId | None = None,
) -> list[str]:
    """Why this person should not facilitate this group, one sentence each; nothing when they may.

    ``group`` holds candidates, or ids of those in ``candidates``. A facilitator is seldom a candidate: what the
    organization knows of them comes in ``team`` and ``manager``. A declared conflict names nobody.
    """
    people = by_id(candidates)
    facilitator = next((person for person in people.values() if names(facilitator_email, person)), None)
    if facilitator is None:
        facilitator = Candidate(facilitator_email, email=facilitator_email, team=team, manager=manager)

    obstacles = []
    conflict = False
    for member in group:
        person = member if isinstance(member, Candidate) else people[member]
        if names(facilitator_email, person):
            obstacles.append(f"{person.label} is a member of this group.")
            continue
        if names(person.manager, facilitator):
            obstacles.append(f"{person.label} reports to the facilitator.")
        if names(facilitator.manager, person):
            obstacles.append(f"The facilitator reports to {person.label}.")
        if word_key(facilitator.team) and word_key(facilitator.team) == word_key(person.team):
            obstacles.append(f"{person.label} is in {person.team.strip()}, as the facilitator is.")
        conflict = conflict or in_conflict(facilitator, person)
    if conflict:
        obstacles.append("Some people in this group and the facilitator are to be kept apart.")
    return obstacles


def fits_facilitator(
    facilitator_email: str,
    group: Iterable[Candidate | PersonId],
    candidates: Iterable[Candidate] = (),
    *,
    team: str = "",
    manager: PersonId | None = None,
) -> bool:
    """Whether this person may facilitate this group: no reporting line with a member and no shared team."""
    return not facilitator_obstacles(facilitator_email, group, candidates, team=team, manager=manager)
