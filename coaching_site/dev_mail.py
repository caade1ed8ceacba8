"""The mails that the embedded mail catcher has kept, for whoever sits at this machine.

``urlpatterns`` are part of the site in embedded mode only; the door below checks once more.
"""

import email.policy
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from functools import wraps
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.decorators import public_view

NEWEST = 200
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST")
_LINK = re.compile(r"https?://[^\s<>\"']+")


def loopback_only(view):
    """Embedded mode, a caller on this machine who asked for this machine, and no proxy between: else 404.

    The host's name is checked because a page elsewhere may point its own name at 127.0.0.1.
    """

    @never_cache
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        host = urlsplit(f"//{request.get_host()}").hostname
        is_forwarded = any(header in request.META for header in FORWARDED)
        if not settings.COLLOQUY_EMBEDDED or is_forwarded or host not in LOCAL_HOSTS or not _is_loopback(request):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


def _is_loopback(request):
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Kept:
    """What the list shows of a mail."""

    name: str
    subject: str
    to: str
    sent_at: datetime | None


@dataclass(frozen=True)
class Part:
    """A file in a mail."""

    number: int
    filename: str
    content_type: str


@require_GET
@public_view
@login_not_required
@loopback_only
def mail_list(request):
    """The newest first."""
    mails = [_head(file) for file in _files()[:NEWEST]]
    return render(request, "dev_mail/mail_list.html", {"mails": mails, "newest": NEWEST})


@require_GET
@public_view
@login_not_required
@loopback_only
def mail_message(request, name):
    """One mail: its text, its links, its files. The HTML is not run, only its links are read."""
    mail = _open(name)
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    text, html = text.get_content() if text else "", html.get_content() if html else ""
    links = dict.fromkeys([*(link.rstrip(".,;:!?)") for link in _LINK.findall(text)), *_links_in(html)])
    context = {
        "mail": _kept(name, mail),
        "text": text,
        "links": list(links),
        "parts": _parts(mail),
        "headers": [(key, mail[key]) for key in ("Message-ID", "List-Unsubscribe", "X-Colloquy-Nudge") if mail[key]],
    }
    return render(request, "dev_mail/mail_message.html", context)


@require_GET
@public_view
@login_not_required
@loopback_only
def mail_part(request, name, number):
    """A file of a mail, to be saved: never shown as a page of this site."""
    mail = _open(name)
    part = {part.number: part for part in _parts(mail)}.get(number)
    if part is None:
        raise Http404
    is_calendar = part.content_type == "text/calendar"
    content = list(mail.walk())[number].get_payload(decode=True)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8" if is_calendar else "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{part.filename}"'},
    )


app_name = "dev_mail"
urlpatterns = [
    path("", mail_list, name="list"),
    path("<str:name>/", mail_message, name="message"),
    path("<str:name>/<int:number>/", mail_part, name="part"),
]


def _files():
    """The newest first; the catcher's names begin with the moment. Unfinished ones begin with a dot."""
    folder = Path(settings.COLLOQUY_MAIL_DIR)
    files = folder.glob("[!.]*.eml") if folder.is_dir() else []
    return sorted(files, key=lambda file: file.name, reverse=True)


def _open(name):
    """The mail with this name, found in the list so that no name leads out of the folder."""
    for file in _files():
        if file.stem == name:
            # Not from the open file: that parser would change the ends of lines, which a calendar is strict about.
            return message_from_bytes(file.read_bytes(), policy=email.policy.default)
    raise Http404


def _head(file):
    with file.open("rb") as stream:
        return _kept(file.stem, BytesHeaderParser(policy=email.policy.default).parse(stream))


def _kept(name, mail):
    try:
        sent_at = parsedate_to_datetime(mail["Date"])
        sent_at = sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)  # "-0000" is read as no zone at all
    except (TypeError, ValueError):  # a mail without a date, or with an odd one
        sent_at = None
    return Kept(name, mail["Subject"] or "", mail["Delivered-To"] or mail["To"] or "", sent_at)


def _parts(mail):
    """Everything but the text and the HTML, numbered as ``walk()`` meets them."""
    bodies = {id(body) for body in (mail.get_body(("plain",)), mail.get_body(("html",))) if body}
    return [
        Part(number, _filename(part, number), part.get_content_type())
        for number, part in enumerate(mail.walk())
        if not part.is_multipart() and id(part) not in bodies
    ]


def _filename(part, number):
    ending = "ics" if part.get_content_type() == "text/calendar" else "bin"
    given = re.sub(r"[^\w.-]", "_", part.get_filename() or "", flags=re.ASCII).lstrip(".")
    return given or f"part-{number}.{ending}"


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href") or ""
        if tag == "a" and _LINK.fullmatch(href):
            self.found.append(href)


def _links_in(html):
    parser = _Links()
    parser.feed(html)
    return parser.found
