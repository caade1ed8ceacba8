"""Rosters made from groups that keep every hard rule, so that a solution is known to exist; and tight ones."""

import random
from dataclasses import replace

from groups.formation import Candidate
from groups.formation.week import can_meet

ZONES = (
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Europe/London", "Europe/Berlin", "Asia/Dubai",
    "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
SIZES = [(3, 4, 5), (4, 5, 6), (4, 6, 8), (2, 2, 3), (5, 6, 7)]  # for tight rosters
LANGUAGES = ("en", "de", "fr", "es", "pt", "zh")


def planted(count, size, seed):
    """So many people for whom a solution with groups of about ``size`` exists under every rule."""
    chance = random.Random(seed)
    number = max(1, round(count / size))
    teams = max(size + 3, number)
    people = []
    for group in range(number):
        seats = count // number + (group < count % number)
        low, language = chance.randint(1, 5), chance.choice((*LANGUAGES, *["en"] * 6))
        zones = meeting_zones(chance, seats)
        for seat, team in enumerate(chance.sample(range(teams), seats)):
            people.append(somebody(chance, f"{group:03}-{seat}", team, low, language, zones[seat]))
    made = {person.id: person for person in people}
    for _ in range(count):
        for rule in ("manager", "conflicts"):
            one, other = chance.sample(people, 2)
            if one.id[:3] != other.id[:3]:
                value = other.id if rule == "manager" else made[one.id].conflicts | {other.id}
                made[one.id] = replace(made[one.id], **{rule: value})
    people = list(made.values())
    chance.shuffle(people)
    return people


def meeting_zones(chance, seats):
    """Zones in which a meeting of two hours suits everybody."""
    while True:
        zones = [chance.choice(ZONES) for _ in range(seats)]
        if can_meet([Candidate(id=0, timezone=zone) for zone in zones], 2):
            return zones


def somebody(chance, name, team, low, language, zone):
    return Candidate(
        id=name,
        email=f"{name}@x.example",
        team=f"T{team}",
        level=low + chance.randint(0, 1),
        years=round(20 * chance.random(), 1),
        function=chance.choice("abcdef"),
        location=chance.choice("uvwxyz"),
        timezone=zone,
        gender=chance.choice("FM"),
        languages=(language, *chance.sample(LANGUAGES, chance.randint(0, 2))),
        goals=(chance.choice("klmno"),),
    )


def without_rules(people):
    """The same people with all that the score looks at and nothing that a hard rule does, but for their levels."""
    return [replace(person, team="", manager=None, conflicts=frozenset()) for person in people]


def tight(count, chance):
    """People with so many rules between them that often there is no way."""
    levels = chance.choice((2, 3, 5))
    return [
        Candidate(
            id=f"p{number}",
            team=f"T{chance.randint(0, count // 3)}" if chance.random() < 0.8 else "Finance",
            level=chance.randint(1, levels),
            timezone=chance.choice(ZONES),
            manager=f"p{chance.randint(0, 3)}" if chance.random() < 0.25 else None,
            conflicts=frozenset({f"p{chance.randint(0, count)}"}) if chance.random() < 0.3 else frozenset(),
            languages=tuple(chance.sample(["en", "de", "fr"], chance.randint(1, 2))) if chance.random() < 0.6 else (),
        )
        for number in range(count)
    ]
