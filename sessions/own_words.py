"""What sessions hold of a person, for their copy of what is their own."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.own_words import Section, register
from sessions.models import Attendance

_ASKED = {
    "title": F("coaching_session__title"),
    "starts_at": F("coaching_session__starts_at"),
    "ends_at": F("coaching_session__ends_at"),
    "cancelled_at": F("coaching_session__cancelled_at"),
    "group_name": F("group__name"),
}


def collect_sessions(person):
    rows = Attendance.objects.filter(membership__person=person).order_by("coaching_session__starts_at", "pk")
    facts = ("answer", "answered_at", "presence", "recorded_at")
    return rows.values("id", "group_id", "coaching_session_id", *facts, **_ASKED)


def register_own_words():
    """Called once when the site is ready."""
    register(
        Section(
            "sessions",
            _("Your answers to sessions, and where you were"),
            {
                "title": _("Session"),
                "group_name": _("Group"),
                "starts_at": _("From"),
                "ends_at": _("Until"),
                "cancelled_at": _("Cancelled"),
                "answer": _("Your answer"),
                "answered_at": _("Answered"),
                "presence": _("Attendance"),
                "recorded_at": _("Recorded"),
            },
            collect_sessions,
            choices={"answer": dict(Attendance.Answer.choices), "presence": dict(Attendance.Presence.choices)},
            covers=(Attendance,),
        )
    )
