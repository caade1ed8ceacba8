"""Why somebody has no place, in one sentence that gives no declared conflict away."""

from collections import Counter
from collections.abc import Sequence

from groups.formation.model import Candidate, Rules, in_words, listed, word_key
from groups.formation.rules import languages_in_common, names
from groups.formation.week import can_meet

KINDS = ("team", "line", "level", "language", "hours")


def why_unplaced(
    person: Candidate, people: Sequence[Candidate], groups: Sequence[Sequence[Candidate]], rules: Rules
) -> str:
    """Say which rules stand between this person and a group.

    Whoever is kept apart by a declared conflict is counted with the groups that are full.
    """
    if len(people) < rules.size_min:
        there = "There is only 1 person" if len(people) == 1 else f"There are only {len(people)} people"
        return f"{there}, and a group needs at least {rules.size_min}."

    if not groups:
        obstacles = Counter(obstacle(person, [other], rules) for other in people if other.id != person.id)
        told = listed(_about_people(kind, obstacles[kind], person, rules) for kind in KINDS if obstacles[kind])
        because = f": {told}" if told else ""
        return f"Too few others may share a group with {person.label}{because}. A group needs {rules.size_min}."

    obstacles = Counter(obstacle(person, group, rules) for group in groups)
    if set(obstacles) == {""} and not sizes_add_up(len(people), rules):
        return (
            f"All groups are full: {len(people)} people do not split into groups of "
            f"{rules.size_min} to {rules.size_max}."
        )
    if len(obstacles) == 1:
        which = {1: "The only group", 2: "Both groups"}.get(len(groups), f"All {len(groups)} groups")
        return f"{which} {_about_groups(*obstacles.popitem(), person)}."
    told = [
        f"{in_words(obstacles[kind])} {_about_groups(kind, obstacles[kind], person)}"
        for kind in (*KINDS, "")
        if obstacles[kind]
    ]
    return f"Of the {len(groups)} groups, {listed(told)}."


def sizes_add_up(count: int, rules: Rules) -> bool:
    """Whether so many people split into groups within the bounds at all."""
    return -(-count // rules.size_max) <= count // rules.size_min


def obstacle(person: Candidate, group: Sequence[Candidate], rules: Rules) -> str:
    """The first rule that keeps somebody out of a group, or nothing that may be told."""
    if word_key(person.team) and any(word_key(person.team) == word_key(other.team) for other in group):
        return "team"
    if any(names(person.manager, other) or names(other.manager, person) for other in group):
        return "line"
    levels = [other.level for other in group if other.level is not None]
    if rules.level_band is not None and person.level is not None and levels:
        reach = max(*levels, person.level) - min(*levels, person.level)
        if reach > rules.level_band:
            return "level"
    if rules.one_language and not languages_in_common([person, *group]):
        return "language"
    if rules.hours and not can_meet([person, *group], rules.hours):
        return "hours"
    return ""


def _about_people(kind: str, count: int, person: Candidate, rules: Rules) -> str:
    is_are = "is" if count == 1 else "are"
    number = in_words(count)
    if kind == "team":
        return f"{number} {is_are} in {person.team.strip()} too"
    if kind == "line":
        return f"{number} {'has' if count == 1 else 'have'} a reporting line with them"
    if kind == "language":
        return f"{number} {is_are} without a language in common with them"
    if kind == "hours":
        return f"{number} {is_are} never free for long enough when they are"
    return f"{number} {is_are} too far from level {person.level}"


def _about_groups(kind: str, count: int, person: Candidate) -> str:
    has = "has" if count == 1 else "have"
    is_are = "is" if count == 1 else "are"
    return {
        "team": f"already {has} somebody from {person.team.strip()}",
        "line": f"{has} their manager or somebody who reports to them",
        "level": f"{is_are} too far from level {person.level}",
        "language": f"{has} no language in common with them",
        "hours": f"{is_are} never free for long enough when they are",
        "": f"{is_are} full or cannot take them",
    }[kind]
