"""Reads of mirrors: for their owners the picture, for peers what they are asked and have picked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from feedback.mirror_picture import Panes, panes
from feedback.mirror_words import apart
from feedback.models import Mirror, MirrorAsk, MirrorChoice
from feedback.models.mirrors import FEWEST_PEERS
from groups.models import CoachingGroup, Membership


@dataclass(frozen=True)
class MirrorAskLine:
    """That one asks another to pick words, and how it stands. Not a word of it."""

    pk: UUID
    group_id: UUID
    asker: Membership
    peer: Membership
    until_on: date
    ended_as: str
    is_open: bool


@dataclass(frozen=True)
class MirrorLine:
    """A mirror of one's own: since when, until when, and how many have picked."""

    pk: UUID
    begun_on: date
    until_on: date
    is_opened: bool
    is_past: bool
    picked: int
    asked: int

    @property
    def can_be_opened(self) -> bool:
        return not self.is_opened and self.picked >= FEWEST_PEERS


@dataclass(frozen=True)
class Looked:
    """One opened mirror: its day, who picked, and the four panes."""

    pk: UUID
    on: date
    names: tuple[str, ...]
    panes: Panes

    @property
    def label(self) -> str:
        return date_format(self.on, "j M Y")

    @property
    def value(self) -> int:
        """How large the blind spot is, for the picture of its course."""
        return len(self.panes.blind)


def mirrors_to_show(person) -> QuerySet[Mirror]:
    """The person's own mirrors, newest first, each with how many were asked and how many have picked."""
    given = Q(asks__ended_as=MirrorAsk.End.GIVEN)
    rows = Mirror.objects.visible_to(person).annotate(asked=Count("asks"), picked=Count("asks", filter=given))
    return rows.order_by("-begun_at", "-pk")


def own_mirrors(membership: Membership, today: date) -> list[MirrorLine]:
    """The member's mirrors in this group; one query, and no key: nothing is opened."""
    rows = mirrors_to_show(membership.person_id).filter(membership=membership)
    return [mirror_line(row, today) for row in rows]


def mirror_line(row: Mirror, today: date) -> MirrorLine:
    return MirrorLine(
        pk=row.pk,
        begun_on=timezone.localdate(row.begun_at),
        until_on=row.until_on,
        is_opened=row.opened_at is not None,
        is_past=row.until_on < today,
        picked=row.picked,
        asked=row.asked,
    )


def own_looks(membership: Membership) -> list[Looked]:
    """The mirrors that the member has opened in this group, oldest first; two queries, and the group's key."""
    rows = Mirror.objects.visible_to(membership.person_id).filter(membership=membership, opened_at__isnull=False)
    rows = list(rows.order_by("begun_at", "pk"))
    picked = _picked_for(membership) if rows else {}
    return [_looked(row, picked.get(row.pk, [])) for row in rows]


def _looked(row: Mirror, picked: Sequence[tuple[str, list[str]]]) -> Looked:
    return Looked(
        pk=row.pk,
        on=timezone.localdate(row.opened_at),
        names=tuple(name for name, _words in picked),
        panes=panes(apart(row.words.open()), picked),
    )


def _picked_for(membership):
    """For each of the member's opened mirrors the peers' names with their words."""
    found = defaultdict(list)
    rows = MirrorChoice.objects.visible_to(membership.person_id).filter(recipient=membership)
    for row in rows.select_related("ask", "author__person").order_by("author__person__name", "pk"):
        found[row.ask.mirror_id].append((row.author.person.name, apart(row.words.open())))
    return found


def asks_to_show(person) -> QuerySet[MirrorAsk]:
    """Requests that the person made or got, with both people and the group loaded."""
    related = ("membership__person", "peer__person", "group")
    return MirrorAsk.objects.visible_to(person).select_related(*related).order_by("peer__person__name", "pk")


def asked_peers(mirror: Mirror, person, today: date) -> list[MirrorAskLine]:
    """Who was asked for a mirror of one's own, and whether they have picked; one query."""
    return [mirror_ask_line(row, today) for row in asks_to_show(person).filter(mirror=mirror)]


def mirrors_asked_of(person, today: date, *, group) -> list[MirrorAskLine]:
    """For whom the person is asked to pick words now; one query, and no key."""
    rows = asked_now(asks_to_show(person), person, today).filter(group=group)
    return [mirror_ask_line(row, today) for row in rows.order_by("until_on", "pk")]


def asked_now(asks: QuerySet[MirrorAsk], person, today: date) -> QuerySet[MirrorAsk]:
    """Those of these requests that wait for the person."""
    return asks.filter(
        peer__person=person, closed_at=None, shut_at=None, mirror__isnull=False, until_on__gte=today,
        membership__left_at=None, group__state=CoachingGroup.State.ACTIVE,
    )  # fmt: skip


def ready_now(person) -> QuerySet[Mirror]:
    """Mirrors of the person's own that can be opened."""
    given = MirrorAsk.objects.filter(mirror=OuterRef("pk"), ended_as=MirrorAsk.End.GIVEN).order_by().values("mirror")
    picked = Subquery(given.annotate(n=Count("pk")).values("n"))
    return Mirror.objects.visible_to(person).alias(picked=picked).filter(opened_at=None, picked__gte=FEWEST_PEERS)


def mirror_ask_line(row: MirrorAsk, today: date) -> MirrorAskLine:
    is_there = row.mirror_id is not None and row.membership.left_at is None and row.peer.left_at is None
    return MirrorAskLine(
        pk=row.pk,
        group_id=row.group_id,
        asker=row.membership,
        peer=row.peer,
        until_on=row.until_on,
        ended_as=row.ended_as,
        is_open=is_there and row.shut_at is None and row.until_on >= today,
    )


def own_choice(ask: MirrorAsk, membership: Membership) -> list[str]:
    """The words that the member picked when asked, as keys; none yet is an empty list."""
    row = MirrorChoice.objects.visible_to(membership.person_id).filter(ask=ask, author=membership).first()
    return apart(row.words.open()) if row else []


# For the worker: facts only ----------------------------------------------------------------------------------------


def mirror_ask_waiting(ask_id) -> tuple | None:
    """Facts of a request that its peer has not answered, were its day not past; None for any other."""
    rows = MirrorAsk.objects.filter(
        pk=ask_id, closed_at=None, shut_at=None, mirror__isnull=False, peer__left_at=None,
        peer__admitted_at__isnull=False, membership__left_at=None, group__state=CoachingGroup.State.ACTIVE,
    )  # fmt: skip
    facts = ("pk", "group_id", "group__name", "peer__person_id", "peer__person__timezone", "until_on")
    return rows.values_list(*facts, named=True).first()


def mirror_made_ready_by(ask_id) -> tuple | None:
    """Facts of a closed mirror that this request made ready, being the one with which enough had picked; else None."""
    asked = MirrorAsk.objects.filter(pk=ask_id, mirror__isnull=False).values_list("mirror_id", flat=True).first()
    rows = MirrorAsk.objects.filter(
        mirror_id=asked, ended_as=MirrorAsk.End.GIVEN, shut_at=None, membership__left_at=None,
        membership__admitted_at__isnull=False,
    ).order_by("closed_at", "pk")  # fmt: skip
    facts = ("pk", "mirror_id", "group_id", "group__name", "membership__person_id")
    picked = list(rows.values_list(*facts, named=True)[:FEWEST_PEERS])
    return picked[-1] if len(picked) == FEWEST_PEERS and str(picked[-1].pk) == str(ask_id) else None
