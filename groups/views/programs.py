"""Programs and rosters, for HR, owners and facilitators."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import organization_view
from groups import comings, selectors
from groups.forms import ProgramForm, RosterForm
from groups.models import Program
from groups.services import programs as services
from groups.services import rosters
from groups.services.proposals import standing_of

PAGE = 50


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
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    form = RosterForm(request.POST, request.FILES, sent=sent) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        upload = rosters.stage_roster(program=program, filename=file.name, content=file.read(), by=request.user)
        return redirect("groups:roster", slug=organization.slug, program_id=program.pk, upload_id=upload.pk)
    context = {
        "organization": organization,
        "program": program,
        "form": form,
        "page": Paginator(selectors.roster_of(program), PAGE).get_page(request.GET.get("page")),
        "profiles": selectors.profile_counts(program),
        "groups": comings.groups_of_program(program),
        "formation": standing_of(program).first(),
    }
    return render(request, "groups/program.html", context, status=422 if form.errors else 200)
