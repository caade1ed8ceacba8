"""Addresses that keep what somebody is typing."""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.decorators import person_view
from groups.decorators import group_view
from groups.drafting import address_of, query_of, with_query
from groups.forms import DraftForm
from groups.models import Draft
from groups.selectors import own_desk
from groups.services import drafts


@require_POST
@group_view()
def draft_keep(request, group):
    """Keep the text of one tab; the answer says how many other texts are kept for the same form."""
    return _keep(request, request.membership)


@require_POST
@person_view
def own_draft_keep(request):
    """The same for a form that belongs to no group."""
    return _keep(request, _desk_of(request))


def _keep(request, membership):
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"wrong": sorted(form.errors)}, status=422)
    cleaned = form.cleaned_data
    if cleaned.pop("by") not in {None, request.user.pk}:
        return JsonResponse({}, status=409)  # somebody else has signed in since the form was opened
    if address_of(cleaned["place"], membership.group_id) is None:
        raise Http404
    try:
        others = drafts.keep_draft(membership=membership, now=timezone.now(), **cleaned)
    except drafts.DraftTooLong:
        return JsonResponse({"most": drafts.MOST_CHARACTERS}, status=413)
    return JsonResponse({"others": others})


@require_POST
@group_view()
def draft_drop(request, group, draft_id):
    """Throw one kept text away, and back to its form as it was opened."""
    own = Draft.objects.visible_to(request.user).filter(membership=request.membership)
    address = _drop(request, own, draft_id, group.pk)
    return redirect(address or "groups:group", **({} if address else {"group_id": group.pk}))


@require_POST
@person_view
def own_draft_drop(request, draft_id):
    """The same for a form that belongs to no group."""
    own = Draft.objects.visible_to(request.user).filter(membership=None)
    return redirect(_drop(request, own, draft_id, None) or "today")


def _drop(request, own, draft_id, group_id):
    row = get_object_or_404(own, pk=draft_id)
    address = address_of(row.place, group_id)
    drafts.drop_draft(draft=row)
    return address and with_query(address, query_of(request))


def _desk_of(request):
    desk = own_desk(request.user)
    if desk is None:
        raise Http404
    return desk
