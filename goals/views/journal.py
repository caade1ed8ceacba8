"""Pages of one's own journal; nobody else reads them, and they belong to no group."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import own_words
from accounts.decorators import person_view
from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import EntryForm, JournalSearchForm
from goals.journal_search import words_of
from goals.models import JournalEntry
from goals.views.asking import posted, status_of
from groups.decorators import keeps_drafts
from groups.drafting import kept_for
from groups.selectors import own_desk


@require_GET
@person_view
def journal(request, year=None, month=None):
    """One month of the journal, the newest in which something is written unless another is asked for."""
    months = selectors.journal_months(request.user)
    first_on = _month(year, month) if year is not None else (months[0].first_on if months else None)
    context = {
        "months": months,
        "first_on": first_on,
        "page": first_on
        and selectors.journal_of_month(request.user, first_on=first_on, number=request.GET.get("page")),
        "can_write": own_desk(request.user) is not None,
        "circle": permissions.who_reads_journal(),
    }
    return render(request, "goals/journal.html", context)


def _month(year, month):
    try:
        return date(year, month, 1)
    except ValueError:
        raise Http404 from None


@require_http_methods(["GET", "POST"])
@person_view
@keeps_drafts
def journal_new(request):
    """Write an entry."""
    desk = own_desk(request.user)
    if desk is None:
        return redirect("goals:journal")
    form = EntryForm(
        posted(request),
        initial={"goal_ref": request.GET.get("goal", "")},
        privacy=permissions.who_reads_journal(),
        goals=selectors.own_goals(request.user),
    )
    kept = kept_for(request, form, desk=desk)
    if form.is_valid():
        try:
            services.write_entry(desk=desk, now=timezone.now(), **form.cleaned_data)
        except AlreadyWritten:
            messages.info(request, _("That entry was saved already."))
        else:
            kept.forget()
            messages.success(request, _("Your entry is saved. Only you can read it."))
        return redirect("goals:journal")
    return render(request, "goals/journal_new.html", {"form": form, "kept": kept}, status=status_of(form))


@require_GET
@person_view
def journal_entry(request, entry_id):
    """One entry, all of it."""
    row = _own(request, entry_id)
    context = {"entry": selectors.entry_to_read(row), "circle": permissions.who_reads_journal()}
    return render(request, "goals/journal_entry.html", context)


def _own(request, entry_id):
    return get_object_or_404(JournalEntry.objects.visible_to(request.user), pk=entry_id)


@require_http_methods(["GET", "POST"])
@person_view
@keeps_drafts
def journal_edit(request, entry_id):
    """Reword an entry; what was changed in another tab is shown, not overwritten."""
    row, saved = _own(request, entry_id), None
    goals, circle = selectors.own_goals(request.user), permissions.who_reads_journal()
    form = EntryForm(posted(request), privacy=circle, goals=goals, entry=row)
    kept, status = kept_for(request, form, desk=own_desk(request.user)), status_of(form)
    if form.is_valid():
        try:
            services.edit_entry(entry=row, now=timezone.now(), **form.cleaned_data)
        except services.EntryChanged:
            row.refresh_from_db(fields=["text", "goal_ref"])
            form.look_again(row)
            saved, status = row.text.open(), 409
        else:
            kept.forget()
            messages.success(request, _("Your entry is saved. Only you can read it."))
            return redirect("goals:journal_entry", entry_id=row.pk)
    context = {"form": form, "entry_id": row.pk, "kept": kept, "saved": saved}
    return render(request, "goals/journal_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@person_view
def journal_delete(request, entry_id):
    """Say what goes, and delete it for good."""
    row = _own(request, entry_id)
    if request.method == "POST":
        services.delete_entry(entry=row)
        messages.success(request, _("The entry is deleted for good."))
        return redirect("goals:journal")
    return render(request, "goals/journal_delete.html", {"entry": selectors.entry_to_read(row)})


@require_http_methods(["GET", "POST"])
@person_view
def journal_search(request):
    """Look for words in one's own entries. They are posted and shown, and stand in no address and no log."""
    form, search = JournalSearchForm(posted(request), privacy=permissions.who_reads_journal()), None
    if form.is_valid():
        search = selectors.search_journal(request.user, words_of(form.cleaned_data["words"]))
    context = {"form": form, "search": search, "most": selectors.MOST_SEARCHED, "shown": selectors.MOST_FOUND}
    return render(request, "goals/journal_search.html", context, status=422 if form.errors else 200)


@require_POST
@person_view(fresh=True)
def journal_take(request, form):
    """The journal alone, as a page to read or as JSON, for whoever has just shown who they are."""
    now = timezone.now()
    copy = own_words.take_copy(person=request.user, form=form, only="journal")
    filename = f"my-journal-{timezone.localdate(now):%Y-%m-%d}.{form}"
    return HttpResponse(
        own_words.WRITERS[form](copy, person=request.user, now=now),
        content_type={"html": "text/html; charset=utf-8", "json": "application/json"}[form],
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
