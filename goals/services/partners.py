"""Asking somebody to be one's check-in partner, answering, and taking turns."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from goals.models import CheckInPartner, RotationPlace
from goals.services.refusals import NotAPeer
from groups.models import Membership
from nudges.services import owe, word_about

PARTNER_ASKED = "partner_asked"


class HasPartner(Exception):
    """There is one already: asked, or agreed."""


class NothingToAnswer(Exception):
    """It was taken back or ended meanwhile."""


@transaction.atomic
def ask_partner(*, membership: Membership, partner: Membership, key: UUID, now: datetime) -> CheckInPartner:
    """Ask a peer to be one's partner, and owe them word of it. Raises NotAPeer, HasPartner."""
    is_reading = partner.admitted_at is not None and partner.left_at is None
    if not is_reading or partner.group_id != membership.group_id or partner.pk == membership.pk:
        raise NotAPeer
    # one who has left the group is nobody's partner any more
    old = CheckInPartner.objects.open().filter(membership=membership, partner__left_at__isnull=False)
    old.update(ended_at=now)
    row = CheckInPartner(
        pk=key, membership=membership, partner=partner, group_id=membership.group_id,
        organization_id=membership.organization_id, asked_at=now,
    )  # fmt: skip
    try:
        insert_once(row)
    except AlreadyWritten as error:
        raise HasPartner from error
    owe([word_about(row, PARTNER_ASKED, to=partner.person_id, name="partner", at=now)])
    return row


def agree_to_partner(*, row: CheckInPartner, now: datetime) -> None:
    """The one who was asked agrees, once. Raises NothingToAnswer."""
    if not CheckInPartner.objects.open().filter(pk=row.pk, agreed_at=None).update(agreed_at=now):
        raise NothingToAnswer


def end_partner(*, row: CheckInPartner, now: datetime) -> None:
    """Either of the two declines, takes back or ends it, without a reason. Ending twice does no harm."""
    CheckInPartner.objects.open().filter(pk=row.pk).update(ended_at=now)


def join_rotation(*, membership: Membership, now: datetime) -> None:
    """Take part in the rotation; the first one turns it on for the group. Joining twice does no harm."""
    is_on = RotationPlace.objects.open().filter(Q(group=membership.group_id) & ~Q(membership=membership)).exists()
    row = RotationPlace(
        pk=new_id(), membership=membership, group_id=membership.group_id, organization_id=membership.organization_id,
        turned_it_on=not is_on, joined_at=now,
    )  # fmt: skip
    try:
        insert_once(row)
    except AlreadyWritten:
        return


def leave_rotation(*, membership: Membership, now: datetime) -> None:
    """Take part no more, from now on."""
    RotationPlace.objects.filter(membership=membership, ended_at=None).update(ended_at=now)
