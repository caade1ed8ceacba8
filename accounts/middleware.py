"""The signed-in person's own time, and their list of sign-ins."""

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone

from accounts import sign_ins
from accounts.login_sessions import stored
from accounts.receivers import DEVICE_COOKIE, OWN
from common.actor import acting_as
from common.fences import MEMBER

NOTED_EVERY = timedelta(minutes=10)


class SignInsMiddleware:
    """Says in the list when this sign-in was last used, and gives a browser that signs in its name for next time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            note_use(request)
        response = self.get_response(request)
        if token := getattr(request, "device_token", None):
            response.set_cookie(
                DEVICE_COOKIE,
                token,
                max_age=sign_ins.REMEMBERED_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def note_use(request):
    """Most requests find that it was noted a moment ago, in the login session that is loaded anyway."""
    own, now = request.session.get(OWN), timezone.now()
    if own is None or now.timestamp() - own["seen"] < NOTED_EVERY.total_seconds():
        return
    with acting_as(MEMBER, person=request.user):
        session_hash = stored(request.session.session_key)
        sign_ins.keep_sign_in(person=request.user, sign_in_id=own["id"], session_hash=session_hash, now=now)
    request.session[OWN] = {**own, "seen": now.timestamp()}


class OwnTimeMiddleware:
    """Times on a page are in the zone of whoever looks at it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zone_of(request.user)):
            return self.get_response(request)


def zone_of(person):
    """The person's zone; UTC when theirs is one that this machine does not know."""
    try:
        return ZoneInfo(person.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
