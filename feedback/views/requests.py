"""Asking peers how one came across, and what the asked can do."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from feedback import permissions, selectors, services
from feedback.forms import AskForm
from feedback.models import FeedbackRequest
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.selectors import peers_of


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def ask(request, group):
    """Ask chosen peers how one came across."""
    if not permissions.can_write_note(request.membership):
        raise PermissionDenied
    peers, circle = list(peers_of(request.membership)), permissions.who_reads_request()
    posted = request.POST if request.method == "POST" else None
    form = AskForm(posted, peers=peers, today=timezone.localdate(), privacy=circle)
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.ask_peers(membership=request.membership, now=timezone.now(), **form.cleaned_data)
        except AlreadyWritten:
            messages.info(request, _("They have been asked already."))
        else:
            kept.forget()
            messages.success(request, _("Asked. Each of them reads your question, and nobody else."))
        return redirect("feedback:inbox", group_id=group.pk)
    context = {"group": group, "form": form, "has_peers": bool(peers), "kept": kept}
    return render(request, "feedback/ask.html", context, status=422 if form.is_bound else 200)


@require_GET
@group_view()
def asked(request, group, ask_id):
    """The question, for whoever asked and for the one who is asked."""
    row = get_object_or_404(selectors.requests_to_show(request.user), pk=ask_id, group=group)
    is_mine = row.membership_id == request.membership.pk
    context = {
        "group": group,
        "ask": selectors.ask_line(row, timezone.localdate()),
        "about": row.about.open(),
        "is_mine": is_mine,
        "can_write": permissions.can_write_note(request.membership),
        "circle": permissions.who_reads_request(row.peer if is_mine else row.membership),
    }
    return render(request, "feedback/asked.html", context)


@require_POST
@group_view()
def ask_decline(request, group, ask_id):
    """Not this time, without a reason."""
    row = get_object_or_404(selectors.requests_to_show(request.user), pk=ask_id, group=group)
    if not permissions.can_answer_request(request.membership, row):
        raise PermissionDenied
    return _end(request, row, FeedbackRequest.End.DECLINED, _("Not this time. Nothing more is asked of you about it."))


@require_POST
@group_view()
def ask_withdraw(request, group, ask_id):
    """Ask no longer."""
    row = get_object_or_404(selectors.requests_to_show(request.user), pk=ask_id, group=group)
    if not permissions.can_withdraw_request(request.membership, row):
        raise PermissionDenied
    return _end(request, row, FeedbackRequest.End.WITHDRAWN, _("Taken back. Nothing is asked of them any more."))


def _end(request, row, how, words):
    try:
        services.end_request(request=row, how=how, today=timezone.localdate(), now=timezone.now())
    except services.RequestEnded:
        messages.info(request, _("This request has ended already."))
    else:
        messages.success(request, words)
    return redirect("feedback:inbox", group_id=row.group_id)
