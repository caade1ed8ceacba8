"""Pages of a pair's conversations: whose turn it is, what was written, and the way on."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from goals import permissions, selectors, services
from goals.forms import ClosingStepForm, TurnForm
from goals.models import ConversationTurn
from goals.questions import questions_to_begin_with
from goals.views.asking import posted, require, status_of
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.models import CoachingGroup
from groups.pair_selectors import partner_in
from groups.permissions import is_pair
from groups.selectors import peers_of

Part = ConversationTurn.Part
LATE = gettext_lazy("Something else comes next by now, so this was not added. Your words are still here.")
ENDED = gettext_lazy("The pair has ended, so nothing can be added any more. Your words are still here; copy them.")
LET_GO = gettext_lazy("This conversation was let go, so nothing is added. Your words are still here; copy them.")
NOT_NOW = gettext_lazy("Something else comes next in this conversation.")


@require_GET
@group_view()
def conversations(request, group):
    """The pair's conversations: the open one, whose issue is next, and those before. Only pairs have them."""
    partner = _partner_or_404(group)
    lines, mine = selectors.conversations_of(request.membership), request.membership
    is_open = bool(lines) and lines[0].is_open
    context = {
        "group": group,
        "partner": partner,
        "open": lines[0] if is_open else None,
        "earlier": lines[1:] if is_open else lines,
        "is_mine_next": selectors.who_brings_an_issue(lines, mine).pk == mine.pk,
        "can_begin": not is_open and permissions.can_converse(mine) and peers_of(mine).exists(),
        "goes_on": permissions.can_converse(mine),
        "circle": permissions.who_reads_conversation(partner.name),
    }
    return render(request, "goals/conversations.html", context)


@require_POST
@group_view()
def conversation_begin(request, group):
    """Begin the next conversation; the roles swap by themselves."""
    _partner_or_404(group)
    other = peers_of(request.membership).first()
    try:
        row = services.begin_conversation(membership=request.membership, other=other, now=timezone.now())
    except services.ConversationOpen:
        messages.info(request, _("A conversation is under way already."))
        open_one = selectors.open_conversation(request.membership)
        return _to(group, open_one.pk) if open_one else redirect("goals:conversations", group_id=group.pk)
    except services.PairHasEnded:
        messages.info(request, _("The pair has ended; nothing can be begun any more."))
    except services.NobodyThere:
        messages.info(request, _("The other one has not signed yet. You can begin when they have."))
    else:
        return _to(group, row.pk)
    return redirect("goals:conversations", group_id=group.pk)


