"""What HR and owners see of an organization: numbers about taking part, made in the HR database role."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import organization_view
from accounts.models import Duty
from common.csv_guard import guarded_csv
from reports import export, selectors
from reports.forms import ProgramChoice

READERS = (Duty.OWNER, Duty.HR)
GROUPS_ON_A_PAGE = 100


@require_GET
@organization_view(roles=READERS)
def participation(request, organization):
    report = _report(request, organization)
    context = {
        "organization": organization,
        "report": report,
        "page": Paginator(report.groups, GROUPS_ON_A_PAGE).get_page(request.GET.get("page")),
        "form": ProgramChoice(programs=report.choices, initial={"program": report.program and report.program.pk}),
        "query": f"program={report.program.pk}" if report.program else "",
    }
    return render(request, "reports/participation.html", context)


@require_GET
@organization_view(roles=READERS)
def participation_csv(request, organization):
    report = _report(request, organization)
    filename = f"participation-{organization.slug}-{timezone.localdate(report.now):%Y-%m-%d}.csv"
    return HttpResponse(
        guarded_csv(export.rows(report)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _report(request, organization):
    program_id = request.GET.get("program", "")
    try:
        return selectors.participation_report(organization=organization, program_id=program_id, now=timezone.now())
    except selectors.UnknownProgram:
        raise Http404 from None
