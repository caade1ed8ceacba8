"""Founding an organization, inviting people to duties, and what people change about themselves."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from accounts.models import Organization, OrganizationRole, Person, StaffInvitation
from common import audit, doors
from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from common.tokens import hash_token, token_for

STAFF_INVITATION_LASTS = timedelta(days=14)


class AlreadyFounded(Exception):
    """This installation has its first organization."""


class AddressTaken(Exception):
    """Somebody has an account with this address."""


class AlreadyInvited(Exception):
    """An invitation to this duty is under way for this address, or its owner has the duty."""


class LastOwner(Exception):
    """An organization keeps at least one owner."""


def has_company():
    """Whether the first organization has been founded."""
    return doors.call("has_company")


def found_organization(*, organization, name, email, password, timezone, slug=""):
    """Make the first organization and its owner, verified because they hold the terminal's token.

    ``slug`` names it in addresses; without one it follows from the name. Returns the owner. Raises AlreadyFounded,
    AddressTaken.
    """
    with transaction.atomic():
        if Person.objects.filter(email__iexact=email).exists():
            raise AddressTaken
        owner = create_person(email=email, name=name, password=password, timezone=timezone)
        with acting_as(MEMBER, person=owner):
            slug = slug or slugify(organization)[:60] or "organization"
            if not doors.call("found_organization", new_id(), organization, slug):
                raise AlreadyFounded
    return owner


def create_person(*, email, name, password, timezone="UTC", **extra):
    """An account with a verified address; for the first owner and the demonstration. Others sign up themselves."""
    person = Person.objects.create_user(email, password, name=name, timezone=timezone or "UTC", **extra)
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


def claim_address(email):
    """Whether somebody has an account with this address; whoever else only typed it loses it.

    For the holder of a token that came by mail to the address: an account that claims the address without having
    confirmed it must not stand in their way.
    """
    EmailAddress.objects.filter(email__iexact=email, verified=False).exclude(user__email__iexact=email).delete()
    return (
        Person.objects.filter(email__iexact=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


def invite_staff(*, organization, email, role, by, now):
    """Invite somebody to a duty; the mail is owed by the caller. Raises AlreadyInvited."""
    email = email.lower()
    has_duty = OrganizationRole.objects.filter(organization=organization, role=role, person__email__iexact=email)
    waiting = StaffInvitation.objects.filter(
        organization=organization, role=role, email__iexact=email, accepted_at=None, withdrawn_at=None
    )
    waiting.filter(expires_at__lte=now).update(withdrawn_at=now)
    if has_duty.exists() or waiting.exists():
        raise AlreadyInvited
    invitation = StaffInvitation(
        organization=organization, email=email, role=role, invited_by=by, expires_at=now + STAFF_INVITATION_LASTS
    )
    invitation.token_hash = hash_token(token_for("staff_invitation", invitation.pk))
    invitation.save(force_insert=True)
    audit.record("staff_invited", **_about(invitation))
    return invitation


def withdraw_staff_invitation(*, invitation, now):
    """The link in its mail stops working. Withdrawing twice does no harm."""
    if StaffInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now):
        audit.record("staff_invitation_withdrawn", **_about(invitation))


def _about(invitation):
    facts = {"role": invitation.role, "invitation": str(invitation.pk)}
    return {"circle": audit.Circle.OFFICE, "organization_id": invitation.organization_id, **facts}


def remove_role(*, role):
    """End somebody's duty, with their next request; the acting person owns the organization. Raises LastOwner.

    A facilitator's places in groups end with it, and so do the invitations that an owner left open.
    """
    if not doors.call("end_duty", role.pk):
        raise LastOwner


def preview_staff_invitation(token):
    """(organization, role, e-mail, invited by) of a good token, else None."""
    return doors.row("staff_invitation_preview", hash_token(token))


def accept_staff_invitation(token):
    """The organization in which the acting person now has the duty; None when the token is not for them or not good."""
    pk = doors.call("accept_staff_invitation", hash_token(token))
    return Organization.objects.get(pk=pk) if pk else None


def change_settings(*, person, name, timezone):
    """What the person shows of themselves, and their time."""
    person.name, person.timezone = name, timezone
    person.save(update_fields=["name", "timezone"])
