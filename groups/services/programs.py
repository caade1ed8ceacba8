"""Setting up a program and its roster."""

from dataclasses import dataclass

from django.db import transaction

from groups.models import CoachingGroup, Participant, Program, RosterUpload
from groups.roster import read_roster

FIELDS = (
    "name",
    "team",
    "manager_email",
    "level",
    "years_in_role",
    "function",
    "location",
    "timezone",
    "gender",
    "languages",
    "goals",
)


class RosterHasErrors(Exception):
    """The file cannot be accepted as it is."""


class UploadDecided(Exception):
    """Somebody has accepted or dropped this file already."""


def create_program(*, organization, by, **fields):
    """A program that is forming."""
    return Program.objects.create(organization=organization, created_by=by, **fields)


@transaction.atomic
def stage_roster(*, program, filename, content, by):
    """Keep an uploaded file for preview; it replaces one that nobody accepted. Nothing of the roster changes."""
    RosterUpload.objects.filter(program=program, accepted_at=None).delete()
    return RosterUpload.objects.create(
        organization_id=program.organization_id,
        program=program,
        filename=filename[:200],
        content=content,
        uploaded_by=by,
    )


@dataclass(frozen=True)
class RosterPlan:
    """What accepting a file would do: its reading, and which rows are new, changed or as they were."""

    reading: object
    new: tuple
    changed: tuple
    same: tuple


def plan_roster(upload):
    """Compare a staged file with the roster as it is now; two queries at most, nothing written."""
    reading = read_roster(bytes(upload.content))
    known = {p.email.lower(): p for p in Participant.objects.filter(program=upload.program_id, withdrawn_at=None)}
    new, changed, same = [], [], []
    for row in reading.rows:
        participant = known.get(row.email)
        if participant is None:
            new.append(row)
        elif any(getattr(participant, field) != value for field, value in values_of(row).items()):
            changed.append(row)
        else:
            same.append(row)
    return RosterPlan(reading, tuple(new), tuple(changed), tuple(same))


def values_of(row):
    """A roster row as a participant's fields."""
    values = {field: getattr(row, field) for field in FIELDS}
    return {**values, "languages": list(row.languages), "goals": list(row.goals)}


@transaction.atomic
def accept_roster(*, upload, now):
    """Write a staged file into the roster: new people are added, known ones (by e-mail) updated, nobody removed.

    Returns how many were added and changed. Raises RosterHasErrors, UploadDecided. The file's text is not kept.
    """
    if not RosterUpload.objects.filter(pk=upload.pk, accepted_at=None).update(accepted_at=now, content=b""):
        raise UploadDecided
    plan = plan_roster(upload)
    if not plan.reading.can_import:
        raise RosterHasErrors
    Participant.objects.bulk_create(
        Participant(
            organization_id=upload.organization_id, program_id=upload.program_id, email=row.email, **values_of(row)
        )
        for row in plan.new
    )
    known = {p.email.lower(): p for p in Participant.objects.filter(program=upload.program_id, withdrawn_at=None)}
    changed = []
    for row in plan.changed:
        participant = known[row.email]
        for field, value in values_of(row).items():
            setattr(participant, field, value)
        changed.append(participant)
    Participant.objects.bulk_update(changed, FIELDS, batch_size=200)
    return len(plan.new), len(plan.changed)


def drop_upload(*, upload):
    """Forget a staged file. Raises UploadDecided."""
    deleted, _kinds = RosterUpload.objects.filter(pk=upload.pk, accepted_at=None).delete()
    if not deleted:
        raise UploadDecided


@transaction.atomic
def end_program(*, program, now):
    """End a program and its groups: members go on reading, nobody meets or writes there any more.

    Twice does no harm.
    """
    Program.objects.filter(pk=program.pk).exclude(state=Program.State.ENDED).update(state=Program.State.ENDED)
    going_on = CoachingGroup.objects.filter(program=program, state=CoachingGroup.State.ACTIVE)
    going_on.update(state=CoachingGroup.State.ENDED, ended_at=now)
