from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from goals.confidence import picture_of
from goals.due import step_reminder_at


@pytest.mark.parametrize(
    ("written_at", "zone", "at"),
    [
        (datetime(2027, 2, 1, 9, tzinfo=UTC), "UTC", datetime(2027, 2, 8, 8, tzinfo=UTC)),
        (datetime(2027, 2, 1, 9, tzinfo=UTC), "Pacific/Auckland", datetime(2027, 2, 7, 19, tzinfo=UTC)),
        (datetime(2027, 2, 1, 9, tzinfo=UTC), "Pacific/Pago_Pago", datetime(2027, 2, 8, 19, tzinfo=UTC)),
        # written on the day before: the morning of the day itself
        (datetime(2027, 2, 8, 15, tzinfo=UTC), "UTC", datetime(2027, 2, 9, 8, tzinfo=UTC)),
        # written on the day: nobody needs to be told
        (datetime(2027, 2, 9, 9, tzinfo=UTC), "UTC", None),
    ],
)
def test_a_step_due_on_the_ninth_is_told_in_the_morning_before_in_ones_own_zone(written_at, zone, at):
    assert step_reminder_at(due_on=date(2027, 2, 9), written_at=written_at, zone=ZoneInfo(zone)) == at


def test_one_number_is_no_course():
    assert picture_of([(date(2027, 2, 1), 5)]) is None


def test_the_picture_stands_on_its_ground_line_and_keeps_the_order():
    picture = picture_of([(date(2027, 2, 1), 0), (date(2027, 2, 8), 5), (date(2027, 2, 15), 10)])

    assert [column.height for column in picture.columns] == [2, 31, 60]
    assert {column.y + column.height for column in picture.columns} == {picture.height}
    assert (picture.first.value, picture.last.value, picture.width) == (0, 10, 42)
