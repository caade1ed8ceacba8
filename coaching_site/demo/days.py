"""Days of the demonstration, counted from today, and the clock by which its rows are stamped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


@contextmanager
def time_is(moment: datetime) -> Iterator[None]:
    """Django's clock stands at ``moment``, so that rows written in the block carry it as their time of creation.

    Only a command that serves nobody may do this: the clock is that of the whole process.
    """
    real, timezone.now = timezone.now, lambda: moment
    try:
        yield
    finally:
        timezone.now = real


class Diary:
    """Acts with their moments; played in the order in which they happened."""

    def __init__(self):
        self._entries = []

    def add(self, moment: datetime, act: Callable, *arguments) -> None:
        """``act(moment, *arguments)`` is what happens then; of two at the same moment the first added comes first."""
        self._entries.append((moment, act, arguments))

    def play(self) -> None:
        for moment, act, arguments in sorted(self._entries, key=lambda entry: entry[0]):
            with time_is(moment):
                act(moment, *arguments)
        self._entries.clear()


def days_ago(now: datetime, days: float, hour: int = 9) -> datetime:
    """A moment of the day ``days`` before today; half days go by the clock."""
    if days != int(days):
        return now - timedelta(days=days)
    return datetime.combine(now.date() - timedelta(days=days), time(hour), UTC)


def first_wall_time(after: datetime, hour: int, zone: str) -> datetime:
    """The first time after a moment at which clocks in ``zone`` show this hour, as they show it."""
    local = after.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wall = datetime.combine(local.date(), time(hour))
    return wall if wall > local else wall + timedelta(days=1)


def on_a_weekday(wall: datetime, *, later: bool = False) -> datetime:
    """The same hour on the nearest working day, Friday for a Saturday and Monday for a Sunday; or on the next one."""
    return wall + timedelta(days={5: 2 if later else -1, 6: 1}.get(wall.weekday(), 0))
