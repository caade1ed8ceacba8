"""The picture of progress over the weeks, worked out on the server: where each line, dot and mark of it stands.

Every position is a whole number of the picture's own units. Time runs from the Monday of the first week to the Sunday
of the last, so a week in which nothing happened keeps its room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 720
LEFT, RIGHT = 56, 14  # room for the numbers beside the scale, and for half a dot
HEAD = 44  # the name above each row
CONFIDENCE_HEIGHT, READINGS_HEIGHT = 190, 130
BETWEEN, FOOT = 26, 44
GAP = timedelta(days=21)  # over a longer silence no line is drawn, as if something were known of it
MOST_MARKS = 5  # of a week's steps; how many more there are is said by a number
LARGEST_MARK, SMALLEST_MARK = 18, 4
SMALL_WIDTH, SMALL_HEIGHT, SMALL_EDGE = 240, 56, 8

KEPT, MOVED, LET_GO = "kept", "moved", "let_go"


@dataclass(frozen=True)
class Dot:
    """One number of one day."""

    on: date
    value: int
    x: int
    y: int


@dataclass(frozen=True)
class Rule:
    """A line across the row, with its number."""

    value: int
    y: int


@dataclass(frozen=True)
class Row:
    """Numbers over time: dots from the oldest to the newest, joined by ``paths`` where no long silence lies between."""

    name_y: int
    rules: tuple[Rule, ...]
    dots: tuple[Dot, ...]
    paths: tuple[str, ...]

    @property
    def first(self):
        return self.dots[0]

    @property
    def last(self):
        return self.dots[-1]


@dataclass(frozen=True)
class Mark:
    """One step: what became of it, and where its mark stands."""

    kind: str
    x: int
    y: int


@dataclass(frozen=True)
class Week:
    """What became of the steps of one week, as numbers and as marks; ``more`` are counted only, at (x, more_y)."""

    on: date
    kept: int
    moved: int
    let_go: int
    x: int
    marks: tuple[Mark, ...]
    more: int
    more_y: int


@dataclass(frozen=True)
class Steps:
    """The weeks in which a step was kept, moved or let go."""

    name_y: int
    base_y: int
    size: int
    weeks: tuple[Week, ...]

    @property
    def kept(self):
        return sum(week.kept for week in self.weeks)

    @property
    def moved(self):
        return sum(week.moved for week in self.weeks)

    @property
    def let_go(self):
        return sum(week.let_go for week in self.weeks)


@dataclass(frozen=True)
class Picture:
    """Up to three rows over one course of weeks, in a box of ``width`` by ``height``; a row without data is None."""

    confidence: Row | None
    readings: Row | None
    steps: Steps | None
    first_on: date
    last_on: date
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT


@dataclass(frozen=True)
class SmallPicture:
    """Confidence alone, small enough for a margin: no scale, no names."""

    dots: tuple[Dot, ...]
    paths: tuple[str, ...]
    width: int = SMALL_WIDTH
    height: int = SMALL_HEIGHT


@dataclass(frozen=True)
class _Time:
    """Where a day stands between ``left`` and ``right``."""

    first_on: date
    last_on: date
    left: int
    right: int

    def x(self, day):
        span = (self.last_on - self.first_on).days
        return self.left + round((day - self.first_on).days * (self.right - self.left) / span)


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def picture_of(
    *,
    confidence: Sequence[tuple[date, int]],
    readings: Sequence[tuple[date, int]] = (),
    steps: Sequence[tuple[date, int, int, int]] = (),
) -> Picture | None:
    """The picture of (day, 0 to 10), (day, −3 to 3) and (week, kept, moved, let go); None when there is nothing.

    Rows without data are not drawn. Weeks are named by any of their days.
    """
    steps = [week for week in steps if sum(week[1:])]
    days = [day for day, *_rest in (*confidence, *readings, *steps)]
    if not days:
        return None
    time = _Time(monday(min(days)), monday(max(days)) + timedelta(days=6), LEFT, WIDTH - RIGHT)
    top, made = 0, {}
    for name, points, height, values in (
        ("confidence", confidence, CONFIDENCE_HEIGHT, (0, 5, 10)),
        ("readings", readings, READINGS_HEIGHT, (-3, 0, 3)),
    ):
        # a line would join what different people say
        made[name] = _row(points, values, time, top, height, is_joined=name == "confidence") if points else None
        top += HEAD + height + BETWEEN if points else 0
    made["steps"] = _steps(steps, time, top) if steps else None
    top = made["steps"].base_y + BETWEEN if steps else top
    return Picture(**made, first_on=min(days), last_on=max(days), height=top + FOOT)


def small_picture_of(confidence: Sequence[tuple[date, int]]) -> SmallPicture | None:
    """The course of (day, 0 to 10) in a box without words; None for fewer than two, which are no course yet."""
    if len(confidence) < 2:
        return None
    days = [day for day, _value in confidence]
    time = _Time(monday(min(days)), monday(max(days)) + timedelta(days=6), SMALL_EDGE, SMALL_WIDTH - SMALL_EDGE)
    dots = _dots(confidence, 0, 10, time, SMALL_EDGE, SMALL_HEIGHT - SMALL_EDGE)
    return SmallPicture(dots, _paths(dots))


def _row(points, values, time, top, height, *, is_joined):
    begin, end = top + HEAD, top + HEAD + height
    lowest, highest = values[0], values[-1]
    dots = _dots(points, lowest, highest, time, begin, end)
    rules = tuple(Rule(value, _y(value, lowest, highest, begin, end)) for value in values)
    return Row(name_y=top + HEAD // 2, rules=rules, dots=dots, paths=_paths(dots) if is_joined else ())


def _dots(points, lowest, highest, time, begin, end):
    inside = [(day, min(max(value, lowest), highest)) for day, value in sorted(points, key=lambda point: point[0])]
    return tuple(Dot(day, value, time.x(day), _y(value, lowest, highest, begin, end)) for day, value in inside)


def _y(value, lowest, highest, begin, end):
    return end - round((value - lowest) * (end - begin) / (highest - lowest))


def _paths(dots):
    """The dots in runs without a long silence, each as the points of one line; a lonely dot is no line."""
    runs = []
    for dot in dots:
        if runs and dot.on - runs[-1][-1].on <= GAP:
            runs[-1].append(dot)
        else:
            runs.append([dot])
    return tuple(" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1)


def _steps(steps, time, top):
    weeks = {}
    for day, *counts in steps:
        before = weeks.get(monday(day), (0, 0, 0))
        weeks[monday(day)] = tuple(map(sum, zip(before, counts, strict=True)))
    room = 7 * (time.right - time.left) // ((time.last_on - time.first_on).days + 1)
    size = max(SMALLEST_MARK, min(LARGEST_MARK, room - 3))
    base = top + HEAD + (size + 4) * (MOST_MARKS + 1)
    drawn = tuple(_week(on, counts, time, base, size) for on, counts in sorted(weeks.items()))
    return Steps(name_y=top + HEAD // 2, base_y=base, size=size, weeks=drawn)


def _week(on, counts, time, base, size):
    x = time.x(on + timedelta(days=3))
    kinds = [kind for kind, count in zip((KEPT, MOVED, LET_GO), counts, strict=True) for _one in range(count)]
    marks = tuple(
        Mark(kind, x - size // 2, base - (place + 1) * (size + 4)) for place, kind in enumerate(kinds[:MOST_MARKS])
    )
    kept, moved, let_go = counts
    more_y = base - MOST_MARKS * (size + 4) - 4
    return Week(on, kept, moved, let_go, x=x, marks=marks, more=len(kinds) - len(marks), more_y=more_y)
