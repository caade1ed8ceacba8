"""Raising what stands in the way, giving it time in a session, and saying that it is handled."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from feedback import permissions
from feedback.forms import FlagForm, PlanForm
from feedback.selectors import air as selectors
from feedback.services import air as services
from feedback.views.watching import session_or_404
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.selectors import facilitator_names
from sessions.permissions import can_schedule_session
from sessions.services import SessionIsCancelled, SessionIsOver

GONE = (services.FlagIsHandled, SessionIsCancelled, SessionIsOver)


@require_GET
@group_view()
def air(request, group):
    """What one has raised, and what is raised to oneself; who runs sessions gives it time in one."""
    may_plan, names = can_schedule_session(request.membership, group), facilitator_names(group)
    sessions = selectors.sessions_to_plan(group, request.user, timezone.now()) if may_plan else []
    own, told = selectors.flags_of(request.membership)
    context = {
        "group": group,
        "own": [(line, permissions.who_reads_flag(line.is_to_group, names)) for line in own],
        "told": [(line, permissions.who_reads_flag_told(line.raiser, line.is_to_group, names)) for line in told],
        "sessions": sessions,
        "with_air": [session for session in sessions if session.has_air],
        "can_raise": permissions.can_raise_flag(request.membership),
        "can_handle": permissions.can_handle_flags_of_others(request.membership),
    }
    return render(request, "feedback/air.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def air_raise(request, group):
    """Tell who facilitates, or the group, that one would like to clear the air."""
    if not permissions.can_raise_flag(request.membership):
        raise PermissionDenied
    circles = permissions.circles_of_flags(facilitator_names(group))
    posted, privacy = request.POST if request.method == "POST" else None, permissions.who_reads_words_of_flag(circles)
    form = FlagForm(posted, circles=circles, privacy=privacy)
    kept = kept_for(request, form)
    if form.is_valid():
        told = selectors.who_is_told(request.membership, form.cleaned_data["circle"])
        try:
            services.raise_flag(membership=request.membership, told=told, now=timezone.now(), **form.cleaned_data)
        except AlreadyWritten:
            messages.info(request, _("It is raised already."))
        else:
            messages.success(request, _("Raised. You can take it back until it is handled."))
        kept.forget()
        return _back(group)
    context = {"group": group, "form": form, "kept": kept}
    return render(request, "feedback/air_raise.html", context, status=422 if form.is_bound else 200)


@require_POST
@group_view(runs=True)
def air_plan(request, group, flag_id):
    """Give it time in a session that is not over."""
    flag = get_object_or_404(selectors.flags_to_show(request.user), pk=flag_id, group=group)
    now = timezone.now()
    form = PlanForm(request.POST, sessions=selectors.sessions_to_plan(group, request.user, now))
    if not form.is_valid():
        messages.error(request, _("Choose a session that is not over."))
        return _back(group)
    try:
        services.plan_flag(flag=flag, now=now, **form.cleaned_data)
    except GONE as refusal:
        messages.info(request, _in_words(refusal))
    else:
        messages.success(
            request, _("“Clearing the air” is on the agenda now. What it is about, and who raised it, is not.")
        )
    return _back(group)


@require_POST
@group_view(runs=True)
def air_off(request, group, session_id):
    """Take the block off a session's agenda again."""
    try:
        services.unplan_flags(coaching_session=session_or_404(request, group, session_id), now=timezone.now())
    except GONE as refusal:
        messages.info(request, _in_words(refusal))
    else:
        messages.success(request, _("It is off the agenda."))
    return _back(group)


@require_POST
@group_view()
def air_handled(request, group, flag_id):
    """Say that it is handled; the words go."""
    flag = get_object_or_404(selectors.flags_to_show(request.user), pk=flag_id, group=group)
    if not permissions.can_handle_flag(request.membership, flag):
        raise PermissionDenied
    try:
        services.handle_flag(flag=flag, now=timezone.now())
    except services.FlagIsHandled as refusal:
        messages.info(request, _in_words(refusal))
    else:
        messages.success(request, _("Handled. The words are gone; that it was handled is all that is kept."))
    return _back(group)


@require_POST
@group_view()
def air_take_back(request, group, flag_id):
    """Take one's own back."""
    flag = get_object_or_404(selectors.flags_to_show(request.user), pk=flag_id, group=group)
    if flag.membership_id != request.membership.pk:
        raise PermissionDenied
    try:
        services.take_flag_back(flag=flag)
    except services.FlagIsHandled as refusal:
        messages.info(request, _in_words(refusal))
    else:
        messages.success(request, _("Taken back. Nobody can read it any more."))
    return _back(group)


def _in_words(refusal):
    match refusal:
        case services.FlagIsHandled():
            return _("It is handled or taken back already.")
        case SessionIsCancelled():
            return _("This session is cancelled.")
        case SessionIsOver():
            return _("This session is over.")


def _back(group):
    return redirect("feedback:air", group_id=group.pk)
