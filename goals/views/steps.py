"""Pages of steps."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import StepForm
from goals.models import ActionStep
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.selectors import facilitator_names, peers_of


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def step_new(request, group):
    """Commit to a step with a day, and name the peer who will ask."""
    require(permissions.can_write(request.membership))
    today = timezone.localdate()
    form = StepForm(
        posted(request),
        initial={"goal": request.GET.get("goal", "")},
        today=today,
        privacy=permissions.who_reads_steps(facilitator_names(group)),
        peers=peers_of(request.membership),
        goals=selectors.goals_to_serve(request.membership),
    )
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.write_step(membership=request.membership, today=today, **form.cleaned_data)
        except AlreadyWritten:
            messages.info(request, _("That step was saved already."))
        else:
            kept.forget()
            messages.success(request, _("Your step is saved. Your group can see it now."))
        return redirect("goals:board", group_id=group.pk)
    context = {"group": group, "form": form, "kept": kept}
    return render(request, "goals/step_new.html", context, status=status_of(form))


@require_POST
@group_view()
def step_close(request, group, step_id):
    """Close one's own step."""
    step = get_object_or_404(ActionStep.objects.visible_to(request.user), pk=step_id, group=group)
    require(permissions.can_close_step(request.membership, step))
    try:
        services.close_step(step=step, now=timezone.now())
    except services.StepAlreadyClosed:
        messages.info(request, _("That step was already closed."))
    else:
        messages.success(request, _("Step closed."))
    return redirect("goals:board", group_id=group.pk)
