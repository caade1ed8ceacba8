from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
import vobject
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from sessions import calendar as calendar_module
from sessions.calendar import session_invitation

BERLIN = ZoneInfo("Europe/Berlin")


def invitation(**changes):
    values = {
        "uid": "0199-4f@colloquy.example",
        "sequence": 0,
        "method": "REQUEST",
        "title": "Your session with Harbor",
        "starts_at": datetime(2027, 2, 9, 16, tzinfo=BERLIN),
        "ends_at": datetime(2027, 2, 9, 18, tzinfo=BERLIN),
        "zone": "Europe/Berlin",
        "place": "Room 4; second floor, left",
        "url": "https://colloquy.example/groups/1/sessions/2/",
        "organizer": ("Jonas Lindqvist", "jonas@x.example"),
        "attendee": ("Amara Okafor", "amara@x.example"),
        "description": "See the agenda in Colloquy.\nSay whether you come.",
        "stamp": datetime(2027, 1, 20, 9, 30, tzinfo=UTC),
    } | changes
    if "starts_at" in changes and "ends_at" not in changes:
        values["ends_at"] = values["starts_at"] + timedelta(hours=2)
    return session_invitation(**values)


def parsed(data):
    calendar = vobject.readOne(data.decode())
    calendar.validate(raiseException=True)
    return calendar


def as_written(data):
    """The zone as its definition in the file has it, without any knowledge of zones from elsewhere."""
    (definition,) = Calendar.from_ical(data).timezones
    text = "BEGIN:VCALENDAR\r\n" + definition.to_ical().decode() + "END:VCALENDAR\r\n"
    return tz.tzical(StringIO(text)).get()


def test_an_invitation_holds_what_it_was_given():
    calendar = parsed(invitation(sequence=3))

    event = calendar.vevent
    assert (calendar.method.value, calendar.version.value) == ("REQUEST", "2.0")
    assert (event.uid.value, event.sequence.value, event.status.value) == ("0199-4f@colloquy.example", "3", "CONFIRMED")
    assert event.summary.value == "Your session with Harbor"
    assert event.location.value == "Room 4; second floor, left"
    assert event.url.value == "https://colloquy.example/groups/1/sessions/2/"
    assert event.description.value == "See the agenda in Colloquy.\nSay whether you come."
    assert event.dtstamp.value == datetime(2027, 1, 20, 9, 30, tzinfo=UTC)
    assert (event.organizer.value, event.organizer.params["CN"]) == ("mailto:jonas@x.example", ["Jonas Lindqvist"])
    assert event.attendee.value == "mailto:amara@x.example"
    assert event.attendee.params == {
        "CN": ["Amara Okafor"],
        "CUTYPE": ["INDIVIDUAL"],
        "ROLE": ["REQ-PARTICIPANT"],
        "PARTSTAT": ["NEEDS-ACTION"],
        "RSVP": ["TRUE"],
    }


def test_a_cancellation_has_the_same_id_and_says_so():
    calendar = parsed(invitation(method="CANCEL", sequence=4))

    event = calendar.vevent
    assert (calendar.method.value, event.status.value) == ("CANCEL", "CANCELLED")
    assert (event.uid.value, event.sequence.value) == ("0199-4f@colloquy.example", "4")
    assert "RSVP" not in event.attendee.params


def test_the_same_input_gives_the_same_bytes():
    assert invitation() == invitation()


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Berlin", (2027, 3, 23, 16), (2027, 3, 23, 15)),
        ("Europe/Berlin", (2027, 3, 30, 16), (2027, 3, 30, 14)),
        ("Europe/Berlin", (2027, 3, 28, 3, 30), (2027, 3, 28, 1, 30)),
        ("Europe/Berlin", (2027, 3, 28, 1, 30), (2027, 3, 28, 0, 30)),
        ("Europe/Berlin", (2027, 10, 31, 12), (2027, 10, 31, 11)),
        ("America/New_York", (2027, 3, 14, 9), (2027, 3, 14, 13)),
        ("Australia/Sydney", (2027, 4, 3, 9), (2027, 4, 2, 22)),
        ("Australia/Sydney", (2027, 4, 4, 9), (2027, 4, 3, 23)),
        ("Australia/Lord_Howe", (2027, 10, 3, 9), (2027, 10, 2, 22)),
        ("Africa/Casablanca", (2027, 3, 1, 9), (2027, 3, 1, 9)),
        ("Asia/Calcutta", (2027, 6, 1, 9), (2027, 6, 1, 3, 30)),
        ("America/Phoenix", (2027, 7, 1, 9), (2027, 7, 1, 16)),
    ],
)
def test_wall_time_and_definition_name_the_right_moment(zone, wall, utc):
    starts_at = datetime(*utc, tzinfo=UTC)

    data = invitation(zone=zone, starts_at=starts_at)

    text = data.decode()
    assert f"DTSTART;TZID={zone}:{datetime(*wall):%Y%m%dT%H%M%S}" in text
    assert datetime(*wall, tzinfo=as_written(data)).astimezone(UTC) == starts_at


