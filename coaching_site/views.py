"""Addresses of the whole site: health, home, and what a failed form check looks like."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.decorators import person_view, public_view
from coaching_site import readiness
from feedback.selectors import unopened_notes_for
from goals.selectors import goals_due_for_check_in, open_steps_of
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
        "unsigned": [membership for membership in memberships if not membership.admitted_at],
        "session": next_session_for(person, now),
        "goals_due": goals_due_for_check_in(person, now),
        "steps": open_steps_of(person, timezone.localdate(now)),
        "notes": unopened_notes_for(person),
        "greeting": greeting(timezone.localtime(now).hour),
    }
    return render(request, "today.html", context)


def greeting(hour):
    """How one greets at this hour of the person's own day."""
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def csrf_failure(request, reason=""):
    """The page for a form whose check failed: the text is safe in the browser, one step back."""
    return render(request, "403_csrf.html", status=403)
