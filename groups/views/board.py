"""The board: moving people, with what a move would change shown before; undoing, locking, and going against a rule."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import organization_view
from groups.board import shown
from groups.board.forms import LetThroughForm, LockForm, MoveForm
from groups.board.looking import looked_at
from groups.board.state import Board
from groups.models import Formation
from groups.services import board as services
from groups.services.forming import FormationClosed

__all__ = ["consequences", "let_through", "lock", "move", "redo", "undo"]


def formation_or_404(organization, program_id, formation_id):
    """A proposal of this program of this organization."""
    found = Formation.objects.select_related("program", "asked_by")
    return get_object_or_404(found, pk=formation_id, program=program_id, organization=organization)


def to_board(formation, organization, anchor=""):
    """Back to the board, where ``anchor`` is."""
    path = reverse("groups:formation", args=[organization.slug, formation.program_id, formation.pk])
    return redirect(f"{path}#{anchor}" if anchor else path)


def _open_board(organization, program_id, formation_id, participant_id):
    """An open proposal as a board, on which this person is."""
    formation = formation_or_404(organization, program_id, formation_id)
    board = looked_at(formation)
    person = str(participant_id)
    if formation.state != Formation.State.PROPOSED or (person not in board.places and person not in board.tray):
        raise Http404
    return board, person


@require_http_methods(["GET", "POST"])
@organization_view()
def move(request, organization, program_id, formation_id, participant_id):
    """Where somebody could go and what each place would change; posting moves them."""
    if request.method == "POST":
        formation = formation_or_404(organization, program_id, formation_id)
        form = MoveForm(request.POST)
        answer = _moved(request, formation, str(participant_id), form) if form.is_valid() else None
        if answer:
            return answer(organization)
    else:
        form = MoveForm(initial={"target": request.GET.get("to", "")})
    board, person = _open_board(organization, program_id, formation_id, participant_id)
    context = {"organization": organization, "formation": board.formation, "program": board.program, "form": form}
    context |= _move_page(board, person, form["target"].value())
    return render(request, "groups/move.html", context, status=422 if form.errors else 200)


def _moved(request, formation, person, form):
    """What answers a move: a way back to the board, or None where the form has to be shown again."""
    wants_json = request.headers.get("Accept") == "application/json"
    try:
        services.move(formation=formation, person=person, by=request.user, **form.command())
    except services.ReasonNeeded as error:
        form.add_error("why", _("%(rules)s Say why, or choose another place.") % {"rules": error})
        return (lambda organization: JsonResponse({"needs_reason": True}, status=422)) if wants_json else None
    except (services.NoLongerApplies, FormationClosed) as error:
        told, is_done = str(error) or closed_words(), False
    else:
        told, is_done = _("Moved. Nobody has been told."), True
    if wants_json:
        return lambda organization: JsonResponse({"done": is_done, "told": told}, status=200 if is_done else 409)
    (messages.success if is_done else messages.info)(request, told)
    return lambda organization: to_board(formation, organization, f"person-{person}")


def _move_page(board, person, chosen):
    place = board.places.get(person)
    is_held = place is not None and person in board.data[place].get("held", [])
    return {
        "person": shown.seat(board.people[person]),
        "place": board.name(place),
        "seen": "tray" if place is None else place,
        "is_in_group": place is not None,
        "is_held": is_held,
        "is_locked": is_held or (place is not None and board.data[place].get("locked", False)),
        "choices": shown.choices_for(board, person),
        "chosen": str(chosen),
    }


def closed_words():
    return _("This proposal was published or put aside meanwhile. Nothing was changed.")


@require_GET
@organization_view()
def consequences(request, organization, program_id, formation_id, participant_id):
    """What a move of this person to each place would change, for the page to show while they are dragged."""
    board, person = _open_board(organization, program_id, formation_id, participant_id)
    return JsonResponse({"revision": board.formation.revision, "targets": shown.choices_for(board, person)})


@require_POST
@organization_view()
def undo(request, organization, program_id, formation_id):
    """Take back the last move, whoever made it."""
    formation = formation_or_404(organization, program_id, formation_id)
    return _run(request, organization, formation, services.undo, _("The last move is undone."))


@require_POST
@organization_view()
def redo(request, organization, program_id, formation_id):
    """Do again what was undone last."""
    formation = formation_or_404(organization, program_id, formation_id)
    return _run(request, organization, formation, services.redo, _("The move is done again."))


@require_POST
@organization_view()
def lock(request, organization, program_id, formation_id):
    """Lock a group, or a person to their group, or unlock them."""
    form = LockForm(request.POST)
    if not form.is_valid():
        raise Http404
    service, how = form.command()
    told = _("Locked.") if how["is_locked"] else _("Unlocked.")
    return _run(request, organization, formation_or_404(organization, program_id, formation_id), service, told, **how)


def _run(request, organization, formation, service, told, **how):
    """Run a command without words of its own, and say what came of it."""
    try:
        service(formation=formation, **how)
    except (services.NoLongerApplies, FormationClosed) as error:
        messages.info(request, str(error) or closed_words())
    else:
        messages.success(request, told)
    anchor = f"person-{how['person']}" if "person" in how else f"group-{how['number']}" if "number" in how else ""
    return to_board(formation, organization, anchor)


@require_http_methods(["GET", "POST"])
@organization_view()
def let_through(request, organization, program_id, formation_id, number):
    """Say which rules a group breaks; posting a reason lets it be published all the same."""
    formation = formation_or_404(organization, program_id, formation_id)
    form = LetThroughForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.let_through(formation=formation, number=number, why=form.cleaned_data["why"])
        except (services.NoLongerApplies, FormationClosed) as error:
            messages.info(request, str(error) or closed_words())
        else:
            messages.success(request, _("Kept as it is. The reason is in the trail of acts."))
        return to_board(formation, organization, f"group-{number}")
    board = Board(formation)
    if number not in board.numbers:
        raise Http404
    context = {"organization": organization, "formation": formation, "program": formation.program, "form": form}
    context |= {
        "name": board.name(number),
        "broken": [one for one, is_allowed in board.broken(number) if not is_allowed],
    }
    return render(request, "groups/let_through.html", context, status=422 if form.errors else 200)
