"""Whose check-in partner one is in a month when the group rotates: a calculation only."""

from collections.abc import Sequence
from datetime import date


def month_number(day: date) -> int:
    """Months counted through, so that December is followed by January."""
    return day.year * 12 + day.month - 1


def partners_in(places: Sequence, month: int) -> list[tuple]:
    """Who goes with whom: round-robin, so that everybody meets everybody before anybody twice.

    The odd one out makes a three. Fewer than two make nothing.
    """
    if len(places) < 2:
        return []
    ring = [*places] if len(places) % 2 == 0 else [*places, None]
    turn = month % (len(ring) - 1)
    ring = [ring[0], *ring[len(ring) - turn :], *ring[1 : len(ring) - turn]]
    half = len(ring) // 2
    pairs = list(zip(ring[:half], reversed(ring[half:]), strict=True))
    whole = [pair for pair in pairs if None not in pair]
    for single in (one for pair in pairs if None in pair for one in pair if one is not None):
        whole[month % len(whole)] += (single,)
    return whole


def partners_of(place, places: Sequence, month: int) -> list:
    """The one or two who go with this one; none where it does not take part."""
    return [other for pair in partners_in(places, month) if place in pair for other in pair if other != place]
