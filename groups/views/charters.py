"""The charter: reading, signing, proposing other words, saying no; newcomers, and the past that is closed to them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from groups import charter_selectors, charter_text, pair_selectors, permissions, selectors
from groups.charter_words import changes, clauses_of, rearranged, words_of
from groups.decorators import group_view, keeps_drafts, unnamed
from groups.drafting import kept_for
from groups.forms import CharterForm
from groups.models import Membership
from groups.services import charters, joining


@require_http_methods(["GET", "POST"])
@group_view(unsigned=True)
def charter(request, group):
    """The group's agreement; posting signs it. Somebody who is not admitted yet sees nothing else of the group."""
    if request.method == "POST":
        return _sign(request, group)
    if request.membership.admitted_at:
        return render(request, "groups/charter.html", _inside(request.membership, group) | _of_pair(request, group))
    return render(request, "groups/charter.html", _at_the_door(request.membership, group) | _of_pair(request, group))


def _of_pair(request, group):
    """In a pair: with whom, how often and until when, which both sign, and the line of the invitation."""
    partner = pair_selectors.partner_in(group)
    if partner is None:
        return {}
    circle = permissions.pair_circle(partner.name)
    line, terms = pair_selectors.line_to(request.user, group), pair_selectors.terms_of(group)
    pair = {"partner": partner, "terms": terms, "line": line, "circle": circle}
    return {"pair": pair, "who_sees_what": permissions.what_a_pair_sees(partner.name)}


def _sign(request, group):
    newest = joining.newest_charter(group)
    try:
        joining.sign_charter(charter=newest, read=request.POST.get("charter", ""))
    except joining.CharterChanged:
        messages.info(request, _("There is a newer version of the charter. Please read it first."))
        return redirect(request.path)
    is_in = Membership.objects.filter(pk=request.membership.pk, admitted_at__isnull=False).exists()
    if request.membership.admitted_at:
        messages.success(request, _("You have signed the charter."))
    elif is_in:
        messages.success(request, _("You have signed. Welcome to %(name)s.") % {"name": group.name})
    else:
        messages.success(request, _("You have signed."))
    return redirect("groups:group" if is_in else "groups:charter", group_id=group.pk)


def _at_the_door(membership, group):
    """For somebody who is not admitted: the words, and nothing of who is in the group or how many they are."""
    newest = joining.newest_charter(group)
    return {
        "group": group,
        "charter": newest,
        "clauses": clauses_of(newest),
        "limits": charter_text.LIMITS,
        "is_newcomer": not membership.is_founding,
        "has_signed": newest.signatures.filter(membership=membership).exists(),
        "who_sees_what": permissions.who_sees_what([], circle=permissions.door_circle()),
    }


def _inside(membership, group):
    state = _state(membership)
    newcomer = next((one for one in state.newcomers if one.pk == state.newest.made_for_id), None)
    clauses = clauses_of(state.newest)
    return {
        "group": group,
        "is_inside": True,
        "state": state,
        "charter": state.newest,
        "clauses": clauses,
        "changes": changes(charters.words_in_force(state), clauses) if state.has_new_words else [],
        "newcomer": newcomer,
        "limits": charter_text.LIMITS,
        "has_signed": state.has_signed,
        "can_change": permissions.can_change_charter(membership),
        "who_sees_what": permissions.who_sees_what(selectors.facilitator_names(group)),
    }


def _state(membership):
    return charter_selectors.charter_state(membership.group, selectors.people_of(membership.group), membership)


# Other words ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def charter_edit(request, group):
    """Propose other words: change rows, look at what is different, propose. Works without scripts."""
    if not permissions.can_change_charter(request.membership):
        raise PermissionDenied
    state, action = _state(request.membership), request.POST.get("action", "")
    if request.method == "GET":
        if state.has_new_words:
            messages.info(request, _waiting())
            return redirect("groups:charter", group_id=group.pk)
        return _edit_page(request, group, state, CharterForm(clauses=clauses_of(state.newest)))
    form = CharterForm(request.POST)
    if action not in ("preview", "propose"):
        verb = next((name for name in ("up", "down", "drop") if name in request.POST), action)
        rows = rearranged(form.typed(), verb, request.POST.get(verb, ""))
        return _edit_page(request, group, state, CharterForm(clauses=rows, initial={"key": form["key"].value()}))
    if not form.is_valid():
        return _edit_page(request, group, state, form)
    if action == "propose":
        return _propose(request, group, state, form)
    return _preview_page(request, group, state, form)


def _edit_page(request, group, state, form):
    context = {
        "group": group,
        "form": form,
        "kept": kept_for(request, form),
        "read": words_of(state.newest),
        "circle": permissions.group_circle(selectors.facilitator_names(group)),
    }
    return render(request, "groups/charter_edit.html", context, status=422 if form.errors else 200)


def _preview_page(request, group, state, form):
    clauses = form.cleaned_data["clauses"]
    context = {
        "group": group,
        "changes": changes(charters.words_in_force(state), clauses),
        "clauses": clauses,
        "key": form.cleaned_data["key"],
        "kept": kept_for(request, form),
        "read": words_of(state.newest),
    }
    return render(request, "groups/charter_preview.html", context)


