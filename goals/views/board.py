"""The group's board."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from goals import permissions, selectors
from groups.decorators import group_view
from groups.selectors import facilitator_names


@require_GET
@group_view()
def board(request, group):
    """Everybody's shared goals and open steps, one's own drafts on top."""
    facilitators = facilitator_names(group)
    context = {
        "group": group,
        "board": selectors.board(membership=request.membership, today=timezone.localdate()),
        "can_write": permissions.can_write(request.membership),
        "circle": permissions.who_reads_goal(is_shared=True, facilitators=facilitators),
        "own_circle": permissions.who_reads_goal(is_shared=False, facilitators=facilitators),
    }
    return render(request, "goals/board.html", context)
