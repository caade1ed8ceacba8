"""The mail as it arrives."""

from datetime import timedelta

import pytest

from nudges import services
from nudges.kinds import Message
from nudges.links import read_unsubscribe_token
from tests.factories import NOW, PersonFactory

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    + b"SUMMARY:Caf\xc3\xa9 "
    + b"x" * 40
    + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def received(sink, owed, arranging):
    """``received(…)`` owes and delivers one nudge and returns the mail and the nudge's id."""

    def send(**fields):
        with arranging():
            fields.setdefault("recipient", PersonFactory(name="Amara O'Neil", email="amara@example.com"))
        pk = owed(**fields)
        services.deliver(services.claim(now=NOW), now=NOW)
        (mail,) = sink.mails
        return mail, pk

    return send


def test_mail_names_its_row(received, settings):
    settings.COLLOQUY_SITE_URL = "https://colloquy.example.org:8443"

    mail, pk = received()

    assert mail["Message-ID"] == f"<{pk}@colloquy.example.org>"
    assert mail["X-Colloquy-Nudge"] == str(pk)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == "amara@example.com"


def test_subject_is_one_line_and_unescaped(received):
    mail, _ = received()

    assert mail["Subject"] == "Your session with Harbor's room, Amara O'Neil"


@pytest.mark.parametrize("body", ["plain", "html"])
def test_mail_tells_the_time_in_the_zone_of_its_reader(received, arranging, body):
    with arranging():
        recipient = PersonFactory(name="Lin", timezone="Asia/Tokyo")

    mail, _ = received(recipient=recipient)

    assert "18:00" in mail.get_body((body,)).get_content()


def test_text_is_not_escaped_and_html_is(received, arranging):
    with arranging():
        recipient = PersonFactory(name="Lin <b> O'Neil")

    mail, _ = received(recipient=recipient)

    assert "Lin <b> O'Neil: Harbor's room" in mail.get_body(("plain",)).get_content()
    assert "Lin &lt;b&gt; O'Neil" in mail.get_body(("html",)).get_content()


def test_html_has_its_styles_in_line_and_keeps_those_for_dark_screens(received):
    mail, _ = received()
    html = mail.get_body(("html",)).get_content()

    assert '<h1 class="title" style="' in html
    assert "prefers-color-scheme: dark" in html


def test_reminder_can_be_stopped_with_one_click(received, settings):
    mail, _ = received()
    link = mail["List-Unsubscribe"].strip()  # a long header may begin on its second line

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith(f"<{settings.COLLOQUY_SITE_URL}/mail/stop/")
    assert read_unsubscribe_token(link.removesuffix("/>").rsplit("/", 1)[1]) == ("amara@example.com", "test_reminder")
    assert link.strip("<>") in mail.get_body(("plain",)).get_content()
    assert link.strip("<>") in mail.get_body(("html",)).get_content()


def test_link_to_stop_is_written_plainly(received, sink):
    """Mail programs look for an address in angle brackets, not for an encoded word."""
    mail, _ = received()

    assert f"\r\n {mail['List-Unsubscribe'].strip()}\r\n".encode() in sink.raw


def test_needed_mail_cannot_be_stopped(received, kind):
    kind("test_door", label="")

    mail, _ = received(kind="test_door")

    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None
    assert "/mail/stop/" not in mail.as_string()


def test_somebody_without_an_account_gets_mail_at_the_invited_address(received, kind):
    kind("test_door", label="")

    mail, _ = received(kind="test_door", recipient=None, email="new@example.com")

    assert mail["To"] == "new@example.com"


@pytest.mark.parametrize("file", [CALENDAR, CALENDAR.decode()])
def test_calendar_comes_once_as_an_alternative_with_its_method(received, kind, file):
    kind("test_door", label="", build=lambda nudge, now: Message({"at": NOW}, calendar=(file, "REQUEST")))

    mail, _ = received(kind="test_door")
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    assert [part["Content-Type"].params["method"] for part in parts] == ["REQUEST"]
    assert parts[0].get_content().encode().split() == CALENDAR.split()


def test_build_is_asked_with_the_recipient_and_now(received, kind):
    asked = []
    kind(
        "test_door",
        label="",
        build=lambda nudge, now: asked.append((nudge.recipient.name, nudge.context, now)) or Message({"at": NOW}),
    )

    received(kind="test_door", context={"session": "1"}, send_after=NOW - timedelta(hours=1))

    assert asked == [("Amara O'Neil", {"session": "1"}, NOW)]
