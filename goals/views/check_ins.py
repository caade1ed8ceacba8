"""Checking in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import CheckInForm
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def check_in(request, group, goal_id):
    """How it went, on one screen, in under a minute."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_change_goal(request.membership, row))
    if not permissions.is_open_to_check_ins(row):
        messages.info(request, _("Share this goal first. Check-ins come after that."))
        return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)

    circle = permissions.who_reads_goal(is_shared=True, facilitators=facilitator_names(group))
    form = CheckInForm(posted(request), privacy=circle)
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.check_in(goal=row, **form.cleaned_data)
        except AlreadyWritten:
            messages.info(request, _("That check-in was saved already."))
        else:
            kept.forget()
            words = _("Your check-in is saved. %(who)s can see it now.")
            messages.success(request, words % {"who": your_circle(group)})
        return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    context = {"group": group, "form": form, "goal": selectors.goal_line(row, request.membership), "kept": kept}
    return render(request, "goals/check_in.html", context, status=status_of(form))
