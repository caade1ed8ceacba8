"""Who may do what to a session, and in which words the pages say who sees it."""

from django.utils.translation import gettext as _

from groups.models import CoachingGroup, Membership
from groups.permissions import is_pair, pair_circle, runs_sessions


def can_schedule_session(membership, group):
    """A facilitator of the group, or either of a pair, as long as it goes on."""
    return _runs(membership, group.pk) and group.state == CoachingGroup.State.ACTIVE


def can_change_session(membership, coaching_session):
    """A facilitator of the group moves and cancels its sessions."""
    return _runs(membership, coaching_session.group_id)


def can_record_attendance(membership, coaching_session):
    """A facilitator of the group says who was there."""
    return _runs(membership, coaching_session.group_id)


def can_answer_session(membership, coaching_session):
    """A member says for themselves whether they come; facilitators are not counted and not asked."""
    return membership.role == Membership.Role.MEMBER and membership.group_id == coaching_session.group_id


def open_acts(membership, coaching_session, now):
    """What this membership can do with the session at this moment: the buttons of its page."""
    stands, begun = not coaching_session.cancelled_at, coaching_session.has_begun(now)
    over = coaching_session.is_over(now)
    changes = can_change_session(membership, coaching_session)
    return {
        "answer": can_answer_session(membership, coaching_session) and stands and not over,
        "move": changes and stands and not begun,
        "cancel": changes and stands and not over,
        "record": can_record_attendance(membership, coaching_session) and stands and begun,
    }


def circle_of_sessions(membership, facilitators):
    """Who reads times, places, answers and attendance, besides HR: the group and its ``facilitators`` (memberships)."""
    if is_pair(membership.group):
        return pair_circle()
    if membership.role == Membership.Role.FACILITATOR:
        return _("You and your group")
    names = ", ".join(each.person.name for each in facilitators)
    return _("Your group and %(names)s (facilitator)") % {"names": names} if names else _("Your group")


def what_hr_sees(group=None):
    """HR's role reads sessions and attendance, to count them; it stands beside the circle wherever that is shown."""
    if group and is_pair(group):
        return _("A pair is in no report.")
    return _("HR sees how many sessions, answers and attendances there were, by group; no title and no place.")


def circle_of_video_link(group=None):
    """The link to the call stays behind sign-in."""
    if group and is_pair(group):
        return _("The two of you; it is in no mail and no calendar")
    return _("Your group; it is in no mail and no calendar")


def _runs(membership, group_id):
    return runs_sessions(membership) and membership.group_id == group_id
