"""Groups from a roster file: what ``python -m groups.formation --roster`` does. No database, no Django."""

import re
from collections.abc import Mapping
from pathlib import Path

from groups.formation.model import Candidate, FormationError, PersonId, Proposal, Rules
from groups.roster import RosterReading, RosterRow, read_roster

MOST_TOLD = 20


def people_in(path: Path | str) -> tuple[list[Candidate], list[str]]:
    """The people of a roster, and what is odd in it, one sentence each.

    Raises FormationError with all that has to be corrected.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise FormationError(f"The file cannot be read: {error}") from error
    reading = read_roster(data, str(path))
    if reading.errors or not reading.rows:
        raise FormationError("\n".join(told(reading, reading.errors)))
    return [candidate(row) for row in reading.rows], [*told(reading, reading.warnings), *reading.facts]


def told(reading: RosterReading, problems) -> list[str]:
    """Problems as sentences, with their lines; not more than anybody reads."""
    lines = [f"Line {one.line}: {one.message}" if one.line else one.message for one in problems]
    more = [f"… and {len(lines) - MOST_TOLD} more."] if len(lines) > MOST_TOLD else []
    return lines[:MOST_TOLD] + more


def candidate(row: RosterRow, pk: PersonId | None = None) -> Candidate:
    """A line of a roster, or a participant, as formation sees them; without ``pk`` their id is their address.

    What a participant has ``told`` of themselves counts before what the roster says.
    """
    told = getattr(row, "told", None)
    return Candidate(
        id=pk or row.email,
        name=row.name,
        email=row.email.lower(),
        team=row.team,
        manager=row.manager_email or None,
        level=row.level,
        years=row.years_in_role,
        function=row.function,
        location=row.location,
        timezone=told and told.timezone or row.timezone,
        gender=row.gender,
        goals=tuple(told and told.topics or row.goals),
        languages=tuple(told and told.languages or row.languages),
        conflicts=told.apart if told else frozenset(),
        style=told.style if told else "",
        free=told.free if told else None,
    )


def sizes_in(text: str) -> tuple[int, int, int]:
    """``5-7`` or ``6`` as the smallest, planned and greatest size. Raises FormationError."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3})\s*)?", text)
    if not match:
        raise FormationError(f"“{text}” is not a size. Write it like 6, or 5-7.")
    least, most = int(match[1]), int(match[2] or match[1])
    if least > most:
        raise FormationError(f"“{text}” goes from greater to smaller. Write it like {most}-{least}.")
    return least, (least + most) // 2, most


def rules_from(size: str, hours: float, level_band: int | None) -> Rules:
    least, planned, most = sizes_in(size)
    return Rules(size_min=least, size_target=planned, size_max=most, hours=hours, level_band=level_band)


def answer_of(proposal: Proposal, seconds: float) -> Mapping[str, object]:
    """A proposal as plain data: groups of addresses, what is broken, who is left and why, and the score in parts."""
    return {
        "objective": round(proposal.score, 4),
        "seconds": seconds,
        "groups": [list(group.members) for group in proposal.groups],
        "violations": [violation.message for violation in proposal.broken],
        "unplaced": [one.id for one in proposal.unplaced],
        "why_unplaced": {one.id: one.why for one in proposal.unplaced},
        "conflict": proposal.conflict.text if proposal.conflict else None,
        "parts": dict(proposal.parts),
        "group_scores": [{"score": round(group.score, 2), **dict(group.parts)} for group in proposal.groups],
        "reasons": [[reason.text for reason in group.reasons] for group in proposal.groups],
        "ended_by": proposal.ended_by,
    }
