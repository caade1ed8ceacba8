"""Pages of a group's sessions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groups.decorators import group_view
from groups.in_common import in_common_for
from groups.models import Membership
from groups.permissions import is_pair
from sessions import clearing, openings, permissions, selectors, services, watching
from sessions.agendas import STEPS_REVIEW
from sessions.forms import (
    AnswerForm,
    AttendanceForm,
    ScheduleForm,
    WhenAndWhereForm,
    move_initial,
    refusal_in_words,
    schedule_initial,
)
from sessions.models import CoachingSession
from sessions.wall_time import NoSuchTime, NoSuchZone, other_zones

# What a facilitator can mend by typing something else, and what stands whatever they type.
REFUSALS = (services.Refused, NoSuchTime, NoSuchZone)
FINAL = (
    services.SessionIsCancelled,
    services.SessionHasBegun,
    services.SessionNotBegun,
    services.SessionIsOver,
    services.NothingChanged,
)
PER_PAGE = 20


@require_GET
@group_view()
def session_list(request, group):
    now = timezone.now()
    sessions = selectors.sessions_of_group(group).visible_to(request.user).with_answer_of(request.user)
    context = {
        "group": group,
        "ahead": sessions.ahead(now),
        "over": Paginator(sessions.over(now), PER_PAGE).get_page(request.GET.get("page")),
        "can_schedule": permissions.can_schedule_session(request.membership, group),
        "is_asked": request.membership.role == Membership.Role.MEMBER,
        "circle": permissions.circle_of_sessions(request.membership, selectors.facilitators_of(group)),
        "what_hr_sees": permissions.what_hr_sees(group),
    }
    return render(request, "sessions/session_list.html", context)


@require_http_methods(["GET", "POST"])
@group_view(runs=True)
def session_schedule(request, group):
    posted = request.POST if request.method == "POST" else None
    form = ScheduleForm(
        posted,
        group=group,
        initial=schedule_initial(group),
        circle=permissions.circle_of_video_link(group),
    )
    if form.is_valid():
        try:
            coaching_session = services.schedule_session(
                group=group, by=request.membership, now=timezone.now(), **form.plan()
            )
        except services.AlreadyScheduled as again:
            messages.info(request, _("This session is scheduled already."))
            return redirect("sessions:session", group_id=group.pk, session_id=again.other.pk)
        except REFUSALS as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The session is scheduled. The invitation goes out by mail."))
            return redirect("sessions:session", group_id=group.pk, session_id=coaching_session.pk)
    context = {"group": group, "form": form}
    return render(request, "sessions/session_schedule.html", context, status=422 if form.is_bound else 200)


@require_GET
@group_view()
def session_detail(request, group, session_id):
    coaching_session = _session_or_404(request, group, session_id)
    now = timezone.now()
    members, facilitators = selectors.people_of_session(coaching_session)
    agenda, people = selectors.timed_agenda(coaching_session), [*members, *facilitators]
    context = {
        "group": group,
        "coaching_session": coaching_session,
        "agenda": agenda,
        "has_review": any(row.block.kind == STEPS_REVIEW.kind for row in agenda),
        "opening": openings.opening_steps(coaching_session, people, person=request.user, now=now),
        "watching": watching.watching_in(coaching_session, people, membership=request.membership, now=now),
        "members": members,
        "facilitators": facilitators,
        "my_answer": next((each.answer for each in members if each.pk == request.membership.pk), ""),
        "other_zones": other_zones(coaching_session.timezone, group.timezone, but=timezone.get_current_timezone()),
        "circle": permissions.circle_of_sessions(request.membership, facilitators),
        "what_hr_sees": permissions.what_hr_sees(group),
        "is_over": coaching_session.is_over(now),
        "may": permissions.open_acts(request.membership, coaching_session, now),
        **_before_they_meet(request.membership, coaching_session, facilitators, now),
    }
    return render(request, "sessions/session_detail.html", context)


@require_http_methods(["GET", "POST"])
@group_view(runs=True)
def session_move(request, group, session_id):
    coaching_session = _session_or_404(request, group, session_id)
    posted = request.POST if request.method == "POST" else None
    form = WhenAndWhereForm(
        posted, initial=move_initial(coaching_session), circle=permissions.circle_of_video_link(group)
    )
    try:
        services.check_movable(coaching_session, now=timezone.now())
        if form.is_valid():
            services.move_session(coaching_session=coaching_session, now=timezone.now(), **form.plan())
            messages.success(request, _("The session is changed. Your group gets the change by mail."))
            return _to(coaching_session)
    except FINAL as refusal:
        return _to(coaching_session, request, refusal)
    except REFUSALS as refusal:
        form.refuse(refusal)
    context = {"group": group, "coaching_session": coaching_session, "form": form}
    return render(request, "sessions/session_move.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@group_view(runs=True)
def session_cancel(request, group, session_id):
    coaching_session = _session_or_404(request, group, session_id)
    try:
        services.check_not_over(coaching_session, now=timezone.now())
        if request.method == "POST":
            services.cancel_session(coaching_session=coaching_session, now=timezone.now())
            messages.success(request, _("The session is cancelled. Your group gets the news by mail."))
            return _to(coaching_session)
    except FINAL as refusal:
        return _to(coaching_session, request, refusal)
    return render(request, "sessions/session_cancel.html", {"group": group, "coaching_session": coaching_session})


@require_POST
@group_view()
def session_answer(request, group, session_id):
    coaching_session = _session_or_404(request, group, session_id)
    if not permissions.can_answer_session(request.membership, coaching_session):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the three answers."))
        return _to(coaching_session)
    try:
        services.answer_session(
            coaching_session=coaching_session, membership=request.membership, answer=form.cleaned_data["answer"],
            seen_sequence=form.cleaned_data["sequence"], now=timezone.now(),
        )  # fmt: skip
    except services.Refused as refusal:
        return _to(coaching_session, request, refusal)
    messages.success(request, _("Your answer is kept. Your group can see it now."))
    return redirect("today") if form.cleaned_data["back"] else _to(coaching_session)


@require_http_methods(["GET", "POST"])
@group_view(runs=True)
def session_attendance(request, group, session_id):
    coaching_session = _session_or_404(request, group, session_id)
    members, facilitators = selectors.people_of_session(coaching_session)
    posted = request.POST if request.method == "POST" else None
    form = AttendanceForm(posted, people=members)
    try:
        services.check_recordable(coaching_session, now=timezone.now())
        if form.is_valid():
            services.record_attendance(
                coaching_session=coaching_session, presences=form.presences(), now=timezone.now()
            )
            messages.success(request, _("Attendance is kept. Your group can see it now."))
            return _to(coaching_session)
    except FINAL as refusal:
        return _to(coaching_session, request, refusal)
    context = {
        "group": group,
        "coaching_session": coaching_session,
        "form": form,
        "circle": permissions.circle_of_sessions(request.membership, facilitators),
        "what_hr_sees": permissions.what_hr_sees(group),
    }
    return render(request, "sessions/session_attendance.html", context, status=422 if form.is_bound else 200)


def _before_they_meet(membership, coaching_session, facilitators, now):
    """What stands in the way; and until the group's first session is over, what its members have in common."""
    flags = clearing.clearing_for(membership, coaching_session, now=now)
    if not selectors.comes_first(coaching_session, now):
        return {"clearing": flags}
    names = None if is_pair(membership.group) else [each.person.name for each in facilitators]
    return {"clearing": flags, "in_common": in_common_for(membership, facilitators=names, now=now)}


def _session_or_404(request, group, session_id):
    return get_object_or_404(CoachingSession.objects.visible_to(request.user), pk=session_id, group=group)


def _to(coaching_session, request=None, refusal=None):
    """To the session's page, with the refusal in words."""
    if refusal:
        messages.warning(request, refusal_in_words(refusal)[1])
    return redirect("sessions:session", group_id=coaching_session.group_id, session_id=coaching_session.pk)
