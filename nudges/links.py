"""Addresses in mails that work without sign-in."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "nudges.unsubscribe"


def site_url(name, *args, **kwargs):
    """The whole address of a page, for a mail: ``site_url("groups:group", group_id=…)``."""
    return settings.COLLOQUY_SITE_URL + reverse(name, args=args or None, kwargs=kwargs or None)


def site_host():
    """The host on the right of the @ in our Message-IDs."""
    return urlsplit(settings.COLLOQUY_SITE_URL).hostname


def unsubscribe_token(email, kind):
    """Signed, not secret: whoever has the mail has address and kind anyway. It never expires."""
    return signing.dumps([email, kind], salt=SALT)


def read_unsubscribe_token(token):
    """(address, kind) of a token that we made; None for any other."""
    try:
        email, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return email, kind
