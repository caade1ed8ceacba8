"""What is known of a group once it was looked at: enough to say what one more changes without looking at all again."""

from collections.abc import Sequence
from typing import NamedTuple

from groups.formation.model import Rules
from groups.formation.pairwise import Traits, pairs_with, whole_parts
from groups.formation.week import ALWAYS, beginnings

# The kinds of rules that two people break whatever the others are.
OF_TWO = ("team", "line", "conflict")


class Standing(NamedTuple):
    """One group. ``spoken`` is what all speak of whom it is known, None where it is known of nobody."""

    people: list[Traits]
    pairs: float
    winter: int
    summer: int
    spoken: frozenset[str] | None
    levels: list[int]


def standing_of(group: Sequence[Traits], weights: tuple[float, ...]) -> Standing:
    pairs, winter, summer, spoken, levels = 0.0, ALWAYS, ALWAYS, None, []
    for at, one in enumerate(group):
        pairs = pairs_with(one, group[:at], weights, pairs)
        winter &= one.winter
        summer &= one.summer
        if one.spoken:
            spoken = one.spoken if spoken is None else spoken & one.spoken
        if one.level is not None:
            levels.append(one.level)
    return Standing(group, pairs, winter, summer, spoken, levels)


def with_one(before: Standing, one: Traits, weights: tuple[float, ...]) -> Standing:
    """The same group with one more."""
    people, pairs, winter, summer, spoken, levels = before
    if one.spoken:
        spoken = one.spoken if spoken is None else spoken & one.spoken
    if one.level is not None:
        levels = [*levels, one.level]
    pairs = pairs_with(one, people, weights, pairs)
    return Standing([*people, one], pairs, winter & one.winter, summer & one.summer, spoken, levels)


def kinds_at_risk(before: Standing, after: Standing, one: Traits, rules: Rules) -> list[str]:
    """The kinds of rules of which a group breaks more once it has this one more.

    Those between two people (``OF_TWO``) it may break, the rest it does. What a group lacks in common it still lacks
    with one more: that is no new break.
    """
    found = [] if rules.size_min <= len(after.people) <= rules.size_max else ["size"]
    team, manager, keys, apart = one.team, one.manager, one.keys, one.apart
    for other in before.people:
        if (
            (team and team == other.team)
            or manager in other.keys
            or other.manager in keys
            or not apart.isdisjoint(other.keys)
            or not other.apart.isdisjoint(keys)
        ):
            found += OF_TWO
            break
    if rules.one_language and after.spoken is not None and not after.spoken and before.spoken != after.spoken:
        found.append("language")
    if rules.hours and not _meets(after, rules) and _meets(before, rules):
        found.append("hours")
    if rules.level_band is not None and one.level is not None:
        low, high = min(after.levels), max(after.levels)
        if high - low > rules.level_band and one.level in (low, high):
            found.append("level")
    return found


def _meets(standing, rules):
    return beginnings(standing.winter, rules.hours) and beginnings(standing.summer, rules.hours)


def worth_of(standing: Standing, rules: Rules, total: float) -> float:
    """A group's score times its people; ``total`` is the sum of all weights."""
    count = len(standing.people)
    if count < 2:
        return 0.0
    hours = min(standing.winter.bit_count(), standing.summer.bit_count()) / 2
    whole = whole_parts([one.gender for one in standing.people], hours, rules)
    value = standing.pairs / (count * (count - 1) / 2)
    value += rules.weights.alone * whole["alone"] + rules.weights.hours * whole["hours"]
    return 100 * value / total * count
