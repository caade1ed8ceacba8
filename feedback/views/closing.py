"""Notes at the close of a session: one member after the other."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.once import AlreadyWritten
from feedback import permissions, services
from feedback.forms import ClosingNoteForm
from feedback.selectors.watching import behaviors_in, notes_on, round_of
from feedback.views.notes import hints_of, say_sent
from feedback.views.watching import session_or_404, to_session
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from sessions.selectors import people_of_session
from sessions.services import SessionIsCancelled, SessionNotBegun


@require_GET
@group_view()
def close(request, group, session_id):
    """To the first member to whom one has not written yet."""
    coaching_session = session_or_404(request, group, session_id)
    if not permissions.can_write_note(request.membership):
        raise PermissionDenied
    if not permissions.is_close_open(coaching_session, timezone.now()):
        return _closed(request, coaching_session)
    _members, _named, around = _round(coaching_session, request.membership)
    first = next(iter(around.left_from()), None)
    if first is None:
        messages.info(request, _("Nobody is left to write to."))
    return _to(coaching_session, first)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def close_note(request, group, session_id, membership_id):
    """A note to one member, and on to the next."""
    coaching_session = session_or_404(request, group, session_id)
    if not permissions.can_write_note(request.membership):
        raise PermissionDenied
    members, named, around = _round(coaching_session, request.membership)
    to = next((one for one in members if one.pk == membership_id and one.pk != request.membership.pk), None)
    if to is None:
        raise Http404
    if request.method == "GET" and (refused := _refused(request, coaching_session, to)):
        return refused
    form = ClosingNoteForm(
        request.POST if request.method == "POST" else None, privacy=permissions.who_reads_note(),
        initial={"situation": _situation(coaching_session)},
    )  # fmt: skip
    kept, following = kept_for(request, form), around.after(to)
    if not form.wants_hints() and form.is_valid() and _sent(request, coaching_session, to, form, kept):
        return _to(coaching_session, following)
    context = {"group": group, "coaching_session": coaching_session, "form": form, "kept": kept, "to": to}
    context |= {"following": following, "left": len(around.left_from(to)), **hints_of(request.membership, form)}
    context["watched"] = named[to.pk].text.open() if to.pk in named else ""
    status = 409 if form.is_bound and form.non_field_errors() else 422 if form.is_bound else 200
    return render(request, "feedback/close_note.html", context, status=status)


def _round(coaching_session, membership):
    """The session's members, what they named, and the order in which the member writes to them."""
    members, _facilitators = people_of_session(coaching_session)
    named = behaviors_in(coaching_session, person=membership.person_id)
    written_to = notes_on(coaching_session, membership).written_to
    return members, named, round_of(members, membership, named=named, written_to=written_to)


def _refused(request, coaching_session, to):
    """Elsewhere, with why, where a note cannot be begun now; None where it can."""
    if not permissions.is_close_open(coaching_session, timezone.now()):
        return _closed(request, coaching_session)
    if to.left_at is not None:
        messages.info(request, _("%(name)s has left the group.") % {"name": to.person.name})
        return to_session(coaching_session)
    return None


def _closed(request, coaching_session):
    """To the session's page, with why there are no notes at its close now."""
    if coaching_session.cancelled_at:
        words = _("This session is cancelled.")
    elif not coaching_session.has_begun(timezone.now()):
        words = _("You can leave notes once the session has begun.")
    else:
        words = _("The week for notes on this session is over. You can still write one under Feedback.")
    messages.warning(request, words)
    return to_session(coaching_session)


def _sent(request, coaching_session, to, form, kept):
    """Whether the note is sent, now or before; else the form says why not, with all that was typed."""
    try:
        services.give_note(
            author=request.membership, recipient=to, coaching_session=coaching_session, now=timezone.now(),
            **form.cleaned_data,
        )  # fmt: skip
    except AlreadyWritten:
        messages.info(request, _("That note was sent already."))
        return True
    except (services.NotAPeer, SessionIsCancelled, SessionNotBegun) as refusal:
        form.add_error(None, _why_not(refusal, to))
        return False
    kept.forget()
    say_sent(request, to)
    return True


def _why_not(refusal, to):
    if isinstance(refusal, services.NotAPeer):
        words = _("%(name)s has left the group, so the note cannot reach them. Your words are still here.")
        return words % {"name": to.person.name}
    if isinstance(refusal, SessionIsCancelled):
        return _("The session was cancelled. Your words are still here; you can send them as a note under Feedback.")
    return _("The session has not begun. Your words are still here.")


def _situation(coaching_session):
    day = date_format(timezone.localtime(coaching_session.starts_at), "j F")
    return _("Session of %(day)s") % {"day": day}


def _to(coaching_session, membership):
    """To the page of the next one, or back to the session."""
    if membership is None:
        return to_session(coaching_session)
    return redirect(
        "feedback:close_note", group_id=coaching_session.group_id, session_id=coaching_session.pk,
        membership_id=membership.pk,
    )  # fmt: skip
