"""The group's door."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect

from accounts.decorators import load_places
from common.actor import acting_as
from common.fences import MEMBER
from groups.models import Membership


def group_view(*, role=None, unsigned=False):
    """Resolve ``group_id`` to the caller's own membership and act as that member.

    Outsiders get the 404 of an address that does not exist; a member who lacks ``role`` gets 403; one who has not
    signed is sent to the charter, unless the page is ``unsigned``. The view must render inside.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, group_id, **kwargs):
            with acting_as(MEMBER, person=request.user):
                membership = get_object_or_404(
                    Membership.objects.current(request.user).select_related("group"), group_id=group_id
                )
                if not membership.admitted_at and not unsigned:
                    return redirect("groups:charter", group_id=group_id)
                if role and membership.role != role:
                    raise PermissionDenied
                request.membership = membership
                request.places = load_places()
                return view(request, membership.group, **kwargs)

        wrapper.guard = ("group", role)
        return wrapper

    return decorate
