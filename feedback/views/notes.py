"""Pages of feedback notes."""

import json
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from feedback import hints, permissions, selectors, services
from feedback.forms import NoteForm
from feedback.models import FeedbackRequest
from feedback.selectors.mirrors import mirrors_asked_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import is_facilitator
from groups.selectors import facilitator_names, peers_of


@require_GET
@group_view()
def inbox(request, group):
    """What others wrote to me; with ``?box=sent`` what I wrote, with ``?box=shared`` what others shared."""
    box = request.GET.get("box", "")
    notes_in = {"sent": selectors.sent_notes, "shared": selectors.shared_notes}.get(box, selectors.received_notes)
    context = {
        "group": group,
        "notes": notes_in(request.membership, request.GET.get("page")),
        "box": box if box in ("sent", "shared") else "received",
        "can_write": permissions.can_write_note(request.membership),
        "circle": permissions.who_reads_note(),
        "asked": selectors.feedback_asked_of(request.user, timezone.localdate(), group=group),
        "mirrors_asked": mirrors_asked_of(request.user, timezone.localdate(), group=group),
        "own_requests": selectors.own_requests(request.membership, timezone.localdate()) if box == "sent" else [],
        "help_asked": selectors.help_asked_of(request.user, group=group) if is_facilitator(request.membership) else [],
    }
    return render(request, "feedback/inbox.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def note_new(request, group):
    """Write a letter to a peer; with ``?ask=<id>`` to the one who asked for it."""
    if not permissions.can_write_note(request.membership):
        raise PermissionDenied
    asked = selectors.request_to_answer(request.membership, request.GET.get("ask", ""), timezone.localdate())
    peers, circle = list(peers_of(request.membership)), permissions.who_reads_note()
    form = NoteForm(request.POST if request.method == "POST" else None, peers=peers, privacy=circle)
    kept = kept_for(request, form)
    form.begin_to(asked)
    if not form.wants_hints() and form.is_valid():
        _send(request, kept, form.cleaned_data, asked)
        return redirect("feedback:inbox", group_id=group.pk)
    context = {"group": group, "form": form, "has_peers": bool(peers), "kept": kept, "asked": asked}
    context["about"] = asked.about.open() if asked else ""
    context |= hints_of(request.membership, form)
    return render(request, "feedback/note_new.html", context, status=422 if form.is_bound else 200)


def _send(request, kept, letter, asked):
    now = timezone.now()
    try:
        services.give_note(author=request.membership, now=now, **letter)
    except AlreadyWritten:
        messages.info(request, _("That note was sent already."))
        return
    kept.forget()
    if asked and asked.membership_id == letter["recipient"].pk:
        with suppress(services.RequestEnded):  # the note is sent either way
            services.end_request(request=asked, how=FeedbackRequest.End.GIVEN, today=timezone.localdate(now), now=now)
    say_sent(request, letter["recipient"])


def say_sent(request, recipient):
    """That the note is with its recipient."""
    words = _("Your note is with %(name)s. Nobody else can read it, unless it is shared.")
    messages.success(request, words % {"name": recipient.person.name})


def hints_of(membership, form):
    """The hints of a letter, on or off, and their rules as the page's script reads them."""
    rules = hints.rules_for(selectors.recent_kinds(membership))
    found = hints.hints_for(rules, form.typed())
    return {"hints": found, "rules": json.dumps(rules), "hints_circle": permissions.who_reads_hints()}


@require_GET
@group_view()
def note(request, group, note_id):
    """The letter for its author, for whoever has opened it, and for those it is shared with; else the envelope."""
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    is_mine, is_to_me = row.author_id == request.membership.pk, row.recipient_id == request.membership.pk
    if not permissions.can_read_letter(request.membership, row):
        if not is_to_me:  # who helps with it reads it on the page of the request
            raise Http404
        context = {"group": group, "note": selectors.line_of(row), "circle": permissions.who_reads_note(row.author)}
        return render(request, "feedback/envelope.html", context)
    context = {
        "group": group,
        "letter": selectors.read_letter(row),
        "is_mine": is_mine,
        "is_to_me": is_to_me,
        "facilitators": selectors.facilitators_beside(request.membership, row) if is_to_me else [],
        "help": selectors.own_help_request(row, request.membership) if is_to_me else None,
        "circle": _circle_of(row, request.membership),
        "below": selectors.answers_below(row, person=request.user),
        "can_write": permissions.can_write_note(request.membership),
    }
    return render(request, "feedback/note.html", context)


def _circle_of(row, membership):
    """Who reads the letter, said to one of them."""
    if row.shared_with:
        two = [row.author.person.name, row.recipient.person.name]
        return permissions.who_reads_shared(row.shared_with, facilitator_names(row.group), two)
    return permissions.who_reads_note(row.recipient if row.author_id == membership.pk else row.author)


@require_POST
@group_view()
def note_open(request, group, note_id):
    """Open the envelope."""
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    if not permissions.can_open_note(request.membership, row):
        raise PermissionDenied
    try:
        with suppress(services.NoteAlreadyOpened):  # the letter comes either way
            services.open_note(note=row, now=timezone.now())
    except services.NoteGone:
        messages.info(request, _("The note is gone: its writer has just taken it back."))
        return redirect("feedback:inbox", group_id=group.pk)
    return redirect("feedback:note", group_id=group.pk, note_id=row.pk)


@require_POST
@group_view()
def note_take_back(request, group, note_id):
    """Take one's own note back before it is opened."""
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    if not permissions.can_take_note_back(request.membership, row):
        raise PermissionDenied
    name = row.recipient.person.get_short_name()
    try:
        services.take_note_back(note=row)
    except services.NoteAlreadyOpened:
        messages.info(request, _("%(name)s has opened it meanwhile, so it stays.") % {"name": name})
        return redirect("feedback:note", group_id=group.pk, note_id=row.pk)
    except services.NoteGone:
        messages.info(request, _("The note was taken back already."))
    else:
        messages.success(request, _("The note is gone. %(name)s cannot read it.") % {"name": name})
    return redirect(f"{reverse('feedback:inbox', args=[group.pk])}?box=sent")
