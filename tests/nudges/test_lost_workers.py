"""What becomes of a message whose worker was lost while it was being sent."""

import pytest

from nudges import services
from nudges.services import STUCK_AFTER
from nudges.transport import MailTransport
from tests.factories import NOW
from tests.nudges.sending import MINUTE, send_all


def test_a_row_of_a_lost_worker_is_sent_later(sink, owed, row):
    pk = owed()
    services.claim(now=NOW)  # and then the power went

    services.release_stuck(now=NOW + STUCK_AFTER - MINUTE)
    assert row(pk).state == "sending"

    services.release_stuck(now=NOW + STUCK_AFTER)
    send_all(NOW + STUCK_AFTER)
    assert (sink.ids, row(pk).state) == ([str(pk)], "sent")


class LostAfterHandingOver(MailTransport):
    def send(self, mail):
        super().send(mail)
        raise SystemExit


def lose_a_worker():
    with pytest.raises(SystemExit):
        send_all(transport=LostAfterHandingOver())


def test_a_worker_lost_after_handing_over_repeats_one_mail_under_the_same_id(sink, owed):
    owed()
    lose_a_worker()

    services.release_stuck(now=NOW + STUCK_AFTER)
    send_all(NOW + STUCK_AFTER)

    assert len(sink.mails) == 2
    assert len({mail["Message-ID"] for mail in sink.mails}) == 1


class Provider(MailTransport):
    """One that can be asked."""

    def was_sent(self, nudge):
        return True


def test_where_the_provider_can_be_asked_nothing_is_repeated(sink, owed, row):
    pk = owed()
    lose_a_worker()

    services.release_stuck(now=NOW + STUCK_AFTER, transport=Provider())
    send_all(NOW + STUCK_AFTER)

    assert (len(sink.mails), row(pk).state, row(pk).sent_at) == (1, "sent", NOW + STUCK_AFTER)


def test_a_row_that_loses_its_worker_each_time_fails_in_the_end(owed, row):
    pk, now = owed(), NOW

    while row(pk).state == "pending":
        services.claim(now=now)
        now += STUCK_AFTER
        services.release_stuck(now=now)

    assert (row(pk).state, row(pk).reason) == ("failed", "The worker was lost, 24 times")
