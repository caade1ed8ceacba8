"""Who has which duty in an organization: the owner's page. It joins accounts (who) and nudges (the mail)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.decorators import organization_view
from accounts.forms import InviteStaffForm
from accounts.models import Duty, OrganizationRole, StaffInvitation
from nudges.models import Nudge
from nudges.services import owe

# Whoever changes duties has shown lately who they are.
owner_view = organization_view(roles=(Duty.OWNER,), fresh="POST")


@require_http_methods(["GET", "POST"])
@owner_view
def people(request, organization):
    """Duties and open invitations; inviting somebody."""
    form = InviteStaffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invite(organization=organization, by=request.user, **form.cleaned_data)
        except services.AlreadyInvited:
            form.add_error("email", _("This person has that duty already, or an invitation to it is under way."))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("people", slug=organization.slug)
    context = {
        "organization": organization,
        "form": form,
        "roles": OrganizationRole.objects.filter(organization=organization)
        .select_related("person")
        .order_by("person__name", "role"),
        "waiting": StaffInvitation.objects.filter(
            organization=organization, accepted_at=None, withdrawn_at=None
        ).order_by("created_at"),
        "now": timezone.now(),
    }
    return render(request, "people/people.html", context, status=422 if form.errors else 200)


def invite(*, organization, email, role, by):
    """Invite somebody to a duty and owe them the mail, in one transaction. Raises AlreadyInvited."""
    now = timezone.now()
    invitation = services.invite_staff(organization=organization, email=email, role=role, by=by, now=now)
    owe(
        [
            Nudge(
                organization=organization,
                email=invitation.email,
                kind="staff_invitation",
                dedupe_key=f"staff_invitation:{invitation.pk}",
                context={"invitation": str(invitation.pk)},
                send_after=now,
            )
        ]
    )
    return invitation


@require_POST
@owner_view
def withdraw(request, organization, invitation_id):
    """Take an invitation back."""
    invitation = get_object_or_404(StaffInvitation, pk=invitation_id, organization=organization)
    services.withdraw_staff_invitation(invitation=invitation, now=timezone.now())
    messages.success(request, _("The invitation no longer works."))
    return redirect("people", slug=organization.slug)


@require_http_methods(["GET", "POST"])
@owner_view
def remove(request, organization, role_id):
    """Say what ending a duty means; posting ends it."""
    roles = OrganizationRole.objects.filter(organization=organization).select_related("person")
    role = get_object_or_404(roles, pk=role_id)
    if request.method == "GET":
        return render(request, "people/person_remove.html", {"organization": organization, "role": role})
    try:
        services.remove_role(role=role)
    except services.LastOwner:
        messages.error(request, _("An organization keeps at least one owner. Nothing was changed."))
    else:
        messages.success(request, _("The duty has ended."))
    return redirect("people", slug=organization.slug)
