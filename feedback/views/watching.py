"""Naming what the others may watch for in a session."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback import permissions
from feedback.forms import WatchForm
from feedback.selectors.watching import own_behavior
from feedback.services import watching as services
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names
from sessions.models import CoachingSession
from sessions.services import SessionIsCancelled, SessionIsOver
from sessions.watching import starting_texts

REFUSALS = (SessionIsCancelled, SessionIsOver, services.TooEarly, services.BehaviorIsNoted)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def watch(request, group, session_id):
    """Name one behavior, or word it anew; with ``?from=<id>`` begin with the words of a goal."""
    coaching_session = session_or_404(request, group, session_id)
    if not permissions.can_name_behavior(request.membership):
        raise PermissionDenied
    own, now = own_behavior(coaching_session, request.membership), timezone.now()
    if request.method == "GET" and (refusal := _refusal(coaching_session, own, now)):
        messages.warning(request, in_words(refusal))
        return to_session(coaching_session)
    starts = [] if own else starting_texts(request.membership)
    begun = next((one.text for one in starts if str(one.pk) == request.GET.get("from")), "")
    posted = request.POST if request.method == "POST" else None
    circle = permissions.who_reads_behavior(group, facilitator_names(group) or [])
    form = WatchForm(posted, initial={"text": own.text.open() if own else begun}, privacy=circle)
    kept = kept_for(request, form)
    if form.is_valid() and _named(request, coaching_session, form, now):
        kept.forget()
        messages.success(request, _("%(who)s can read it now.") % {"who": your_circle(group)})
        return to_session(coaching_session)
    context = {"group": group, "coaching_session": coaching_session, "form": form, "kept": kept, "own": own}
    status = 409 if form.is_bound and form.non_field_errors() else 422 if form.is_bound else 200
    return render(request, "feedback/watch.html", {**context, "starts": starts}, status=status)


def _named(request, coaching_session, form, now):
    """Whether it is named; else the form says why not, with all that was typed."""
    try:
        services.name_behavior(
            membership=request.membership, coaching_session=coaching_session, now=now, **form.cleaned_data
        )
    except REFUSALS as refusal:
        form.add_error(None, _("%(why)s Your words are still here.") % {"why": in_words(refusal)})
        return False
    return True


def _refusal(coaching_session, own, now):
    try:
        services.check_nameable(coaching_session, now=now)
    except REFUSALS as refusal:
        return refusal
    return services.BehaviorIsNoted() if own and own.is_noted else None


@require_POST
@group_view()
def watch_take_back(request, group, session_id):
    """Take back what one named."""
    coaching_session = session_or_404(request, group, session_id)
    if not permissions.can_name_behavior(request.membership):
        raise PermissionDenied
    try:
        services.take_behavior_back(
            membership=request.membership, coaching_session=coaching_session, now=timezone.now()
        )
    except REFUSALS as refusal:
        messages.warning(request, in_words(refusal))
    except services.NothingNamed:
        messages.info(request, _("It was taken back already."))
    else:
        messages.success(request, _("Taken back. Nobody can read it any more."))
    return to_session(coaching_session)


def in_words(refusal):
    """Why not."""
    match refusal:
        case SessionIsCancelled():
            return _("This session is cancelled.")
        case SessionIsOver():
            return _("This session is over, so what was to be watched stays as it was.")
        case services.TooEarly():
            return _("You can name what to watch for from the day before the session on.")
        case services.BehaviorIsNoted():
            return _("A note on this session is written to you already, so these words stay as they are.")


def session_or_404(request, group, session_id):
    return get_object_or_404(CoachingSession.objects.visible_to(request.user), pk=session_id, group=group)


def to_session(coaching_session):
    return redirect("sessions:session", group_id=coaching_session.group_id, session_id=coaching_session.pk)
