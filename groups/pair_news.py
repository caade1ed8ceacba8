"""What a pair's page says of it: apps above say whose turn it is, and this app shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from groups.models import Membership

_tellers: list[Callable] = []


@dataclass(frozen=True)
class News:
    """One sentence, and the page to go on."""

    title: str
    url: str
    label: str


def register(tell: Callable[[Membership], News | None]) -> None:
    """Have ``tell(membership)`` say what waits in this pair, to one of the two."""
    _tellers.append(tell)


def news_for(membership: Membership) -> list[News]:
    return [news for tell in _tellers if (news := tell(membership))]
