"""Pairs: inviting a colleague, answering an invitation, the pairs one is in, and deciding again."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import person_view, public_view
from accounts.views import has_address, start_from_invitation
from common.once import AlreadyWritten
from groups import pair_selectors, permissions
from groups.decorators import group_view
from groups.forms import PairInvitationForm, RenewForm, RhythmForm
from groups.models import CoachingGroup, PairInvitation, PairTerms, Rhythm
from groups.services import pair_terms
from groups.services import pairs as services


@require_GET
@person_view
def pairs(request):
    """The pairs one is in, and the invitations that wait."""
    sent = pair_selectors.open_invitations_of(request.user, timezone.now())
    for invitation in sent:
        if not invitation.email:  # a link that goes by mail proves an address, so nobody else gets to see it
            path = reverse("groups:pair_invited", args=[services.token_of(invitation)])
            invitation.url = f"{settings.COLLOQUY_SITE_URL}{path}"
        if invitation.claimed_rhythm:
            invitation.other_rhythm = Rhythm(invitation.claimed_rhythm).label
    return render(request, "groups/pairs.html", {"pairs": pair_selectors.pairs_of(request.user), "sent": sent})


@require_http_methods(["GET", "POST"])
@person_view
def pair_new(request):
    """Invite a colleague, by mail or by a link."""
    form = PairInvitationForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        return redirect("groups:pairs")
    context = {
        "form": form,
        "line_circle": permissions.line_circle(),
        "who_sees_what": permissions.what_a_pair_sees(),
    }
    return render(request, "groups/pair_new.html", context, status=422 if form.errors else 200)


def _invite(request, form):
    """Whether it is done; if not, the form says why, and holds what was typed."""
    email = form.cleaned_data["email"]
    if email and (has_address(request.user, email) or email.lower() == request.user.email.lower()):
        form.add_error("email", _("This is your own address. Whom would you like to invite?"))
        return False
    try:
        services.invite(person=request.user, now=timezone.now(), **form.cleaned_data)
    except AlreadyWritten:
        messages.info(request, _("This invitation is under way already."))
    except services.AlreadyAPair:
        form.add_error("email", _("You are a pair with this person already."))
    except services.AlreadyInvited:
        form.add_error("email", _("You have invited this address already. Withdraw that invitation to write another."))
    except services.TooMany:
        form.add_error(None, _("You have sent as many invitations as fit in a day. Your text is here; try tomorrow."))
    else:
        sent = _("Your invitation goes out by mail.") if email else _("Your link is ready. Hand it to one person.")
        messages.success(request, sent)
    return not form.errors


@require_POST
@person_view
def pair_withdraw(request, pair_invitation_id):
    """Nobody comes in by it any more; also the answer to somebody one does not know."""
    invitation = _own_invitation(request, pair_invitation_id)
    if services.withdraw(invitation=invitation, now=timezone.now()):
        messages.success(request, _("The invitation is withdrawn."))
    else:
        messages.info(request, _("The invitation was answered or withdrawn before."))
    return redirect("groups:pairs")


@require_POST
@person_view
def pair_confirm(request, pair_invitation_id):
    """Let in who holds the invitation."""
    try:
        group_id = services.confirm(invitation=_own_invitation(request, pair_invitation_id))
    except services.NotGood:
        messages.info(request, _("Nobody waits for your word on this invitation any more."))
        return redirect("groups:pairs")
    return redirect("groups:charter", group_id=group_id)


def _own_invitation(request, pk):
    return get_object_or_404(PairInvitation.objects.visible_to(request.user), pk=pk, inviter=request.user)


# With a token --------------------------------------------------------------------------------------------------------


@require_GET
@public_view
@login_not_required
def pair_invited(request, token):
    """What it is and who sees what; the same page for a token that is wrong, used or old."""
    found = services.preview(token, request.user)
    if found is None:
        return _gone(request)
    is_theirs = bool(found.email) and has_address(request.user, found.email)
    context = {
        "found": found,
        "rhythm": Rhythm(found.rhythm).label,
        "token": token,
        "is_theirs": is_theirs,
        "line": services.line_for(token, request.user, found.pk) if is_theirs else "",
        "form": RhythmForm(initial={"rhythm": found.rhythm}),
        "who_sees_what": permissions.what_a_pair_sees(found.inviter),
        "line_circle": permissions.pair_circle(found.inviter),
    }
    return render(request, "groups/pair_invited.html", context)


@require_POST
@public_view
@login_not_required
def pair_start(request, token):
    """To an account: with the invited address, which its mail proves, or, with a link, with any one's own."""
    found = services.preview(token, request.user)
    if found is None:
        return _gone(request)
    then = reverse("groups:pair_invited", args=[token])
    return start_from_invitation(request, email=found.email, then=then, has_account="sign_in" in request.POST)


