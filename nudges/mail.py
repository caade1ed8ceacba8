"""From a nudge to a mail: three templates, the headers, the calendar file."""

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string

from nudges.links import site_host, site_url, unsubscribe_token

LONGEST_SUBJECT = 180


def compose(*, nudge, kind, message, address):
    """The mail for a nudge. Sent twice, it is the same mail with the same Message-ID.

    The templates get the kind's own values and, for all kinds: ``site_url``, ``product_name``, ``recipient_name``
    (empty for somebody without an account) and ``unsubscribe_url`` (empty for a kind that cannot be unsubscribed).
    """
    stop = site_url("nudges:unsubscribe", unsubscribe_token(address, kind.name)) if kind.label else ""
    recipient = nudge.recipient.name if nudge.recipient else ""
    values = {**_values(recipient), "unsubscribe_url": stop, **message.context}
    subject, body = _words(kind.name, values)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=body,
        to=[address],
        headers=_headers(nudge, stop),
    )
    mail.attach_alternative(_html(f"emails/{kind.name}-body.html", values), "text/html")
    if message.calendar:
        file, method = message.calendar
        text = file.decode() if isinstance(file, bytes) else file
        mail.attach_alternative(text, f"text/calendar; method={method}")
    return mail


def words_of(kind_name, context, *, recipient_name=""):
    """Subject and text of a mail that cannot be unsubscribed, as ``compose`` writes them, before it is owed."""
    return _words(kind_name, {**_values(recipient_name), **context})


def _values(recipient_name):
    return {
        "site_url": settings.COLLOQUY_SITE_URL,
        "product_name": settings.COLLOQUY_PRODUCT_NAME,
        "recipient_name": recipient_name,
        "unsubscribe_url": "",
    }


def _words(kind_name, values):
    subject = " ".join(_plain(f"emails/{kind_name}-subject.txt", values).split())[:LONGEST_SUBJECT]
    return subject, _plain(f"emails/{kind_name}-body.txt", values).strip() + "\n"


def _headers(nudge, stop):
    headers = {
        "Message-ID": f"<{nudge.pk}@{site_host()}>",
        "X-Colloquy-Nudge": str(nudge.pk),
        "Auto-Submitted": "auto-generated",
    }
    if stop:
        # RFC 8058: mail programs show their own button, and post to this address without opening it.
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _plain(template, values):
    """Text needs no escaping: an apostrophe stays one."""
    return get_template(template).template.render(Context(values, autoescape=False))


def _html(template, values):
    """Many mail programs drop style sheets; what they keep of ours are the rules for dark screens and phones."""
    return css_inline.inline(render_to_string(template, values), keep_at_rules=True, load_remote_stylesheets=False)
