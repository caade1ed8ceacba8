"""Forming groups: ask, watch, stop, look at the board, name facilitators, publish."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import organization_view
from groups import selectors
from groups.board import mails, shown
from groups.board.forms import FacilitatorsForm, PublishForm
from groups.board.state import Board
from groups.models import Formation, Program
from groups.services import forming, proposals, publishing
from groups.tasks import solve_formation
from groups.views.board import closed_words, formation_or_404, to_board


def _posted(request):
    return request.POST if request.method == "POST" else None


def _asked(request, organization, program, **how):
    """Ask for a proposal, and go to where it is watched; where one is being made, to that one."""
    try:
        formation = forming.ask_formation(program=program, by=request.user, **how)
    except forming.NothingToForm:
        messages.info(request, _("Everybody on the roster is in a group already. Upload the roster first."))
        return redirect("groups:program", slug=organization.slug, program_id=program.pk)
    except forming.AlreadyRunning as error:
        formation = error.formation
        since = shown.since_in_words(formation)
        told = _("Groups of this program are being formed already, so no second search was started.")
        messages.info(request, f"{told} {since} {_('You can watch it here.')}")
    else:
        # The clock finds the row when the broker is away, so a failure here is only logged.
        transaction.on_commit(lambda: solve_formation.delay(str(formation.pk)), robust=True)
    return to_board(formation, organization)


@require_POST
@organization_view()
def form_groups(request, organization, program_id):
    """Ask for a proposal; a worker solves it."""
    return _asked(request, organization, get_object_or_404(Program, pk=program_id, organization=organization))


@require_POST
@organization_view()
def again(request, organization, program_id, formation_id):
    """Ask for another proposal that keeps what is locked on this one, with the sliders as they are now."""
    formation = formation_or_404(organization, program_id, formation_id)
    kept = forming.kept_of(formation.proposal) if formation.proposal.get("groups") else []
    return _asked(request, organization, formation.program, kept=kept)


@require_POST
@organization_view()
def stop(request, organization, program_id, formation_id):
    """End a search with the best it has."""
    formation = formation_or_404(organization, program_id, formation_id)
    if forming.stop_here(formation=formation, now=timezone.now()):
        messages.info(request, _("The search stops here. The best groups so far are on their way to this page."))
    else:
        messages.info(request, _("The search had ended already."))
    return to_board(formation, organization)


@require_http_methods(["GET", "POST"])
@organization_view()
def formation(request, organization, program_id, formation_id):
    """The board of a proposal, or how far its search is; posting names the facilitators."""
    formation = formation_or_404(organization, program_id, formation_id)
    if formation.state in forming.RUNNING:
        since = shown.since_in_words(formation)
        context = {"formation": formation, "so_far": formation.proposal.get("so_far"), "since": since}
        context |= {"organization": organization, "program": formation.program}
        return render(request, "groups/forming.html", context)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})  # the page that waited loads the board with its script
    board = Board(formation)
    people = list(selectors.facilitators_of(organization))
    form = FacilitatorsForm(_posted(request), numbers=board.numbers, people=people)
    if request.method == "POST" and form.is_valid() and _named(request, formation, form):
        return redirect(request.path)
    named = [(str(one.pk), one.name) for one in people]
    context = {"organization": organization, "form": form, "facilitators": named, **_board_page(board, form)}
    return render(request, "groups/formation.html", context, status=422 if form.errors else 200)


def _named(request, formation, form):
    """Whether there is nothing more to ask."""
    try:
        forming.name_facilitators(formation=formation, choices=form.chosen())
    except forming.DoesNotFit as error:
        form.add_error(None, str(error))
        return False
    except forming.FormationClosed:
        messages.info(request, closed_words())
    else:
        messages.success(request, _("Facilitators saved. Nobody has been told yet."))
    return True


def _board_page(board, form):
    formation = board.formation
    beside = [one for one in proposals.standing_of(board.program) if one.pk != formation.pk]
    running = next((one for one in beside if one.state in forming.RUNNING), None)
    columns = shown.columns_of(board)
    for column in columns:
        column["chosen"] = form.data.get(f"group_{column['number']}", column["facilitator"])
    return {
        "formation": formation,
        "program": board.program,
        "score": round(board.seats.score()),
        "columns": columns,
        "tray": shown.tray_of(board),
        "whole": shown.whole_of(board),
        "why": formation.proposal.get("why", ""),
        "is_open": formation.state == Formation.State.PROPOSED,
        "is_ready": any(column["facilitator"] and column["people"] for column in columns),
        "lacks_facilitator": any(not column["facilitator"] for column in columns),
        "published": [group["name"] for group in board.data if group.get("published")],
        "undo": shown.move_in_words(board, formation.moves[-1]) if formation.moves else "",
        "redo": shown.move_in_words(board, formation.undone[-1]) if formation.undone else "",
        "running": running,
        "beside": len(beside) - bool(running),
    }


@require_POST
@organization_view()
def suggest(request, organization, program_id, formation_id):
    """Fill in facilitators where a group has none."""
    formation = formation_or_404(organization, program_id, formation_id)
    people = list(selectors.facilitators_of(organization))
    try:
        count, left = proposals.suggest_facilitators(formation=formation, people=people)
    except forming.FormationClosed:
        messages.info(request, closed_words())
    else:
        found = ngettext("%(n)s group got a facilitator.", "%(n)s groups got a facilitator.", count) % {"n": count}
        missing = _("Nobody suits, or has room for: %(groups)s.") % {"groups": ", ".join(left)} if left else ""
        messages.success(request, f"{found} {missing} {_('Nobody has been told yet; change what you like.')}")
    return to_board(formation, organization)


@require_http_methods(["GET", "POST"])
@organization_view()
def publish(request, organization, program_id, formation_id):
    """Which groups are published, and the mails that would go out; posting makes the groups real and owes the mails."""
    formation = formation_or_404(organization, program_id, formation_id)
    if formation.state != Formation.State.PROPOSED:
        messages.info(request, closed_words())
        return to_board(formation, organization)
    board = Board(formation)
    form = PublishForm(_posted(request), numbers=board.numbers)
    if request.method == "POST" and form.is_valid() and _published(request, formation, form):
        return redirect("groups:program", slug=organization.slug, program_id=program_id)
    chosen = set(form.data.getlist("group")) if request.method == "POST" else None
    context = {"organization": organization, "formation": formation, "program": formation.program, "form": form}
    groups = _publishable(board, chosen)
    context |= {"groups": groups, "can_publish": not all(group["obstacles"] for group in groups)}
    return render(request, "groups/publish.html", context, status=422 if form.errors else 200)


def _published(request, formation, form):
    """Whether it is done; otherwise the form says what is in the way, and nothing was published."""
    only, revision = form.cleaned_data["group"], form.cleaned_data["revision"]
    try:
        groups = publishing.publish_formation(formation=formation, now=timezone.now(), only=only, revision=revision)
    except publishing.FacilitatorMissing:
        form.add_error(None, _("Every group needs a facilitator. Nothing was published."))
    except publishing.RulesBroken as error:
        form.add_error(None, _("%(why)s Nothing was published.") % {"why": error})
    except (publishing.BoardChanged, forming.FormationClosed):
        form.add_error(None, _("Somebody changed the board meanwhile. Look again; nothing was published."))
    else:
        count = len(groups)
        told = ngettext("%(n)s group published.", "%(n)s groups published.", count) % {"n": count}
        messages.success(request, f"{told} {_('The invitations are on their way.')}")
        return True
    return False


def _publishable(board, chosen):
    """Each group with what is in the way of publishing it, and its mails as they would be."""
    now = timezone.now()
    found = []
    for number in board.numbers:
        facilitator = board.facilitators.get(board.data[number]["facilitator"])
        obstacles = board.gone(number) + [one.message for one, is_allowed in board.broken(number) if not is_allowed]
        if not board.members(number):
            obstacles.append(_("Nobody is in this group."))
        if facilitator is None:
            obstacles.append(_("It has no facilitator yet."))
        found.append(
            {
                "number": number,
                "name": board.name(number),
                "count": len(board.members(number)),
                "facilitator": facilitator.name if facilitator else "",
                "obstacles": obstacles,
                "is_chosen": not obstacles if chosen is None else str(number) in chosen,
                "mails": [] if obstacles else mails.previews_of(board, number, now),
            }
        )
    return found
