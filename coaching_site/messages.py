"""The one message that no app could own: an owner's invitation to a duty (accounts lies below nudges)."""

from django.conf import settings
from django.urls import reverse

from accounts.models import StaffInvitation
from common.tokens import token_for
from nudges import kinds


def register():
    """Called once when the site is ready. It cannot be unsubscribed: it is the way in."""
    kinds.register(kinds.Kind("staff_invitation", build_staff_invitation))


def build_staff_invitation(nudge, now):
    """The mail with the link to the duty."""
    invitation = (
        StaffInvitation.objects.select_related("organization")
        .filter(pk=nudge.context["invitation"], accepted_at=None, withdrawn_at=None, expires_at__gt=now)
        .first()
    )
    if invitation is None or invitation.email.lower() != nudge.email.lower():
        raise kinds.NotWanted("The invitation was used, withdrawn or has expired.")
    path = reverse("accounts:welcome", args=[token_for("staff_invitation", invitation.pk)])
    return kinds.Message(
        {
            "organization": invitation.organization.name,
            "duty": invitation.get_role_display(),
            "url": f"{settings.COLLOQUY_SITE_URL}{path}",
            "expires_at": invitation.expires_at,
        }
    )