def disagreements(zone):
    """Half hours within five months of a session at which its definition has another offset than the zone.

    Each onset is a wall time of the offset that ends there, as RFC 5545 defines it.
    """
    day = datetime(2027, 3, 1, tzinfo=UTC)
    (definition,) = Calendar.from_ical(invitation(zone=zone, starts_at=day)).timezones
    onsets = sorted(
        ((start - observance.TZOFFSETFROM).replace(tzinfo=UTC), observance.TZOFFSETTO)
        for observance in definition.subcomponents
        for start in (observance.DTSTART, *(change.dt for change in getattr(observance.get("rdate"), "dts", ())))
    )
    moments = [day + timedelta(minutes=30 * step) for step in range(-48 * 150, 48 * 150)]
    written = {moment: [offset for onset, offset in onsets if onset <= moment][-1] for moment in moments}
    return [moment for moment in moments if moment.astimezone(ZoneInfo(zone)).utcoffset() != written[moment]]


ZONES_THAT_CHANGE = ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"]


@pytest.mark.parametrize("zone", ZONES_THAT_CHANGE)
def test_the_definition_agrees_with_the_zone_around_every_change_of_clocks(zone):
    assert disagreements(zone) == []


def test_the_agreement_can_fail(monkeypatch):
    monkeypatch.setattr(calendar_module, "set_onsets_right", lambda definition: None)

    wrong = {zone: len(disagreements(zone)) for zone in ZONES_THAT_CHANGE}

    # An hour, or half an hour on Lord Howe Island, for each change forward within the window.
    assert wrong == {"Europe/Berlin": 2, "America/Santiago": 0, "Australia/Lord_Howe": 1, "Africa/Casablanca": 2}


def test_utc_needs_no_definition():
    text = invitation(zone="UTC", starts_at=datetime(2027, 2, 9, 16, tzinfo=UTC)).decode()

    assert "DTSTART:20270209T160000Z" in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize("zone", sorted(available_timezones() - {"Factory", "localtime"})[::9])
def test_every_zone_can_be_written(zone):
    data = invitation(zone=zone, starts_at=datetime(2027, 2, 9, 16, tzinfo=UTC))

    event = Calendar.from_ical(data).events[0]
    assert event.start.astimezone(UTC) == datetime(2027, 2, 9, 16, tzinfo=UTC)
    assert Calendar.from_ical(data).get_missing_tzids() == set()


@pytest.mark.parametrize(
    "title", ["Zoë’s session · 会議室 🪑", "Séance: Überblick, teil 2; \\n", "x" * 300, "会" * 100, "Ángel " * 40]
)
def test_titles_in_any_script_come_back_whole_and_folded(title):
    data = invitation(title=title, attendee=(title, "amara@x.example"))

    event = Calendar.from_ical(data).events[0]
    assert str(event["summary"]) == title.strip()
    assert str(event["attendee"].params["CN"]) == title.strip()
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert data.replace(b"\r\n", b"").find(b"\n") == -1


@pytest.mark.parametrize(
    "poison",
    [
        "x\r\nATTENDEE:mailto:eve@x.example",
        "x\nEND:VEVENT",
        "x\rSTATUS:CANCELLED",
        "x\u2028URL:http://eve",
        "x\x00\x1b",
    ],
)
@pytest.mark.parametrize("field", ["title", "place", "description", "organizer", "attendee"])
def test_no_text_can_smuggle_in_a_property(field, poison):
    clean = invitation(**{field: ("x", "a@x.example") if field in ("organizer", "attendee") else "x"})

    data = invitation(**{field: (poison, "a@x.example") if field in ("organizer", "attendee") else poison})

    names = [
        [name for name, _value in part.property_items()]
        for part in (Calendar.from_ical(clean), Calendar.from_ical(data))
    ]
    assert names[0] == names[1]
    assert [c for c in data.decode() if ord(c) < 32 and c not in "\r\n"] == []


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=60))
def test_any_text_gives_one_event_with_the_same_properties(title, description, name):
    data = invitation(title=title, description=description + ".", place="x", attendee=(name, "a@x.example"))

    (event,) = Calendar.from_ical(data).events
    assert sorted(event) == sorted(Calendar.from_ical(invitation()).events[0])
    assert event["uid"] == "0199-4f@colloquy.example"
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_what_is_empty_is_left_out():
    event = Calendar.from_ical(invitation(place=" ", url="", description="", attendee=("", "amara@x.example"))).events[
        0
    ]

    assert {"location", "url", "description"} & {name.lower() for name in event} == set()
    assert "CN" not in event["attendee"].params


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUBLISH"},
        {"sequence": -1},
        {"uid": "a\r\nb"},
        {"uid": ""},
        {"zone": "Mars/Olympus"},
        {"zone": "../etc/passwd"},
        {"starts_at": datetime(2027, 2, 9, 16)},
        {"stamp": datetime(2027, 2, 9, 16)},
        {"ends_at": datetime(2027, 2, 9, 16, tzinfo=BERLIN)},
        {"url": "javascript:alert(1)"},
        {"url": "https://x.example/\r\nATTENDEE:mailto:eve@x.example"},
        {"url": "https://x.example/a b"},
        {"attendee": ("Amara", "amara@x.example\r\nX-EVIL:1")},
        {"attendee": ("Amara", "amara@x.example,eve@x.example")},
        {"organizer": ("Jonas", "jonas")},
    ],
)
def test_what_no_calendar_could_hold_is_refused(changes):
    with pytest.raises(ValueError):
        invitation(**changes)
