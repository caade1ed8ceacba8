"""The soft wishes for two people and for one group, without arrays: what a page asks about a few groups at a time.

The same numbers as ``score.py`` gives for everybody at once; a test holds the two together.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from groups.formation.model import LEVELS_APART, YEARS_APART, Candidate, Rules, Weights, key_of, word_key
from groups.formation.week import common_hours

PAIR_PARTS = ("level", "years", "function", "location", "gender", "style", "goals", "met")
ENOUGH_HOURS = 35  # a week beyond those needed; more make nothing better
SMALLEST_FOR_ALONE = 3  # of a pair, each is one of a kind


class Traits(NamedTuple):
    """One person as pairs are compared."""

    level: int | None
    years: float | None
    function: str
    location: str
    gender: str
    style: str
    goals: frozenset[str]
    keys: frozenset[str]
    met: frozenset[str]


def traits_of(person: Candidate) -> Traits:
    return Traits(
        person.level,
        None if person.years is None else float(person.years),
        word_key(person.function),
        word_key(person.location),
        word_key(person.gender),
        word_key(person.style),
        frozenset(filter(None, map(word_key, person.goals))),
        frozenset(key_of(key) for key in (person.id, person.email) if key),
        frozenset(map(key_of, person.met)),
    )


def pair_of(one: Traits, other: Traits) -> tuple[float, ...]:
    """How well two people go together, from 0 to 1, for each of ``PAIR_PARTS``; what is missing counts half."""
    either = one.goals | other.goals
    return (
        _near(one.level, other.level, LEVELS_APART),
        _near(one.years, other.years, YEARS_APART),
        _different(one.function, other.function),
        _different(one.location, other.location),
        _different(one.gender, other.gender),
        _different(one.style, other.style),
        1 - len(one.goals & other.goals) / len(either) if one.goals and other.goals else 0.5,
        0.0 if (one.met or other.met) and (one.met & other.keys or other.met & one.keys) else 1.0,
    )


def pair_value(one: Traits, other: Traits, weights: tuple[float, ...]) -> float:
    """The sum of these parts by their ``weights``: ``pair_of``, written out for the thousands that a page asks for."""
    level, years, function, location, gender, style, goals, keys, met = one
    level2, years2, function2, location2, gender2, style2, goals2, keys2, met2 = other
    w_level, w_years, w_function, w_location, w_gender, w_style, w_goals, w_met = weights
    value = w_level * (
        0.5 if level is None or level2 is None else 1 - min(abs(level - level2), LEVELS_APART) / LEVELS_APART
    )
    value += w_years * (
        0.5 if years is None or years2 is None else 1 - min(abs(years - years2), YEARS_APART) / YEARS_APART
    )
    value += w_function * (function != function2 if function and function2 else 0.5)
    value += w_location * (location != location2 if location and location2 else 0.5)
    value += w_gender * (gender != gender2 if gender and gender2 else 0.5)
    value += w_style * (style != style2 if style and style2 else 0.5)
    value += w_goals * (1 - len(goals & goals2) / len(goals | goals2) if goals and goals2 else 0.5)
    return value if (met or met2) and (met & keys2 or met2 & keys) else value + w_met


def pair_weights(weights: Weights) -> tuple[float, ...]:
    return tuple(getattr(weights, name) for name in PAIR_PARTS)


def parts_of(group: Sequence[Candidate], rules: Rules) -> dict[str, float]:
    """The parts of a group's score, each from 0 to 1; nothing of somebody alone."""
    if len(group) < 2:
        return {}
    traits = [traits_of(person) for person in group]
    pairs = [pair_of(one, other) for one, other in combinations(traits, 2)]
    parts = {name: sum(column) / len(pairs) for name, column in zip(PAIR_PARTS, zip(*pairs, strict=True), strict=True)}
    return parts | whole_parts([one.gender for one in traits], common_hours(group), rules)


def whole_parts(genders: Sequence[str], hours: float, rules: Rules) -> dict[str, float]:
    """The two parts that concern a group as a whole."""
    return {
        "alone": 1 - alone_in(genders) / len(genders),
        "hours": min(max(hours - rules.hours, 0) / ENOUGH_HOURS, 1.0),
    }


def score_of(parts: dict[str, float], rules: Rules) -> float:
    """The weighted mean of parts, from 0 to 100."""
    weights = rules.weights
    return 100 * sum(getattr(weights, name) * value for name, value in parts.items()) / weights.total


def kind_of(person: Candidate) -> str:
    return word_key(person.gender)


def alone_in(kinds: Sequence[str]) -> int:
    """How many are the only one of their kind."""
    counts: dict[str, int] = {}
    for kind in filter(None, kinds):
        counts[kind] = counts.get(kind, 0) + 1
    counted = list(counts.values())
    return counted.count(1) if sum(counted) >= SMALLEST_FOR_ALONE else 0


def _near(one, other, apart):
    if one is None or other is None:
        return 0.5
    return 1 - min(abs(one - other) / apart, 1)


def _different(one, other):
    return float(one != other) if one and other else 0.5
