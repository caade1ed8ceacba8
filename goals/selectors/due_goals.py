"""One's own goals that wait for a check-in."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from goals.models import CheckInRhythm, Goal
from goals.selectors.rhythms import due_on, has_come, with_rhythm
from groups.models import CoachingGroup, Membership
from nudges.hours import zone_named


@dataclass(frozen=True)
class DueGoal:
    """One's own goal that waits for a check-in."""

    pk: UUID
    group_id: UUID
    group_name: str
    title: str
    since: datetime


def goals_due_for_check_in(person, now: datetime) -> list[DueGoal]:
    """The person's own shared goals on which their rhythm asks for a word by now, the longest waiting first.

    One query, and one for the key of each group that has any.
    """
    zone = zone_named(person.timezone)
    own = Goal.objects.visible_to(person).filter(membership__person=person, membership__left_at=None)
    rows = with_rhythm(own).filter(group__state=CoachingGroup.State.ACTIVE).select_related("group")
    return [
        DueGoal(goal.pk, goal.group_id, goal.group.name, goal.title.open(), goal.reported_at)
        for goal in rows.order_by("reported_at", "pk")
        if has_come(goal, now=now, zone=zone)
    ]


def rhythm_row(membership: Membership) -> CheckInRhythm:
    """How the member is asked in this group: their row, or the one that would be written first."""
    row = CheckInRhythm.objects.visible_to(membership.person_id).filter(membership=membership).first()
    if row:
        return row
    return CheckInRhythm(
        membership=membership, group_id=membership.group_id, organization_id=membership.organization_id
    )


def next_asking(membership: Membership, *, today: date, zone) -> date | None:
    """The day on which the member is asked next, today included; None when they are not, or have no shared goal."""
    own = Goal.objects.visible_to(membership.person_id).filter(membership=membership)
    days = [due_on(goal, today=today, zone=zone) for goal in with_rhythm(own)]
    return max(min(found), today) if (found := [day for day in days if day]) else None
