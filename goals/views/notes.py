"""What peers noticed in a check-in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import CheckInNoteForm
from goals.models import CheckIn
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def notice_new(request, group, check_in_id):
    """Say what one noticed in a peer's check-in, or offer help."""
    rows = CheckIn.objects.visible_to(request.user).select_related("membership__person", "goal")
    row = get_object_or_404(rows, pk=check_in_id, group=group)
    require(permissions.can_note_check_in(request.membership, row))
    circle = permissions.who_reads_goal(is_shared=True, facilitators=facilitator_names(group))
    line = selectors.check_in_line(row)
    form = CheckInNoteForm(posted(request), privacy=circle, wants_help=bool(line.help_wanted))
    kept = kept_for(request, form)
    if form.is_valid() and _is_written(request, form, row):
        kept.forget()
        return redirect("goals:goal", group_id=group.pk, goal_id=row.goal_id)
    context = {"group": group, "form": form, "line": line, "check_in": row, "kept": kept}
    return render(request, "goals/notice_new.html", context, status=status_of(form))


def _is_written(request, form, check_in):
    try:
        services.write_check_in_note(
            check_in=check_in, membership=request.membership, now=timezone.now(), **form.cleaned_data
        )
    except AlreadyWritten:
        messages.info(request, _("That was saved already."))
    except services.AlreadyNoticed:
        form.add_error(None, _("You have written on this check-in already. Take that back first, or leave it."))
        return False
    else:
        messages.success(request, _("Saved. %(who)s can see it now.") % {"who": your_circle(request.membership.group)})
    return True


@require_POST
@group_view()
def notice_thank(request, group, note_id):
    """The coachee's one answer."""
    note = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    require(permissions.can_thank_for_note(request.membership, note))
    try:
        services.thank_for_note(note=note, now=timezone.now())
    except services.AlreadyThanked:
        messages.info(request, _("You have thanked for that already."))
    else:
        messages.success(request, _("They can see that you thanked."))
    return redirect("goals:goal", group_id=group.pk, goal_id=note.check_in.goal_id)


@require_POST
@group_view()
def notice_take_back(request, group, note_id):
    """Take one's own note back, until it was thanked for."""
    note = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    require(permissions.can_take_back_note(request.membership, note))
    try:
        services.take_back_note(note=note)
    except services.NoteStands:
        messages.info(request, _("It was thanked for, and stays."))
    else:
        messages.success(request, _("Taken back."))
    return redirect("goals:goal", group_id=group.pk, goal_id=note.check_in.goal_id)
