"""When a person is reminded: calculations only."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

READING_RHYTHM = timedelta(days=42)
MORNING = time(8)
UNDO_FOR = timedelta(minutes=10)  # how long a close can be taken back
WEEKS = {"weekly": timedelta(days=7), "fortnightly": timedelta(days=14)}
AFTER_A_SESSION, BEFORE_A_SESSION = timedelta(days=3), timedelta(days=2)
# A check-in that has not come by then is missed; a partner hears of it then, where both agreed.
MISSED_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Rhythm:
    """How one person is asked: a rhythm, and a pause from its first to its last day."""

    rhythm: str = "weekly"
    paused_from: date | None = None
    paused_until: date | None = None

    def is_paused_on(self, day: date) -> bool:
        return self.paused_from is not None and self.paused_from <= day <= self.paused_until


def check_in_due_on(
    rhythm: Rhythm, *, reported_at: datetime, today: date, zone: tzinfo, after: datetime | None = None,
    before: datetime | None = None,
) -> date | None:  # fmt: skip
    """The day, in the person's zone, on which they are asked again; None when they are not.

    ``after`` is the end of the first session, and ``before`` the beginning of the first session, that bring a day to
    ask on since the last report. What came due in a pause that has begun is asked for on the day after it.
    """
    if rhythm.rhythm in WEEKS:
        due_on = reported_at.astimezone(zone).date() + WEEKS[rhythm.rhythm]
    elif rhythm.rhythm == "sessions":
        days = [
            at.astimezone(zone).date() + by for at, by in ((after, AFTER_A_SESSION), (before, -BEFORE_A_SESSION)) if at
        ]
        if not days:
            return None
        due_on = min(days)
    else:
        return None
    if rhythm.paused_from and rhythm.paused_from <= today:
        due_on = max(due_on, rhythm.paused_until + timedelta(days=1))
    return due_on


def morning_of(day: date, zone: tzinfo) -> datetime:
    """When people are asked on that day."""
    return datetime.combine(day, MORNING, tzinfo=zone)


def step_reminder_at(*, due_on: date, days_before: int, set_at: datetime, zone: tzinfo) -> datetime | None:
    """The morning, so many days before the step is due, in the coachee's zone.

    None when the day was chosen after that: nobody needs to be told what they have just decided.
    """
    at = morning_of(due_on - timedelta(days=days_before), zone)
    return at if set_at < at else None


def asking_reminder_at(*, due_on: date, zone: tzinfo, coachee_zone: tzinfo) -> datetime:
    """When the peer is told that the coachee would be glad to be asked: the morning after the day, in the peer's zone.

    Where the coachee's day is not over by then, when it is.
    """
    after = due_on + timedelta(days=1)
    return max(morning_of(after, zone), datetime.combine(after, time(0), tzinfo=coachee_zone))
