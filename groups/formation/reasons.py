"""Why these people: what a group shares, how it differs, and which soft wish is bent, in sentences.

Nothing here looks at declared conflicts, so no sentence can give one away.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from groups.formation.model import YEARS_APART, Candidate, Reason, Rules, in_words, listed, word_key
from groups.formation.rules import Group, by_id, hours_in_words, members_of
from groups.formation.week import can_meet, common_hours

ORDER = {"shared": 0, "different": 1, "bent": 2}


def explain(group: Group, candidates: Iterable[Candidate], rules: Rules) -> list[Reason]:
    """Say in sentences what speaks for a group and what does not: shared first, bent last."""
    people = by_id(candidates)
    return explain_people([people[member] for member in members_of(group)], rules)


def explain_people(group: Sequence[Candidate], rules: Rules) -> list[Reason]:
    reasons = [reason for part in _PARTS for reason in part(group, rules)]
    return sorted(reasons, key=lambda reason: ORDER[reason.kind])


def _levels(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    levels = sorted({person.level for person in group if person.level is not None})
    if len(levels) == 1:
        yield Reason("shared", "level", f"All are at level {levels[0]}.")
    elif levels:
        joint = "and" if len(levels) == 2 else "to"
        near = rules.level_band is None or levels[-1] - levels[0] <= rules.level_band
        yield Reason("shared" if near else "bent", "level", f"Levels {levels[0]} {joint} {levels[-1]}.")


def _years(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    years = [float(person.years) for person in group if person.years is not None]
    if len(years) < 2:
        return
    low, high = min(years), max(years)
    if round(low) == round(high):
        yield Reason("shared", "years", f"All have about {round(low)} years in the role.")
        return
    span = f"from {round(low)} to {round(high)} years"
    if high - low <= YEARS_APART / 2:
        yield Reason("shared", "years", f"Similar time in the role, {span}.")
    elif high - low <= YEARS_APART:
        yield Reason("different", "years", f"Time in the role goes {span}.")
    else:
        yield Reason("bent", "years", f"Time in the role is far apart, {span}.")


def _zones(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    zones = Counter(person.timezone for person in group if person.timezone)
    if len(zones) == 1:
        yield Reason("shared", "timezone", f"One time zone, {next(iter(zones))}.")
    elif zones:
        yield Reason("different", "timezone", f"{in_words(len(zones)).capitalize()} time zones.")


def _hours(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    if sum(bool(person.timezone) for person in group) < 2:
        return
    hours = common_hours(group)
    if hours and can_meet(group, rules.hours or 0.5):
        yield Reason("shared", "hours", f"{hours_in_words(hours).capitalize()} a week that suit everybody.")
    else:
        yield Reason("bent", "hours", "No hours that suit everybody.")


def _languages(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    spoken = [{word_key(language): language for language in person.languages} for person in group if person.languages]
    if len(spoken) < 2:
        return
    common = [shown for key, shown in sorted(spoken[0].items()) if all(key in other for other in spoken)]
    if common:
        noun = "A language" if len(common) == 1 else "Languages"
        yield Reason("shared", "languages", f"{noun} in common: {listed(common)}.")
    else:
        yield Reason("bent", "languages", "No one language is listed for everybody.")


def _goals(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    shown: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for person in group:
        keys = {word_key(goal): goal for goal in person.goals if word_key(goal)}
        counts.update(keys.keys())
        shown |= {key: goal for key, goal in keys.items() if key not in shown}
    if not counts:
        return
    goal, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    if count == len(group) and count > 1:
        yield Reason("shared", "goals", f"Everybody wants to work on “{shown[goal]}”.")
    elif count > 1:
        yield Reason("shared", "goals", f"{in_words(count).capitalize()} want to work on “{shown[goal]}”.")
    elif len(counts) > 1:
        yield Reason("different", "goals", "No two have a goal in common.")


def _words(attribute: str, one: str, many: str) -> Callable[[Sequence[Candidate], Rules], Iterator[Reason]]:
    """The part for a word in which people should differ."""

    def part(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
        shown: dict[str, str] = {}
        for person in group:
            word = getattr(person, attribute)
            if word_key(word):
                shown.setdefault(word_key(word), " ".join(word.split()))
        known = sum(bool(word_key(getattr(person, attribute))) for person in group)
        if len(shown) == 1 and known > 1:
            yield Reason("bent", attribute, f"Everybody is from one {one}, {next(iter(shown.values()))}.")
        elif len(shown) > 1:
            named = f": {listed(sorted(shown.values()))}" if len(shown) <= 4 else ""
            yield Reason("different", attribute, f"{in_words(len(shown)).capitalize()} {many}{named}.")

    return part


def _gender(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    counts = Counter(person.gender.strip() for person in group if person.gender.strip())
    parts = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if len(parts) == 1 and parts[0][1] > 1:
        yield Reason("bent", "gender", f"Only one gender, {parts[0][0]}.")
    elif len(parts) > 1:
        yield Reason("different", "gender", f"Mixed in gender: {listed(f'{count} {name}' for name, count in parts)}.")
        if sum(counts.values()) > 2:
            for name, count in parts:
                if count == 1:
                    yield Reason("bent", "gender", f"Only one person is {name}.")


def _size(group: Sequence[Candidate], rules: Rules) -> Iterator[Reason]:
    extra = len(group) - rules.size_target
    if extra:
        more = "more" if extra > 0 else "fewer"
        text = f"{in_words(len(group)).capitalize()} people, {in_words(abs(extra))} {more} than planned."
        yield Reason("bent", "size", text)


_PARTS = (
    _levels,
    _years,
    _zones,
    _hours,
    _languages,
    _goals,
    _words("function", "function", "functions"),
    _words("location", "place", "places"),
    _gender,
    _size,
)
