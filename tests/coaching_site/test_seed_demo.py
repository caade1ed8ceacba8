"""The command: when it makes the demonstration, when it refuses, and its calendar."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Person
from coaching_site.demo import story
from coaching_site.demo.days import days_ago, first_wall_time, on_a_weekday, time_is
from common.actor import acting_as
from common.fences import MEMBER
from sessions.selectors import next_session_for
from tests.factories import PersonFactory


@pytest.fixture
def embedded(settings):
    settings.COLLOQUY_EMBEDDED = True


def test_the_command_says_one_line_and_the_second_time_changes_nothing(db, embedded):
    first, second = StringIO(), StringIO()

    call_command("seed_demo", stdout=first)
    people = Person.objects.count()
    call_command("seed_demo", stdout=second)

    assert first.getvalue() == "The demonstration is made. Sign in as owner@demo.example with colloquy-demo.\n"
    assert second.getvalue() == "There is an organization already, so nothing was changed.\n"
    assert Person.objects.count() == people


def test_a_real_installation_is_refused(db, settings):
    settings.COLLOQUY_EMBEDDED = settings.DEBUG = False

    with pytest.raises(CommandError, match="not for a real installation"):
        call_command("seed_demo")

    assert not Person.objects.exists()


def test_an_address_that_is_taken_leaves_everything_as_it_was(db, embedded):
    PersonFactory(email="owner@demo.example")

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("seed_demo")

    assert Person.objects.count() == 1


def test_a_failure_half_way_leaves_nothing(db, embedded, monkeypatch):
    monkeypatch.setattr(story, "_the_forming_program", lambda *arguments: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("seed_demo")

    assert not Person.objects.exists()


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # a Sunday; the clocks of Berlin go forward in half an hour
        datetime(2026, 10, 24, 23, 59, tzinfo=UTC),  # they go back in the night
        datetime(2026, 2, 28, 13, 0, tzinfo=UTC),
    ],
)
def test_it_can_be_made_on_any_day(db, now):
    story.tell(now=now)

    own = Person.objects.get(email="member@demo.example")
    with acting_as(MEMBER, person=own):
        session = next_session_for(own, now)
    assert timedelta(hours=24) < session.starts_at - now < timedelta(hours=49)


def test_the_clock_is_right_again_after_a_day_of_the_demonstration():
    def fail_on_that_day():
        with time_is(datetime(2020, 1, 1, tzinfo=UTC)):
            raise ValueError(timezone.now().year)

    with pytest.raises(ValueError, match="2020"):
        fail_on_that_day()

    assert timezone.now().year > 2020


@pytest.mark.parametrize(
    ("day", "moved"), [(6, 6), (7, 6), (8, 9), (9, 9)], ids=["Friday", "Saturday", "Sunday", "Monday"]
)
def test_sessions_of_other_weeks_are_on_working_days(day, moved):
    assert on_a_weekday(datetime(2026, 11, day, 15)) == datetime(2026, 11, moved, 15)


def test_a_session_that_must_lie_ahead_moves_to_monday():
    assert on_a_weekday(datetime(2026, 11, 7, 15), later=True) == datetime(2026, 11, 9, 15)


def test_first_wall_time_is_the_next_time_the_clock_shows_it():
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)  # 14:00 in Berlin

    assert [first_wall_time(noon, hour, "Europe/Berlin") for hour in (14, 15)] == [
        datetime(2026, 7, 2, 14), datetime(2026, 7, 1, 15),
    ]  # fmt: skip
    assert days_ago(noon, 1, 9) == datetime(2026, 6, 30, 9, tzinfo=UTC)
