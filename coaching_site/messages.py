"""The messages of accounts, which lies below nudges: an invitation to a duty, and a sign-in on a new browser."""

from allauth.account.signals import user_logged_in
from django.conf import settings
from django.urls import reverse

from accounts.models import SignIn, StaffInvitation
from common.actor import acting_as
from common.fences import MEMBER
from common.tokens import token_for
from nudges import kinds
from nudges.models import Nudge
from nudges.services import owe


def register():
    """Called once when the site is ready. Neither can be unsubscribed: one is the way in, the other guards it."""
    kinds.register(kinds.Kind("staff_invitation", build_staff_invitation))
    kinds.register(kinds.Kind("new_sign_in", build_new_sign_in))
    user_logged_in.connect(owe_new_sign_in, dispatch_uid="owe_new_sign_in")


def owe_new_sign_in(sender, request, user, **kwargs):
    """Owe the notice before the browser gets its cookie: if it cannot be owed, nobody is signed in."""
    sign_in = request.sign_in_on_new_device
    if sign_in is None:
        return
    nudge = Nudge(
        recipient=user,
        kind="new_sign_in",
        dedupe_key=f"new_sign_in:{sign_in.pk}",
        context={"sign_in": str(sign_in.pk)},
        send_after=sign_in.started_at,
    )
    with acting_as(MEMBER, person=user):
        owe([nudge])


def build_new_sign_in(nudge, now):
    """The mail that says where and when somebody signed in."""
    found = SignIn.objects.filter(pk=nudge.context["sign_in"], person_id=nudge.recipient_id)
    sign_in = found.values("device", "started_at").first()
    if sign_in is None:
        raise kinds.NotWanted("The sign-in was forgotten.")
    return kinds.Message({**sign_in, "url": f"{settings.COLLOQUY_SITE_URL}{reverse('accounts:sign_ins')}"})


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
