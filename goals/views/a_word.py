"""For the facilitator: who may need a word."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from goals import permissions, selectors
from goals.views.asking import require
from groups.decorators import group_view
from groups.models import Membership
from groups.selectors import facilitator_names


@require_GET
@group_view(role=Membership.Role.FACILITATOR)
def a_word(request, group):
    """Facts that every member can see, by name; nothing once the group has ended or one facilitates no more."""
    require(permissions.can_see_who_may_need_a_word(request.membership))
    now = timezone.now()
    context = {
        "group": group,
        "facts": selectors.who_may_need_a_word(membership=request.membership, today=timezone.localdate(now), now=now),
        "circle": permissions.who_reads_a_word(facilitator_names(group)),
    }
    return render(request, "goals/a_word.html", context)
