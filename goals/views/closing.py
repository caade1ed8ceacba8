"""Pages of a goal's later life: another day, a new version, its end, and goals that have ended."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from goals import permissions, selectors, services
from goals.forms import CloseGoalForm, GoalDayForm, GoalForm
from goals.views.asking import newest, posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names

GOALS_ON_A_PAGE = 20


@require_http_methods(["GET", "POST"])
@group_view()
def goal_move(request, group, goal_id):
    """Another day for a goal, whether its words may still change or not."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_change_goal(request.membership, row))
    today = timezone.localdate()
    form = GoalDayForm(posted(request), today=today, goal=row)
    if form.is_valid():
        try:
            services.move_goal(goal=row, today=today, **form.cleaned_data)
        except services.GoalClosed:
            form.add_error(None, _("This goal is closed meanwhile, and its day stays as it is."))
        else:
            messages.success(request, _("The day is saved."))
            return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    context = {"group": group, "form": form, "goal": selectors.goal_line(row, request.membership)}
    return render(request, "goals/goal_move.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def goal_version(request, group, goal_id):
    """New words for a goal on whose words peers have given readings; the old ones stay to be read."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_change_goal(request.membership, row) and row.shared_at is not None)
    now, today = timezone.now(), timezone.localdate()
    circle = permissions.who_reads_goal(is_shared=True, facilitators=facilitator_names(group))
    form = GoalForm(posted(request), today=today, privacy=circle, goal=row)
    kept, saved, status = kept_for(request, form), None, status_of(form)
    if form.wants_questions():
        status = 200
    elif form.is_valid():
        try:
            services.write_new_version(goal=row, today=today, now=now, **form.cleaned_data)
        except services.GoalClosed:
            form.add_error(None, _("This goal is closed meanwhile, and its words stay as they are."))
        except services.GoalChanged:
            saved, status = selectors.goal_line(newest(row, form), request.membership), 409
        else:
            kept.forget()
            words = _("%(who)s can see the new words now. The earlier ones stay below them.")
            messages.success(request, words % {"who": your_circle(group)})
            return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    context = {"group": group, "form": form, "goal_id": row.pk, "kept": kept, "saved": saved}
    return render(request, "goals/goal_version.html", context, status=status)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def goal_close(request, group, goal_id):
    """A goal is reached, or let go, with what was learned: once."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_read_readings(request.membership, row) and permissions.can_write(request.membership))
    if not permissions.is_open_to_check_ins(row) and request.method == "GET":
        return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    circle = permissions.who_reads_goal(is_shared=True, facilitators=facilitator_names(group))
    form = CloseGoalForm(posted(request), privacy=circle)
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.close_goal(goal=row, now=timezone.now(), **form.cleaned_data)
        except services.GoalNotShared:
            form.add_error(None, _("This goal is still a draft, which nobody else has seen. Share it first."))
        except services.GoalClosed:
            form.add_error(None, _("This goal was closed before, perhaps by you in another tab. What is there stays."))
        else:
            kept.forget()
            words = _("Your goal is closed. %(who)s can read how it ended.")
            messages.success(request, words % {"who": your_circle(group)})
            return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    context = {"group": group, "form": form, "goal": selectors.goal_line(row, request.membership), "kept": kept}
    return render(request, "goals/goal_close.html", context, status=status_of(form))


@require_GET
@group_view()
def earlier(request, group):
    """Goals of the group that have ended, and what was learned."""
    page = Paginator(selectors.earlier_goals(request.membership), GOALS_ON_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [selectors.goal_line(row, request.membership) for row in page.object_list]
    circle = permissions.who_reads_goal(is_shared=True, facilitators=facilitator_names(group))
    return render(request, "goals/earlier.html", {"group": group, "goals": page, "circle": circle})
