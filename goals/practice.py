"""The days of a practice: calculations only."""

from dataclasses import dataclass
from datetime import date, timedelta

LAST_DAYS = 7  # one can still say of today and of the six days before that one kept it
SATURDAY = 5


@dataclass(frozen=True)
class PracticeDay:
    """One day on which the practice is to be done, and whether it was."""

    on: date
    is_today: bool
    is_kept: bool


def is_day_of(rhythm: str, day: date, *, until: date) -> bool:
    """Whether the practice falls on this day; each week, on the weekday of its last day."""
    match rhythm:
        case "daily":
            return True
        case "workdays":
            return day.weekday() < SATURDAY
        case "weekly":
            return day.weekday() == until.weekday()
    return False


def days_to_keep(*, rhythm: str, since: date, until: date, today: date) -> list[date]:
    """The last days of a practice up to today, oldest first; none from before it began or after it ended."""
    days = (today - timedelta(days=back) for back in reversed(range(LAST_DAYS)))
    return [day for day in days if since <= day <= until and is_day_of(rhythm, day, until=until)]
