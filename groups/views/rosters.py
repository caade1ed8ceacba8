"""A roster that was uploaded: matching its columns, looking at it, accepting it; and taking the roster along."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import organization_view
from common.csv_guard import guarded_csv
from common.workbooks import guarded_workbook
from groups import selectors
from groups.forms import ColumnsForm
from groups.models import Program, RosterUpload
from groups.roster_words import COLUMN_LABELS, as_shown
from groups.services import rosters as services

PREVIEW_PAGE = 100
MOST_LISTED = 300


def _upload(organization, program_id, upload_id):
    waiting = RosterUpload.objects.select_related("program").filter(organization=organization, accepted_at=None)
    return get_object_or_404(waiting, pk=upload_id, program=program_id)


@require_GET
@organization_view()
def roster(request, organization, program_id, upload_id):
    """The rows of an uploaded file by pages, with what is wrong by line; nothing is written yet."""
    upload = _upload(organization, program_id, upload_id)
    plan = services.plan_roster(upload)
    if plan.reading.is_unmatched:
        return redirect("groups:roster_columns", slug=organization.slug, program_id=program_id, upload_id=upload_id)
    page = Paginator(plan.reading.rows, PREVIEW_PAGE).get_page(request.GET.get("page"))
    problems = plan.reading.problems_by_line()
    context = {
        "organization": organization,
        "program": upload.program,
        "upload": upload,
        "plan": plan,
        "changes": [(change, _in_words(change)) for change in plan.changed[:MOST_LISTED]],
        "missing": plan.missing[:MOST_LISTED],
        "page": page,
        "rows": [(row, problems.get(row.line, [])) for row in page],
        "elsewhere": plan.reading.problems_elsewhere(),
        "error_pages": plan.reading.error_pages(PREVIEW_PAGE),
        "can_import": plan.reading.can_import,
    }
    return render(request, "groups/roster.html", context)


def _in_words(change):
    return [(COLUMN_LABELS[field], as_shown(before), as_shown(now)) for field, before, now in change.fields]


@require_http_methods(["GET", "POST"])
@organization_view()
def roster_columns(request, organization, program_id, upload_id):
    """Which column of the file is which; posting remembers it for the next file with the same headings."""
    upload = _upload(organization, program_id, upload_id)
    reading = services.read_upload(upload)
    if not reading.headings:  # nothing to match: the preview says what is wrong with the file
        return redirect("groups:roster", slug=organization.slug, program_id=program_id, upload_id=upload_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, reading=reading)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        services.match_columns(upload=upload, headings=reading.headings, columns=form.columns(), now=now)
        return redirect("groups:roster", slug=organization.slug, program_id=program_id, upload_id=upload_id)
    context = {
        "organization": organization,
        "program": upload.program,
        "upload": upload,
        "reading": reading,
        "form": form,
    }
    return render(request, "groups/roster_columns.html", context, status=422 if form.errors else 200)


@require_POST
@organization_view()
def roster_accept(request, organization, program_id, upload_id):
    """Write the staged file into the roster."""
    upload = get_object_or_404(RosterUpload, pk=upload_id, program=program_id, organization=organization)
    try:
        added, changed, withdrawn = services.accept_roster(
            upload=upload, now=timezone.now(), withdraw=request.POST.getlist("withdraw")
        )
    except services.UploadDecided:
        messages.info(request, _("This file was accepted already."))
    except services.RosterHasErrors:
        messages.error(request, _("The file has errors. Nothing was written; correct it and upload it again."))
        return redirect("groups:roster", slug=organization.slug, program_id=program_id, upload_id=upload_id)
    else:
        said = ngettext("%(n)s person added", "%(n)s people added", added) % {"n": added}
        said += ngettext(", %(n)s changed", ", %(n)s changed", changed) % {"n": changed}
        if withdrawn:
            said += ngettext(", %(n)s taken off", ", %(n)s taken off", withdrawn) % {"n": withdrawn}
        messages.success(request, f"{said}.")
    return redirect("groups:program", slug=organization.slug, program_id=program_id)


@require_POST
@organization_view()
def roster_drop(request, organization, program_id, upload_id):
    """Forget the staged file."""
    upload = get_object_or_404(RosterUpload, pk=upload_id, program=program_id, organization=organization)
    try:
        services.drop_upload(upload=upload)
    except services.UploadDecided:
        messages.info(request, _("This file was accepted already."))
    else:
        messages.success(request, _("The file is forgotten. Nothing was written."))
    return redirect("groups:program", slug=organization.slug, program_id=program_id)


WRITERS = {
    "csv": (guarded_csv, "text/csv; charset=utf-8"),
    "xlsx": (guarded_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@require_GET
@organization_view()
def roster_export(request, organization, program_id, kind):
    """The roster as a file that can be uploaded again; no cell of it can be run as a formula."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    write, content_type = WRITERS[kind]
    answer = HttpResponse(write(services.exported(selectors.roster_of(program))), content_type=content_type)
    name = slugify(program.name) or "program"
    answer["Content-Disposition"] = f'attachment; filename="roster-{name}.{kind}"'
    return answer
