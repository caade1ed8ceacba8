"""Proposals of groups: ask, look, name facilitators, publish."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import organization_view
from groups import selectors
from groups.forms import FacilitatorsForm
from groups.models import Formation, Participant, Program
from groups.services import forming, publishing
from groups.tasks import solve_formation


@require_POST
@organization_view()
def form_groups(request, organization, program_id):
    """Ask for a proposal; a worker solves it."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    try:
        formation = forming.ask_formation(program=program, by=request.user)
    except forming.NothingToForm:
        messages.info(request, _("Everybody on the roster is in a group already. Upload the roster first."))
        return redirect("groups:program", slug=organization.slug, program_id=program.pk)
    # The clock finds the row when the broker is away, so a failure here is only logged.
    transaction.on_commit(lambda: solve_formation.delay(str(formation.pk)), robust=True)
    return redirect("groups:formation", slug=organization.slug, program_id=program.pk, formation_id=formation.pk)


@require_http_methods(["GET", "POST"])
@organization_view()
def formation(request, organization, program_id, formation_id):
    """A proposal with its reasons; posting names the facilitators."""
    formation = get_object_or_404(
        Formation.objects.select_related("program"), pk=formation_id, program=program_id, organization=organization
    )
    groups = formation.proposal.get("groups", [])
    form = FacilitatorsForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        people=selectors.facilitators_of(organization),
    )
    if request.method == "POST" and form.is_valid():
        try:
            forming.name_facilitators(formation=formation, choices=form.chosen())
        except forming.DoesNotFit as error:
            form.add_error(None, str(error))
        except forming.FormationClosed:
            messages.info(request, _("This proposal was published or replaced meanwhile."))
            return redirect("groups:program", slug=organization.slug, program_id=program_id)
        else:
            messages.success(request, _("Facilitators saved. Nobody has been told yet."))
            return redirect(request.path)
    context = {"organization": organization, "formation": formation, "program": formation.program, "form": form}
    context |= _shown(formation, groups, form)
    return render(request, "groups/formation.html", context, status=422 if form.errors else 200)


def _shown(formation, groups, form):
    people = {str(p.pk): p for p in Participant.objects.filter(program=formation.program_id)}
    return {
        "groups": [
            {**group, "people": [people[pk] for pk in group["members"]], "field": form[f"group_{number}"]}
            for number, group in enumerate(groups)
        ],
        "unplaced": [(people[pk], why) for pk, why in formation.proposal.get("unplaced", [])],
        "is_ready": bool(groups) and all(group["facilitator"] for group in groups),
        "so_far": formation.proposal.get("so_far"),
        "is_waiting": formation.state in {Formation.State.QUEUED, Formation.State.SOLVING},
        "is_open": formation.state == Formation.State.PROPOSED,
    }


@require_POST
@organization_view()
def publish(request, organization, program_id, formation_id):
    """Make the groups real and owe the invitations."""
    formation = get_object_or_404(Formation, pk=formation_id, program=program_id, organization=organization)
    try:
        groups = publishing.publish_formation(formation=formation, now=timezone.now())
    except forming.FormationClosed:
        messages.info(request, _("This proposal was published or replaced meanwhile."))
    except publishing.FacilitatorMissing:
        messages.error(request, _("Every group needs a facilitator. Nothing was published."))
        return redirect("groups:formation", slug=organization.slug, program_id=program_id, formation_id=formation_id)
    except publishing.RulesBroken as error:
        messages.error(request, _("%(why)s Nothing was published; form the groups again.") % {"why": error})
        return redirect("groups:formation", slug=organization.slug, program_id=program_id, formation_id=formation_id)
    else:
        count = len(groups)
        published = ngettext("%(n)s group published.", "%(n)s groups published.", count) % {"n": count}
        messages.success(request, f"{published} {_('The invitations are on their way.')}")
    return redirect("groups:program", slug=organization.slug, program_id=program_id)
