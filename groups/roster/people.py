"""Compare the people of a roster with one another: twice there, reporting in circles, reporting outside."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from groups.roster.model import Notes, RosterRow, short

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ß": "ss"})


def compare_people(rows: list[RosterRow], notes: Notes) -> None:
    """Note who is there twice and which reporting lines make no sense."""
    _find_duplicates(rows, notes)
    _find_self_managed(rows, notes)
    _find_circles(rows, notes)


def facts_about(rows: list[RosterRow]) -> list[str]:
    """What is worth knowing and needs no correction."""
    known = {row.email for row in rows}
    outside = sum(bool(row.manager_email) and row.manager_email not in known for row in rows)
    facts = []
    if outside == 1:
        facts.append("1 person reports to someone who is not in this roster.")
    elif outside:
        facts.append(f"{outside:,} people report to someone who is not in this roster.")
    for column, what in (("team", "team"), ("level", "level"), ("timezone", "time zone")):
        missing = sum(getattr(row, column) in ("", None) for row in rows)
        if 0 < missing < len(rows):
            has = "has" if missing == 1 else "have"
            facts.append(f"{missing:,} of {len(rows):,} {has} no {what}; that keeps nobody out of a group.")
    return facts


def _find_duplicates(rows: list[RosterRow], notes: Notes) -> None:
    by_email: dict[str, list[RosterRow]] = defaultdict(list)
    by_name: dict[str, list[RosterRow]] = defaultdict(list)
    by_spelling: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        by_email[row.email].append(row)
        by_name[row.name.casefold()].append(row)
        by_spelling[spelling_key(row.name)].append(row)

    for email, same in by_email.items():
        if not email or len(same) == 1:
            continue
        message = f"{short(email)} is on {lines_of(same)}. Keep one of these lines."
        for row in same[1:]:
            notes.error("email_twice", message, line=row.line, column="email", value=email)
    for name, same in by_name.items():
        for row in same[1:] if name else ():
            if row.email != same[0].email:
                message = (
                    f"{short(row.name)} is also on line {same[0].line}, with another address. "
                    "Check that these are two people."
                )
                notes.warn("name_twice", message, line=row.line, column="name", value=row.name)
    for key, same in by_spelling.items():
        for row in same[1:] if key else ():
            if row.email != same[0].email and row.name.casefold() != same[0].name.casefold():
                message = (
                    f"{short(row.name)} is spelled nearly like {short(same[0].name)} on line {same[0].line}, with "
                    "another address. Check that these are two people."
                )
                notes.warn("name_nearly_twice", message, line=row.line, column="name", value=row.name)


def spelling_key(name: str) -> str:
    """What is left of a name whatever its accents, capitals, marks and the order of its words.

    Umlauts written out are the same (Jörg, Joerg), and so is a letter written twice (Philipp, Philip).
    """
    name = unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    words = sorted(re.findall(r"\w+", plain))
    return " ".join(re.sub(r"([^\W\d])\1+", r"\1", word) for word in words)


def _find_self_managed(rows: list[RosterRow], notes: Notes) -> None:
    for row in rows:
        if row.manager_email and row.manager_email == row.email:
            who = short(row.name) or short(row.email)
            message = f"{who} is named as their own manager. We leave the manager empty."
            notes.warn("own_manager", message, line=row.line, column="manager_email", value=row.manager_email)
            row.manager_email = ""


def _find_circles(rows: list[RosterRow], notes: Notes) -> None:
    """Each circle of managers once, at its first line."""
    people = {row.email: row for row in reversed(rows) if row.email}
    walks: dict[str, int] = {}
    for walk, row in enumerate(rows):
        email, path = row.email, []
        while email in people and email not in walks:
            walks[email] = walk
            path.append(email)
            email = people[email].manager_email
        if path and walks.get(email) == walk:
            circle = sorted((people[member] for member in path[path.index(email) :]), key=lambda person: person.line)
            message = (
                f"The people on {lines_of(circle)} are one another's managers in a circle. "
                "Check the manager column; nobody is put in a group with their own manager."
            )
            first = circle[0]
            notes.warn("manager_circle", message, line=first.line, column="manager_email", value=first.manager_email)


def lines_of(rows: Iterable[RosterRow]) -> str:
    """The lines of some rows in words: ``lines 3, 9 and 12``, the first five of many."""
    numbers = [str(row.line) for row in rows]
    if len(numbers) > 6:
        return f"lines {', '.join(numbers[:5])} and {len(numbers) - 5:,} more"
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else f"line {numbers[0]}"
