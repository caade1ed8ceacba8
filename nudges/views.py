"""Stopping reminders: by the link in a mail, or on one's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.decorators import person_view, public_view
from nudges import services
from nudges.forms import PreferencesForm


@csrf_exempt  # mail programs post here on their own; the token is what proves the right to
@require_http_methods(["GET", "HEAD", "POST"])
@public_view
@login_not_required
def unsubscribe(request, token):
    """Ask, then stop one kind of message for one address. The page is the same for a wrong token.

    A mail program's own button posts here and takes no redirect for an answer (RFC 8058).
    """
    if request.method == "POST":
        services.unsubscribe(token)
    return render(request, "nudges/unsubscribe.html", {"is_done": request.method == "POST"})


@require_http_methods(["GET", "POST"])
@person_view
def preferences(request):
    """Which reminders the person gets."""
    data = request.POST if request.method == "POST" else None  # nothing ticked is an answer too
    form = PreferencesForm(data, stopped=services.unsubscriptions_of(request.user))
    if request.method == "POST" and form.is_valid():
        services.set_wanted(person=request.user, wanted=form.wanted())
        messages.success(request, _("Saved."))
        return redirect("nudges:preferences")
    return render(request, "nudges/preferences.html", {"form": form})
