"""The soft wishes as numbers: how well two people, and a group, go together."""

from collections.abc import Sequence
from itertools import combinations

from groups.formation.model import Candidate, Rules, word_key

# So many years apart in the role count as entirely different.
YEARS_APART = 10
LEVELS_APART = 3
NEUTRAL = 0.5


def pair_scores(people: Sequence[Candidate], rules: Rules) -> list[list[float]]:
    """For every two people how well they go together, from 0 to 1. What is missing counts half."""
    weights = rules.weights
    total = weights.total
    words = [
        (weights.function / total, [word_key(person.function) for person in people]),
        (weights.location / total, [word_key(person.location) for person in people]),
        (weights.gender / total, [word_key(person.gender) for person in people]),
    ]
    nearness = [
        (weights.level / total, LEVELS_APART, [person.level for person in people]),
        (weights.years / total, YEARS_APART, [None if p.years is None else float(p.years) for p in people]),
    ]
    goals = [frozenset(filter(None, map(word_key, person.goals))) for person in people]
    goals_weight = weights.goals / total

    scores = [[0.0] * len(people) for _ in people]
    for i, row in enumerate(scores):
        for j in range(i):
            score = 0.0
            for weight, values in words:
                one, other = values[i], values[j]
                score += weight * (NEUTRAL if not one or not other else one != other)
            for weight, apart, values in nearness:
                one, other = values[i], values[j]
                if one is None or other is None:
                    score += weight * NEUTRAL
                elif (distance := abs(one - other)) < apart:
                    score += weight * (1 - distance / apart)
            one, other = goals[i], goals[j]
            if one and other:
                common = len(one & other)
                score += goals_weight * (1 - common / (len(one) + len(other) - common))
            else:
                score += goals_weight * NEUTRAL
            row[j] = scores[j][i] = score
    return scores


def group_score(members: Sequence[int], scores: Sequence[Sequence[float]]) -> float:
    """The mean over all pairs of a group, from 0 to 100."""
    pairs = len(members) * (len(members) - 1) // 2
    return 100 * sum(scores[i][j] for i, j in combinations(members, 2)) / pairs if pairs else 0.0
