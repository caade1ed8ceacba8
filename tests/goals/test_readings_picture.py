"""Pictures of readings: where each dot stands."""

from datetime import date

import pytest

from goals.readings_picture import dot_plot, signed, trend, written


def test_equal_readings_stand_above_one_another():
    plot = dot_plot([2, -1, 2, 2, 0])

    by_place = {}
    for dot in plot.dots:
        by_place.setdefault(dot.x, []).append(dot.y)
    assert [len(ys) for _, ys in sorted(by_place.items())] == [1, 1, 3]
    assert sorted(by_place[max(by_place)]) == [plot.base - 50, plot.base - 30, plot.base - 10]
    assert all(0 < dot.x < plot.width and 0 < dot.y < plot.base for dot in plot.dots)


def test_the_line_stands_at_no_change():
    plot = dot_plot([0])

    (zero,) = [tick for tick in plot.ticks if tick.is_zero]
    assert (zero.at, zero.label) == (plot.dots[0].x, "0")
    assert [tick.label for tick in plot.ticks] == ["−3", "−2", "−1", "0", "+1", "+2", "+3"]


@pytest.mark.parametrize("count", [1, 7, 12])
def test_a_column_never_leaves_the_picture(count):
    plot = dot_plot([3] * count)

    assert min(dot.y for dot in plot.dots) > 0


def test_one_round_is_no_course_and_an_unanswered_one_is_none():
    on = date(2027, 2, 8)

    assert trend([(1, on, [1, 2])]) is None
    assert trend([(1, on, [1, 2]), (2, on, [])]) is None


def test_rounds_stand_from_the_oldest_to_the_newest_with_the_middle_of_each():
    rounds = [(number, date(2027, number, 1), [number - 3, 1, 3]) for number in range(1, 9)]

    picture = trend(rounds)

    assert [column.number for column in picture.columns] == [3, 4, 5, 6, 7, 8]
    assert [column.median for column in picture.columns] == ["+1", "+1", "+2", "+3", "+3", "+3"]
    assert [column.x for column in picture.columns] == sorted(column.x for column in picture.columns)
    assert all(0 < dot.x < picture.width for column in picture.columns for dot in column.dots)


def test_equal_readings_of_a_round_stand_side_by_side():
    picture = trend([(1, date(2027, 1, 1), [1, 1, 1]), (2, date(2027, 2, 1), [2])])

    assert len({dot.x for dot in picture.columns[0].dots}) == 3
    assert len({dot.y for dot in picture.columns[0].dots}) == 1


def test_numbers_are_written_with_their_sign():
    assert [signed(value) for value in (-3, 0, 2, 0.5, -1.5)] == ["−3", "0", "+2", "+0.5", "−1.5"]
    assert written([2, -1]) == ("−1, +2", "+0.5")
