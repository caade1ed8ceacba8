"""What members tell their group about themselves, and what they have in common."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback import permissions
from feedback.forms import IntroductionForm
from feedback.forms.introductions import QUESTIONS
from feedback.models.introductions import WORDS
from feedback.selectors import introductions as selectors
from feedback.services import introductions as services
from feedback.topics import apart
from groups.decorators import group_view, keeps_drafts
from groups.drafting import kept_for
from groups.permissions import your_circle
from groups.selectors import facilitator_names


@require_GET
@group_view()
def in_common(request, group):
    """What the members share of themselves: topics side by side, and answers question by question."""
    found = selectors.in_common_of(request.membership)
    context = {
        "group": group,
        "comparison": found.comparison,
        "answers": [(QUESTIONS[name][0], told) for name, told in found.told.items() if told],
        "own": found.own,
        "shared_by": found.shared_by,
        "can_share": permissions.can_introduce(request.membership),
        "can_take_back": permissions.can_take_introduction_back(request.membership),
        "circle": permissions.who_reads_introduction(facilitator_names(group)),
    }
    return render(request, "feedback/in_common.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
@keeps_drafts
def introduce(request, group):
    """Tell the group about oneself, or tell it something else instead."""
    if not permissions.can_introduce(request.membership):
        raise PermissionDenied
    own = selectors.own_introduction(request.membership)
    posted = request.POST if request.method == "POST" else None
    circle = permissions.who_reads_introduction(facilitator_names(group))
    form = IntroductionForm(posted, initial=_as_shared(own), privacy=circle)
    kept = kept_for(request, form)
    if form.is_valid():
        services.share_introduction(membership=request.membership, now=timezone.now(), **form.shared())
        kept.forget()
        messages.success(request, _("Shared. %(who)s can read it now.") % {"who": your_circle(group)})
        return redirect("feedback:in_common", group_id=group.pk)
    context = {"group": group, "form": form, "kept": kept, "own": own, "circle": circle}
    return render(request, "feedback/introduce.html", context, status=422 if form.is_bound else 200)


def _as_shared(own):
    if own is None:
        return {}
    return {**{name: getattr(own, name).open() for name in WORDS}, "topics": apart(own.topics.open())}


@require_POST
@group_view()
def introduction_take_back(request, group):
    """Take back all that one shared."""
    if not permissions.can_take_introduction_back(request.membership):
        raise PermissionDenied
    try:
        services.take_introduction_back(membership=request.membership)
    except services.NothingShared:
        messages.info(request, _("It was taken back already."))
    else:
        messages.success(request, _("Taken back. Nobody can read it any more."))
    return redirect("feedback:in_common", group_id=group.pk)
