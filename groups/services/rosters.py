"""A program's roster: files that are looked at, matched, compared and accepted."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from common import audit
from groups.models import Invitation, Membership, Participant, Program, RosterColumns, RosterUpload
from groups.roster import COLUMNS, RosterReading, RosterRow, heading_key, read_roster
from groups.services.programs import about

FIELDS = tuple(column for column in COLUMNS if column != "email")


class RosterHasErrors(Exception):
    """The file cannot be accepted as it is."""


class UploadDecided(Exception):
    """Somebody has accepted or dropped this file already."""


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


def headings_key(headings):
    """The one form of a file's headings: the same columns in the same order have the same."""
    return hashlib.sha256(json.dumps([heading_key(title) for title in headings]).encode()).hexdigest()


def read_upload(upload) -> RosterReading:
    """What a staged file says; its columns as they were matched, for it or for an earlier one with these headings."""

    def matched(headings):
        known = RosterColumns.objects.filter(organization=upload.organization_id, headings_key=headings_key(headings))
        return upload.columns or known.values_list("columns", flat=True).first()

    return read_roster(bytes(upload.content), upload.filename, matched)


@transaction.atomic
def match_columns(*, upload, headings, columns, now):
    """Say which column is which; remembered for the next file with these headings. Raises UploadDecided."""
    if not RosterUpload.objects.filter(pk=upload.pk, accepted_at=None).update(columns=columns):
        raise UploadDecided
    RosterColumns.objects.update_or_create(
        organization_id=upload.organization_id,
        headings_key=headings_key(headings),
        defaults={"columns": columns, "matched_at": now},
    )


@dataclass(frozen=True)
class Change:
    """A line that differs from the roster: (column, before, now) of each; ``is_back`` if they had been withdrawn."""

    row: RosterRow
    participant: Participant
    fields: tuple
    is_back: bool


@dataclass(frozen=True)
class RosterPlan:
    """What accepting a file would do: its reading, and which rows are new, changed or as they were.

    Of those on the roster who are not in the file, ``missing`` can be withdrawn; ``placed`` are in a group or invited.
    """

    reading: RosterReading
    new: tuple
    changed: tuple
    same: tuple
    missing: tuple
    placed: tuple


def plan_roster(upload) -> RosterPlan:
    """Compare a staged file with the roster as it is now; two queries at most, nothing written."""
    reading = read_upload(upload)
    in_group = Membership.objects.filter(participant=OuterRef("pk"), left_at=None)
    invited = Invitation.objects.filter(participant=OuterRef("pk"), withdrawn_at=None, accepted_at=None)
    on_roster = Participant.objects.filter(program=upload.program_id).annotate(
        is_placed=Exists(in_group) | Exists(invited)
    )
    known = {one.email.lower(): one for one in on_roster.order_by("name", "pk")}
    new, changed, same = [], [], []
    for row in reading.rows:
        participant = known.pop(row.email, None)
        if participant is None:
            new.append(row)
            continue
        change = _compare(row, participant, reading.columns)
        if change.fields or change.is_back:
            changed.append(change)
        else:
            same.append(row)
    absent = [one for one in known.values() if one.withdrawn_at is None]
    return RosterPlan(
        reading,
        tuple(new),
        tuple(changed),
        tuple(same),
        missing=tuple(one for one in absent if not one.is_placed),
        placed=tuple(one for one in absent if one.is_placed),
    )


def _compare(row, participant, columns):
    """What the file says otherwise; a column that it does not have says nothing."""
    differing = [
        (field, getattr(participant, field), value)
        for field, value in values_of(row).items()
        if field in columns and getattr(participant, field) != value
    ]
    return Change(row, participant, tuple(differing), is_back=participant.withdrawn_at is not None)


def values_of(row):
    """A roster row as a participant's fields."""
    values = {field: getattr(row, field) for field in FIELDS}
    return {**values, "languages": list(row.languages), "goals": list(row.goals)}


@transaction.atomic
def accept_roster(*, upload, now, withdraw=()):
    """Write a staged file into the roster: new people are added, known ones (by e-mail) updated.

    Who is not in it stays, but for the ids of ``withdraw`` that are in no group. Returns how many were added, changed
    and withdrawn. Raises RosterHasErrors, UploadDecided. The file's text is not kept.
    """
    Program.objects.select_for_update().get(pk=upload.program_id)  # one file at a time
    if not RosterUpload.objects.filter(pk=upload.pk, accepted_at=None).update(accepted_at=now, content=b""):
        raise UploadDecided
    plan = plan_roster(upload)
    if not plan.reading.can_import:
        raise RosterHasErrors
    place = {"organization_id": upload.organization_id, "program_id": upload.program_id}
    rows = [Participant(**place, email=row.email, **values_of(row)) for row in plan.new]
    for change in plan.changed:
        for field, _before, value in change.fields:
            setattr(change.participant, field, value)
        change.participant.withdrawn_at = None
        rows.append(change.participant)
    Participant.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["pk"], update_fields=[*FIELDS, "withdrawn_at"]
    )
    going = [one.pk for one in plan.missing if str(one.pk) in set(map(str, withdraw))]
    Participant.objects.filter(pk__in=going).update(withdrawn_at=now)
    counts = {"added": len(plan.new), "changed": len(plan.changed), "withdrawn": len(going)}
    audit.record("roster_accepted", **about(upload.program), **counts)
    return len(plan.new), len(plan.changed), len(going)


def drop_upload(*, upload):
    """Forget a staged file. Raises UploadDecided."""
    deleted, _kinds = RosterUpload.objects.filter(pk=upload.pk, accepted_at=None).delete()
    if not deleted:
        raise UploadDecided


def exported(participants):
    """A roster as rows of cells, the heading first; it can be uploaded again."""
    yield COLUMNS
    for one in participants:
        yield [one.email, *(_as_cell(getattr(one, field)) for field in FIELDS)]


def _as_cell(value):
    return "; ".join(value) if isinstance(value, list) else value
