"""The group's board, for one's own screen and for the one that everybody looks at."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from goals import permissions, selectors
from groups.decorators import group_view
from groups.selectors import facilitator_names


@require_GET
@group_view()
def board(request, group):
    """Everybody's goals, latest check-ins and open steps; one's own drafts below."""
    return _board(request, group, "goals/board.html")


@require_GET
@group_view()
def board_shown(request, group):
    """The same to look at together, on a large screen or on paper: nobody's drafts, nothing to press."""
    return _board(request, group, "goals/board_shown.html")


def _board(request, group, template):
    now, facilitators = timezone.now(), facilitator_names(group)
    context = {
        "group": group,
        "now": now,
        "board": selectors.board(membership=request.membership, today=timezone.localdate(now), now=now),
        "can_write": permissions.can_write(request.membership),
        "can_see_who_may_need_a_word": permissions.can_see_who_may_need_a_word(request.membership),
        "circle": permissions.who_reads_goal(is_shared=True, facilitators=facilitators),
        "own_circle": permissions.who_reads_goal(is_shared=False, facilitators=facilitators),
    }
    return render(request, template, context)
