"""From the mail to the charter, and out again."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import person_view, public_view
from accounts.views import has_address, start_from_invitation
from groups import charter_selectors, comings, pair_selectors, permissions, selectors
from groups.decorators import group_view
from groups.in_common import in_common_for
from groups.models import CoachingGroup
from groups.pair_news import news_for
from groups.services import joining


@require_GET
@public_view
@login_not_required
def join(request, token):
    """What the invitation is and who will see what; the same page for a token that is wrong, used or old."""
    found = joining.preview_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    organization, program, group, email, name, facilitators = found
    context = {
        "organization": organization,
        "program": program,
        "group": group,
        "email": email,
        "name": name,
        "facilitators": facilitators,
        "token": token,
        "is_theirs": has_address(request.user, email),
        "who_sees_what": permissions.who_sees_what([facilitators] if facilitators else []),
    }
    return render(request, "groups/join.html", context)


@require_POST
@public_view
@login_not_required
def join_start(request, token):
    """From the mail to an account: sign up with the invited address, or sign in."""
    found = joining.preview_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    return start_from_invitation(request, email=found[3], name=found[4], then=reverse("groups:join", args=[token]))


@require_POST
@person_view
def join_accept(request, token):
    """Become a member; the charter comes next."""
    try:
        group_id = joining.accept_invitation(token=token)
    except joining.NotTheirs:
        return render(request, "accounts/invitation_gone.html", status=404)
    return redirect("groups:charter", group_id=group_id)


@require_GET
@person_view
def mine(request):
    """The groups one is in, and those one was in."""
    context = {
        "memberships": selectors.own_memberships(request.user),
        "past": comings.past_places_of(request.user),
    }
    return render(request, "groups/mine.html", context)


@require_GET
@group_view()
def group_page(request, group):
    """Who is in the group, and what it agreed."""
    people, facilitators = list(selectors.people_of(group)), selectors.facilitator_names(group)
    context = {
        "group": group,
        "membership": request.membership,
        "people": people,
        "charter": charter_selectors.charter_state(group, people, request.membership),
        "pasts": charter_selectors.closed_pasts(group, people, request.membership),
        "past": comings.past_people_of(group),
        "circle": permissions.group_circle(facilitators),
    }
    context["in_common"] = in_common_for(request.membership, facilitators=facilitators, now=timezone.now())
    partner = context["partner"] = pair_selectors.partner_in(group)
    if partner:
        context["circle"] = permissions.pair_circle(partner.name)
        context["news"] = news_for(request.membership)
        context["has_ended_pair"] = group.state == CoachingGroup.State.ENDED
    context["size"] = size = comings.size_of(group)
    context["is_small"] = size["has_lost"] and size["members"] < (size["size_min"] or 0)
    context["is_facilitator"] = permissions.is_facilitator(request.membership)
    context["office"] = next((each.slug for each in request.places.offices if each.slug == size["slug"]), "")
    return render(request, "groups/group.html", context)
