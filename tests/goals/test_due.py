from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from goals.due import asking_reminder_at, step_reminder_at
from goals.practice import days_to_keep

NINTH = date(2027, 2, 9)
LONG_AGO = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "before", "on"),
    [
        ("UTC", datetime(2027, 2, 8, 8, tzinfo=UTC), datetime(2027, 2, 9, 8, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 2, 7, 18, tzinfo=UTC), datetime(2027, 2, 8, 18, tzinfo=UTC)),  # UTC+14
        ("Etc/GMT+12", datetime(2027, 2, 8, 20, tzinfo=UTC), datetime(2027, 2, 9, 20, tzinfo=UTC)),  # UTC-12
    ],
)
def test_a_step_is_told_on_the_morning_before_and_of_its_day_in_ones_own_zone(zone, before, on):
    told = [
        step_reminder_at(due_on=NINTH, days_before=days, set_at=LONG_AGO, zone=ZoneInfo(zone)).astimezone(UTC)
        for days in (1, 0)
    ]

    assert told == [before, on]


def test_a_morning_is_eight_o_clock_on_both_sides_of_a_change_of_the_clocks():
    berlin = ZoneInfo("Europe/Berlin")  # summer time begins on 28 March 2027
    told = [
        step_reminder_at(due_on=date(2027, 3, 28), days_before=days, set_at=LONG_AGO, zone=berlin).astimezone(UTC)
        for days in (1, 0)
    ]

    assert told == [datetime(2027, 3, 27, 7, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("set_at", "told"),
    [
        (datetime(2027, 2, 8, 7, 59, tzinfo=UTC), [True, True]),
        (datetime(2027, 2, 8, 15, tzinfo=UTC), [False, True]),
        (datetime(2027, 2, 9, 9, tzinfo=UTC), [False, False]),
    ],
)
def test_nobody_is_told_what_they_have_just_decided(set_at, told):
    at = [step_reminder_at(due_on=NINTH, days_before=d, set_at=set_at, zone=ZoneInfo("UTC")) for d in (1, 0)]

    assert [moment is not None for moment in at] == told


@pytest.mark.parametrize(
    ("peer", "coachee", "at"),
    [
        ("UTC", "UTC", datetime(2027, 2, 10, 8, tzinfo=UTC)),
        ("Etc/GMT+12", "Pacific/Kiritimati", datetime(2027, 2, 10, 20, tzinfo=UTC)),
        # the coachee's day is over twelve hours after the ninth has ended in UTC
        ("Pacific/Kiritimati", "Etc/GMT+12", datetime(2027, 2, 10, 12, tzinfo=UTC)),
    ],
)
def test_a_peer_is_told_after_the_coachees_day_in_the_peers_morning(peer, coachee, at):
    told = asking_reminder_at(due_on=NINTH, zone=ZoneInfo(peer), coachee_zone=ZoneInfo(coachee))

    assert told.astimezone(UTC) == at


TUESDAY = NINTH  # 2027-02-09


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        ("daily", [3, 4, 5, 6, 7, 8, 9]),
        ("workdays", [3, 4, 5, 8, 9]),
        ("weekly", [5]),  # until a Friday
        ("", []),
    ],
)
def test_the_last_days_of_a_practice(rhythm, days):
    found = days_to_keep(rhythm=rhythm, since=date(2027, 1, 1), until=date(2027, 2, 26), today=TUESDAY)

    assert [day.day for day in found] == days


def test_a_practice_has_no_days_before_it_began_or_after_it_ended():
    assert days_to_keep(rhythm="daily", since=date(2027, 2, 7), until=date(2027, 2, 8), today=TUESDAY) == [
        date(2027, 2, 7), date(2027, 2, 8),
    ]  # fmt: skip
    assert days_to_keep(rhythm="daily", since=TUESDAY, until=date(2027, 2, 26), today=TUESDAY) == [TUESDAY]
