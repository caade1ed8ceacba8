"""Who may do what in a group, and who reads what: the words of the privacy lines come from here."""

from django.utils.translation import gettext as _

from groups.models import Membership


def is_facilitator(membership):
    """Facilitators schedule and run the group's sessions."""
    return membership.role == Membership.Role.FACILITATOR


def group_circle(facilitators):
    """Who reads what is shared with a group, given its facilitators' names."""
    if not facilitators:
        return _("Your group")
    return _("Your group and %(names)s (facilitator)") % {"names": ", ".join(facilitators)}


def who_sees_what(facilitators):
    """The table shown before signing: (what, who reads it). Each row is kept by row security and by ``visible_to``."""
    circle = group_circle(facilitators)
    return [
        (_("Goals, check-ins and action steps you share"), circle),
        (_("A goal you have not shared"), _("Only you")),
        (_("Feedback you write to somebody"), _("You and the person you write to")),
        (_("Your answers to invitations, and who attended"), circle + _(", and HR as numbers per group")),
        (_("Your name, and that you joined and signed"), circle + _(", and HR")),
        (_("Anything you write"), _("Never HR, never the owner, never another group")),
    ]
