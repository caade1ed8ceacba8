"""Reads of what members told their group about themselves."""

from dataclasses import dataclass
from datetime import datetime

from feedback.comparing import Comparison, compare
from feedback.models import Introduction
from feedback.models.introductions import WORDS
from feedback.topics import apart
from groups.models import CoachingGroup, Membership
from groups.permissions import is_pair
from sessions.selectors import sessions_of_group


@dataclass(frozen=True)
class Told:
    """What one member wrote to one question."""

    membership: Membership
    text: str


@dataclass(frozen=True)
class InCommon:
    """What the members of a group told one another: by question, and compared by topic."""

    told: dict[str, list[Told]]
    comparison: Comparison
    own: Introduction | None
    shared_by: tuple[Membership, ...]


def in_common_of(membership: Membership) -> InCommon:
    """As the member reads it, of those who are in the group now, by name; one query, and the group's key."""
    rows = Introduction.objects.visible_to(membership.person_id).select_related("membership__person")
    rows = rows.filter(group=membership.group_id, membership__left_at=None)
    rows = list(rows.order_by("membership__person__name", "membership_id"))
    told = {}
    for name in WORDS:
        texts = [Told(row.membership, getattr(row, name).open()) for row in rows]
        told[name] = [one for one in texts if one.text]
    return InCommon(
        told=told,
        comparison=compare(
            [(row.membership, apart(row.topics.open())) for row in rows],
            reader=membership,
            in_pair=is_pair(membership.group),
        ),
        own=next((row for row in rows if row.membership_id == membership.pk), None),
        shared_by=tuple(row.membership for row in rows),
    )


def own_introduction(membership: Membership) -> Introduction | None:
    """The member's own, if they share any."""
    return Introduction.objects.visible_to(membership.person_id).filter(membership=membership).first()


def has_met(group: CoachingGroup, now: datetime) -> bool:
    """Whether a session of the group is over that was not cancelled."""
    return sessions_of_group(group).standing().filter(ends_at__lte=now).exists()
