"""Addresses of the whole site: health, home, and what a failed form check looks like."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.decorators import person_view, public_view
from coaching_site import readiness
from common.posted_back import posted_back
from feedback.selectors import feedback_of_today, help_asked_of
from goals.selectors import asked_of_today, goals_due_for_check_in, own_courses, steps_of_today
from groups.permissions import is_facilitator
from groups.selectors import own_memberships
from sessions.selectors import next_session_for

log = structlog.get_logger("colloquy.readiness")


@require_GET
@public_view
@login_not_required
def healthz(request):
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@public_view
@login_not_required
def readyz(request):
    """200 when this process may serve people; 503 with the names of what is not well. The log says why."""
    try:
        unwell = readiness.unwell(now=timezone.now())
    except DatabaseError as error:
        log.warning("database_away", error=type(error).__name__)
        unwell = {"database": "The database does not answer."}
    for part, why in unwell.items():
        log.warning("not_ready", part=part, why=why)
    return JsonResponse({"ready": not unwell, "unwell": sorted(unwell)}, status=503 if unwell else 200)


@require_GET
@person_view
def home(request):
    """Where each person's work begins."""
    places = request.places
    if places.is_member:
        return redirect("today")
    if places.is_facilitator:
        return redirect("groups:mine")
    if places.offices:
        return redirect("groups:programs", slug=places.offices[0].slug)
    return redirect("today")


@require_GET
@person_view
def today(request):
    """The member's home: one next thing, then the rest."""
    person, now = request.user, timezone.now()
    memberships = list(own_memberships(person))
    context = {
        "memberships": memberships,
        "unsigned": [one for one in memberships if not one.admitted_at and not one.has_signed],
        "to_sign": [one for one in memberships if one.admitted_at and one.asks_for_signature],
        "session": next_session_for(person, now),
        "goals_due": goals_due_for_check_in(person, now),
        "steps": steps_of_today(person, now, timezone.localdate(now)),
        **asked_of_today(person, timezone.localdate(now))._asdict(),
        "courses": own_courses(person, now),
        **feedback_of_today(person, now)._asdict(),
        "help_asked": help_asked_of(person) if any(map(is_facilitator, memberships)) else [],
        "greeting": greeting(timezone.localtime(now).hour),
    }
    return render(request, "today.html", context)


def greeting(hour):
    """How one greets at this hour of the person's own day."""
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def unreadable(request, exception=None):
    """The answer to what cannot be read at all. It must not look at the form again, as checking its token would."""
    return HttpResponse(render_to_string("400.html", {"request": request}), status=400)


def signed_out(request):
    """The answer to a form that came after sign-in had expired: its text, and a way to send it again."""
    return render(request, "posted_back.html", {"why": "signed_out", "posted": posted_back(request)}, status=401)


def csrf_failure(request, reason=""):
    """The page for a form whose token was too old. Of our own pages it gives the text back, to be sent again.

    Where the browser does not prove that the form came from this site, nothing is repeated.
    """
    match = request.resolver_match
    guard = getattr(match.func, "guard", None) if match else None
    is_closed = not guard or (guard[0] == "public" and not hasattr(match.func, "gives_text_back"))
    if is_closed or not came_from_here(request):
        return render(request, "403_csrf.html", status=403)
    return render(request, "posted_back.html", {"why": "too_old", "posted": posted_back(request)}, status=403)


def cannot_keep(request):
    """The answer while the key file is missing or another's: nothing was written; what was typed comes back."""
    guarded = hasattr(request.resolver_match.func, "guard") if request.resolver_match else False
    if request.method == "POST" and guarded:
        context = {"why": "cannot_keep", "posted": posted_back(request)}
        return render(request, "posted_back.html", context, status=503)
    return render(request, "503_keys.html", status=503)


def destroyed(request):
    """The answer where the keys of a group were destroyed on purpose: its words are gone for good."""
    return render(request, "410.html", status=410)


def came_from_here(request):
    """Whether the browser says that a page of this site sent the request."""
    here, origin = f"{request.scheme}://{request.get_host()}", request.headers.get("Origin")
    if origin is not None:
        return origin == here
    return request.headers.get("Referer", "").startswith(f"{here}/")
