from datetime import UTC, datetime

import pytest

from nudges.hours import end_of_rest, zone_named


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("UTC", (2027, 2, 8, 6, 59), (2027, 2, 8, 7)),
        ("UTC", (2027, 2, 8, 7, 0), None),
        ("UTC", (2027, 2, 8, 21, 59), None),
        ("UTC", (2027, 2, 8, 22, 0), (2027, 2, 9, 7)),
        ("UTC", (2027, 2, 8, 0, 0), (2027, 2, 8, 7)),
        ("America/New_York", (2027, 2, 8, 9, 0), (2027, 2, 8, 12)),  # 4 in the morning there
        ("Asia/Calcutta", (2027, 2, 8, 17, 0), (2027, 2, 9, 1, 30)),  # half past ten in the evening there
        ("Europe/Berlin", (2027, 3, 27, 22, 0), (2027, 3, 28, 5)),  # the night in which clocks go forward
        ("Europe/Berlin", (2027, 10, 30, 22, 0), (2027, 10, 31, 6)),  # and back
    ],
)
def test_reminders_rest_from_ten_to_seven(zone, now, until):
    end = end_of_rest(datetime(*now, tzinfo=UTC), zone_named(zone))

    assert end == (until and datetime(*until, tzinfo=UTC))


@pytest.mark.parametrize("name", ["", "Atlantis/Center", "../etc/passwd", "/etc/localtime", "Europe"])
def test_unknown_zone_is_utc(name):
    assert zone_named(name).key == "UTC"
