"""What becomes of a message when the mail server is away, refuses it, or when the message itself is broken."""

from datetime import timedelta

import pytest

from nudges import services
from nudges.kinds import Message
from tests.factories import NOW, PersonFactory
from tests.nudges.sending import MINUTE, send_all


def test_with_the_mail_server_away_nothing_is_lost(no_mail_server, sink, owed, row):
    first, second = owed(), owed()

    assert services.deliver(services.claim(now=NOW), now=NOW) is False
    assert (row(first).state, row(first).send_after, row(first).attempts) == ("pending", NOW + MINUTE, 1)
    assert (row(second).state, row(second).send_after, row(second).attempts) == ("pending", NOW, 0)  # not tried

    no_mail_server()
    send_all(NOW + MINUTE)
    assert sorted(sink.ids) == sorted([str(first), str(second)])


def test_the_delay_doubles_up_to_a_limit(no_mail_server, owed, row):
    pk, now, delays = owed(), NOW, []

    for _ in range(8):
        send_all(now)
        delays.append((row(pk).send_after - now) / MINUTE)
        now = row(pk).send_after

    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_server_that_is_away_for_days_uses_up_no_attempts(no_mail_server, sink, owed, row):
    pk, now = owed(), NOW
    while now < NOW + timedelta(days=2):
        send_all(now)
        now = row(pk).send_after

    no_mail_server()
    send_all(now)

    assert sink.ids == [str(pk)]


def test_what_could_not_be_sent_in_time_has_failed(no_mail_server, owed, state_of, row):
    pk = owed()
    send_all()

    send_all(NOW + timedelta(days=3, seconds=1))

    assert state_of(pk) == ("failed", "Too late. The mail server was away: ConnectionRefusedError")


def test_an_address_that_does_not_exist_fails_at_once_and_alone(sink, owed, arranging, state_of):
    with arranging():
        gone = PersonFactory(email="gone@example.com")
    sink.answers["gone@example.com"] = "550 5.1.1 No gone@example.com here"
    bad, good = owed(recipient=gone), owed()

    send_all()

    assert state_of(bad) == ("failed", "The mail server refused it: SMTPRecipientsRefused 550")
    assert state_of(good) == ("sent", "")


def test_a_full_mailbox_is_tried_again(sink, owed, arranging, state_of, row):
    with arranging():
        full = PersonFactory(email="full@example.com")
    sink.answers["full@example.com"] = "452 Mailbox full"
    pk = owed(recipient=full)

    send_all()
    assert state_of(pk) == ("pending", "The mail server did not take it: SMTPRecipientsRefused 452")
    assert row(pk).send_after == NOW + MINUTE

    sink.answers.clear()
    send_all(NOW + MINUTE)
    assert (len(sink.mails), state_of(pk)) == (1, ("sent", ""))


def test_a_mailbox_that_stays_full_fails_in_the_end(sink, owed, arranging, state_of, row):
    with arranging():
        full = PersonFactory(email="full@example.com")
    sink.answers["full@example.com"] = "452 Mailbox full"
    pk, now = owed(recipient=full), NOW

    while row(pk).state == "pending":
        send_all(now)
        now = row(pk).send_after

    assert state_of(pk) == ("failed", "The mail server did not take it: SMTPRecipientsRefused 452, 24 times")
    assert timedelta(hours=6) < now - NOW < timedelta(hours=24)


def test_a_connection_that_breaks_after_the_first_mail_is_made_again(sink, owed, row):
    first, second, third = owed(), owed(), owed()
    ids = services.claim(now=NOW)
    answers = iter(["", "hang up", ""])
    sink.before_taking = lambda: sink.answers.update(DATA=next(answers))

    assert services.deliver(ids, now=NOW) is True
    assert sink.ids == [str(first), str(third)]
    assert (row(second).state, row(second).send_after) == ("pending", NOW + MINUTE)


@pytest.mark.parametrize("fault", ["no such kind", "a mistake", "a forbidden column", "no template"])
def test_a_mistake_in_one_kind_leaves_the_others_alone(sink, owed, kind, row, fault):
    def build(nudge, now):
        if fault == "a mistake":
            return 1 / 0
        if fault == "a forbidden column":
            return nudge.recipient.password
        return Message()

    if fault != "no such kind":
        kind("nothing", build=build)
    bad, good = owed(kind="nothing"), owed()

    send_all()

    expected = {
        "no such kind": "KeyError", "a mistake": "ZeroDivisionError", "a forbidden column": "ProgrammingError",
        "no template": "TemplateDoesNotExist",
    }  # fmt: skip
    assert (row(bad).state, row(bad).reason) == ("pending", f"It could not be made: {expected[fault]}")
    assert row(good).state == "sent"


def test_an_address_that_cannot_be_written_fails(sink, owed, kind, state_of):
    kind("test_door", label="")
    pk = owed(recipient=None, email="two@lines\n.example", kind="test_door")

    send_all()

    assert state_of(pk) == ("failed", "The mail server refused it: No mail can be made of it: BadHeaderError")
