"""Proposals of one program side by side: a list, two compared, one chosen; and the sliders for the next search."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import organization_view
from groups.board import comparing
from groups.board.forms import WeightsForm
from groups.board.wishes import steps_of
from groups.models import Formation, Program
from groups.services import forming
from groups.services import proposals as services
from groups.views.board import closed_words, formation_or_404, to_board

MOST = 20


@require_GET
@organization_view()
def proposal_list(request, organization, program_id):
    """Every proposal of a program, the newest first; two of them can be compared."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    found = Formation.objects.filter(program=program).select_related("asked_by").order_by("-asked_at", "-pk")[:MOST]
    told = [(one, one.proposal.get("score", one.proposal.get("so_far", {}).get("score", ""))) for one in found]
    context = {"organization": organization, "program": program, "proposals": told}
    return render(request, "groups/proposals.html", context)


@require_GET
@organization_view()
def compare(request, organization, program_id):
    """Who is elsewhere in another proposal, and how the scores differ, part by part."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    asked = [request.GET.get("one", ""), request.GET.get("other", "")]
    found = {str(one.pk): one for one in Formation.objects.filter(program=program).select_related("asked_by")}
    if asked[0] == asked[1] or not all(pk in found and found[pk].proposal.get("groups") for pk in asked):
        messages.info(request, _("Choose two different proposals."))
        return redirect("groups:proposals", slug=organization.slug, program_id=program.pk)
    one, other = services.boards_of([found[pk] for pk in asked], program)
    context = {"organization": organization, "program": program, "one": one.formation, "other": other.formation}
    context |= {"one_score": round(one.seats.score(), 1), "other_score": round(other.seats.score(), 1)}
    return render(request, "groups/compare.html", context | comparing.compared(one, other))


@require_POST
@organization_view()
def choose(request, organization, program_id, formation_id):
    """Go on with one proposal and put the others aside."""
    formation = formation_or_404(organization, program_id, formation_id)
    try:
        services.choose(formation=formation)
    except forming.FormationClosed:
        messages.info(request, closed_words())
    else:
        messages.success(request, _("You go on with this proposal. The others are kept to look at."))
    return to_board(formation, organization)


@require_http_methods(["GET", "POST"])
@organization_view()
def weights(request, organization, program_id):
    """What counts more and what less when groups are formed."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    form = WeightsForm(request.POST if request.method == "POST" else None, initial=steps_of(program.weights))
    if request.method == "POST" and form.is_valid():
        services.set_weights(program=program, steps=form.cleaned_data)
        messages.success(request, _("Kept for the next search. Proposals that are there stay as they are."))
        return redirect("groups:program", slug=organization.slug, program_id=program.pk)
    context = {"organization": organization, "program": program, "form": form}
    return render(request, "groups/weights.html", context, status=422 if form.errors else 200)