@require_GET
@group_view()
def conversation(request, group, conversation_id):
    """One conversation: whose turn it is, the way on, and what was written.

    The page of whoever waits asks now and then whether the other one has gone on; as long as not, it gets no page.
    """
    row, mine = _row_or_404(request, group, conversation_id), request.membership
    talk = selectors.talk_line(row, mine.pk)
    if talk.is_open and request.headers.get("HX-Request") and request.GET.get("known") == str(talk.turns_taken):
        return HttpResponse(status=204)
    context = {
        "group": group,
        "talk": talk,
        "turns": selectors.turns_of(row, mine),
        "parts": services.parts_waited_for(row.stage),
        "step": selectors.step_it_led_to(row, mine, timezone.localdate()),
        "goes_on": permissions.can_converse(mine),
        "can_like": permissions.can_converse(mine) and permissions.can_like_question(mine, row),
        "circle": permissions.who_reads_conversation(talk.other.person.name),
    }
    return render(request, "goals/conversation.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def conversation_write(request, group, conversation_id, part):
    """Write what is waited for."""
    row = _row_or_404(request, group, conversation_id)
    if part not in Part.values:
        raise Http404
    require(permissions.can_take_part(request.membership, row, part))
    talk = selectors.talk_line(row, request.membership.pk)
    noting = talk.other.person.get_short_name() if talk.am_i_coachee and part in services.COACHS_PARTS else ""
    circle = permissions.who_reads_conversation(talk.other.person.name)
    form = TurnForm(posted(request), part=part, privacy=circle, noting=noting)
    kept, status = kept_for(request, form), status_of(form)
    if _is_past(request, kept, part in services.parts_waited_for(row.stage)):
        return _not_now(request, row)
    if form.is_valid() and (status := _take_turn(request, row, part, form)) == 302:
        kept.forget()
        return _to(group, row.pk)
    context = {"form": form, "kept": kept, "part": part, "noting": noting, **_before(request, row, talk)}
    if part == Part.QUESTION:
        context["good"] = selectors.good_questions(request.membership)
        context["questions"] = questions_to_begin_with(row.turns_taken)
    return render(request, "goals/conversation_write.html", context, status=status)


def _take_turn(request, row, part, form):
    """302 when it is written, 409 when something stands against it: then the form says what."""
    words, now = form.cleaned_data, timezone.now()
    try:
        services.take_turn(conversation=row, membership=request.membership, part=part, now=now, **words)
    except AlreadyWritten:
        messages.info(request, _("That was saved already."))
    except services.PairHasEnded:
        return _refuse(form, ENDED)
    except services.ConversationLetGo:
        return _refuse(form, LET_GO)
    except services.NotTheTurn:
        return _refuse(form, LATE)
    return 302


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def conversation_close(request, group, conversation_id):
    """Close it with a step that has a day: the only way in which a conversation ends."""
    row, mine, today = _row_or_404(request, group, conversation_id), request.membership, timezone.localdate()
    require(permissions.can_close_conversation(mine, row))
    talk = selectors.talk_line(row, mine.pk)
    before, peers = _before(request, row, talk), list(peers_of(mine))
    form = ClosingStepForm(
        posted(request),
        initial={"asker": row.coach_id, "text": _what_they_might_do(before["turns"])},
        today=today,
        privacy=permissions.who_reads_steps(None),
        peers=peers,
        goals=selectors.goals_to_serve(mine),
    )
    kept, status = kept_for(request, form), status_of(form)
    if _is_past(request, kept, row.stage == "step"):
        return _not_now(request, row)
    if form.is_valid() and (status := _close(request, row, form, today)) == 302:
        kept.forget()
        return _to(group, row.pk)
    return render(request, "goals/conversation_close.html", {"form": form, "kept": kept, **before}, status=status)


def _close(request, row, form, today):
    try:
        services.close_conversation(
            conversation=row, membership=request.membership, today=today, now=timezone.now(), **form.cleaned_data
        )
    except AlreadyWritten:
        messages.info(request, _("That was saved already."))
    except services.PairHasEnded:
        return _refuse(form, ENDED)
    except services.ConversationLetGo:
        return _refuse(form, LET_GO)
    except services.NotTheTurn:
        return _refuse(form, LATE)
    else:
        messages.success(request, _("Your step is saved, and the conversation is closed. Next time the roles swap."))
    return 302


@require_http_methods(["GET", "POST"])
@group_view()
def conversation_let_go(request, group, conversation_id):
    """What letting it go means; posting does it. Nobody is asked why."""
    row, mine = _row_or_404(request, group, conversation_id), request.membership
    require(permissions.can_let_go_conversation(mine, row))
    talk = selectors.talk_line(row, mine.pk)
    if request.method == "GET" and talk.is_open:
        return render(request, "goals/conversation_let_go.html", {"group": group, "talk": talk})
    try:
        is_done = talk.is_open and services.let_go_of_conversation(
            conversation=row, membership=mine, now=timezone.now()
        )
    except services.PairHasEnded:
        is_done = False
    if is_done:
        messages.success(request, _("The conversation is let go. What was said stays here for the two of you."))
    else:
        messages.info(request, _("This conversation is over already."))
    return _to(group, row.pk)


@require_POST
@group_view()
def question_like(request, group, turn_id):
    """Keep a question as one that helped, or keep it no longer."""
    turns = ConversationTurn.objects.visible_to(request.user).select_related("conversation")
    turn = get_object_or_404(turns, pk=turn_id, group=group, group__kind=CoachingGroup.Kind.PAIR, part=Part.QUESTION)
    require(permissions.can_converse(request.membership))
    require(permissions.can_like_question(request.membership, turn.conversation))
    is_good = request.POST.get("good") == "yes"
    services.like_question(turn=turn, is_good=is_good, now=timezone.now())
    kept, let_go = _("Kept. It comes back as a prompt next time."), _("It is kept no longer.")
    messages.success(request, kept if is_good else let_go)
    return _to(group, turn.conversation_id)


def _partner_or_404(group):
    partner = partner_in(group)
    if partner is None:
        raise Http404
    return partner


def _row_or_404(request, group, conversation_id):
    if not is_pair(group):
        raise Http404
    return get_object_or_404(selectors.conversations_to_show(request.user), pk=conversation_id, group=group)


def _before(request, row, talk):
    """What was written so far, beside a form."""
    return {"group": row.group, "talk": talk, "turns": selectors.turns_of(row, request.membership)}


def _what_they_might_do(turns):
    """The coachee's own words, where they fit into a step."""
    words = next((turn.more for turn in reversed(turns) if turn.part == Part.REACTION), "")
    return words if len(words) <= ClosingStepForm.base_fields["text"].limit else ""


def _is_past(request, kept, is_waited_for):
    """A form that is opened too early or too late; not one that is sent, or for which words are kept."""
    return request.method == "GET" and not is_waited_for and not kept.chosen and not kept.others


def _not_now(request, row):
    messages.info(request, NOT_NOW)
    return _to(row.group, row.pk)


def _refuse(form, words):
    form.add_error(None, words)
    return 409


def _to(group, conversation_id):
    return redirect("goals:conversation", group_id=group.pk, conversation_id=conversation_id)
