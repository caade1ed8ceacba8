"""What the mails say, and when they are no longer wanted."""

from datetime import timedelta

import pytest
import vobject

from common.actor import acting_as
from common.fences import WORKER
from groups.models import CoachingGroup, Membership
from nudges.kinds import NotWanted, kind_named, kinds_with_label
from nudges.mail import compose
from nudges.models import Nudge
from sessions.models import CoachingSession
from tests.factories import NOW, AttendanceFactory

KINDS = ("session_invitation", "session_moved", "session_cancelled", "session_tomorrow")


@pytest.fixture
def mail(world):
    """The mail of one kind to one of the cast, made as the worker makes it; ``context`` adds to the nudge's."""

    def make(kind, *, to="member", now=NOW, **context):
        with acting_as(WORKER):
            membership = world.memberships[to]
            ids = {"session": str(world.session.pk), "membership": str(membership.pk), "sequence": 0}
            nudge = Nudge(kind=kind, recipient_id=membership.person_id, context=ids | context)
            nudge.recipient = world.people[to]
            found = kind_named(kind)
            return compose(nudge=nudge, kind=found, message=found.build(nudge, now), address=world.people[to].email)

    return make


@pytest.fixture
def change(arranging, world):
    """Change the session, the group or the member's membership in the database."""

    def do(what, **values):
        rows = {"session": (CoachingSession, world.session), "group": (CoachingGroup, world.group)}
        model, row = rows.get(what, (Membership, world.memberships["member"]))
        with arranging():
            model.objects.filter(pk=row.pk).update(**values)

    return do


def parts(mail):
    plain = mail.body
    html = next(part.content for part in mail.alternatives if part.mimetype == "text/html")
    calendar = [part for part in mail.alternatives if part.mimetype.startswith("text/calendar")]
    return plain, html, calendar[0] if calendar else None


def event(mail):
    return vobject.readOne(parts(mail)[2].content)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("session_invitation", "Session 1 of Harbor: Tuesday 9 February, 17:00"),
        ("session_moved", "Changed: Session 1 of Harbor, now Tuesday 9 February, 17:00"),
        ("session_cancelled", "Cancelled: Session 1 of Harbor on Tuesday 9 February, 17:00"),
        ("session_tomorrow", "Tomorrow at 17:00: Session 1 of Harbor"),
    ],
)
def test_each_mail_says_when_and_where_in_the_recipients_zone(world, change, mail, kind, subject):
    change("session", place="Room 4")
    world.people["member"].timezone = "Europe/Berlin"
    with acting_as("colloquy_member", person=world.people["member"]):
        world.people["member"].save(update_fields=["timezone"])

    made = mail(kind)

    plain, html, _calendar = parts(made)
    assert made.subject == subject
    for text in (plain, html):
        assert "Tuesday 9 February 2027, 17:00–19:00 (your time, Berlin)" in text
        assert "Tuesday 9 February 2027, 16:00–18:00 (UTC)" in text
        assert "Room 4" in text
        assert f"http://localhost:8000/groups/{world.group.pk}/sessions/{world.session.pk}/" in text


@pytest.mark.parametrize(
    ("hours_before", "subject"), [(20, "Tomorrow at 16:00"), (9, "Today at 16:00"), (30, "Tomorrow at 16:00")]
)
def test_reminder_says_today_or_tomorrow_as_it_is_when_it_goes_out(world, mail, hours_before, subject):
    made = mail("session_tomorrow", now=world.session.starts_at - timedelta(hours=hours_before))

    assert made.subject == f"{subject}: Session 1 of Harbor"


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_holds_the_video_link_or_markup_from_a_title(change, mail, kind):
    change("session", title="A & <b>B</b>", place="“Lin's” <room>", video_url="https://video.example/secret")

    made = mail(kind)

    plain, html, calendar = parts(made)
    whole = made.message().as_string() + plain + html + (calendar.content if calendar else "")
    assert "secret" not in whole
    assert "A & <b>B</b>" in made.subject
    assert "A & <b>B</b>" in plain
    assert "“Lin's” <room>" in plain
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in html
    assert "<b>B" not in html


def test_only_the_reminder_can_be_unsubscribed(mail):
    assert [kind.name for kind in kinds_with_label() if kind.name in KINDS] == ["session_tomorrow"]
    assert {kind: "List-Unsubscribe" in mail(kind).extra_headers for kind in KINDS} == {
        "session_invitation": False, "session_moved": False, "session_cancelled": False, "session_tomorrow": True,
    }  # fmt: skip


