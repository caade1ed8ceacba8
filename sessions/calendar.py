"""The calendar attachment of an invitation, its changes and its cancellation (RFC 5545, RFC 5546).

Calendars recognize a session by its UID: it stays the same for the session's life, and SEQUENCE rises by one with
every change of time, place or state, the cancellation included. Nothing that a member wrote belongs in here.
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

PRODUCT = "-//Colloquy//Sessions//EN"
STATUS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_UID = re.compile(r"[A-Za-z0-9@._:+-]{1,200}")
_ADDRESS = re.compile(r"[^\s@<>\"\\,;:\x00-\x1f\x7f-\x9f]+@[^\s@<>\"\\,;:\x00-\x1f\x7f-\x9f]+")
_URL = re.compile(r"[!-~]+")

Who = tuple[str, str]


def session_invitation(
    *,
    uid: str,
    sequence: int,
    method: str,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    place: str,
    url: str,
    organizer: Who,
    attendee: Who,
    description: str,
    stamp: datetime,
) -> bytes:
    """Return the bytes of one attendee's calendar attachment, method REQUEST or CANCEL.

    The times are given as wall time in ``zone`` with its definition beside them, so they stay right where clocks
    change. Organizer and attendee are (name, address). Raises ValueError on what no calendar could hold.
    """
    if method not in STATUS:
        raise ValueError(f"The method of an invitation is REQUEST or CANCEL, not {method!r}.")
    if not _UID.fullmatch(uid):
        raise ValueError(f"{uid!r} cannot be the id of a calendar entry.")
    if sequence < 0:
        raise ValueError("The sequence of a calendar entry starts at 0.")
    if any(moment.tzinfo is None for moment in (starts_at, ends_at, stamp)):
        raise ValueError("A calendar entry needs moments with a time zone.")
    if ends_at <= starts_at:
        raise ValueError("A session ends after it starts.")
    if zone not in available_timezones():
        raise ValueError(f"{zone!r} is not a time zone.")

    wall = UTC if zone in {"UTC", "Etc/UTC"} else ZoneInfo(zone)
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", stamp.astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(wall))
    event.add("dtend", ends_at.astimezone(wall))
    event.add("summary", one_line(title))
    event.add("status", STATUS[method])
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    if place := one_line(place):
        event.add("location", place)
    if url:
        event.add("url", web_address(url))
    if description := several_lines(description):
        event.add("description", description)
    event.add("organizer", address(organizer))
    guest = address(attendee)
    guest.params["cutype"] = vText("INDIVIDUAL")
    guest.params["role"] = vText("REQ-PARTICIPANT")
    if method == "REQUEST":
        guest.params["partstat"] = vText("NEEDS-ACTION")
        guest.params["rsvp"] = vText("TRUE")
    event.add("attendee", guest, encode=0)

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    # Long enough to hold the changes of clocks before and after, short enough to keep the definition small.
    calendar.add_missing_timezones(
        first_date=(starts_at - timedelta(days=200)).date(), last_date=(ends_at + timedelta(days=200)).date()
    )
    for definition in calendar.timezones:
        set_onsets_right(definition)
    return calendar.to_ical()


def set_onsets_right(definition: Timezone) -> None:
    """Give each change of clocks in the wall time that it ends (RFC 5545, 3.6.5).

    icalendar gives a change forward in the wall time that it begins: an hour late for who goes by the definition.
    """
    for observance in definition.subcomponents:
        forward = observance.TZOFFSETTO - observance.TZOFFSETFROM
        if forward > timedelta():
            observance.DTSTART -= forward
            if later := observance.pop("rdate", None):
                observance.add("rdate", [change.dt - forward for change in later.dts])


def one_line(text: str) -> str:
    """Text without line breaks and controls: a title cannot smuggle in a property."""
    return " ".join(_CONTROL.sub(" ", text).split())


def several_lines(text: str) -> str:
    """Text with plain line breaks and no other controls."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _CONTROL_BUT_LINES.sub(" ", lines).strip()


def address(who: Who) -> vCalAddress:
    name, email = who
    if not _ADDRESS.fullmatch(email):
        raise ValueError(f"{email!r} is not an e-mail address.")
    value = vCalAddress(f"mailto:{email}")
    # A parameter cannot hold quotation marks (RFC 5545, 3.1).
    if name := one_line(name).replace('"', "'"):
        value.params["cn"] = vText(name)
    return value


def web_address(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not _URL.fullmatch(url):
        raise ValueError(f"{url!r} is not a web address.")
    return url
