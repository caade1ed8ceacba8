"""When reminders rest. Pure: no database, no clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WAKES = time(7)
RESTS = time(22)


def zone_named(name: str) -> ZoneInfo:
    """The zone with this name, or UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, OSError, ValueError):  # not there, a folder, not a name at all
        return ZoneInfo("UTC")


def end_of_rest(now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours in which ``now`` lies are over in ``zone``; None outside them."""
    local = now.astimezone(zone)
    if WAKES <= local.time() < RESTS:
        return None
    day = local.date() + timedelta(days=local.time() >= RESTS)
    return datetime.combine(day, WAKES, zone).astimezone(UTC)
