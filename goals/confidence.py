"""The small picture of one's confidence over the weeks: a column for each check-in, drawn on the server."""

from dataclasses import dataclass
from datetime import date

HIGHEST = 10
COLUMN = 14  # units of the picture from one column to the next
HEIGHT = 60
LEAST = 2  # a confidence of 0 is a line, not a gap


@dataclass(frozen=True)
class Column:
    """One check-in: its day, its number from 0 to 10, and where its column stands."""

    on: date
    value: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Picture:
    """Columns from the oldest to the newest, in a box of ``width`` by ``height``."""

    columns: tuple[Column, ...]
    width: int
    height: int = HEIGHT

    @property
    def first(self):
        return self.columns[0]

    @property
    def last(self):
        return self.columns[-1]


def picture_of(points: list[tuple[date, int]]) -> Picture | None:
    """The picture of (day, confidence) pairs, oldest first; None for fewer than two, which are no course yet."""
    if len(points) < 2:
        return None
    columns = []
    for number, (on, value) in enumerate(points):
        height = LEAST + value * (HEIGHT - LEAST) // HIGHEST
        columns.append(Column(on=on, value=value, x=number * COLUMN, y=HEIGHT - height, height=height))
    return Picture(columns=tuple(columns), width=len(columns) * COLUMN)