@require_POST
@public_view
@login_not_required
def pair_decline(request, token):
    """No, without a reason and without an account."""
    try:
        services.decline(token=token, person=request.user)
    except services.NotGood:
        return _gone(request)
    return render(request, "groups/pair_declined.html")


@require_POST
@person_view
def pair_accept(request, token):
    """Yes, perhaps in another rhythm. Who is not the one at the invited address waits for the inviter's word."""
    form = RhythmForm(request.POST)
    try:
        if not form.is_valid():
            return redirect("groups:pair_invited", token=token)
        outcome, group_id = services.answer(token=token, rhythm=form.cleaned_data["rhythm"])
    except services.NotGood:
        return _gone(request)
    if outcome == "already":
        messages.info(request, _("You are a pair already."))
        return redirect("groups:group", group_id=group_id)
    if outcome == "opened":
        return redirect("groups:charter", group_id=group_id)
    return redirect("groups:pair_invited", token=token)


def _gone(request):
    return render(request, "accounts/invitation_gone.html", status=404)


# Deciding again ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@group_view()
def pair(request, group):
    """What counts between the two, and how to go on; posting proposes. A group that is no pair has no such page."""
    partner = pair_selectors.partner_in(group)
    if partner is None:
        raise Http404
    counts, waiting = pair_selectors.terms_of(group), pair_selectors.proposal_in(group)
    form = RenewForm(
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(),
        initial={"rhythm": counts.rhythm},
    )
    if request.method == "POST" and form.is_valid() and _propose(request, form):
        return redirect("groups:pair", group_id=group.pk)
    context = {
        "group": group,
        "partner": partner,
        "counts": counts,
        "waiting": waiting,
        "is_mine": bool(waiting) and waiting.proposed_by_id == request.membership.pk,
        "goes_on": group.state == CoachingGroup.State.ACTIVE,
        "form": form,
        "circle": permissions.pair_circle(partner.name),
    }
    return render(request, "groups/pair.html", context, status=422 if form.errors else 200)


def _propose(request, form):
    try:
        pair_terms.propose(membership=request.membership, now=timezone.now(), **form.cleaned_data)
    except pair_terms.PairHasEnded:
        form.add_error(None, _("The pair has ended; nothing can be agreed any more."))
    except pair_terms.AlreadyProposed:
        form.add_error(None, _("They have proposed something meanwhile. Answer that first; yours is still here."))
    except AlreadyWritten:
        messages.info(request, _("Your proposal waits already."))
    else:
        messages.success(request, _("Proposed. What you agreed before counts until they agree."))
    return not form.errors


@require_POST
@group_view()
def terms_agree(request, group, terms_id):
    """From now on these terms count."""
    terms = _terms(request, group, terms_id)
    if terms.proposed_by_id == request.membership.pk:
        raise PermissionDenied
    try:
        pair_terms.agree(terms=terms, membership=request.membership, now=timezone.now())
    except pair_terms.PairHasEnded:
        messages.info(request, _("The pair has ended; nothing can be agreed any more."))
    except pair_terms.AlreadyAnswered:
        messages.info(request, _("This was answered already."))
    else:
        messages.success(request, _("You both agree. It counts from now on."))
    return redirect("groups:pair", group_id=group.pk)


@require_POST
@group_view()
def terms_let_go(request, group, terms_id):
    """What counted before counts."""
    try:
        pair_terms.let_go(terms=_terms(request, group, terms_id), now=timezone.now())
    except pair_terms.AlreadyAnswered:
        messages.info(request, _("This was answered already."))
    else:
        messages.success(request, _("Let go. What you agreed before counts."))
    return redirect("groups:pair", group_id=group.pk)


def _terms(request, group, pk):
    if not permissions.is_pair(group):
        raise Http404
    return get_object_or_404(PairTerms.objects.visible_to(request.user), pk=pk, group=group)
