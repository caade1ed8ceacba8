"""Why there is no way to group these people: the fewest rules that cannot be kept together, in words.

A rule is one team, the people of one manager, the level band, the languages, the hours, or the declared conflicts as
one, which name nobody. Rules are left out one by one as long as it stays impossible without them; what is left is
minimal: without any one of them there is a way, or none was disproved.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from groups.formation.exact import TooMany, every_way
from groups.formation.model import Candidate, Conflict, Rules, key_of, listed, word_key
from groups.formation.rules import apart_masks, hours_in_words, names, shared_bits

MOST_PEOPLE = 40  # for whom every way is tried

Running = Callable[[], bool]


class Item(NamedTuple):
    """One rule: whom it concerns, in words, and how people look without it."""

    kind: str
    people: tuple[int, ...]
    text: str


def why_impossible(
    people: Sequence[Candidate], rules: Rules, find: Callable[[Sequence[Candidate], Rules], bool], running: Running
) -> Conflict | None:
    """The fewest rules that leave no way for all of these people, or None where that is not proved.

    ``find(people, rules)`` is a quick search: whether it placed everybody.
    """
    count = len(people)
    if count and -(-count // rules.size_max) > count // rules.size_min:
        return Conflict(sizes_in_words(count, rules), ("size",), ())
    kept = fewest_rules(people, rules, find, running)
    return None if kept is None else _told(kept, people, rules)


def fewest_rules(
    people: Sequence[Candidate], rules: Rules, find: Callable[[Sequence[Candidate], Rules], bool], running: Running
) -> list[Item] | None:
    """Rules that leave no way, none of them to spare; None where it is not proved that there is none."""
    items = items_of(people, rules)
    most = len(people) // rules.size_min
    if crowds := [item for item in items if item.kind == "team" and len(item.people) > most]:
        return [max(crowds, key=lambda item: len(item.people))]  # each of them needs a group of their own
    if len(people) > MOST_PEOPLE or not _is_disproved(items, items, people, rules, find):
        return None
    kept = list(items)
    for item in sorted(items, key=lambda item: (item.kind == "team", len(item.people))):
        if not running():
            break
        rest = [other for other in kept if other is not item]
        if _is_disproved(rest, items, people, rules, find):
            kept = rest
    return kept


def sizes_in_words(count: int, rules: Rules) -> str:
    """Why so many people cannot be split, whoever they are."""
    if count < rules.size_min:
        there = "There is only 1 person" if count == 1 else f"There are only {count} people"
        return f"{there}, and a group needs at least {rules.size_min}."
    return f"{count} people do not split into groups of {rules.size_min} to {rules.size_max}."


def items_of(people: Sequence[Candidate], rules: Rules) -> list[Item]:
    """Every rule that concerns somebody here."""
    items: list[Item] = []
    teams: dict[str, list[int]] = defaultdict(list)
    for at, person in enumerate(people):
        if team := word_key(person.team):
            teams[team].append(at)
    items += [
        Item("team", tuple(same), f"{len(same)} people are from {people[same[0]].team.strip()}")
        for same in teams.values()
        if len(same) > 1
    ]
    for at, manager in enumerate(people):
        reports = tuple(other for other, person in enumerate(people) if other != at and names(person.manager, manager))
        if reports:
            verb = "1 person reports" if len(reports) == 1 else f"{len(reports)} people report"
            items.append(Item("line", (at, *reports), f"{verb} to {manager.label}"))
    if any(person.conflicts for person in people):
        items.append(Item("conflict", (), "some people are to be kept apart"))
    if rules.level_band is not None:
        band = f"levels in a group differ by at most {rules.level_band}"
        items.append(Item("level", (), band if rules.level_band else "all of a group are at one level"))
    if rules.one_language:
        items.append(Item("language", (), "a group needs a language that all list"))
    if rules.hours:
        items.append(Item("hours", (), f"a group needs {hours_in_words(rules.hours)} in one piece that suit all"))
    return items


def under(kept: Sequence[Item], people: Sequence[Candidate], rules: Rules) -> tuple[list[Candidate], Rules]:
    """People and rules when only these rules hold."""
    kinds = {item.kind for item in kept}
    in_team = {at for item in kept if item.kind == "team" for at in item.people}
    managers = {
        key_of(key)
        for item in kept
        if item.kind == "line"
        for key in (people[item.people[0]].id, people[item.people[0]].email)
        if key
    }
    changed = [
        replace(
            person,
            team=person.team if at in in_team else "",
            manager=person.manager if person.manager and key_of(person.manager) in managers else None,
            conflicts=person.conflicts if "conflict" in kinds else frozenset(),
        )
        for at, person in enumerate(people)
    ]
    return changed, replace(
        rules,
        level_band=rules.level_band if "level" in kinds else None,
        one_language="language" in kinds,
        hours=rules.hours if "hours" in kinds else 0,
    )


def _is_disproved(kept, items, people, rules, find) -> bool:
    """Whether it is certain that there is no way under these rules alone."""
    changed, only = (people, rules) if len(kept) == len(items) else under(kept, people, rules)
    if len(kept) != len(items) and find(changed, only):
        return False
    try:
        masks, shared = apart_masks(changed, only), shared_bits(changed, only)
        return every_way(masks, shared, rules.size_min, rules.size_max) is None
    except TooMany:
        return False


def _told(kept: Sequence[Item], people: Sequence[Candidate], rules: Rules) -> Conflict:
    count = len(people)
    most = count // rules.size_min
    groups = "there is 1 group" if most == 1 else f"there are {most} groups"
    size = f"{count} people, {rules.size_min} or more in each"
    if len(kept) == 1 and kept[0].kind == "team":
        text = f"{kept[0].text} and {groups} at most ({size})."
    else:
        told = listed(item.text for item in kept)
        text = f"{told[:1].upper()}{told[1:]}: these leave no way, as {groups} at most ({size})."
    concerned = sorted({at for item in kept for at in item.people})
    return Conflict(text, tuple(item.kind for item in kept), tuple(people[at].id for at in concerned))
