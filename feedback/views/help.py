"""Asking who facilitates for help with a note, and reading what one is asked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback import permissions, selectors, services
from feedback.forms import HelpForm
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def note_help(request, group, note_id):
    """Ask for help with a note that hurts."""
    row = get_object_or_404(selectors.notes_to_show(request.user), pk=note_id, group=group)
    facilitators = selectors.facilitators_beside(request.membership, row)
    if not permissions.can_ask_for_help(request.membership, row, facilitators):
        raise PermissionDenied
    names = [one.person.name for one in facilitators]
    circle, author = permissions.who_reads_help(names), row.author.person.get_short_name()
    form = HelpForm(request.POST if request.method == "POST" else None, privacy=circle)
    kept, status = kept_for(request, form), 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.ask_for_help(note=row, facilitators=facilitators, now=timezone.now(), **form.cleaned_data)
        except services.HelpAsked:
            form.add_error(None, _("You have asked for help with this note already. Your words are still here."))
            status = 409
        else:
            kept.forget()
            messages.success(request, _("Asked. %(name)s is not told.") % {"name": author})
            return redirect("feedback:note", group_id=group.pk, note_id=row.pk)
    context = {"group": group, "form": form, "kept": kept, "note": selectors.line_of(row)}
    context |= {"facilitators": names, "author_name": author}
    return render(request, "feedback/help_new.html", context, status=status)


@require_GET
@group_view()
def help_page(request, group, help_id):
    """The request and the note, for whoever facilitates; their own request, for whoever asked."""
    row = get_object_or_404(selectors.help_to_show(request.user), pk=help_id, group=group, note__isnull=False)
    is_mine = row.membership_id == request.membership.pk
    names = [one.person.name for one in selectors.facilitators_beside(request.membership, row.note)]
    circle = permissions.who_reads_help(names) if is_mine else permissions.who_reads_help_asked(row.membership)
    context = {
        "group": group,
        "help": row,
        "text": row.text.open(),
        "letter": selectors.read_letter(row.note),
        "is_mine": is_mine,
        "circle": circle,
    }
    return render(request, "feedback/help.html", context)


@require_POST
@group_view()
def help_take_back(request, group, help_id):
    """Take one's request back."""
    row = get_object_or_404(selectors.help_to_show(request.user), pk=help_id, group=group)
    if row.membership_id != request.membership.pk:
        raise PermissionDenied
    services.take_help_back(request=row)
    messages.success(request, _("Taken back. Your facilitator reads the note no more."))
    return redirect("feedback:inbox", group_id=group.pk)
