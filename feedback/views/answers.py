"""What is written below a note: an answer, one question, one reply."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback import permissions, selectors, services
from feedback.forms import AnswerForm
from feedback.models import NoteAnswer
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def note_answer(request, group, note_id):
    """Say once what one heard and what one will do."""
    return _below(request, group, note_id, NoteAnswer.Part.ANSWER)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def note_question(request, group, note_id):
    """Ask once for clarification."""
    return _below(request, group, note_id, NoteAnswer.Part.QUESTION)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def note_reply(request, group, note_id):
    """Answer the one question about one's note."""
    return _below(request, group, note_id, NoteAnswer.Part.REPLY)


def _below(request, group, note_id, part):
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    if not permissions.can_write_below(request.membership, row, part):
        raise PermissionDenied
    other = row.author if row.recipient_id == request.membership.pk else row.recipient
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted, part=part, privacy=permissions.who_reads_note(other))
    kept, status = kept_for(request, form), 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.write_below(
                note=row, author=request.membership, part=part, now=timezone.now(), **form.cleaned_data
            )
        except services.NotOpen:
            status = _refuse(form, _("There is nothing to write here now. Your words are still here."))
        except services.AnsweredAlready:
            status = _refuse(form, _("This was written already, and there is one only. Your words are still here."))
        else:
            kept.forget()
            messages.success(request, _("%(name)s can read it now.") % {"name": other.person.get_short_name()})
            return redirect("feedback:note", group_id=group.pk, note_id=row.pk)
    context = {"group": group, "form": form, "kept": kept, "part": part, "note": selectors.line_of(row)}
    context["letter"] = selectors.read_letter(row) if permissions.can_read_letter(request.membership, row) else None
    context["question"] = selectors.answers_below(row, person=request.user).get(NoteAnswer.Part.QUESTION)
    return render(request, "feedback/answer_new.html", context, status=status)


def _refuse(form, words):
    form.add_error(None, words)
    return 409
