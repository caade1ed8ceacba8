"""Pages of progress readings: asking, giving, and what came back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from goals import permissions, readings_picture, selectors, services
from goals.forms import AskForReadingsForm, ReadingForm
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for


@require_GET
@group_view()
def readings(request, group, goal_id):
    """What peers noticed: the latest round, the rounds beside one another, and their suggestions."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_read_readings(request.membership, row))
    rounds = selectors.rounds_of(row, person=request.user, today=timezone.localdate())
    given = [one for one in rounds if one.readings]
    in_order = [(one.number, one.on, one.values) for one in reversed(rounds)]
    context = {
        "group": group,
        "goal": selectors.goal_line(row, request.membership),
        "rounds": rounds,
        "given": [(one, readings_picture.written(one.values)) for one in given],
        "latest": given[0] if given else None,
        "plot": readings_picture.dot_plot(given[0].values) if given else None,
        "trend": readings_picture.trend(in_order),
        "can_ask": permissions.can_ask_for_readings(request.membership, row),
        "circle": permissions.who_reads_reading(),
    }
    return render(request, "goals/readings.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
def readings_ask(request, group, goal_id):
    """Ask peers what they notice."""
    row = get_object_or_404(selectors.goals_to_show(request.user), pk=goal_id, group=group)
    require(permissions.can_ask_for_readings(request.membership, row))
    today, peers = timezone.localdate(), selectors.peers_who_may_read(request.membership)
    form = AskForReadingsForm(posted(request), peers=peers, today=today)
    if form.is_valid():
        try:
            services.ask_for_readings(goal=row, today=today, now=timezone.now(), **form.cleaned_data)
        except services.NobodyLeftToAsk:
            messages.info(request, _("They have been asked already."))
            return redirect("goals:readings", group_id=group.pk, goal_id=row.pk)
        except services.NotAPeer:
            form.add_error("peers", form.fields["peers"].error_messages["invalid_choice"])
        except (services.GoalClosed, services.GoalNotShared):
            form.add_error(None, _("This goal is closed meanwhile, so nobody is asked about it."))
        else:
            messages.success(request, _("Your peers are asked. What they write comes to you alone."))
            return redirect("goals:readings", group_id=group.pk, goal_id=row.pk)
    goal, circle = selectors.goal_line(row, request.membership), permissions.who_reads_reading()
    context = {"group": group, "form": form, "goal": goal, "peers": peers, "circle": circle}
    return render(request, "goals/readings_ask.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def reading(request, group, request_id):
    """Give a reading that a peer asked for; afterwards, what one wrote."""
    asked = get_object_or_404(selectors.requests_to_show(request.user), pk=request_id, group=group)
    require(permissions.can_give_reading(request.membership, asked))
    if request.method == "GET" and not _is_waiting(asked):
        return _what_became_of_it(request, group, asked)
    form = ReadingForm(posted(request), privacy=permissions.who_reads_reading(asked.membership), goal=asked.goal)
    kept, changed, status = kept_for(request, form), False, status_of(form)
    if form.is_valid():
        now = {"today": timezone.localdate(), "now": timezone.now()}
        try:
            services.give_reading(request=asked, **now, **form.cleaned_data)
        except (services.RequestEnded, AlreadyWritten):
            return _what_became_of_it(request, group, asked, form)
        except services.GoalChanged:
            asked.goal.refresh_from_db()
            form.look_again(asked.goal)
            changed, status = True, 409
        else:
            kept.forget()
            messages.success(request, _("Your reading is sent. Nobody else sees it."))
            return redirect("goals:reading", group_id=group.pk, request_id=asked.pk)
    context = {"group": group, "asked": asked, "form": form, "kept": kept, "changed": changed}
    context["goal"] = selectors.goal_line(asked.goal, request.membership) if asked.goal else None
    return render(request, "goals/reading.html", context, status=status)


def _is_waiting(asked):
    is_open = asked.closed_at is None and asked.goal_id is not None and asked.membership.left_at is None
    return is_open and asked.until_on >= timezone.localdate()


def _what_became_of_it(request, group, asked, form=None):
    """The reading that was given, or that it is no longer wanted; ``form`` holds what was typed in vain."""
    asked.refresh_from_db(fields=["closed_at", "ended_as"])
    given = selectors.own_reading(asked, person=request.user)
    typed = form.cleaned_data["suggestion"] if form and not given else ""
    context = {"group": group, "asked": asked, "given": given, "typed": typed}
    context["goal"] = selectors.goal_line(asked.goal, request.membership) if asked.goal else None
    context["circle"] = permissions.who_reads_reading(asked.membership)
    return render(request, "goals/reading_given.html", context, status=409 if typed else 200)


@require_POST
@group_view()
def reading_decline(request, group, request_id):
    """Not this time, without a reason."""
    asked = get_object_or_404(selectors.requests_to_show(request.user), pk=request_id, group=group)
    require(permissions.can_give_reading(request.membership, asked))
    try:
        services.decline_reading(request=asked, today=timezone.localdate(), now=timezone.now())
    except services.RequestEnded:
        messages.info(request, _("There was nothing left to decline."))
    else:
        messages.success(request, _("Declined. You are asked for nothing more about it in this round."))
    return redirect("goals:board", group_id=group.pk)
