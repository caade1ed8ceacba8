"""Reads of what peers noticed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from goals.models import CheckIn, CheckInNote, Goal
from goals.selectors.lines import CheckInLine
from groups.models import CoachingGroup, Membership


@dataclass(frozen=True)
class NoteLine:
    """One note on a check-in, opened."""

    pk: UUID
    author_name: str
    is_mine: bool
    is_offer: bool
    is_thanked: bool
    text: str


def notes_to_show(person) -> QuerySet[CheckInNote]:
    """Notes that the person may read, in the order of writing, each with its author's name and its check-in loaded."""
    rows = CheckInNote.objects.visible_to(person).select_related("membership__person", "check_in")
    return rows.order_by("created_at", "pk")


def with_notes(
    check_ins: Sequence[CheckInLine], *, goal: Goal, membership: Membership, can_write: bool
) -> list[CheckInLine]:
    """The same lines with what peers noticed, as a member sees them; one query.

    Each says whether the member, where they ``can_write`` at all, may still write on it.
    """
    found = defaultdict(list)
    for note in notes_to_show(membership.person_id).filter(check_in__in=[line.pk for line in check_ins]):
        found[note.check_in_id].append(_line(note, membership))
    may = can_write and goal.membership_id != membership.pk
    return [
        replace(line, notes=found[line.pk], can_note=may and not any(note.is_mine for note in found[line.pk]))
        for line in check_ins
    ]


def _line(note, membership):
    return NoteLine(
        pk=note.pk,
        author_name=note.membership.person.name,
        is_mine=note.membership_id == membership.pk,
        is_offer=note.kind == CheckInNote.Kind.HELP,
        is_thanked=note.thanked_at is not None,
        text=note.text.open(),
    )


def coachee_of_notes(check_in_id) -> tuple | None:
    """Facts for the worker: whose check-in it is, while somebody's note on it waits and its coachee is in the group."""
    waiting = CheckInNote.objects.filter(check_in=OuterRef("pk"), thanked_at=None)
    rows = CheckIn.objects.filter(pk=check_in_id, membership__left_at=None, group__state=CoachingGroup.State.ACTIVE)
    return (
        rows.filter(Exists(waiting))
        .annotate(recipient_id=F("membership__person_id"))
        .values_list("pk", "group_id", "goal_id", "group__name", "recipient_id", named=True)
        .first()
    )