def test_the_calendar_entry_keeps_its_id_while_the_sequence_rises(world, change, mail):
    invited = event(mail("session_invitation"))
    change("session", sequence=1, place="Room 5")
    moved = event(mail("session_moved", sequence=1))
    change("session", sequence=2, cancelled_at=NOW)
    cancelled = event(mail("session_cancelled", sequence=2))

    entries = (invited, moved, cancelled)
    assert {entry.vevent.uid.value for entry in entries} == {f"{world.session.pk}@colloquy"}
    assert [entry.method.value for entry in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [entry.vevent.sequence.value for entry in entries] == ["0", "1", "2"]
    assert [entry.vevent.status.value for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved.vevent.location.value == "Room 5"
    assert moved.vevent.dtstart.value == world.session.starts_at
    assert moved.vevent.attendee.value == f"mailto:{world.people['member'].email}"


def test_the_calendar_part_names_its_method_and_the_reminder_has_none(mail):
    assert parts(mail("session_invitation"))[2].mimetype == "text/calendar; method=REQUEST"
    assert parts(mail("session_cancelled"))[2].mimetype == "text/calendar; method=CANCEL"
    assert parts(mail("session_tomorrow"))[2] is None


@pytest.mark.parametrize(("to", "asked"), [("member", True), ("facilitator", False)])
def test_members_are_asked_to_answer_and_facilitators_are_not(mail, to, asked):
    assert ("say whether you come" in mail("session_invitation", to=to).body) is asked
    assert ("say again whether you come" in mail("session_moved", to=to, asks_again=True).body) is asked
    assert ("not said yet whether you come" in mail("session_tomorrow", to=to).body) is asked
    assert "say again" not in mail("session_moved", to=to, asks_again=False).body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("membership", {"left_at": NOW}),
        ("membership", {"admitted_at": None}),
        ("group", {"state": "ended"}),
        ("session", {"starts_at": NOW - timedelta(hours=3), "ends_at": NOW}),
    ],
    ids=["left", "not admitted", "group ended", "over"],
)
def test_no_mail_goes_to_whom_it_does_not_concern_any_more(change, mail, kind, what, values):
    change(what, **values)

    with pytest.raises(NotWanted):
        mail(kind)


@pytest.mark.parametrize("kind", ["session_invitation", "session_moved", "session_tomorrow"])
def test_no_mail_invites_to_what_is_cancelled(change, mail, kind):
    change("session", cancelled_at=NOW)

    with pytest.raises(NotWanted, match="cancelled"):
        mail(kind)


@pytest.mark.parametrize("kind", ["session_invitation", "session_moved"])
def test_of_several_changes_only_the_newest_is_sent(change, mail, kind):
    change("session", sequence=3)

    with pytest.raises(NotWanted, match="changed since"):
        mail(kind, sequence=2)
    assert mail(kind, sequence=3).subject


@pytest.mark.parametrize(
    ("before", "match"),
    [(timedelta(0), "begun"), (timedelta(days=2), "later day")],
)
def test_no_reminder_goes_out_when_it_is_too_late_or_too_early(world, mail, before, match):
    with pytest.raises(NotWanted, match=match):
        mail("session_tomorrow", now=world.session.starts_at - before)


@pytest.mark.parametrize(("answer", "wanted"), [("no", False), ("late", True), ("yes", True)])
def test_no_reminder_goes_to_whoever_said_no_since_it_was_planned(arranging, world, mail, answer, wanted):
    with arranging():
        AttendanceFactory(coaching_session=world.session, membership=world.memberships["member"], answer=answer)

    if wanted:
        assert mail("session_tomorrow").subject
    else:
        with pytest.raises(NotWanted, match="cannot come"):
            mail("session_tomorrow")


@pytest.mark.parametrize(
    ("place", "video_url", "where"),
    [
        ("Room 4", "", "Room 4"),
        ("", "https://video.example/x", "Video call; the link is on the session’s page"),
        ("Room 4", "https://video.example/x", "Room 4, or by video; the link is on the session’s page"),
    ],
)
def test_a_mail_says_where_without_the_link(change, mail, place, video_url, where):
    change("session", place=place, video_url=video_url)

    made = mail("session_invitation")

    assert f"Where: {where}\n" in made.body
    assert event(made).vevent.location.value == where
