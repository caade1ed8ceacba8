"""Sharing a note that one has received, and taking that back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback import permissions, selectors, services
from feedback.forms import ShareForm
from groups.decorators import group_view
from groups.selectors import facilitator_names


@require_http_methods(["GET", "POST"])
@group_view()
def note_share(request, group, note_id):
    """Say with whom to share, after reading what they will see."""
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    if not permissions.can_share_note(request.membership, row):
        raise PermissionDenied
    facilitators = selectors.facilitators_beside(request.membership, row)
    two = [row.author.person.name, row.recipient.person.name]
    circles = permissions.circles_to_share_with(facilitator_names(group), two, has_facilitator=bool(facilitators))
    form = ShareForm(request.POST if request.method == "POST" else None, circles=circles)
    if form.is_valid():
        services.share_note(note=row, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Shared. You can take it back at any time."))
        return redirect("feedback:note", group_id=group.pk, note_id=row.pk)
    context = {"group": group, "form": form, "note": selectors.line_of(row), "author_name": row.author.person.name}
    return render(request, "feedback/note_share.html", context, status=422 if form.is_bound else 200)


@require_POST
@group_view()
def note_unshare(request, group, note_id):
    """Take the sharing back, also when the group has ended."""
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    if not permissions.can_open_note(request.membership, row):
        raise PermissionDenied
    try:
        services.unshare_note(note=row)
    except services.NotShared:
        messages.info(request, _("The note was not shared."))
    else:
        messages.success(request, _("From now on only the two of you can read it."))
    return redirect("feedback:note", group_id=group.pk, note_id=row.pk)
