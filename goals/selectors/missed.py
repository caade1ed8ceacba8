"""Who has not checked in although it was their day: facts, never a word, never a count."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from goals.due import MISSED_AFTER
from goals.models import Goal
from goals.selectors.rhythms import due_on, has_come, rhythm_of, with_rhythm
from groups.models import CoachingGroup
from nudges.hours import zone_named


@dataclass(frozen=True)
class Missed:
    """One member whose check-in has not come, or who has paused; ``due_at`` is None for the latter.

    ``last_at`` is when they last reported on that goal, or shared it, and ``due_at`` the day, theirs, they were asked.
    """

    membership_id: UUID
    last_at: datetime
    due_at: date | None
    is_paused: bool


def missed_check_ins(group: CoachingGroup, *, now: datetime) -> list[Missed]:
    """Members of the group with a shared goal who missed a check-in by two days, or pause; the longest silent first.

    A word on one of their goals is a word. Who chose not to be asked is not here. One query; each member at most once.
    What one may read decides: for the rhythm of others, a facilitator or the worker.
    """
    rows = with_rhythm(Goal.objects.filter(group=group).only("membership_id", "shared_at"))
    rows = rows.filter(membership__left_at=None, membership__admitted_at__isnull=False)
    found, heard = {}, set()
    for row in rows.annotate(timezone=F("membership__person__timezone")).order_by("reported_at", "pk"):
        zone = zone_named(row.timezone)
        today = timezone.localdate(now, zone)
        if rhythm_of(row).is_paused_on(today):
            found.setdefault(row.membership_id, Missed(row.membership_id, row.reported_at, None, True))
        elif has_come(row, now=now, zone=zone, late=MISSED_AFTER):
            day = due_on(row, today=today, zone=zone)
            found.setdefault(row.membership_id, Missed(row.membership_id, row.reported_at, day, False))
        elif row.reported_at > row.shared_at:
            heard.add(row.membership_id)
    return [missed for missed in found.values() if missed.is_paused or missed.membership_id not in heard]
