"""The soft wishes as numbers: how well two people, and a group, go together.

A group's score is the weighted mean of parts from 0 to 1. Most are means over its pairs; ``alone`` is the share who are
not the only one of their gender, ``hours`` grows with the hours in common beyond those needed. What is missing counts
half in a pair, and keeps nobody from being alone or free.
"""

from collections.abc import Callable, Sequence

import numpy as np

from groups.formation.model import LEVELS_APART, YEARS_APART, Candidate, Rules, key_of, word_key
from groups.formation.pairwise import ENOUGH_HOURS, SMALLEST_FOR_ALONE, kind_of, score_of, whole_parts
from groups.formation.week import common_hours

__all__ = ["ENOUGH_HOURS", "SMALLEST_FOR_ALONE", "codes_of", "group_parts", "pair_scores", "score_of"]

NEUTRAL = np.float32(0.5)


def pair_parts(people: Sequence[Candidate], rules: Rules) -> dict[str, Callable[[], np.ndarray]]:
    """For each part that concerns pairs, how to get how well every two people go together, from 0 to 1."""
    return {
        "level": lambda: _near([person.level for person in people], LEVELS_APART),
        "years": lambda: _near([person.years for person in people], YEARS_APART),
        "function": lambda: _different([person.function for person in people]),
        "location": lambda: _different([person.location for person in people]),
        "gender": lambda: _different([person.gender for person in people]),
        "style": lambda: _different([person.style for person in people]),
        "goals": lambda: _few_in_common([person.goals for person in people]),
        "met": lambda: _not_met(people),
    }


def pair_scores(people: Sequence[Candidate], rules: Rules) -> np.ndarray:
    """For every two people how well they go together: what pairs contribute to the score. float32, n × n."""
    scores = np.zeros((len(people), len(people)), np.float32)
    for name, part in pair_parts(people, rules).items():
        if weight := getattr(rules.weights, name):
            scores += np.float32(weight / rules.weights.total) * part()
    np.fill_diagonal(scores, 0)
    return scores


def group_parts(group: Sequence[Candidate], rules: Rules) -> dict[str, float]:
    """The parts of a group's score, each from 0 to 1; nothing of somebody alone."""
    if len(group) < 2:
        return {}
    above = np.triu_indices(len(group), 1)
    parts = {name: float(part()[above].mean()) for name, part in pair_parts(group, rules).items()}
    return parts | whole_parts([kind_of(person) for person in group], common_hours(group), rules)


def codes_of(words: Sequence[str]) -> np.ndarray:
    """A number for each word, 0 for none."""
    places: dict[str, int] = {"": 0}
    return np.array([places.setdefault(word_key(word), len(places)) for word in words], np.int32)


def _different(words):
    codes = codes_of(words)
    known = codes > 0
    different = (codes[:, None] != codes[None]).astype(np.float32)
    return np.where(known[:, None] & known[None], different, NEUTRAL)


def _near(values, apart):
    numbers = np.array([np.nan if value is None else float(value) for value in values], np.float32)
    near = np.float32(1) - np.minimum(np.abs(numbers[:, None] - numbers[None]) / np.float32(apart), 1)
    return np.where(np.isnan(near), NEUTRAL, near)


def _few_in_common(lists):
    places: dict[str, int] = {}
    sets = [
        sorted({places.setdefault(key, len(places)) for word in words if (key := word_key(word))}) for words in lists
    ]
    listed = np.zeros((len(sets), max(len(places), 1)), np.float32)
    for row, columns in zip(listed, sets, strict=True):
        row[columns] = 1
    common, counts = listed @ listed.T, listed.sum(1)
    either = counts[:, None] + counts[None] - common
    known = (counts > 0)[:, None] & (counts > 0)[None]
    return np.where(known, 1 - common / np.maximum(either, 1), NEUTRAL).astype(np.float32)


def _not_met(people):
    places = {key_of(key): place for place, person in enumerate(people) for key in (person.id, person.email) if key}
    apart = np.ones((len(people), len(people)), np.float32)
    for place, person in enumerate(people):
        for other in person.met:
            if (at := places.get(key_of(other))) is not None:
                apart[place, at] = apart[at, place] = 0
    return apart
