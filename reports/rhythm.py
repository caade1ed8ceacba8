"""How many people keep a rhythm, so coarse that nobody stands alone: calculations only.

``docs/decisions/0026-a-rhythm-is-told-in-bands.md`` has the cases that this answers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

LEAST = 5  # people on either side of what is said
STEP = 5
OFTEN = 2  # check-ins in the month that make a rhythm


@dataclass(frozen=True)
class Bands:
    """Of ``people_from`` to ``people_to`` people ``keepers_from`` to ``keepers_to`` kept a rhythm."""

    keepers_from: int
    people_from: int

    @property
    def keepers_to(self):
        return self.keepers_from + STEP - 1

    @property
    def people_to(self):
        return self.people_from + STEP - 1


def bands_of(*, people: int, keepers: int) -> Bands | None:
    """What may be said; None unless at least ``LEAST`` do and at least ``LEAST`` do not."""
    if keepers < LEAST or people - keepers < LEAST:
        return None
    return Bands(keepers_from=keepers // STEP * STEP, people_from=people // STEP * STEP)


def last_month(now: datetime) -> tuple[datetime, datetime]:
    """When the last complete calendar month began and ended, in UTC: one and the same for every program."""
    end = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begin = end.replace(year=end.year - 1, month=12) if end.month == 1 else end.replace(month=end.month - 1)
    return begin, end
