"""From what a facilitator does to the mails that arrive, with nothing in between left out but the mail server."""

from datetime import datetime, timedelta

from django.core import mail

from nudges import services as nudges
from nudges.models import Nudge
from sessions import services
from sessions.tasks import plan_reminders
from tests.factories import NOW


def deliver(now):
    """Send what is due; what stands before the colon in each subject."""
    mail.outbox.clear()
    nudges.deliver(nudges.claim(now=now), now=now)
    return [sent.subject.partition(":")[0] for sent in mail.outbox]


def test_a_session_from_invitation_to_cancellation(arranging, world, schedule, as_cast, time_machine):
    coaching_session = schedule(now=NOW)
    assert deliver(NOW) == ["Session 2 of Harbor"] * 4
    assert {part.mimetype for sent in mail.outbox for part in sent.alternatives} == {
        "text/html", "text/calendar; method=REQUEST",
    }  # fmt: skip

    with as_cast("facilitator"):
        services.move_session(
            coaching_session=coaching_session, title=coaching_session.title, place="Room 5", video_url="",
            wall_time=datetime(2027, 2, 12, 17, 0), zone="Europe/Berlin", now=NOW,
        )  # fmt: skip
    assert deliver(NOW) == ["Changed"] * 4

    with as_cast("member"):
        services.answer_session(
            coaching_session=coaching_session, membership=world.memberships["member"], answer="no", now=NOW
        )
    day_before = coaching_session.starts_at - timedelta(hours=24)
    time_machine.move_to(day_before, tick=False)
    plan_reminders()
    assert deliver(day_before) == ["Tomorrow at 16"] * 3  # the member cannot come

    with as_cast("facilitator"):
        services.cancel_session(coaching_session=coaching_session, now=day_before)
    assert deliver(day_before) == ["Cancelled"] * 4
    with arranging():
        assert set(Nudge.objects.values_list("state", "reason")) == {("sent", "")}


def test_of_a_change_before_the_invitation_went_out_only_the_change_is_sent(arranging, schedule, as_cast):
    coaching_session = schedule(now=NOW)
    with as_cast("facilitator"):
        services.move_session(
            coaching_session=coaching_session, title="", place="Room 5", video_url="",
            wall_time=datetime.fromisoformat(coaching_session.wall_time), zone="Europe/Berlin", now=NOW,
        )  # fmt: skip

    assert deliver(NOW) == ["Changed"] * 4
    with arranging():
        dropped = Nudge.objects.filter(kind="session_invitation").values_list("state", "reason")
        assert set(dropped) == {("dropped", "It has changed since; a newer message says how.")}
