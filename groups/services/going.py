"""Going: leaving with or without one's words, and being removed. Access ends in the database, with the next request."""

from django.db import transaction

from common import audit, doors
from common.actor import acting_as
from common.fences import SELF
from groups.erasing import erase_words_of, wait_for_writers
from groups.models import Membership
from groups.services import joining
from groups.signals import words_withdrawn
from nudges.models import Nudge
from nudges.services import owe


class AlreadyGone(Exception):
    """The membership had ended before."""


class StillThere(Exception):
    """Words are taken out of a group on leaving it or after, not while one is in it."""


@transaction.atomic
def leave(*, membership, takes_words):
    """The acting person leaves; with ``takes_words`` what they wrote there goes with them, for good."""
    joining.leave_group(group=membership.group)
    if takes_words:
        withdraw_words(membership=membership)


def withdraw_words(*, membership):
    """Erase what the acting person wrote in a group they are no longer in. Twice does no harm. Raises StillThere."""
    with acting_as(SELF, person=membership.person_id):
        if not Membership.objects.filter(pk=membership.pk, left_at__isnull=False).exists():
            raise StillThere
        wait_for_writers([membership])
        erase_words_of([membership.pk])
        words_withdrawn.send(sender=Membership, membership=membership)
        audit.record(
            "words_withdrawn",
            circle=audit.Circle.GROUP,
            organization_id=membership.organization_id,
            group_id=membership.group_id,
            subject_id=membership.person_id,
        )


@transaction.atomic
def remove_member(*, membership, reason, now):
    """The acting facilitator ends a membership, for a ``Membership.Reason``; the person is told. Raises AlreadyGone."""
    if not doors.call("remove_member", membership.pk, reason):
        raise AlreadyGone
    owe([word_of_ending(membership, now)])


def word_of_ending(membership, now):
    """The mail to somebody whose membership others ended; to be owed where that happens."""
    return Nudge(
        organization_id=membership.organization_id,
        recipient_id=membership.person_id,
        kind="membership_ended",
        dedupe_key=f"membership_ended:{membership.pk}",
        context={"membership": str(membership.pk)},
        send_after=now,
    )
