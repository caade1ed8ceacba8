"""When a person is reminded: calculations only."""

from datetime import date, datetime, time, timedelta, tzinfo

RHYTHM = timedelta(days=7)
MORNING = time(8)
UNDO_FOR = timedelta(minutes=10)  # how long a close can be taken back


def step_reminder_at(*, due_on: date, days_before: int, set_at: datetime, zone: tzinfo) -> datetime | None:
    """The morning, so many days before the step is due, in the coachee's zone.

    None when the day was chosen after that: nobody needs to be told what they have just decided.
    """
    at = _morning(due_on - timedelta(days=days_before), zone)
    return at if set_at < at else None


def asking_reminder_at(*, due_on: date, zone: tzinfo, coachee_zone: tzinfo) -> datetime:
    """When the peer is told that the coachee would be glad to be asked: the morning after the day, in the peer's zone.

    Where the coachee's day is not over by then, when it is.
    """
    after = due_on + timedelta(days=1)
    return max(_morning(after, zone), datetime.combine(after, time(0), tzinfo=coachee_zone))


def _morning(day, zone):
    return datetime.combine(day, MORNING, tzinfo=zone)
