"""What HR sees of an organization, and its members with them: numbers about taking part."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import person_view
from common.csv_guard import guarded_csv
from reports import export, selectors
from reports.decorators import report_view
from reports.forms import ProgramChoice
from reports.permissions import READERS, is_office_reader

GROUPS_ON_A_PAGE = 100


@require_GET
@person_view
def what_hr_sees(request):
    """The report of the person's organization, or the choice of one; whoever has none reads what is promised."""
    organizations = list(selectors.organizations_reported_to(request.user, READERS))
    if len(organizations) == 1:
        return redirect("reports:participation", slug=organizations[0].slug)
    if not organizations:
        return redirect("trust")
    return render(request, "reports/what_hr_sees.html", {"organizations": organizations})


@require_GET
@report_view()
def participation(request, organization):
    """The same page for everybody, but for the links that only those with a duty can follow."""
    report = _report(request, organization)
    context = {
        "organization": organization,
        "report": report,
        "page": Paginator(report.groups, GROUPS_ON_A_PAGE).get_page(request.GET.get("page")),
        "form": ProgramChoice(programs=report.choices, initial={"program": report.program and report.program.pk}),
        "query": f"program={report.program.pk}" if report.program else "",
        "has_office": is_office_reader(request.duties),
    }
    return render(request, "reports/participation.html", context)


@require_GET
@report_view(office_only=True)
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
