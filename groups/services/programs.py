"""Setting up a program and its roster."""

from dataclasses import dataclass

from django.db import transaction

from common import audit
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


@transaction.atomic
def create_program(*, organization, by, **fields):
    """A program that is forming."""
    program = Program.objects.create(organization=organization, created_by=by, **fields)
    audit.record("program_created", **_about(program))
    return program


def _about(program):
    return {
        "circle": audit.Circle.OFFICE, "organization_id": program.organization_id, "program": str(program.pk)
    }  # fmt: skip


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
    reading = read_roster(bytes(upload.content), upload.filename)
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
    counts = {"added": len(plan.new), "changed": len(plan.changed)}
    audit.record("roster_accepted", **_about(upload.program), **counts)
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
    if Program.objects.filter(pk=program.pk).exclude(state=Program.State.ENDED).update(state=Program.State.ENDED):
        audit.record("program_ended", **_about(program))
    going_on = CoachingGroup.objects.select_for_update().filter(program=program, state=CoachingGroup.State.ACTIVE)
    for group in going_on:
        audit.record("group_ended", **_about(program) | {"circle": audit.Circle.BOTH, "group_id": group.pk})
    CoachingGroup.objects.filter(pk__in=[group.pk for group in going_on]).update(
        state=CoachingGroup.State.ENDED, ended_at=now
    )
