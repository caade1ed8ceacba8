"""When a person is reminded: calculations only."""

from datetime import date, datetime, time, timedelta, tzinfo

RHYTHM = timedelta(days=7)
MORNING = time(8)


def step_reminder_at(*, due_on: date, written_at: datetime, zone: tzinfo) -> datetime | None:
    """The morning of the day before, in the person's zone; of the day itself for a step written after that.

    None for a step written even later: nobody needs to be told what they have just decided.
    """
    for day in (due_on - timedelta(days=1), due_on):
        morning = datetime.combine(day, MORNING, tzinfo=zone)
        if written_at < morning:
            return morning
    return None
