"""Reads of flags to clear the air, as plain lines with opened text."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from feedback.models import AirFlag
from groups.models import CoachingGroup, Membership
from groups.permissions import is_facilitator
from groups.selectors import peers_of
from sessions.agendas import CLEAR_AIR
from sessions.models import CoachingSession
from sessions.selectors import sessions_of_group


@dataclass(frozen=True)
class FlagLine:
    """One flag as its reader sees it; who raised it, and their words, only while it is not handled."""

    pk: UUID
    raised_on: date
    handled_on: date | None
    is_mine: bool
    is_to_group: bool
    raiser: Membership | None
    text: str
    session: CoachingSession | None


def flags_of(membership: Membership) -> tuple[list[FlagLine], list[FlagLine]]:
    """The member's own flags in this group, and open ones that are raised to them; oldest first, one query and the key.

    Of a flag that others raised nothing is shown once it is handled.
    """
    rows = AirFlag.objects.visible_to(membership.person_id).filter(group=membership.group_id)
    rows = rows.select_related("membership__person", "coaching_session").order_by("raised_at", "pk")
    lines = [_line(row, membership) for row in rows]
    return [line for line in lines if line.is_mine], [line for line in lines if not line.is_mine and line.raiser]


def _line(row, membership):
    return FlagLine(
        pk=row.pk,
        raised_on=timezone.localdate(row.raised_at),
        handled_on=timezone.localdate(row.handled_at) if row.handled_at else None,
        is_mine=row.membership_id == membership.pk,
        is_to_group=row.circle == AirFlag.Circle.GROUP,
        raiser=None if row.handled_at else row.membership,
        text="" if row.handled_at else row.text.open(),
        session=row.coaching_session,
    )


def flags_to_show(person) -> QuerySet[AirFlag]:
    """Flags that the person reads, each with who raised it."""
    return AirFlag.objects.visible_to(person).select_related("membership__person")


def waiting_flags(membership: Membership) -> int:
    """How many open flags of others the member reads in this group; no key: nothing is opened."""
    rows = AirFlag.objects.visible_to(membership.person_id).open().filter(group=membership.group_id)
    return rows.exclude(membership=membership).count()


def sessions_to_plan(group: CoachingGroup, person, now: datetime) -> list[CoachingSession]:
    """Sessions in which there can still be time, soonest first; each says whether its agenda ``has_air``."""
    rows = list(sessions_of_group(group).visible_to(person).upcoming(now).prefetch_related("agenda_blocks"))
    for row in rows:
        row.has_air = any(block.kind == CLEAR_AIR.kind for block in row.agenda_blocks.all())
    return rows


def who_is_told(membership: Membership, circle: str) -> list[Membership]:
    """Of those who read the group, without the member: who facilitates, or all."""
    peers = list(peers_of(membership))
    return peers if circle == AirFlag.Circle.GROUP else [one for one in peers if is_facilitator(one)]


# For the worker: facts only ----------------------------------------------------------------------------------------


def flag_waiting(flag_id, person_id) -> tuple | None:
    """Facts of an open flag, while the person is told of it and both read the group; None for any other."""
    rows = AirFlag.objects.filter(
        pk=flag_id, handled_at=None, membership__left_at=None, group__state=CoachingGroup.State.ACTIVE
    )
    row = rows.values_list("pk", "group_id", "group__name", "circle", named=True).first()
    if row is None:
        return None
    places = Membership.objects.reading().filter(group=row.group_id, person=person_id)
    if row.circle == AirFlag.Circle.FACILITATOR:
        places = places.filter(role=Membership.Role.FACILITATOR)
    return row if places.exists() else None
