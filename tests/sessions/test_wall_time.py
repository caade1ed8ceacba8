"""From a wall time and a zone to a moment."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sessions.wall_time import NoSuchTime, NoSuchZone, moment_of, other_zones, place_of


@pytest.mark.parametrize(
    ("wall", "zone", "moment"),
    [
        (datetime(2027, 2, 9, 16, 0), "Europe/Berlin", datetime(2027, 2, 9, 15, 0, tzinfo=UTC)),
        (datetime(2027, 7, 9, 16, 0), "Europe/Berlin", datetime(2027, 7, 9, 14, 0, tzinfo=UTC)),
        (datetime(2027, 2, 9, 16, 0), "Asia/Calcutta", datetime(2027, 2, 9, 10, 30, tzinfo=UTC)),
        (datetime(2027, 2, 9, 16, 0), "UTC", datetime(2027, 2, 9, 16, 0, tzinfo=UTC)),
        # Shown twice that night, and meant the first time
        (datetime(2027, 10, 31, 2, 30), "Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, 30, fold=1), "Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        # The edges of the hour that is left out
        (datetime(2027, 3, 28, 1, 59), "Europe/Berlin", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (datetime(2027, 3, 28, 3, 0), "Europe/Berlin", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
)
def test_moment_of_a_wall_time(wall, zone, moment):
    assert moment_of(wall, zone) == moment


@pytest.mark.parametrize(
    ("wall", "zone", "instead"),
    [
        (datetime(2027, 3, 28, 2, 0), "Europe/Berlin", datetime(2027, 3, 28, 3, 0)),
        (datetime(2027, 3, 28, 2, 59), "Europe/Berlin", datetime(2027, 3, 28, 3, 59)),
        (datetime(2027, 10, 3, 2, 10), "Australia/Lord_Howe", datetime(2027, 10, 3, 2, 40)),  # half an hour only
    ],
)
def test_moment_of_refuses_a_time_that_the_clocks_leave_out(wall, zone, instead):
    with pytest.raises(NoSuchTime) as refusal:
        moment_of(wall, zone)

    assert refusal.value.instead == instead


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "europe/berlin"])
def test_moment_of_refuses_a_zone_that_nobody_knows(zone):
    with pytest.raises(NoSuchZone):
        moment_of(datetime(2027, 2, 9, 16, 0), zone)


def test_moment_of_wants_a_naive_time():
    with pytest.raises(ValueError, match="zone of its own"):
        moment_of(datetime(2027, 2, 9, 16, 0, tzinfo=UTC), "UTC")


def test_other_zones_leaves_out_the_readers_own_and_repetitions():
    zones = ("Europe/Berlin", "America/New_York", "Europe/Berlin")

    assert other_zones(*zones, but=ZoneInfo("America/New_York")) == ["Europe/Berlin"]


def test_place_of_a_zone():
    assert [place_of("America/New_York"), place_of("UTC")] == ["New York", "UTC"]
