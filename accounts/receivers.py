"""What a sign-in, a sign-out and a new password mean for the list of sign-ins."""

import secrets

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils import timezone

from accounts import sign_ins
from accounts.devices import device_label
from accounts.login_sessions import stored
from accounts.models import SignIn
from common.actor import acting_as
from common.fences import MEMBER

DEVICE_COOKIE = "colloquy_device"  # a random name of the browser, which says nothing to anybody else
OWN = "colloquy_sign_in"  # in the login session: {"id", "seen"} of its row


@receiver(user_logged_in)
def note_sign_in(sender, request, user, **kwargs):
    """A row for the list. The middleware hands the browser its name; whoever announces new ones finds the row."""
    now, session_hash = timezone.now(), stored(request.session.session_key)
    request.device_token = request.COOKIES.get(DEVICE_COOKIE) or secrets.token_urlsafe(32)
    request.sign_in_on_new_device = None
    known = request.session.get(OWN)
    with acting_as(MEMBER, person=user):
        # Signing in again keeps the session, so the row goes on.
        if known and sign_ins.keep_sign_in(person=user, sign_in_id=known["id"], session_hash=session_hash, now=now):
            pk = known["id"]
        else:
            sign_in, is_new_device = sign_ins.start_sign_in(
                person=user,
                session_hash=session_hash,
                device=device_label(request.META.get("HTTP_USER_AGENT", "")),
                device_token=request.device_token,
                now=now,
            )
            pk = sign_in.pk
            request.sign_in_on_new_device = sign_in if is_new_device else None
    request.session[OWN] = {"id": str(pk), "seen": now.timestamp()}


@receiver(user_logged_out)
def note_sign_out(sender, request, user, **kwargs):
    known = request.session.get(OWN)
    if user is not None and known:
        with acting_as(MEMBER, person=user):
            sign_ins.end_sign_ins(SignIn.objects.visible_to(user).filter(pk=known["id"]), now=timezone.now())


@receiver([password_changed, password_set])
def end_others(sender, request, user, **kwargs):
    """A new password ends every other sign-in; this one goes on under a new key."""
    known, now = request.session.get(OWN), timezone.now()
    with acting_as(MEMBER, person=user):
        everything = SignIn.objects.visible_to(user)
        if known:
            session_hash = stored(request.session.session_key)
            sign_ins.keep_sign_in(person=user, sign_in_id=known["id"], session_hash=session_hash, now=now)
            everything = everything.exclude(pk=known["id"])
        sign_ins.end_sign_ins(everything, now=now)


@receiver(password_reset)
def end_all(sender, request, user, **kwargs):
    """Whoever forgot a password starts anew everywhere."""
    with acting_as(MEMBER, person=user):
        sign_ins.end_sign_ins(SignIn.objects.visible_to(user), now=timezone.now())
