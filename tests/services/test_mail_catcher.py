"""The mail catcher keeps each message as a whole file and delivers to nobody."""

import smtplib

import pytest

from coaching_site.services.mail_catcher import start_mail_catcher

MESSAGE = "Subject: Session tomorrow\r\n\r\n.Grüße\r\n".encode()


@pytest.fixture
def catcher(folder):
    made = start_mail_catcher(folder / "mail")
    yield made
    made.stop()


def send(catcher, *, to):
    with smtplib.SMTP(catcher.host, catcher.port, timeout=10) as smtp:
        return smtp.sendmail("colloquy@localhost", to, MESSAGE)


def test_message_is_kept_as_it_came_with_its_envelope_on_top(catcher, folder):
    send(catcher, to=["amara@demo.example", "jonas@demo.example"])

    [kept] = (folder / "mail").iterdir()
    head = (
        b"Return-Path: <colloquy@localhost>\r\nDelivered-To: amara@demo.example\r\nDelivered-To: jonas@demo.example\r\n"
    )
    assert kept.read_bytes() == head + MESSAGE
    assert kept.suffix == ".eml"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_messages_are_named_in_the_order_in_which_they_came(catcher, folder):
    for name in ("first", "second", "third"):
        send(catcher, to=[f"{name}@demo.example"])

    kept = [path.read_bytes().split(b"\r\n")[1] for path in sorted((folder / "mail").iterdir())]
    assert kept == [f"Delivered-To: {name}@demo.example".encode() for name in ("first", "second", "third")]


def test_catcher_is_reached_from_this_machine_only(catcher):
    assert catcher.host == "127.0.0.1"


def test_restarted_catcher_keeps_its_port(catcher, folder):
    catcher.child.stop()
    catcher.child.start()

    send(catcher, to=["amara@demo.example"])

    assert len(list((folder / "mail").iterdir())) == 1
