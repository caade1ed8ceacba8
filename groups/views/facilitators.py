"""Who facilitates how much, seen from the office."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import organization_view
from accounts.models import Duty
from groups.forms import LoadsForm
from groups.services import facilitators as services

SETTERS = (Duty.OWNER, Duty.HR)


@require_GET
@organization_view()
def facilitators(request, organization):
    """Everybody who facilitates, what they take on and what they have, and the groups that have nobody."""
    return _page(request, organization, LoadsForm(loads=services.loads_of(organization)))


@require_POST
@organization_view(roles=SETTERS)
def most_set(request, organization):
    """Say how many groups each takes on."""
    form = LoadsForm(request.POST, loads=services.loads_of(organization))
    if not form.is_valid():
        return _page(request, organization, form)
    services.set_most(organization=organization, most=form.most())
    messages.success(request, _("Saved. It counts when facilitators are suggested; groups that are there stay."))
    return redirect("groups:facilitators", slug=organization.slug)


def _page(request, organization, form):
    context = {
        "organization": organization,
        "form": form,
        "without": list(services.groups_without(organization)),
        "may_set": bool(request.duties & set(SETTERS)),
    }
    return render(request, "groups/facilitators.html", context, status=422 if form.errors else 200)
