"""What may be typed about sessions, and in which words a rule answers."""

from datetime import datetime

import pytest
from django.utils import timezone

from sessions import services
from sessions.forms import AttendanceForm, ScheduleForm, WhenAndWhereForm, agenda_choices, refusal_in_words
from sessions.wall_time import NoSuchTime, NoSuchZone
from tests.factories import CoachingGroupFactory, CoachingSessionFactory, MembershipFactory

TYPED = {
    "title": "Session 2", "agenda": "group_120", "people": "6", "date": "2027-02-11", "time": "17:00",
    "timezone": "Europe/Berlin", "place": "Room 4", "video_url": "",
}  # fmt: skip


def schedule_form(**changes):
    return ScheduleForm({**TYPED, **changes}, group=CoachingGroupFactory.build(program=None, organization=None))


def test_a_valid_form_says_what_the_service_asks_for():
    form = schedule_form(video_url="video.example/room")

    assert form.is_valid(), form.errors
    assert form.plan() == {
        "title": "Session 2", "wall_time": datetime(2027, 2, 11, 17, 0), "zone": "Europe/Berlin", "place": "Room 4",
        "video_url": "https://video.example/room", "agenda_key": "group_120", "people": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 121),
        ("title", "a\x00b"),
        ("agenda", "pair_50"),
        ("agenda", ""),
        ("people", "1"),
        ("people", "13"),
        ("people", "six"),
        ("date", ""),
        ("date", "next week"),
        ("date", "2027-02-30"),
        ("date", "12027-02-11"),
        ("time", "25:00"),
        ("time", ""),
        ("timezone", "Mars/Olympus"),
        ("place", "x" * 201),
        ("video_url", "javascript:alert(1)"),
        ("video_url", "ftp://video.example/room"),
        ("video_url", "https://"),
        ("video_url", "https://video.example/" + "x" * 500),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(field, value):
    form = schedule_form(**{field: value})

    assert list(form.errors) == [field]
    assert form[field].value() == value


def test_the_readers_zone_plays_no_part():
    """A DateTimeField would read the time in the reader's own zone, and refuse what does not exist there."""
    with timezone.override("Europe/Berlin"):
        form = schedule_form(time="02:30", date="2027-03-28", timezone="UTC")

        assert form.is_valid()
        assert form.plan()["wall_time"] == datetime(2027, 3, 28, 2, 30)


@pytest.mark.parametrize(
    ("refusal", "field", "words"),
    [
        (
            NoSuchTime(datetime(2027, 3, 28, 2, 30), "Europe/Berlin", datetime(2027, 3, 28, 3, 30)),
            "time",
            "02:30 does not exist on that day in Berlin: the clocks go forward. Choose another time, such as 03:30.",
        ),
        (NoSuchZone("x"), "timezone", "We do not know this time zone. Choose one from the list."),
        (services.TimeHasPassed(), "date", "That time has passed. Choose one that is still ahead."),
        (services.AgendaDoesNotFit("“It” is for 3 to 12 people."), "people", "“It” is for 3 to 12 people."),
        (services.NothingChanged(), None, "Nothing was changed."),
    ],
)
def test_refusals_are_told_in_words(refusal, field, words):
    assert refusal_in_words(refusal) == (field, words)


@pytest.mark.parametrize(
    "refusal", [kind for kind in services.Refused.__subclasses__() if kind is not services.MeetsAlready]
)
def test_every_refusal_has_words(refusal):
    field, words = refusal_in_words(refusal("The agenda is for others."))

    assert words.endswith(".")
    assert field in (None, *ScheduleForm.base_fields)


def test_a_refusal_because_of_another_session_names_it(arranging):
    with arranging():
        other = CoachingSessionFactory()

    for refusal in (services.MeetsAlready(other), services.AlreadyScheduled(other)):
        assert refusal_in_words(refusal) == (
            "time", "Your group meets then already: Session 1, Tuesday 9 February, 16:00 (your time).",
        )  # fmt: skip


def test_a_mistake_of_ours_is_not_told_as_a_refusal():
    with pytest.raises(KeyError):
        refusal_in_words(KeyError("x"))


def test_a_refusal_about_a_field_that_the_form_lacks_stands_on_top():
    form = WhenAndWhereForm(TYPED)

    form.refuse(services.AgendaDoesNotFit("Too many."))

    assert form.non_field_errors() == ["Too many."]


@pytest.mark.parametrize(("kind", "keys"), [("group", ["group_120", "group_90"]), ("pair", ["pair_50"])])
def test_agendas_are_offered_for_the_kind_of_group(kind, keys):
    group = CoachingGroupFactory.build(program=None, organization=None, kind=kind)

    assert [key for key, _words in agenda_choices(group)] == keys


def test_attendance_form_takes_rows_one_by_one(arranging):
    with arranging():
        lin, amara = MembershipFactory.create_batch(2)
    for membership in (lin, amara):
        membership.presence = ""

    form = AttendanceForm({f"presence_{lin.pk}": "late", "presence_other": "absent"}, people=[lin, amara])

    assert form.is_valid()
    assert form.presences() == {lin: "late"}
    assert not AttendanceForm({f"presence_{lin.pk}": "sleeping"}, people=[lin, amara]).is_valid()
