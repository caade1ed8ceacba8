"""Pages of goals."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import GoalForm
from goals.views.asking import newest, posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def goal_new(request, group):
    """Write a goal: a draft of one's own until one shares it."""
    require(permissions.can_write(request.membership))
    circle = permissions.who_reads_goal(is_shared=False, facilitators=[])
    form = GoalForm(posted(request), today=timezone.localdate(), privacy=circle)
    kept, status = kept_for(request, form), status_of(form)
    if form.wants_questions():
        status = 200
    elif form.is_valid():
        try:
            goal = services.write_goal(membership=request.membership, today=timezone.localdate(), **form.cleaned_data)
        except AlreadyWritten:
            return redirect("goals:board", group_id=group.pk)
        kept.forget()
        messages.success(request, _("Your draft is saved. Only you can see it until you share it."))
        return redirect("goals:goal", group_id=group.pk, goal_id=goal.pk)
    context = {"group": group, "form": form, "kept": kept}
    return render(request, "goals/goal_new.html", context, status=status)


@require_GET
@group_view()
def goal(request, group, goal_id):
    """One goal over time: its check-ins, their picture, its open steps, its earlier words, requests for readings."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    check_ins = selectors.check_ins_of(row, person=request.user, number=request.GET.get("page"))
    check_ins.object_list = selectors.with_notes(
        check_ins.object_list,
        goal=row,
        membership=request.membership,
        can_write=permissions.can_write(request.membership),
    )
    facilitators = facilitator_names(group)
    context = {
        "group": group,
        "goal": selectors.goal_line(row, request.membership),
        "check_ins": check_ins,
        "picture": selectors.progress_of(
            row, person=request.user, check_ins=check_ins, readings=selectors.own_readings_of(row, request.membership)
        ),
        "steps": selectors.open_steps_for(row, membership=request.membership, today=timezone.localdate()),
        "can_change": permissions.can_change_goal(request.membership, row),
        "readings_circle": permissions.who_reads_reading(),
        "asking": selectors.asking_of(row, person=request.user, today=timezone.localdate()),
        "versions": [selectors.version_line(one) for one in selectors.versions_of(row, person=request.user)],
        "circle": permissions.who_reads_goal(is_shared=row.shared_at is not None, facilitators=facilitators),
        "group_circle": permissions.who_reads_goal(is_shared=True, facilitators=facilitators),
    }
    return render(request, "goals/goal.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def goal_edit(request, group, goal_id):
    """Reword one's own open goal."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_change_goal(request.membership, row))
    is_shared, today = row.shared_at is not None, timezone.localdate()
    circle = permissions.who_reads_goal(is_shared=is_shared, facilitators=facilitator_names(group))
    form = GoalForm(posted(request), today=today, privacy=circle, goal=row)
    kept, saved, status, is_frozen = kept_for(request, form), None, status_of(form), False
    if form.wants_questions():
        status = 200
    elif form.is_valid():
        try:
            services.edit_goal(goal=row, today=today, **form.cleaned_data)
        except services.GoalClosed:
            form.add_error(None, _("This goal is closed meanwhile, and its words stay as they are."))
        except services.WordingFrozen:
            is_frozen, status = True, 409
        except services.GoalChanged:
            saved, status = selectors.goal_line(newest(row, form), request.membership), 409
        else:
            kept.forget()
            words = _("%(who)s can see the new words now.") if is_shared else _("Your draft is saved.")
            messages.success(request, words % {"who": your_circle(group)})
            return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    context = {"group": group, "form": form, "goal_id": row.pk, "is_shared": is_shared, "kept": kept, "saved": saved}
    context["is_frozen"] = is_frozen
    return render(request, "goals/goal_edit.html", context, status=status)


@require_POST
@group_view()
def goal_share(request, group, goal_id):
    """Let the group read one's draft."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_change_goal(request.membership, row))
    try:
        services.share_goal(goal=row, now=timezone.now())
    except services.GoalAlreadyShared:
        messages.info(request, _("%(who)s could see it already.") % {"who": your_circle(group)})
    except services.TooManyGoals:
        # rendered, not said in a message: titles of goals stay out of the login session
        own = [selectors.goal_line(one, request.membership) for one in selectors.goals_to_serve(request.membership)]
        draft = selectors.goal_line(row, request.membership)
        return render(request, "goals/goal_share.html", {"group": group, "goal": draft, "open_goals": own}, status=409)
    else:
        messages.success(request, _("%(who)s can see it now.") % {"who": your_circle(group)})
    return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)


@require_http_methods(["GET", "POST"])
@group_view()
def goal_drop(request, group, goal_id):
    """Say what goes, and delete one's draft for good."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_change_goal(request.membership, row))
    if row.shared_at is not None:
        words = _("%(who)s can read this goal. It stays until you close it.")
        messages.info(request, words % {"who": your_circle(group)})
        return redirect("goals:goal", group_id=group.pk, goal_id=row.pk)
    if request.method == "GET":
        context = {"group": group, "goal": selectors.goal_line(row, request.membership)}
        return render(request, "goals/goal_drop.html", context)
    try:
        services.drop_draft(goal=row)
    except services.GoalAlreadyShared:
        messages.info(request, _("This draft was shared or dropped before, perhaps by you in another tab."))
    else:
        messages.success(request, _("The draft is deleted for good."))
    return redirect("goals:board", group_id=group.pk)
