"""A group that is there, seen from the office: who facilitates it, who is invited to it, and its end."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import organization_view
from accounts.models import Duty
from groups import comings, selectors
from groups.forms import FacilitatorForm
from groups.models import CoachingGroup, Invitation, Membership, Participant
from groups.services import latecomers, placing
from groups.services.facilitators import offers_for

PAGE = 50
ENDERS = (Duty.OWNER, Duty.HR)


def _group(organization, group_id):
    groups = CoachingGroup.objects.filter(organization=organization, program__isnull=False)
    return get_object_or_404(groups.select_related("program"), pk=group_id)


def _to_group(group, organization):
    return redirect("groups:office_group", slug=organization.slug, group_id=group.pk)


@require_GET
@organization_view()
def office_group(request, organization, group_id):
    """Who is in the group and who is invited, and what can be done about it. Not a word that anybody wrote."""
    groups = comings.with_numbers(CoachingGroup.objects.filter(organization=organization, program__isnull=False))
    group = get_object_or_404(groups.select_related("program"), pk=group_id)
    people = list(selectors.people_of(group))
    context = {
        "organization": organization,
        "group": group,
        "members": [one for one in people if one.role == Membership.Role.MEMBER],
        "facilitators": [one for one in people if one.role == Membership.Role.FACILITATOR],
        "invitations": comings.open_invitations_to(group),
        "is_active": group.state == CoachingGroup.State.ACTIVE,
        "may_end": bool(request.duties & set(ENDERS)),
    }
    return render(request, "groups/office_group.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(fresh="POST")
def facilitator(request, organization, group_id, membership_id=None):
    """Say what naming a facilitator means, besides the others or in place of one; posting names them."""
    group = _group(organization, group_id)
    replaces = None
    if membership_id:
        facilitators = Membership.objects.filter(group=group, role=Membership.Role.FACILITATOR)
        replaces = get_object_or_404(facilitators.select_related("person"), pk=membership_id)
        if replaces.left_at:
            messages.info(request, _meanwhile())
            return _to_group(group, organization)
    offers = offers_for(group, organization, timezone.now())
    form = FacilitatorForm(request.POST if request.method == "POST" else None, offers=offers)
    if request.method == "POST" and form.is_valid() and _name(request, form, group, replaces):
        return _to_group(group, organization)
    context = {"organization": organization, "group": group, "replaces": replaces, "form": form}
    context |= {"has_begun": comings.has_begun(group), "is_active": group.state == CoachingGroup.State.ACTIVE}
    return render(request, "groups/facilitator.html", context, status=422 if form.errors else 200)


def _name(request, form, group, replaces):
    """Whether there is nothing more to ask."""
    person = form.chosen
    try:
        placing.name_facilitator(group=group, person=person, replaces=replaces, now=timezone.now())
    except placing.DoesNotFit as why:
        form.add_error("person", str(why))
        return False
    except (placing.FacilitatorChanged, placing.GroupHasEnded):
        messages.info(request, _meanwhile())
    else:
        messages.success(request, _("%(name)s is named, and told by mail.") % {"name": person.get_full_name()})
    return True


def _meanwhile():
    return _("The group has changed meanwhile. Nothing was done; look again.")


@require_GET
@organization_view()
def invite_list(request, organization, group_id):
    """People of the program's roster who are in no group and not invited to one."""
    group = _group(organization, group_id)
    free = comings.with_last_group(placing.free_to_join(group.program, timezone.now()))
    page = Paginator(free, PAGE).get_page(request.GET.get("page"))
    return render(request, "groups/invite_list.html", {"organization": organization, "group": group, "page": page})


@require_http_methods(["GET", "POST"])
@organization_view()
def invite(request, organization, group_id, participant_id):
    """Say what inviting this person means, or which rule stands against it; posting invites them."""
    group = _group(organization, group_id)
    participant = get_object_or_404(Participant, pk=participant_id, program=group.program_id, withdrawn_at=None)
    now = timezone.now()
    if request.method == "POST":
        try:
            placing.invite_participant(group=group, participant=participant, now=now)
        except placing.DoesNotFit as why:
            messages.error(request, str(why))
        except (placing.NotFree, placing.GroupHasEnded):
            messages.info(request, _("This has changed meanwhile. Nothing was done; look again."))
        else:
            messages.success(request, _("The invitation is on its way to %(name)s.") % {"name": participant.name})
        return _to_group(group, organization)
    context = {"organization": organization, "group": group, "participant": participant}
    context |= {"obstacles": placing.obstacles_to_join(group, participant, now)}
    context |= {"has_begun": comings.has_begun(group)}
    return render(request, "groups/invite.html", context)


@require_GET
@organization_view()
def places(request, organization, program_id, participant_id):
    """The groups that are there which somebody on the roster would suit best, and why; from here they are invited."""
    roster = Participant.objects.filter(program=program_id, organization=organization, withdrawn_at=None)
    participant = get_object_or_404(roster.select_related("program"), pk=participant_id)
    now = timezone.now()
    is_free = placing.free_to_join(participant.program, now).filter(pk=participant.pk).exists()
    context = {"organization": organization, "program": participant.program, "participant": participant}
    context |= {"is_free": is_free, "places": latecomers.places_for(participant, now) if is_free else []}
    return render(request, "groups/places.html", context)


@require_POST
@organization_view()
def withdraw(request, organization, group_id, invitation_id):
    """Take an invitation back."""
    group = _group(organization, group_id)
    invitation = get_object_or_404(Invitation.objects.select_related("group"), pk=invitation_id, group=group)
    try:
        placing.withdraw_invitation(invitation=invitation, now=timezone.now())
    except placing.InvitationUsed:
        messages.info(request, _("The invitation was used or withdrawn already."))
    else:
        messages.success(request, _("The invitation no longer works."))
    return _to_group(group, organization)


@require_http_methods(["GET", "POST"])
@organization_view(roles=ENDERS)
def end(request, organization, group_id):
    """Say what ending a group means; posting ends it."""
    group = _group(organization, group_id)
    if request.method == "POST":
        try:
            placing.end_group(group=group, now=timezone.now())
        except placing.GroupHasEnded:
            messages.info(request, _("The group had ended already."))
        else:
            messages.success(request, _("%(name)s has ended. Its members can go on reading.") % {"name": group.name})
        return _to_group(group, organization)
    return render(request, "groups/end.html", {"organization": organization, "group": group})
