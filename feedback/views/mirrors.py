"""One's own mirrors, and what a peer does for one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.once import AlreadyWritten
from feedback import permissions
from feedback.forms import MirrorForm, PickForm
from feedback.mirror_words import shown
from feedback.models.mirrors import FEWEST_PEERS
from feedback.selectors import mirrors as selectors
from feedback.services import mirrors as services
from groups.decorators import group_view
from groups.selectors import peers_of


@require_GET
@group_view()
def mirrors(request, group):
    """One's own mirrors, and how the blind spot changes from one to the next."""
    lines = selectors.own_mirrors(request.membership, timezone.localdate())
    context = {
        "group": group,
        "mirrors": lines,
        "looks": selectors.own_looks(request.membership),
        "can_begin": permissions.can_write_note(request.membership) and all(line.is_opened for line in lines),
        "circle": permissions.who_reads_mirror(),
    }
    return render(request, "feedback/mirrors.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
def mirror_new(request, group):
    """Pick one's own words and ask peers for theirs."""
    if not permissions.can_write_note(request.membership):
        raise PermissionDenied
    peers, today = list(peers_of(request.membership)), timezone.localdate()
    posted = request.POST if request.method == "POST" else None
    form = MirrorForm(posted, peers=peers, today=today, privacy=permissions.who_reads_mirror())
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            mirror = services.begin_mirror(
                membership=request.membership, today=today, now=timezone.now(), **form.cleaned_data
            )
        except AlreadyWritten:
            messages.info(request, _("They have been asked already."))
            return redirect("feedback:mirrors", group_id=group.pk)
        except services.MirrorWaits:
            status = _refuse(form, _("You have a mirror that you have not opened. Open it or let it go first."))
        else:
            messages.success(request, _("Asked. Your words are kept for you alone."))
            return redirect("feedback:mirror", group_id=group.pk, mirror_id=mirror.pk)
    context = {"group": group, "form": form, "has_peers": len(peers) >= FEWEST_PEERS}
    return render(request, "feedback/mirror_new.html", context, status=status)


def _refuse(form, words):
    form.add_error(None, words)
    return 409


@require_GET
@group_view()
def mirror(request, group, mirror_id):
    """The picture once it is opened; before, who has picked."""
    row = get_object_or_404(selectors.mirrors_to_show(request.user), pk=mirror_id, membership=request.membership)
    today = timezone.localdate()
    looks = selectors.own_looks(request.membership) if row.opened_at else []
    context = {
        "group": group,
        "mirror": selectors.mirror_line(row, today),
        "look": next((look for look in looks if look.pk == row.pk), None),
        "looks": looks,
        "asks": selectors.asked_peers(row, request.user, today),
        "circle": permissions.who_reads_mirror(),
    }
    return render(request, "feedback/mirror.html", context)


@require_POST
@group_view()
def mirror_open(request, group, mirror_id):
    """Look into one's own mirror."""
    row = get_object_or_404(selectors.mirrors_to_show(request.user), pk=mirror_id, membership=request.membership)
    try:
        services.open_mirror(mirror=row, now=timezone.now())
    except services.TooFewHavePicked:
        messages.info(request, _("Fewer than two have picked so far. Nothing is lost."))
    except services.MirrorGone:
        messages.info(request, _("This mirror was let go."))
        return redirect("feedback:mirrors", group_id=group.pk)
    return redirect("feedback:mirror", group_id=group.pk, mirror_id=row.pk)


@require_http_methods(["GET", "POST"])
@group_view()
def mirror_let_go(request, group, mirror_id):
    """Delete one's own mirror, after a question."""
    row = get_object_or_404(selectors.mirrors_to_show(request.user), pk=mirror_id, membership=request.membership)
    if request.method == "POST":
        services.let_mirror_go(mirror=row)
        messages.success(request, _("The mirror is gone, and your words with it."))
        return redirect("feedback:mirrors", group_id=group.pk)
    context = {"group": group, "mirror": selectors.mirror_line(row, timezone.localdate())}
    return render(request, "feedback/mirror_let_go.html", context)


@require_http_methods(["GET", "POST"])
@group_view()
def mirror_pick(request, group, mirror_ask_id):
    """Pick words for whoever asked, and others instead until they look."""
    row, line, today = _asked(request, group, mirror_ask_id)
    name, own = row.membership.person.get_short_name(), selectors.own_choice(row, request.membership)
    circle = permissions.who_reads_picks(row.membership)
    posted = request.POST if request.method == "POST" else None
    form = PickForm(posted, name=name, privacy=circle, initial={"words": own})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.pick_words(ask=row, today=today, now=timezone.now(), **form.cleaned_data)
        except services.MirrorShut:
            form.add_error(None, _("It is too late: the mirror is opened, let go, or its day has passed."))
            status = 409
        else:
            messages.success(request, _("Kept. You can pick others until %(name)s looks.") % {"name": name})
            return redirect("feedback:inbox", group_id=group.pk)
    context = {"group": group, "form": form, "ask": line, "own": shown(own), "circle": circle}
    context["can_pick"] = line.is_open and permissions.can_write_note(request.membership) or form.is_bound
    return render(request, "feedback/mirror_pick.html", context, status=status)


def _asked(request, group, mirror_ask_id):
    """The request, for the peer who is asked only."""
    row = get_object_or_404(selectors.asks_to_show(request.user), pk=mirror_ask_id, group=group)
    today = timezone.localdate()
    if not permissions.can_pick_words(request.membership, row):
        raise PermissionDenied
    return row, selectors.mirror_ask_line(row, today), today


@require_POST
@group_view()
def mirror_decline(request, group, mirror_ask_id):
    """Not this time, without a reason."""
    row, _line, today = _asked(request, group, mirror_ask_id)
    try:
        services.decline_mirror(ask=row, today=today, now=timezone.now())
    except services.MirrorShut:
        messages.info(request, _("This request has ended already."))
    else:
        messages.success(request, _("Not this time. Nothing more is asked of you about it."))
    return redirect("feedback:inbox", group_id=group.pk)
