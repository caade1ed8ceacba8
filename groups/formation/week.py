"""Hours in common: a week as the bits of an integer, one for each half hour in UTC, in winter and in summer.

Clocks change twice a year, and not everywhere. So each person has two weeks, one around 15 January and one around 15
July, and a group needs its hours in both; the hour at which it meets may move with the clocks.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from math import ceil
from zoneinfo import ZoneInfo

from groups.formation.model import Candidate

SLOTS = 7 * 48
ALWAYS = (1 << SLOTS) - 1
WAKING = frozenset(24 * day + hour for day in range(7) for hour in range(7, 22))
HALVES = (1, 7)


@cache
def is_zone(name: str) -> bool:
    """Whether this names a time zone."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True


@cache
def _quarters_ahead(zone: str, month: int) -> int:
    moment = datetime(datetime.now(UTC).year, month, 15, tzinfo=UTC)
    return moment.astimezone(ZoneInfo(zone)).utcoffset() // timedelta(minutes=15)


def _free(zone: str, free: frozenset[int] | None, month: int) -> int:
    """A half hour is free when both its quarters are, by the person's own clock; who has no zone is always free."""
    if not zone or not is_zone(zone):
        return ALWAYS
    hours = WAKING if free is None else free
    ahead = _quarters_ahead(zone, month)
    bits = 0
    for slot in range(SLOTS):
        first = (2 * slot + ahead) % (2 * SLOTS)
        if first // 4 in hours and (first + 1) % (2 * SLOTS) // 4 in hours:
            bits |= 1 << slot
    return bits


def free_weeks(person: Candidate) -> tuple[int, int]:
    """Free half hours in winter and in summer."""
    return _weeks(person.timezone, person.free)


@lru_cache(maxsize=20_000)
def _weeks(zone: str, free: frozenset[int] | None) -> tuple[int, int]:
    return _free(zone, free, HALVES[0]), _free(zone, free, HALVES[1])


@lru_cache(maxsize=20_000)
def beginnings(bits: int, hours: float) -> int:
    """The half hours from which so many hours in one piece are free. The week goes round.

    What these have in common for several people is when all of them are free for so long.
    """
    found = bits
    for later in range(1, ceil(2 * hours)):
        found &= (bits >> later) | (bits << (SLOTS - later) & ALWAYS)
    return found


def common_weeks(group: Iterable[Candidate]) -> tuple[int, int]:
    """The half hours that all of a group have free, in winter and in summer."""
    winter = summer = ALWAYS
    for person in group:
        own = free_weeks(person)
        winter &= own[0]
        summer &= own[1]
    return winter, summer


def can_meet(group: Iterable[Candidate], hours: float) -> bool:
    """Whether so many hours in one piece are free for all, in both halves of the year."""
    return all(beginnings(bits, hours) for bits in common_weeks(group))


def common_hours(group: Iterable[Candidate]) -> float:
    """Hours a week that all have free, in the half of the year in which there are fewer."""
    return min(bits.bit_count() for bits in common_weeks(group)) / 2


def common_by_clock(group: Iterable[Candidate], zone: str) -> int:
    """The half hours, on the clock of ``zone``, that all of a group have free in winter and in summer alike."""
    common = ALWAYS
    for bits, month in zip(common_weeks(group), HALVES, strict=True):
        ahead = _quarters_ahead(zone if is_zone(zone) else "UTC", month) // 2 % SLOTS
        common &= (bits << ahead | bits >> (SLOTS - ahead)) & ALWAYS
    return common


def runs_in(bits: int) -> list[tuple[int, int, int]]:
    """Half hours in one piece: the day from 0 (Monday), the first, and the one after the last, from 0 to 48."""
    runs = []
    for day in range(7):
        begin = None
        for slot in range(49):
            is_free = slot < 48 and bits >> (48 * day + slot) & 1
            if is_free and begin is None:
                begin = slot
            elif not is_free and begin is not None:
                runs.append((day, begin, slot))
                begin = None
    return runs
