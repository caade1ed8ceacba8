"""What check-ins send: that it is time, that somebody noticed something, that a peer would be glad to be asked."""

from datetime import UTC, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals import selectors, services
from goals.due import MISSED_AFTER
from goals.models import CheckInPartner
from goals.selectors import CHECK_IN_DUE, PARTNER_MISSED
from goals.services import CHECK_IN_NOTICED, PARTNER_ASKED
from nudges import kinds
from nudges.kinds import Kind, Message, NotWanted
from nudges.links import site_url


def register():
    kinds.register(Kind(CHECK_IN_DUE, build_check_in_due, label=gettext_lazy("Check-in reminders")))
    kinds.register(Kind(CHECK_IN_NOTICED, build_noticed, label=gettext_lazy("Somebody noticed something")))
    kinds.register(Kind(PARTNER_MISSED, build_partner_missed, label=gettext_lazy("A peer would be glad to be asked")))
    kinds.register(
        Kind(PARTNER_ASKED, build_partner_asked, label=gettext_lazy("Being asked as partner"), good_for=timedelta(14))
    )


def build_check_in_due(nudge, now):
    """Still wanted while the goal is open, its coachee in the group and not away, and no check-in has come.

    The first link writes without sign-in, and reads nothing; the second asks for sign-in.
    """
    goal = selectors.check_ins_wanted(now).filter(pk=nudge.context["goal"]).first()
    if goal is None or goal.recipient_id != nudge.recipient_id or not selectors.is_wanted(goal, now):
        raise NotWanted("No check-in is due: there was one, the goal is closed, or its coachee has left or is away.")
    token = services.make_link(goal=goal, nudge_id=nudge.pk, now=now)
    return Message(
        {
            "group_name": goal.group__name,
            "action_url": site_url("goals:check_in_by_link", token),
            "action_label": _("Check in"),
            "signed_in_url": site_url("goals:check_in", goal.group_id, goal.pk),
            "rhythm_url": site_url("goals:rhythm", goal.group_id),
        }
    )


def build_noticed(nudge, now):
    """Still wanted while the note is there and nobody was thanked for it. Who wrote it stays out, and what."""
    found = selectors.coachee_of_notes(nudge.context["check_in"])
    if found is None or found.recipient_id != nudge.recipient_id:
        raise NotWanted("The note was taken back or thanked for, or the coachee has left.")
    return Message(
        {
            "group_name": found.group__name,
            "action_url": site_url("goals:goal", found.group_id, found.goal_id),
            "action_label": _("Go to your check-in"),
        }
    )


def build_partner_missed(nudge, now):
    """Still wanted while no check-in has come and both still agree."""
    goal = selectors.check_ins_missed(now).filter(pk=nudge.context["goal"]).first()
    if goal is None or not selectors.is_wanted(goal, now, late=MISSED_AFTER):
        raise NotWanted("There was a check-in, or its coachee has left or is away.")
    told = selectors.who_may_be_told([goal.group_id], today=timezone.localdate(now, UTC))[goal.membership_id]
    if nudge.recipient_id not in {partner.person_id for partner in told}:
        raise NotWanted("They are no partners any more.")
    return Message(
        {
            "name": goal.coachee_name,
            "group_name": goal.group__name,
            "action_url": site_url("goals:board", goal.group_id),
            "action_label": _("Go to your group"),
        }
    )


def build_partner_asked(nudge, now):
    """Still wanted while it waits for an answer and both are in the group."""
    here = {"membership__left_at": None, "partner__left_at": None, "group__state": "active"}
    rows = CheckInPartner.objects.open().filter(pk=nudge.context["partner"], agreed_at=None, **here)
    row = rows.values("group_id", "group__name", "membership__person__name", "partner__person_id").first()
    if row is None or row["partner__person_id"] != nudge.recipient_id:
        raise NotWanted("It was answered or taken back, or one of the two has left.")
    return Message(
        {
            "name": row["membership__person__name"],
            "group_name": row["group__name"],
            "action_url": site_url("goals:rhythm", row["group_id"]),
            "action_label": _("Answer"),
        }
    )
