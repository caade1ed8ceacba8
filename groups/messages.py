"""The messages of this app: an invitation to a group, and that one facilitates a new group."""

from django.conf import settings
from django.urls import reverse

from common.tokens import token_for
from groups.models import CoachingGroup, Invitation, Membership
from nudges import kinds


def register():
    """Called once when the app is ready. Neither can be unsubscribed: both are the way in."""
    kinds.register(kinds.Kind("group_invitation", build_invitation))
    kinds.register(kinds.Kind("group_assigned", build_assignment))


def build_invitation(nudge, now):
    """The mail with the link into the group."""
    invitation = (
        Invitation.objects.select_related("group__program", "organization", "participant")
        .filter(pk=nudge.context["invitation"], accepted_at=None, withdrawn_at=None, expires_at__gt=now)
        .first()
    )
    if invitation is None or invitation.email.lower() != nudge.email.lower():
        raise kinds.NotWanted("The invitation was used, withdrawn or has expired.")
    facilitator = (
        Membership.objects.filter(group=invitation.group_id, role=Membership.Role.FACILITATOR, left_at=None)
        .values_list("person__name", flat=True)
        .first()
    )
    path = reverse("groups:join", args=[token_for("invitation", invitation.pk)])
    return kinds.Message(
        {
            "name": invitation.participant.name,
            "group": invitation.group.name,
            "program": invitation.group.program.name,
            "organization": invitation.organization.name,
            "facilitator": facilitator or "",
            "url": f"{settings.COLLOQUY_SITE_URL}{path}",
            "expires_at": invitation.expires_at,
        }
    )


def build_assignment(nudge, now):
    """The mail that tells a facilitator of their new group."""
    group = (
        CoachingGroup.objects.select_related("program")
        .filter(pk=nudge.context["group"], state=CoachingGroup.State.ACTIVE)
        .first()
    )
    if group is None:
        raise kinds.NotWanted("The group has ended.")
    path = reverse("groups:charter", args=[group.pk])
    return kinds.Message(
        {
            "group": group.name,
            "program": group.program.name,
            "url": f"{settings.COLLOQUY_SITE_URL}{path}",
        }
    )
