"""Programs and rosters, for HR, owners and facilitators."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import organization_view
from groups import comings, selectors
from groups.forms import ProgramForm, RosterForm
from groups.models import Program, RosterUpload
from groups.services import programs as services
from groups.services.proposals import standing_of

PAGE = 50
PREVIEW_PAGE = 100


@require_GET
@organization_view()
def program_list(request, organization):
    """All programs of the organization."""
    page = Paginator(selectors.programs_of(organization), PAGE).get_page(request.GET.get("page"))
    return render(request, "groups/programs.html", {"organization": organization, "page": page})


@require_http_methods(["GET", "POST"])
@organization_view()
def program_new(request, organization):
    """Set up a program."""
    form = ProgramForm(request.POST if request.method == "POST" else None, initial={"timezone": request.user.timezone})
    if request.method == "POST" and form.is_valid():
        program = services.create_program(organization=organization, by=request.user, **form.cleaned_data)
        messages.success(request, _("The program is set up. Upload its roster next."))
        return redirect("groups:program", slug=organization.slug, program_id=program.pk)
    context = {"organization": organization, "form": form}
    return render(request, "groups/program_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@organization_view()
def program(request, organization, program_id):
    """One program: its roster, its groups, and the next thing to do. Posting uploads a roster for preview."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        upload = services.stage_roster(program=program, filename=file.name, content=file.read(), by=request.user)
        return redirect("groups:roster", slug=organization.slug, program_id=program.pk, upload_id=upload.pk)
    context = {
        "organization": organization,
        "program": program,
        "form": form,
        "page": Paginator(selectors.roster_of(program), PAGE).get_page(request.GET.get("page")),
        "groups": comings.groups_of_program(program),
        "formation": standing_of(program).first(),
    }
    return render(request, "groups/program.html", context, status=422 if form.errors else 200)


@require_GET
@organization_view()
def roster(request, organization, program_id, upload_id):
    """The rows of an uploaded file by pages, with what is wrong by line; nothing is written yet."""
    upload = get_object_or_404(
        RosterUpload.objects.select_related("program"),
        pk=upload_id,
        program=program_id,
        organization=organization,
        accepted_at=None,
    )
    plan = services.plan_roster(upload)
    page = Paginator(plan.reading.rows, PREVIEW_PAGE).get_page(request.GET.get("page"))
    problems = plan.reading.problems_by_line()
    context = {
        "organization": organization,
        "program": upload.program,
        "upload": upload,
        "plan": plan,
        "page": page,
        "rows": [(row, problems.get(row.line, [])) for row in page],
        "elsewhere": plan.reading.problems_elsewhere(),
        "error_pages": plan.reading.error_pages(PREVIEW_PAGE),
        "can_import": plan.reading.can_import,
    }
    return render(request, "groups/roster.html", context)


@require_POST
@organization_view()
def roster_accept(request, organization, program_id, upload_id):
    """Write the staged file into the roster."""
    upload = get_object_or_404(RosterUpload, pk=upload_id, program=program_id, organization=organization)
    try:
        added, changed = services.accept_roster(upload=upload, now=timezone.now())
    except services.UploadDecided:
        messages.info(request, _("This file was accepted already."))
    except services.RosterHasErrors:
        messages.error(request, _("The file has errors. Nothing was written; correct it and upload it again."))
        return redirect("groups:roster", slug=organization.slug, program_id=program_id, upload_id=upload_id)
    else:
        messages.success(
            request,
            ngettext("%(n)s person added", "%(n)s people added", added) % {"n": added}
            + ngettext(", %(n)s changed.", ", %(n)s changed.", changed) % {"n": changed},
        )
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
