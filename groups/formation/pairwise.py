"""The soft wishes for two people and for one group, without arrays: what a page asks about a few groups at a time.

The same numbers as ``score.py`` gives for everybody at once; a test holds the two together.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from groups.formation.model import LEVELS_APART, YEARS_APART, Candidate, Rules, Weights, key_of, word_key, word_keys
from groups.formation.week import common_hours, free_weeks

PAIR_PARTS = ("level", "years", "function", "location", "gender", "style", "goals", "met")
ENOUGH_HOURS = 35  # a week beyond those needed; more make nothing better
SMALLEST_FOR_ALONE = 3  # of a pair, each is one of a kind


class Traits(NamedTuple):
    """One person as people are compared: what makes two go together, and then what the hard rules ask."""

    level: int | None
    years: float | None
    function: str
    location: str
    gender: str
    style: str
    goals: frozenset[str]
    keys: tuple[str, ...]
    met: frozenset[str]
    team: str
    manager: str
    apart: frozenset[str]
    spoken: frozenset[str]
    winter: int
    summer: int


def traits_of(person: Candidate) -> Traits:
    winter, summer = free_weeks(person)
    return Traits(
        person.level,
        None if person.years is None else float(person.years),
        word_key(person.function),
        word_key(person.location),
        word_key(person.gender),
        word_key(person.style),
        word_keys(person.goals),
        (key_of(person.id), key_of(person.email)) if person.email else (key_of(person.id),),
        frozenset(map(key_of, person.met)) if person.met else person.met,
        word_key(person.team),
        key_of(person.manager) if person.manager else "",
        frozenset(map(key_of, person.conflicts)) if person.conflicts else person.conflicts,
        word_keys(person.languages),
        winter,
        summer,
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
        1.0 if one.met.isdisjoint(other.keys) and other.met.isdisjoint(one.keys) else 0.0,
    )


def pairs_with(one: Traits, others: Iterable[Traits], weights: tuple[float, ...], value: float = 0.0) -> float:
    """Add to ``value`` the sum of these parts by their ``weights`` for somebody with each of some others.

    ``pair_of``, written out for the thousands that a page asks for.
    """
    level, years, function, location, gender, style, goals, keys, met, *_rules = one
    w_level, w_years, w_function, w_location, w_gender, w_style, w_goals, w_met = weights
    for level2, years2, function2, location2, gender2, style2, goals2, keys2, met2, _t, _m, _a, _l, _w, _s in others:
        if level is None or level2 is None:
            pair = w_level * 0.5
        elif level == level2:
            pair = w_level
        else:
            apart = abs(level - level2)
            pair = w_level * (1 - apart / LEVELS_APART) if apart < LEVELS_APART else 0.0
        if years is None or years2 is None:
            pair += w_years * 0.5
        else:
            apart = years - years2
            if -YEARS_APART < apart < YEARS_APART:
                pair += w_years * (1 - (apart if apart > 0 else -apart) / YEARS_APART)
        if not function or not function2:
            pair += w_function * 0.5
        elif function != function2:
            pair += w_function
        if not location or not location2:
            pair += w_location * 0.5
        elif location != location2:
            pair += w_location
        if not gender or not gender2:
            pair += w_gender * 0.5
        elif gender != gender2:
            pair += w_gender
        if not style or not style2:
            pair += w_style * 0.5
        elif style != style2:
            pair += w_style
        if not goals or not goals2:
            pair += w_goals * 0.5
        elif goals.isdisjoint(goals2):
            pair += w_goals
        else:
            common = len(goals & goals2)
            pair += w_goals * (1 - common / (len(goals) + len(goals2) - common))
        if not (met or met2) or met.isdisjoint(keys2) and met2.isdisjoint(keys):
            pair += w_met
        value += pair
    return value


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
    more = hours - rules.hours
    return {
        "alone": 1 - alone_in(genders) / len(genders),
        "hours": 0.0 if more <= 0 else more / ENOUGH_HOURS if more < ENOUGH_HOURS else 1.0,
    }


def score_of(parts: dict[str, float], rules: Rules) -> float:
    """The weighted mean of parts, from 0 to 100."""
    weights = rules.weights
    return 100 * sum(getattr(weights, name) * value for name, value in parts.items()) / weights.total


def kind_of(person: Candidate) -> str:
    return word_key(person.gender)


def alone_in(kinds: Iterable[str]) -> int:
    """How many are the only one of their kind."""
    return _alone(tuple(kinds))


@lru_cache(maxsize=20_000)  # few different ones in many groups
def _alone(kinds):
    known = [kind for kind in kinds if kind]
    if len(known) < SMALLEST_FOR_ALONE:
        return 0
    return len([kind for kind in set(known) if known.count(kind) == 1])


def _near(one, other, apart):
    if one is None or other is None:
        return 0.5
    return 1 - min(abs(one - other) / apart, 1)


def _different(one, other):
    return float(one != other) if one and other else 0.5
