"""From the mail to the charter, and out again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import person_view, public_view
from accounts.views import has_address, start_from_invitation
from groups import charter_text, permissions, selectors
from groups.decorators import group_view
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


@require_http_methods(["GET", "POST"])
@group_view(unsigned=True)
def charter(request, group):
    """The group's agreement; posting signs it. Before that nothing of the group can be read."""
    newest = joining.newest_charter(group)
    if request.method == "POST":
        try:
            joining.sign_charter(charter=newest, read=request.POST.get("charter", ""))
        except joining.CharterChanged:
            messages.info(request, _("There is a newer version of the charter. Please read it first."))
            return redirect(request.path)
        messages.success(request, _("You have signed. Welcome to %(name)s.") % {"name": group.name})
        return redirect("groups:group", group_id=group.pk)
    context = {
        "group": group,
        "charter": newest,
        "clauses": charter_text.COMMITMENTS[newest.text_key],
        "limits": charter_text.LIMITS,
        "has_signed": bool(request.membership.admitted_at),
        "who_sees_what": permissions.who_sees_what(selectors.facilitator_names(group)),
    }
    return render(request, "groups/charter.html", context)


@require_GET
@person_view
def mine(request):
    """The groups one is in."""
    return render(request, "groups/mine.html", {"memberships": selectors.own_memberships(request.user)})


@require_GET
@group_view()
def group_page(request, group):
    """Who is in the group, and what it agreed."""
    context = {
        "group": group,
        "membership": request.membership,
        "people": selectors.people_of(group),
        "circle": permissions.group_circle(selectors.facilitator_names(group)),
    }
    return render(request, "groups/group.html", context)


@require_http_methods(["GET", "POST"])
@group_view(unsigned=True)
def leave(request, group):
    """Say what leaving means; posting leaves."""
    if request.method == "POST":
        joining.leave_group(group=group)
        messages.success(request, _("You have left %(name)s.") % {"name": group.name})
        return redirect("groups:mine")
    return render(request, "groups/leave.html", {"group": group})
