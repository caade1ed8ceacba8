"""What peers say about a check-in: once each, and no thread."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.once import AlreadyWritten, insert_once
from goals.models import CheckIn, CheckInNote
from goals.services.refusals import NotAPeer
from groups.models import Membership
from nudges.services import owe, word_about

CHECK_IN_NOTICED = "check_in_noticed"


class NoHelpWanted(Exception):
    """One offers help where help was wanted."""


class NoteStands(Exception):
    """A note that was thanked for, or is gone already, is not taken back."""


class AlreadyThanked(Exception):
    """An earlier request has thanked, or the note was taken back."""


class AlreadyNoticed(Exception):
    """The member has written on this check-in."""


@transaction.atomic
def write_check_in_note(
    *, check_in: CheckIn, membership: Membership, key: UUID, kind: str, text: str, now: datetime
) -> CheckInNote:
    """Say what one noticed, or offer help, and owe the coachee word of it.

    Raises NotAPeer, NoHelpWanted, AlreadyNoticed; AlreadyWritten where the same form was sent twice.
    """
    if check_in.membership_id == membership.pk or check_in.group_id != membership.group_id:
        raise NotAPeer
    if kind == CheckInNote.Kind.HELP and not check_in.help_wanted.open():
        raise NoHelpWanted
    note = CheckInNote(
        pk=key, check_in=check_in, membership=membership, group_id=membership.group_id,
        organization_id=membership.organization_id, kind=kind,
    )  # fmt: skip
    note.text = text
    try:
        insert_once(note)
    except AlreadyWritten as error:
        if CheckInNote.objects.filter(pk=key).exists():
            raise
        raise AlreadyNoticed from error
    owe([word_about(check_in, CHECK_IN_NOTICED, to=check_in.membership.person_id, name="check_in", at=now)])
    return note


def thank_for_note(*, note: CheckInNote, now: datetime) -> None:
    """The coachee's one answer. Raises AlreadyThanked."""
    if not CheckInNote.objects.filter(pk=note.pk, thanked_at=None).update(thanked_at=now):
        raise AlreadyThanked


def take_back_note(*, note: CheckInNote) -> None:
    """Take one's own note back, until the coachee has thanked for it. Raises NoteStands."""
    if not CheckInNote.objects.filter(pk=note.pk, thanked_at=None).delete()[0]:
        raise NoteStands
