"""Leaving a group, being removed from one, and what one may still do afterwards."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import ask_again, person_view
from groups import comings, permissions
from groups.decorators import group_view
from groups.forms import LeaveForm, RemoveForm
from groups.models import Membership
from groups.services import going


@require_http_methods(["GET", "POST"])
@group_view(unsigned=True)
def leave(request, group):
    """Say what leaving means, and ask what becomes of one's words; posting leaves."""
    is_pair = permissions.is_pair(group)
    form = LeaveForm(request.POST if request.method == "POST" else None, is_pair=is_pair)
    if request.method == "POST" and form.is_valid():
        takes_words = form.cleaned_data["words"] == LeaveForm.GOES
        if takes_words:
            ask_again(request, fresh=True)
        going.leave(membership=request.membership, takes_words=takes_words)
        done = _("The pair has ended.") if is_pair else _("You have left %(name)s.") % {"name": group.name}
        messages.success(request, done)
        if takes_words:
            messages.success(request, _("What you wrote there is erased."))
        return redirect("groups:mine")
    has_written = bool(request.membership.admitted_at)
    context = {"group": group, "form": form, "has_written": has_written, "is_pair": is_pair}
    return render(request, "groups/leave.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@group_view(role=Membership.Role.FACILITATOR)
def remove(request, group, membership_id):
    """Say what removing means; posting removes, for a reason."""
    members = Membership.objects.filter(group=group, role=Membership.Role.MEMBER).select_related("person")
    membership = get_object_or_404(members, pk=membership_id)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    name = membership.person.get_full_name()
    if membership.left_at:  # removed in another tab, or gone by themselves
        messages.info(request, _("%(name)s is no longer in the group.") % {"name": name})
        return redirect("groups:group", group_id=group.pk)
    if request.method == "POST" and form.is_valid():
        try:
            going.remove_member(membership=membership, now=timezone.now(), **form.cleaned_data)
        except going.AlreadyGone:
            messages.info(request, _("%(name)s is no longer in the group.") % {"name": name})
        else:
            messages.success(request, _("%(name)s is no longer in the group, and is told by mail.") % {"name": name})
        return redirect("groups:group", group_id=group.pk)
    context = {"group": group, "other": membership, "form": form}
    return render(request, "groups/remove.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@person_view(fresh="POST")
def withdraw_words(request, membership_id):
    """Say what taking one's words out of a group means that one is no longer in; posting erases them."""
    place = next(iter(comings.past_places_of(request.user, pk=membership_id)), None)
    if place is None or not place.group:
        raise Http404
    if request.method == "POST":
        going.withdraw_words(membership=place.membership)
        messages.success(request, _("What you wrote in %(name)s is erased.") % {"name": place.group})
        return redirect("groups:mine")
    return render(request, "groups/withdraw_words.html", {"place": place})
