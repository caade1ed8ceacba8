"""Check-in partners: the one whom a member named, and the one of the month where the group rotates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from goals.models import CheckInPartner, RotationPlace
from goals.rotation import month_number, partners_of
from groups.models import Membership


@dataclass(frozen=True)
class Partners:
    """What one member sees of partners.

    ``mine`` is the one they asked or agreed with, or None; ``asked_by`` those who asked them, agreed or not. ``places``
    are those who take part in the rotation, ``mine_now`` with whom one goes this month.
    """

    mine: CheckInPartner | None
    asked_by: list[CheckInPartner]
    places: list[RotationPlace] = field(default_factory=list)
    my_place: RotationPlace | None = None
    mine_now: list[RotationPlace] = field(default_factory=list)
    turned_on_by: Membership | None = None


def partners_for(membership: Membership, *, today: date) -> Partners:
    """The partners of a member, with names loaded; two queries."""
    rows = CheckInPartner.objects.visible_to(membership.person_id).open().filter(group=membership.group_id)
    here = {"membership__left_at": None, "partner__left_at": None}
    rows = list(rows.filter(**here).select_related("membership__person", "partner__person").order_by("asked_at", "pk"))
    places = list(
        RotationPlace.objects.visible_to(membership.person_id)
        .open()
        .filter(group=membership.group_id)
        .select_related("membership__person")
        .order_by("joined_at", "pk")
    )
    mine = next((place for place in places if place.membership_id == membership.pk), None)
    return Partners(
        mine=next((row for row in rows if row.membership_id == membership.pk), None),
        asked_by=[row for row in rows if row.partner_id == membership.pk],
        places=places,
        my_place=mine,
        mine_now=partners_of(mine, places, month_number(today)) if mine else [],
        turned_on_by=next((place.membership for place in places if place.turned_it_on), None),
    )


def who_may_be_told(groups: Iterable[UUID], *, today: date) -> dict[UUID, list[Membership]]:
    """By membership: those who agreed to ask them, named or of the month. For the worker; two queries."""
    groups = set(groups)
    told = defaultdict(list)
    agreed = CheckInPartner.objects.agreed().filter(group__in=groups, partner__left_at=None)
    for row in agreed.select_related("partner").order_by("asked_at", "pk"):
        told[row.membership_id].append(row.partner)
    places = defaultdict(list)
    rows = RotationPlace.objects.open().filter(group__in=groups).select_related("membership")
    for place in rows.order_by("joined_at", "pk"):
        places[place.group_id].append(place)
    for of_group in places.values():
        for place in of_group:
            told[place.membership_id] += [
                other.membership for other in partners_of(place, of_group, month_number(today))
            ]
    return told
