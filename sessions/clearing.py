"""Clearing the air before a session: apps above say what waits, and the session's page shows where to go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from groups.models import Membership
from sessions.models import CoachingSession

SHOWN_FOR = timedelta(days=7)  # after a session
_tellers: list[Callable] = []


@dataclass(frozen=True)
class Clearing:
    """How many flags of others wait for the reader, where they are, and where the reader raises one, if they may."""

    waiting: int
    url: str
    raise_url: str


def register(tell: Callable[[Membership], Clearing]) -> None:
    """Have ``tell(membership)`` say what waits in the group, to one who reads it."""
    _tellers.append(tell)


def clearing_for(membership: Membership, coaching_session: CoachingSession, *, now: datetime) -> list[Clearing]:
    """What these apps say, until a week after a session that stands."""
    if coaching_session.cancelled_at or now >= coaching_session.ends_at + SHOWN_FOR:
        return []
    return [tell(membership) for tell in _tellers]
