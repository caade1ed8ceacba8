"""The picture of progress: everything inside the box, in order, with room for weeks without."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from goals.pictures import GAP, KEPT, LET_GO, MOVED, picture_of, small_picture_of

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
CONFIDENCE = st.lists(st.tuples(DAYS, st.integers(0, 10)), max_size=40)
READINGS = st.lists(st.tuples(DAYS, st.integers(-3, 3)), max_size=20)
COUNTS = st.integers(0, 9)
STEPS = st.lists(st.tuples(DAYS, COUNTS, COUNTS, COUNTS), max_size=30)
MONDAY = date(2027, 2, 1)


def rows_of(picture):
    return [row for row in (picture.confidence, picture.readings) if row]


@given(CONFIDENCE, READINGS, STEPS)
def test_everything_stands_inside_the_box(confidence, readings, steps):
    picture = picture_of(confidence=confidence, readings=readings, steps=steps)
    if picture is None:
        assert not confidence
        assert not readings
        assert not any(sum(counts) for _day, *counts in steps)
        return

    for row in rows_of(picture):
        assert all(picture.left <= dot.x <= picture.right for dot in row.dots)
        assert all(row.rules[-1].y <= dot.y <= row.rules[0].y for dot in row.dots)
        assert 0 < row.name_y < row.rules[-1].y < row.rules[0].y < picture.height
    if picture.steps:
        for week in picture.steps.weeks:
            assert all(mark.x >= 0 and mark.x + picture.steps.size <= picture.width for mark in week.marks)
            assert all(picture.steps.name_y < mark.y < picture.steps.base_y for mark in week.marks)
            assert picture.steps.name_y < week.more_y < picture.steps.base_y < picture.height


@given(CONFIDENCE, READINGS, STEPS)
def test_rows_do_not_lie_on_one_another(confidence, readings, steps):
    picture = picture_of(confidence=confidence, readings=readings, steps=steps)
    edges = []
    for row in rows_of(picture) if picture else []:
        edges += [row.name_y, row.rules[-1].y, row.rules[0].y]
    if picture and picture.steps:
        edges += [picture.steps.name_y, picture.steps.base_y]

    assert edges == sorted(edges)


@given(CONFIDENCE)
def test_later_stands_further_on_and_higher_is_more(confidence):
    picture = picture_of(confidence=confidence)
    dots = picture.confidence.dots if picture else ()

    assert sorted((dot.on, dot.value) for dot in dots) == sorted(confidence)
    for one, next_one in zip(dots, dots[1:], strict=False):
        assert one.on <= next_one.on
        assert (one.x < next_one.x) == (one.on < next_one.on) or (next_one.on - one.on).days < 4
    for one in dots:
        for other in dots:
            assert (one.y < other.y) == (one.value > other.value)


@given(STEPS)
def test_each_step_is_a_mark_or_counted(steps):
    picture = picture_of(confidence=[], steps=steps)
    weeks = picture.steps.weeks if picture else ()

    assert [week.on for week in weeks] == sorted({day - timedelta(days=day.weekday()) for day, *c in steps if sum(c)})
    assert sum(len(week.marks) + week.more for week in weeks) == sum(sum(counts) for _day, *counts in steps)
    assert sum(week.kept for week in weeks) == sum(kept for _day, kept, *_rest in steps)


@given(CONFIDENCE)
def test_the_line_joins_neighbors_and_breaks_at_a_long_silence(confidence):
    picture = picture_of(confidence=confidence)
    dots = picture.confidence.dots if picture else ()
    joined = {tuple(pair) for path in (picture.confidence.paths if picture else ()) for pair in pairs(path.split())}

    wanted = {
        (f"{one.x},{one.y}", f"{other.x},{other.y}")
        for one, other in zip(dots, dots[1:], strict=False)
        if other.on - one.on <= GAP
    }
    assert joined == wanted


def pairs(points):
    return zip(points, points[1:], strict=False)


def test_a_week_without_keeps_its_room():
    xs = [
        dot.x
        for dot in picture_of(
            confidence=[(MONDAY, 3), (MONDAY + timedelta(7), 4), (MONDAY + timedelta(21), 5)]
        ).confidence.dots
    ]

    assert abs((xs[2] - xs[1]) - 2 * (xs[1] - xs[0])) <= 2


def test_one_point_is_a_dot_and_no_line():
    picture = picture_of(confidence=[(MONDAY, 7)])

    assert (len(picture.confidence.dots), picture.confidence.paths) == (1, ())
    assert picture.first_on == picture.last_on == MONDAY


def test_rows_without_data_are_not_drawn():
    picture = picture_of(confidence=[(MONDAY, 7)], steps=[(MONDAY, 0, 0, 0)])
    with_readings = picture_of(confidence=[(MONDAY, 7)], readings=[(MONDAY, -3)])

    assert (picture.readings, picture.steps) == (None, None)
    assert picture.height < with_readings.height
    assert picture_of(confidence=[]) is None


def test_marks_tell_what_became_of_a_step():
    (week,) = picture_of(confidence=[], steps=[(MONDAY, 2, 1, 1)]).steps.weeks

    assert [mark.kind for mark in week.marks] == [KEPT, KEPT, MOVED, LET_GO]
    assert len({mark.y for mark in week.marks}) == 4


@given(CONFIDENCE)
def test_the_small_picture_stands_inside_its_box(confidence):
    picture = small_picture_of(confidence)

    assert (picture is None) == (len(confidence) < 2)
    for dot in picture.dots if picture else ():
        assert 0 < dot.x < picture.width
        assert 0 < dot.y < picture.height


def test_what_different_people_say_is_not_joined_by_a_line():
    picture = picture_of(confidence=[(date(2027, 2, 1), 3), (date(2027, 2, 8), 4)], readings=[
        (date(2027, 2, 1), 1), (date(2027, 2, 1), -1), (date(2027, 2, 8), 2),
    ], steps=[])  # fmt: skip

    assert len(picture.confidence.paths) == 1
    assert (len(picture.readings.dots), picture.readings.paths) == (3, ())
