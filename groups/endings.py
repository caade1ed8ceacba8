"""How a membership ended, in words for the person whose it was; the group reads that, and not why."""

from django.utils.translation import gettext_lazy as _

from groups.models import Membership

_HOW = {
    Membership.Ending.LEFT: _("You left."),
    Membership.Ending.REMOVED: _("The facilitator ended your membership."),
    Membership.Ending.REPLACED: _("Somebody else facilitates the group now."),
    Membership.Ending.DECLINED: _("The group did not admit you."),
    Membership.Ending.DUTY_ENDED: _("You no longer have the facilitator’s duty."),
}
_WHY = {
    Membership.Reason.ASKED: _("You asked for it."),
    Membership.Reason.MOVED_ON: _("You left the organization or the program."),
    Membership.Reason.ABSENT: _("You no longer take part."),
    Membership.Reason.CONFLICT: _("A reporting line or a conflict of interest came up."),
    Membership.Reason.CHARTER: _("The charter was broken."),
}


def ending_in_words(membership):
    """One or two sentences to the person: what happened and, where the facilitator gave a reason, why."""
    how = _HOW.get(membership.ended_as, _HOW[Membership.Ending.LEFT])
    why = _WHY.get(membership.ended_for)
    return f"{how} {why}" if why else str(how)
