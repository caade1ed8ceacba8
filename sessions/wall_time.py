"""From a wall time and a zone to a moment. No Django in here."""

from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


class NoSuchZone(ValueError):
    """This machine knows no zone of that name."""


class NoSuchTime(ValueError):
    """The clocks of the zone go forward past this wall time; ``instead`` is what they show by then."""

    def __init__(self, wall: datetime, zone: str, instead: datetime):
        super().__init__(f"{wall:%H:%M} does not exist on {wall:%Y-%m-%d} in {zone}")
        self.wall, self.zone, self.instead = wall, zone, instead


def moment_of(wall: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which clocks in ``zone`` show ``wall``. Raises NoSuchZone and NoSuchTime.

    Where the clocks go back and show a time twice it is the first of the two, as in calendar files (RFC 5545).
    """
    if wall.tzinfo is not None:
        raise ValueError("A wall time has no zone of its own.")
    if zone not in known_zones():
        raise NoSuchZone(zone)
    local = ZoneInfo(zone)
    moment = wall.replace(tzinfo=local, fold=0).astimezone(UTC)
    shown = moment.astimezone(local).replace(tzinfo=None, fold=0)
    if shown != wall.replace(fold=0):
        raise NoSuchTime(wall, zone, shown)
    return moment


@cache
def known_zones() -> frozenset[str]:
    """The names of all zones; reading them walks a folder, so it is done once."""
    return frozenset(available_timezones())


def place_of(zone: str) -> str:
    """The place that a zone is named after: ``Berlin`` for ``Europe/Berlin``."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def other_zones(*zones: str, but: tzinfo) -> list[str]:
    """The names of these zones without repetition and without the reader's own."""
    return [zone for zone in dict.fromkeys(zones) if zone != str(but)]
