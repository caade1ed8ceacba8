"""The group's door."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from accounts.decorators import lacks_second_factor, load_places, to_second_factor
from common.actor import acting_as
from common.fences import MEMBER
from common.posted_back import posted_back
from groups.models import Membership
from groups.permissions import runs_sessions


def group_view(*, role=None, unsigned=False, runs=False):
    """Resolve ``group_id`` to the caller's own membership and act as that member.

    Outsiders get the 404 of an address that does not exist; a member who lacks ``role``, or does not run the group's
    sessions where the page is for those who do (``runs``), gets 403; one who has not
    signed is sent to the charter, unless the page is ``unsigned``; a facilitator who lacks a second factor where one is
    required is told so. The view must render inside.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, group_id, **kwargs):
            with acting_as(MEMBER, person=request.user):
                membership = get_object_or_404(
                    Membership.objects.current(request.user).select_related("group"), group_id=group_id
                )
                if membership.role == Membership.Role.FACILITATOR and lacks_second_factor(request.user):
                    return to_second_factor()
                if not membership.admitted_at and not unsigned:
                    return redirect("groups:charter", group_id=group_id)
                if (role and membership.role != role) or (runs and not runs_sessions(membership)):
                    raise PermissionDenied
                request.membership = membership
                request.places = load_places()
                return view(request, membership.group, **kwargs)

        wrapper.guard = ("group", role)
        return wrapper

    return decorate


def keeps_drafts(view):
    """A writing form inside ``group_view`` or ``person_view``: what is typed is kept for its writer.

    See ``groups/drafting.py``. A form that one person opened is not sent in the name of whoever has signed in on that
    browser since.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        writer = str(request.user.pk)
        if request.method == "POST" and request.POST.get("draft_by", writer) != writer:
            context = {"why": "somebody_else", "posted": posted_back(request)}
            return render(request, "posted_back.html", context, status=409)
        return view(request, *args, **kwargs)

    wrapper.keeps_drafts = True
    return wrapper


def unnamed(view):
    """A page on which the group speaks as one: not even the log of requests says who of it did."""
    view.unnamed = True
    return view
