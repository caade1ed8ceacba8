"""Pages of steps."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import AnswerForm, AskForm, KeptForm, LetGoForm, MoveForm, StepForm
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names, peers_of

CLOSED = gettext_lazy("This step is closed by now, so nothing was changed. Your words are still here.")


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def step_new(request, group):
    """Commit to a step with a day, and name the peer who will ask."""
    require(permissions.can_write(request.membership))
    today, goals = timezone.localdate(), selectors.goals_to_serve(request.membership)
    form = StepForm(
        posted(request),
        initial=_initial(request, goals),
        today=today,
        privacy=permissions.who_reads_steps(facilitator_names(group)),
        peers=peers_of(request.membership),
        goals=goals,
    )
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.write_step(membership=request.membership, today=today, **form.cleaned_data)
        except AlreadyWritten:
            messages.info(request, _("That step was saved already."))
        else:
            kept.forget()
            words = _("Your step is saved. %(who)s can see it now.")
            messages.success(request, words % {"who": your_circle(group)})
        return redirect("goals:board", group_id=group.pk)
    context = {"group": group, "form": form, "kept": kept}
    return render(request, "goals/step_new.html", context, status=status_of(form))


@require_GET
@group_view()
def step(request, group, step_id):
    """One step: what became of it, and what its coachee, or the peer who was asked, can do."""
    row, mine = _step_or_404(request, group, step_id), request.membership
    line = selectors.step_line(row, mine.pk, timezone.localdate())
    context = {
        "group": group,
        "step": line,
        "moves": selectors.moves_of(row, person=request.user),
        "can_change": line.is_open and permissions.can_change_step(mine, row),
        "can_answer": line.am_i_asked and line.is_open and permissions.can_answer_step(mine, row),
        "can_reopen": permissions.can_reopen_step(mine, row, timezone.now()),
        "circle": permissions.who_reads_steps(facilitator_names(group)),
    }
    return render(request, "goals/step.html", context)


def _initial(request, goals):
    """The goal that the address names, and the words of one of its first steps: the address holds its number only."""
    wanted, number = request.GET.get("goal", ""), request.GET.get("first", "")
    return {"goal": wanted, "text": selectors.first_step_of(goals, wanted, number)}


@require_POST
@group_view()
def step_close(request, group, step_id):
    """Close one's own step: it is done."""
    row = _step_or_404(request, group, step_id)
    require(permissions.can_close_step(request.membership, row))
    try:
        services.close_step(step=row, now=timezone.now())
    except services.StepAlreadyClosed:
        messages.info(request, _("That step was already closed."))
    else:
        messages.success(request, _("Step closed. You can take that back for a few minutes."))
    return _back(request, row)


@require_POST
@group_view()
def step_reopen(request, group, step_id):
    """Take back that one has closed a step."""
    row = _step_or_404(request, group, step_id)
    require(permissions.can_change_step(request.membership, row))
    try:
        services.reopen_step(step=row, now=timezone.now())
    except services.TooLateToReopen:
        messages.info(request, _("That can be taken back for a few minutes only. Add it as a new step if you need it."))
    else:
        messages.success(request, _("The step is open again."))
    return _back(request, row)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def step_move(request, group, step_id):
    """Give a step another day, and say why."""
    row, today = _own_open_step(request, group, step_id), timezone.localdate()
    form = MoveForm(posted(request), today=today, privacy=_circle(group), step=row)
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.move_step(step=row, today=today, now=timezone.now(), **form.cleaned_data)
        except services.StepMoved:
            row.refresh_from_db(fields=["due_on"])
            form.look_again(row)
        except services.StepAlreadyClosed:
            form.add_error(None, CLOSED)
        except AlreadyWritten:
            messages.info(request, _("That was saved already."))
            return _to(row)
        else:
            kept.forget()
            words = _("The step has its new day. %(who)s can see it, and why.")
            messages.success(request, words % {"who": your_circle(group)})
            return _to(row)
    return _form_page(request, "goals/step_move.html", row, form, kept=kept)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def step_let_go(request, group, step_id):
    """Close a step without having done it."""
    row = _own_open_step(request, group, step_id)
    form = LetGoForm(posted(request), privacy=_circle(group))
    kept = kept_for(request, form)
    if form.is_valid():
        try:
            services.let_go_step(step=row, why=form.cleaned_data["why"], now=timezone.now())
        except services.StepAlreadyClosed:
            form.add_error(None, CLOSED)
        else:
            kept.forget()
            messages.success(request, _("The step is let go. You can take that back for a few minutes."))
            return _to(row)
    return _form_page(request, "goals/step_let_go.html", row, form, kept=kept)


