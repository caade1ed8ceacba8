"""What is watched for in a session, and notes at its close: apps above say it, and this app's page shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from groups.models import Membership
from sessions.models import CoachingSession

_collectors: list[Callable] = []
_starts: list[Callable] = []


@dataclass(frozen=True)
class WatchedLine:
    """What one member wants the others to watch for; ``change_url`` and ``take_back_url`` while they may."""

    membership: Membership
    text: str
    change_url: str = ""
    take_back_url: str = ""


@dataclass(frozen=True)
class NoteTo:
    """One member to whom a note can be left, and whether the reader has left one."""

    membership: Membership
    url: str
    is_written: bool


@dataclass(frozen=True)
class Watching:
    """What the page of a session shows; ``name_url`` and ``close_url`` where the reader may go there now."""

    lines: list[WatchedLine]
    circle: str
    name_url: str
    close_url: str
    notes: list[NoteTo]


@dataclass(frozen=True)
class StartingText:
    """Words with which somebody may begin, and what they are called."""

    pk: UUID
    title: str
    text: str


def register(collect: Callable[..., Watching]) -> None:
    """Have ``collect(coaching_session, people, membership=…, now=…)`` say what is watched for in a session."""
    _collectors.append(collect)


def watching_in(
    coaching_session: CoachingSession, people: Sequence[Membership], *, membership: Membership, now: datetime
) -> list[Watching]:
    """What these apps say, for the reader; ``people`` are as ``people_of_session`` gives them."""
    return [collect(coaching_session, people, membership=membership, now=now) for collect in _collectors]


def register_start(collect: Callable[[Membership], list[StartingText]]) -> None:
    """Have ``collect(membership)`` offer words of the member's own to begin with."""
    _starts.append(collect)


def starting_texts(membership: Membership) -> list[StartingText]:
    """What the member may begin with when they name a behavior."""
    return [text for collect in _starts for text in collect(membership)]
