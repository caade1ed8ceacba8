"""When one is asked how it goes, and by whom."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goals import permissions, selectors, services
from goals.forms import PartnerForm, RhythmForm
from goals.models import CheckInPartner
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view
from groups.selectors import facilitator_names, peers_of


@require_http_methods(["GET", "POST"])
@group_view()
def rhythm(request, group):
    """How often one is asked, a pause, and one's partners, on one page."""
    require(permissions.can_write(request.membership))
    today, membership = timezone.localdate(), request.membership
    circle = permissions.who_reads_rhythm(facilitator_names(group))
    form = RhythmForm(posted(request), today=today, privacy=circle, row=selectors.rhythm_row(membership))
    if form.is_valid():
        services.set_rhythm(membership=membership, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("goals:rhythm", group_id=group.pk)
    return _page(request, group, form, today, status=status_of(form))


def _page(request, group, form, today, *, partner_form=None, status=200):
    peers = peers_of(request.membership)
    context = {
        "group": group,
        "form": form,
        "today": today,
        "next_on": selectors.next_asking(request.membership, today=today, zone=timezone.get_current_timezone()),
        "partners": selectors.partners_for(request.membership, today=today),
        "partner_form": partner_form or PartnerForm(peers=peers),
        "partner_circle": permissions.who_reads_partners(),
        "rotation_circle": permissions.who_reads_steps(facilitator_names(group)),
    }
    return render(request, "goals/rhythm.html", context, status=status)


@require_POST
@group_view()
def partner_ask(request, group):
    """Ask a peer to be one's check-in partner."""
    membership, now = request.membership, timezone.now()
    require(permissions.can_write(membership))
    form = PartnerForm(request.POST, peers=peers_of(membership))
    if not form.is_valid():
        today, circle = timezone.localdate(now), permissions.who_reads_rhythm(facilitator_names(group))
        first = RhythmForm(today=today, privacy=circle, row=selectors.rhythm_row(membership))
        return _page(request, group, first, today, partner_form=form, status=422)
    try:
        services.ask_partner(membership=membership, now=now, **form.cleaned_data)
    except services.HasPartner:
        messages.info(request, _("You have asked somebody already. End that first."))
    else:
        messages.success(request, _("Asked. Nothing happens until they agree."))
    return redirect("goals:rhythm", group_id=group.pk)


@require_POST
@group_view()
def partner_agree(request, group, partner_id):
    """Agree to be somebody's partner."""
    row = _partner(request, group, partner_id)
    require(permissions.can_agree_to_partner(request.membership, row))
    try:
        services.agree_to_partner(row=row, now=timezone.now())
    except services.NothingToAnswer:
        messages.info(request, _("That was answered or taken back already."))
    else:
        messages.success(request, _("You are their check-in partner now."))
    return redirect("goals:rhythm", group_id=group.pk)


@require_POST
@group_view()
def partner_end(request, group, partner_id):
    """Decline, take back or end it; nobody is asked why."""
    services.end_partner(row=_partner(request, group, partner_id), now=timezone.now())
    messages.success(request, _("Done. No reason is asked for, and none is told."))
    return redirect("goals:rhythm", group_id=group.pk)


def _partner(request, group, partner_id):
    return get_object_or_404(CheckInPartner.objects.visible_to(request.user), pk=partner_id, group=group)


@require_POST
@group_view()
def rotation_join(request, group):
    """Take part in the rotation of partners; the first one turns it on."""
    if not permissions.can_rotate(request.membership):
        raise PermissionDenied
    services.join_rotation(membership=request.membership, now=timezone.now())
    messages.success(request, _("You take part. Your group can see it now."))
    return redirect("goals:rhythm", group_id=group.pk)


@require_POST
@group_view()
def rotation_leave(request, group):
    """Take part no more."""
    services.leave_rotation(membership=request.membership, now=timezone.now())
    messages.success(request, _("You do not take part any more."))
    return redirect("goals:rhythm", group_id=group.pk)