@require_http_methods(["GET", "POST"])
@group_view()
def step_ask(request, group, step_id):
    """Ask somebody, or somebody else, to ask about one's step."""
    row = _own_open_step(request, group, step_id)
    form = AskForm(posted(request), peers=selectors.peers_to_ask(row, request.membership))
    if form.is_valid():
        try:
            services.ask_somebody(step=row, membership=request.membership, **form.cleaned_data)
        except services.StepAlreadyClosed:
            return _closed(request, row)
        messages.success(request, _("They are asked, and can agree or say that it is not them."))
        return _to(row)
    return _form_page(request, "goals/step_ask.html", row, form)


@require_POST
@group_view()
def step_answer(request, group, step_id):
    """Agree to ask about a peer's step, or say that it is not oneself."""
    row, form = _step_or_404(request, group, step_id), AnswerForm(request.POST)
    require(permissions.can_answer_step(request.membership, row))
    if not form.is_valid():
        messages.error(request, _("Choose one of the two answers."))
        return _back(request, row)
    has_agreed = form.cleaned_data["answer"] == "agree"
    try:
        services.answer_to_ask(step=row, membership=request.membership, has_agreed=has_agreed, now=timezone.now())
    except (services.NotAsked, services.AlreadyAnswered):
        messages.info(request, _("You are not asked about this step any more."))
    else:
        agreed, declined = _("You will ask. %(who)s can see that."), _("Your name is gone from this step.")
        messages.success(request, (agreed if has_agreed else declined) % {"who": your_circle(group)})
    return _back(request, row)


@require_POST
@group_view()
def step_kept(request, group, step_id):
    """Say of one of the last days that one kept a practice, or take it back."""
    row, form = _step_or_404(request, group, step_id), KeptForm(request.POST)
    require(permissions.can_change_step(request.membership, row))
    if not form.is_valid():
        messages.error(request, _("That is not a day of this practice."))
        return _back(request, row)
    on, is_kept = form.cleaned_data["on"], form.cleaned_data["kept"] == "yes"
    try:
        services.keep_day(step=row, on=on, is_kept=is_kept, today=timezone.localdate(), now=timezone.now())
    except services.StepAlreadyClosed:
        return _closed(request, row)
    except services.NotADayOfPractice:
        messages.info(request, _("Only today and the six days before can be changed."))
    return _back(request, row)


def _step_or_404(request, group, step_id):
    return get_object_or_404(selectors.steps_to_show(request.user), pk=step_id, group=group)


def _own_open_step(request, group, step_id):
    """One's own step, for the pages on which one writes about it; they say themselves when it is closed."""
    row = _step_or_404(request, group, step_id)
    require(permissions.can_change_step(request.membership, row))
    return row


def _circle(group):
    return permissions.who_reads_steps(facilitator_names(group))


def _form_page(request, template, row, form, **more):
    if row.closed_at is not None and not form.is_bound:
        return _closed(request, row)
    line = selectors.step_line(row, request.membership.pk, timezone.localdate())
    context = {"group": row.group, "step": line, "form": form, **more}
    return render(request, template, context, status=status_of(form))


def _closed(request, row):
    """To the step, saying what stands."""
    messages.info(request, _("This step is closed; nothing was changed."))
    return _to(row)


def _to(row):
    return redirect("goals:step", group_id=row.group_id, step_id=row.pk)


def _back(request, row):
    """To the page on which the button stood."""
    match request.POST.get("back"):
        case "today":
            return redirect("today")
        case "board":
            return redirect("goals:board", group_id=row.group_id)
    return _to(row)
