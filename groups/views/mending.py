"""A group below its minimum, seen from the office: what can be done, and merging it into others."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import organization_view
from groups import comings
from groups.forms import MergeForm
from groups.merge_mails import previews_of
from groups.models import CoachingGroup
from groups.services import mending, placing
from groups.views.placing import ENDERS


def _group(organization, group_id):
    groups = CoachingGroup.objects.filter(organization=organization, program__isnull=False)
    groups = comings.with_numbers(groups).select_related("program__organization")
    return get_object_or_404(groups, pk=group_id)


@require_GET
@organization_view()
def mend(request, organization, group_id):
    """Who is really there, whom the group could take, and how its members could go to others. Nothing is done here."""
    group = _group(organization, group_id)
    try:
        remedies = mending.remedies_for(group, timezone.now()) if group.is_small else None
    except placing.GroupHasEnded:  # since it was looked up
        return redirect("groups:office_group", slug=organization.slug, group_id=group.pk)
    context = {
        "organization": organization,
        "group": group,
        "invitations": comings.open_invitations_to(group),
        "remedies": remedies,
        "may_end": bool(request.duties & set(ENDERS)),
    }
    return render(request, "groups/mend.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(roles=ENDERS, fresh="POST")
def merge(request, organization, group_id):
    """Say what a merge means, with the mails that go out; posting ends the group and invites its members."""
    group, now = _group(organization, group_id), timezone.now()
    try:
        way = _way(request, group, now)
    except (mending.GroupChanged, placing.NotFree, placing.GroupHasEnded):
        messages.info(request, _("The groups have changed meanwhile. Nothing was done; look again."))
        return redirect("groups:mend", slug=organization.slug, group_id=group.pk)
    except placing.DoesNotFit as why:
        messages.error(request, _("Nothing was done. %(why)s") % {"why": why})
        return redirect("groups:mend", slug=organization.slug, group_id=group.pk)
    if request.method == "POST":
        words = {"name": group.name, "where": mending.merge_in_words(way)}
        messages.success(request, _("%(name)s has ended. Invited: %(where)s.") % words)
        return redirect("groups:office_group", slug=organization.slug, group_id=group.pk)
    context = {"organization": organization, "group": group, "way": way, "mails": previews_of(way, group, now)}
    context |= {"invitations": comings.open_invitations_to(group)}
    return render(request, "groups/merge.html", context)


def _way(request, group, now):
    """The way that was chosen; when it was posted, it has been gone."""
    form = MergeForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        raise mending.GroupChanged
    targets = form.cleaned_data["to"]
    way = mending.way_of(group, targets, now)
    if request.method == "POST":
        mending.merge_group(group=group, targets=targets, now=now)
    return way
