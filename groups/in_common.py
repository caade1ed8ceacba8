"""What the members of a group have in common: apps above say it, and pages of groups and sessions show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from groups.models import Membership

_tellers: list[Callable] = []


@dataclass(frozen=True)
class InCommon:
    """What is shown before a group first meets: a few sentences, who reads it, and where one shares and reads more.

    ``share_url`` is empty for who has shared, and for who does not.
    """

    sentences: Sequence[str]
    circle: str
    url: str
    share_url: str
    is_before_first: bool


def register(tell: Callable[..., InCommon]) -> None:
    """Have ``tell(membership, facilitators=…, now=…)`` say what the members have in common, to one of the group."""
    _tellers.append(tell)


def in_common_for(membership: Membership, *, facilitators: Sequence[str] | None, now: datetime) -> list[InCommon]:
    """What these apps say; ``facilitators`` are names, None in a pair."""
    return [tell(membership, facilitators=facilitators, now=now) for tell in _tellers]
