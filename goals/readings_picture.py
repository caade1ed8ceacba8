"""Pictures of progress readings: the latest round as dots on a line, and the rounds beside one another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

LOWEST, HIGHEST = -3, 3
PLACE = 44  # units from one number to the next
DOT = 20  # and from one dot to the one above it
RADIUS = 8
LEAST_ROWS = 3
ROUND, STEP, MARGIN = 76, 22, 34  # width of a round, height of a number, room for the numbers
MOST_ROUNDS = 6


@dataclass(frozen=True)
class Dot:
    x: int
    y: int


@dataclass(frozen=True)
class Tick:
    """A number of the scale, as it is written, and where it stands."""

    label: str
    at: int
    is_zero: bool


@dataclass(frozen=True)
class DotPlot:
    """Each reading of one round as a dot above its number."""

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    width: int
    base: int
    height: int


@dataclass(frozen=True)
class Column:
    """One round: its dots, the mark of its median, and its day."""

    number: int
    on: date
    x: int
    dots: tuple[Dot, ...]
    median: str
    median_y: int


@dataclass(frozen=True)
class Trend:
    """Rounds from the oldest to the newest, each as a column of dots on the scale."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    width: int
    base: int
    height: int
    mark: int = 44  # the length of the mark of a median


def signed(value) -> str:
    """A number of the scale as it is written: with its sign, 0 without."""
    number = int(value) if value == int(value) else value
    return f"+{number}" if value > 0 else f"−{abs(number)}" if value < 0 else "0"


def written(values: Sequence[int]) -> tuple[str, str]:
    """Readings of one round, and their median, as they are written."""
    return ", ".join(signed(value) for value in sorted(values)), signed(median(values))


def dot_plot(values: Sequence[int]) -> DotPlot:
    """The dots of one round, equal readings above one another."""
    seen, dots = Counter(), []
    base = max(LEAST_ROWS, *Counter(values).values(), 0) * DOT + DOT // 2
    for value in sorted(values):
        dots.append(Dot(_place(value), base - DOT // 2 - seen[value] * DOT))
        seen[value] += 1
    ticks = tuple(Tick(signed(number), _place(number), number == 0) for number in range(LOWEST, HIGHEST + 1))
    return DotPlot(tuple(dots), ticks, width=7 * PLACE, base=base, height=base + 26)


def _place(value):
    return PLACE // 2 + (value - LOWEST) * PLACE


def trend(rounds: Sequence[tuple[int, date, Sequence[int]]]) -> Trend | None:
    """The latest rounds with readings, oldest first; None for fewer than two, which are no course yet."""
    given = [one for one in rounds if one[2]][-MOST_ROUNDS:]
    if len(given) < 2:
        return None
    columns = tuple(_column(place, *one) for place, one in enumerate(given))
    ticks = tuple(Tick(signed(number), _level(number), number == 0) for number in range(LOWEST, HIGHEST + 1))
    base = _level(LOWEST) + STEP // 2
    return Trend(columns, ticks, width=MARGIN + len(columns) * ROUND, base=base, height=base + 26)


def _column(place, number, on, values):
    x = MARGIN + place * ROUND + ROUND // 2
    count, seen, dots = Counter(values), Counter(), []
    for value in sorted(values):
        # equal ones stand side by side around the middle of their round
        gap = min(DOT, (ROUND - DOT) // max(1, count[value] - 1))
        dots.append(Dot(round(x + (seen[value] - (count[value] - 1) / 2) * gap), _level(value)))
        seen[value] += 1
    middle = median(values)
    return Column(number, on, x, tuple(dots), signed(middle), round(_level(middle)))


def _level(value):
    return round((HIGHEST - value) * STEP + STEP / 2)
