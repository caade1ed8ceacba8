"""The mails about sessions: made by the worker at the moment of sending, of facts only.

Title and place are set by the facilitator and say where to go; they stand in mails and calendars. The video link does
not: it stays on the session's page, behind sign-in. Nothing else that anybody wrote is read here.
"""

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.models import CoachingGroup, Membership
from nudges import kinds
from nudges.hours import zone_named
from nudges.kinds import Kind, Message, NotWanted
from nudges.links import site_url
from sessions.calendar import session_invitation
from sessions.models import Attendance, CoachingSession
from sessions.wall_time import other_zones, place_of


def register():
    """Invitation and changes have no label: who is in a group needs to know when it meets. The reminder has one."""
    kinds.register(Kind("session_invitation", build_invitation))
    kinds.register(Kind("session_moved", build_moved))
    kinds.register(Kind("session_cancelled", build_cancelled))
    kinds.register(Kind("session_tomorrow", build_reminder, label=gettext_lazy("A reminder the day before a session")))


def build_invitation(nudge, now):
    """To a session that lies ahead, as it is now; a later change has a message of its own."""
    coaching_session, membership = _still_of_interest(nudge, now)
    _must_stand(coaching_session)
    _must_be_newest(coaching_session, nudge)
    asks = membership.role == Membership.Role.MEMBER
    label = _("Answer the invitation") if asks else _("Open the session")
    return _message(coaching_session, membership, now, calendar="REQUEST", action_label=label, asks=asks)


def build_moved(nudge, now):
    """Another time, place or title; says whether the answer is asked for again."""
    coaching_session, membership = _still_of_interest(nudge, now)
    _must_stand(coaching_session)
    _must_be_newest(coaching_session, nudge)
    asks = bool(nudge.context.get("asks_again")) and membership.role == Membership.Role.MEMBER
    label = _("Answer again") if asks else _("Open the session")
    return _message(coaching_session, membership, now, calendar="REQUEST", action_label=label, asks=asks)


def build_cancelled(nudge, now):
    """The calendar entry goes too."""
    coaching_session, membership = _still_of_interest(nudge, now)
    return _message(coaching_session, membership, now, calendar="CANCEL", action_label=_("Open the session"))


def build_reminder(nudge, now):
    """Only of a session that stands, begins within a day or so, and has not been declined."""
    coaching_session, membership = _still_of_interest(nudge, now)
    _must_stand(coaching_session)
    if coaching_session.has_begun(now):
        raise NotWanted("It has begun.")
    if coaching_session.starts_at > now + timedelta(hours=36):
        raise NotWanted("It was moved to a later day.")
    answer = Attendance.objects.filter(coaching_session=coaching_session, membership=membership)
    answer = answer.values_list("answer", flat=True).first() or ""
    if answer == Attendance.Answer.NO:
        raise NotWanted("They cannot come.")
    asks = not answer and membership.role == Membership.Role.MEMBER
    label = _("Answer the invitation") if asks else _("Open the session")
    return _message(coaching_session, membership, now, action_label=label, asks=asks)


def _still_of_interest(nudge, now):
    """The session and the recipient's membership, while the group goes on, they read it, and it is not over."""
    sessions = CoachingSession.objects.select_related("group")
    coaching_session = sessions.filter(pk=nudge.context["session"]).first()
    # The worker may read these columns of people and no others.
    memberships = Membership.objects.select_related("person").only(
        "group_id", "role", "person__email", "person__name", "person__timezone"
    )
    membership = memberships.reading().filter(pk=nudge.context["membership"]).first()
    if coaching_session is None or membership is None or membership.group_id != coaching_session.group_id:
        raise NotWanted("They are not in the group.")
    if coaching_session.group.state != CoachingGroup.State.ACTIVE:
        raise NotWanted("The group has ended.")
    if coaching_session.is_over(now):
        raise NotWanted("It is over.")
    return coaching_session, membership


def _must_stand(coaching_session):
    if coaching_session.cancelled_at:
        raise NotWanted("It is cancelled.")


def _must_be_newest(coaching_session, nudge):
    if coaching_session.sequence != nudge.context["sequence"]:
        raise NotWanted("It has changed since; a newer message says how.")


def _message(coaching_session, membership, now, *, calendar="", **values):
    mine = zone_named(membership.person.timezone)
    link = site_url("sessions:session", coaching_session.group_id, coaching_session.pk)
    others = other_zones(coaching_session.timezone, coaching_session.group.timezone, but=mine)
    context = {
        "name": membership.person.get_short_name(),
        "title": coaching_session.title,
        "group_name": coaching_session.group.name,
        "day": _day(coaching_session, mine),
        "time": date_format(timezone.localtime(coaching_session.starts_at, mine), "H:i"),
        "when": span_in_words(coaching_session, mine, _("your time, %(place)s") % {"place": place_of(str(mine))}),
        "when_elsewhere": [_elsewhere(coaching_session, zone) for zone in others],
        "nearness": _nearness(coaching_session, mine, now),
        "where": _where(coaching_session),
        "action_url": link,
        "reason": _("You get this because you are in the group %(group)s.") % {"group": coaching_session.group.name},
        **values,
    }
    if not calendar:
        return Message(context)
    return Message(context, calendar=(_calendar(coaching_session, membership, calendar, context, now), calendar))


def _calendar(coaching_session, membership, method, context, now):
    """The entry for the recipient's calendar. Its UID is the session's for good, so each one replaces the last."""
    return session_invitation(
        uid=f"{coaching_session.pk}@colloquy",
        sequence=coaching_session.sequence,
        method=method,
        title=_("%(title)s · %(group)s") % {"title": coaching_session.title, "group": coaching_session.group.name},
        starts_at=coaching_session.starts_at,
        ends_at=coaching_session.ends_at,
        zone=coaching_session.timezone,
        place=context["where"],
        url=context["action_url"],
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL),
        attendee=(membership.person.name, membership.person.email),
        description=_("Agenda, people and answers: %(link)s") % {"link": context["action_url"]},
        stamp=now,
    )


def span_in_words(coaching_session, zone, zone_words):
    """ "Tuesday 9 February 2027, 16:00–18:00 (your time, Berlin)"."""
    starts = timezone.localtime(coaching_session.starts_at, zone)
    ends = timezone.localtime(coaching_session.ends_at, zone)
    until = date_format(ends, "H:i" if ends.date() == starts.date() else "l j F, H:i")
    return f"{date_format(starts, 'l j F Y, H:i')}–{until} ({zone_words})"


def _elsewhere(coaching_session, zone):
    place = place_of(zone)
    words = place if place.isupper() else _("%(place)s time") % {"place": place}
    return span_in_words(coaching_session, zone_named(zone), words)


def _where(coaching_session):
    if not coaching_session.video_url:
        return coaching_session.place
    if not coaching_session.place:
        return _("Video call; the link is on the session’s page")
    return _("%(place)s, or by video; the link is on the session’s page") % {"place": coaching_session.place}


def _day(coaching_session, zone):
    return date_format(timezone.localtime(coaching_session.starts_at, zone), "l j F")


def _nearness(coaching_session, zone, now):
    """ "today" or "tomorrow" in the recipient's zone, or an empty string."""
    days = (timezone.localtime(coaching_session.starts_at, zone).date() - timezone.localtime(now, zone).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, "")