def _propose(request, group, state, form):
    key, clauses, read = form.cleaned_data["key"], form.cleaned_data["clauses"], request.POST.get("read", "")
    try:
        charters.propose_words(membership=request.membership, key=key, clauses=clauses, read=read)
    except charters.WordsWaiting:
        form.add_error(None, _waiting())
    except joining.CharterChanged:
        form.add_error(None, _("The charter has changed since you began. Look at what is different now, then propose."))
    except charters.NothingChanged:
        form.add_error(None, _("These are the words that count already. Change something first."))
    except AlreadyWritten:
        return redirect("groups:charter", group_id=group.pk)
    else:
        kept_for(request, form).forget()
        messages.success(request, _("Your words are proposed, and you have signed them. The others are asked now."))
        return redirect("groups:charter", group_id=group.pk)
    return _edit_page(request, group, state, form)


def _waiting():
    return _("There are new words already, and not everybody has signed them. Sign them or say no to them first.")


@unnamed
@require_http_methods(["GET", "POST"])
@group_view()
def charter_decline(request, group, charter_id):
    """Say no to proposed words: what that means, and then that it is done."""
    version = get_object_or_404(charter_selectors.charters_of(group), pk=charter_id)
    if request.method == "GET":
        return render(request, "groups/charter_decline.html", {"group": group, "charter": version})
    try:
        charters.decline_words(charter=version)
    except charters.NothingToDecline:
        messages.info(request, _("That was decided meanwhile. Nothing was changed."))
    else:
        messages.success(request, _("The words before count again. Nobody is told who said no."))
    return redirect("groups:charter", group_id=group.pk)


@require_GET
@group_view()
def charter_history(request, group):
    """Every version: when, why, and who signed it when."""
    state = _state(request.membership)
    context = {"group": group, "state": state, "lines": [_line(version, state) for version in state.versions]}
    return render(request, "groups/charter_history.html", context)


def _line(version, state):
    newcomer = version.made_for
    return {
        "charter": version,
        "newcomer": newcomer,
        "counts": version == state.in_force,
        "waits": version == state.newest and version != state.in_force,
        "said_no": bool(version.withdrawn_at and (not newcomer or newcomer.ended_as == Membership.Ending.DECLINED)),
        "signatures": state.signatures.get(version.pk, []),
    }


@require_GET
@group_view()
def charter_version(request, group, charter_id):
    """The words of one version."""
    version = get_object_or_404(charter_selectors.charters_of(group), pk=charter_id)
    context = {"group": group, "charter": version, "clauses": clauses_of(version)}
    return render(request, "groups/charter_version.html", context)


# Newcomers, and the past ---------------------------------------------------------------------------------------------


@unnamed
@require_http_methods(["GET", "POST"])
@group_view()
def newcomer_decline(request, group, membership_id):
    """Say no to a newcomer for the group: what that means, and then that it is done."""
    newcomer = get_object_or_404(charter_selectors.newcomers_of(group), pk=membership_id)
    if request.method == "GET":
        return render(request, "groups/newcomer_decline.html", {"group": group, "newcomer": newcomer})
    try:
        charters.decline_newcomer(newcomer=newcomer)
    except charters.NothingToDecline:
        messages.info(request, _("That was decided meanwhile. Nothing was changed."))
    else:
        words = _("%(name)s is not admitted. Nobody is told who said no.")
        messages.success(request, words % {"name": newcomer.person.name})
    return redirect("groups:group", group_id=group.pk)


@require_POST
@group_view()
def past_agree(request, group, membership_id):
    """Agree that a newcomer reads what was written before they came."""
    newcomer = _other_newcomer(request, group, membership_id)
    if charters.agree_to_past(newcomer=newcomer):
        newcomer.refresh_from_db(fields=["reads_from"])
        if newcomer.reads_from:
            messages.success(request, _("You have agreed. What was written before opens when everybody has."))
        else:
            words = _("You have agreed, as everybody has. %(name)s reads now what was written before.")
            messages.success(request, words % {"name": newcomer.person.name})
    else:
        messages.info(request, _("That was decided meanwhile. Nothing was changed."))
    return redirect("groups:group", group_id=group.pk)


@require_POST
@group_view()
def past_take_back(request, group, membership_id):
    """No longer agree, as long as not everybody has."""
    newcomer = _other_newcomer(request, group, membership_id)
    if charters.take_back_past(newcomer=newcomer):
        messages.success(request, _("You have taken it back. What was written before stays closed."))
    else:
        messages.info(request, _("That was decided meanwhile. Nothing was changed."))
    return redirect("groups:group", group_id=group.pk)


def _other_newcomer(request, group, membership_id):
    """Whoever came later and is not oneself: about oneself one is not asked."""
    others = charter_selectors.newcomers_of(group).exclude(pk=request.membership.pk)
    return get_object_or_404(others, pk=membership_id)
