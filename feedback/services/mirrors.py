"""Beginning a mirror, picking words for one, opening it and letting it go."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from feedback.mirror_words import joined
from feedback.models import Mirror, MirrorAsk, MirrorChoice
from feedback.models.mirrors import FEWEST_PEERS
from feedback.services.peers import NotAPeer, is_peer
from groups.models import Membership
from nudges.services import owe, word_about

MIRROR_ASKED, MIRROR_READY = "mirror_asked", "mirror_ready"
# Two who pick at the same moment are both counted when the word is sent.
SETTLES_IN = timedelta(minutes=10)


class TooFewPeers(Exception):
    """A mirror needs at least two peers."""


class DayHasPassed(Exception):
    """Nobody could pick any more."""


class MirrorWaits(Exception):
    """An earlier mirror of the member is neither opened nor let go."""


class MirrorShut(Exception):
    """The mirror is opened or let go, its day has passed, or whose it is has left."""


class TooFewHavePicked(Exception):
    """A mirror is opened when at least two peers have picked."""


class MirrorGone(Exception):
    """The mirror was let go."""


@transaction.atomic
def begin_mirror(
    *, membership: Membership, key: UUID, words: Sequence[str], peers: Sequence[Membership], until_on: date,
    today: date, now: datetime,
) -> Mirror:  # fmt: skip
    """Keep one's own words and ask these peers for theirs, until a day; owe each of them word of it.

    Raises NotAPeer, TooFewPeers, DayHasPassed, AlreadyWritten, MirrorWaits.
    """
    if not all(is_peer(peer, membership) for peer in peers):
        raise NotAPeer
    if len({peer.pk for peer in peers}) < FEWEST_PEERS:
        raise TooFewPeers
    if until_on < today:
        raise DayHasPassed
    mirror = Mirror(
        pk=key, membership=membership, group_id=membership.group_id, organization_id=membership.organization_id,
        begun_at=now, until_on=until_on,
    )  # fmt: skip
    mirror.words = joined(words)
    _insert(mirror)
    asks = [_ask(mirror, peer, now) for peer in peers]
    MirrorAsk.objects.bulk_create(asks)
    owe([word_about(ask, MIRROR_ASKED, to=ask.peer.person_id, name="ask", at=now) for ask in asks])
    return mirror


def _insert(mirror):
    try:
        insert_once(mirror)
    except AlreadyWritten as error:
        if Mirror.objects.filter(pk=mirror.pk).exists():
            raise
        raise MirrorWaits from error


def _ask(mirror, peer, now):
    return MirrorAsk(
        organization_id=mirror.organization_id, group_id=mirror.group_id, mirror=mirror,
        membership_id=mirror.membership_id, peer=peer, asked_at=now, until_on=mirror.until_on,
    )  # fmt: skip


@transaction.atomic
def pick_words(*, ask: MirrorAsk, words: Sequence[str], today: date, now: datetime) -> MirrorChoice:
    """Pick words for whoever asked, or pick others instead, until they look or the day has passed. Raises MirrorShut.

    Of picking and looking at once the second waits for the first. Sent twice, it is one choice.
    """
    waiting = _waiting(ask, today)
    is_first = bool(waiting.exclude(ended_as=MirrorAsk.End.GIVEN).update(closed_at=now, ended_as=MirrorAsk.End.GIVEN))
    if not is_first and not waiting.update(ended_as=MirrorAsk.End.GIVEN):
        raise MirrorShut
    choice = MirrorChoice.objects.filter(ask=ask).first()
    if choice:
        choice.words, choice.picked_at = joined(words), now
        choice.save(update_fields=["words", "picked_at"])
        return choice
    choice = MirrorChoice(
        pk=new_id(), organization_id=ask.organization_id, group_id=ask.group_id, ask=ask, author_id=ask.peer_id,
        recipient_id=ask.membership_id, picked_at=now,
    )  # fmt: skip
    choice.words = joined(words)
    choice.save(force_insert=True)
    owe([word_about(ask, MIRROR_READY, to=ask.membership.person_id, name="ask", at=now + SETTLES_IN)])
    return choice


def decline_mirror(*, ask: MirrorAsk, today: date, now: datetime) -> None:
    """Say "not this time", without a reason, as long as one has picked nothing. Raises MirrorShut."""
    if not _waiting(ask, today).filter(closed_at=None).update(closed_at=now, ended_as=MirrorAsk.End.DECLINED):
        raise MirrorShut


def _waiting(ask, today):
    rows = MirrorAsk.objects.filter(pk=ask.pk, shut_at=None, mirror__isnull=False, until_on__gte=today)
    return rows.none() if ask.membership.left_at else rows


@transaction.atomic
def open_mirror(*, mirror: Mirror, now: datetime) -> None:
    """Look into one's mirror; from then on nobody picks or changes anything. Opening it twice is once.

    Raises TooFewHavePicked, MirrorGone.
    """
    asks = MirrorAsk.objects.filter(mirror=mirror)
    picked = [ask for ask in asks.select_for_update().order_by("pk") if ask.ended_as == MirrorAsk.End.GIVEN]
    current = Mirror.objects.filter(pk=mirror.pk).first()
    if current is None:
        raise MirrorGone
    if current.opened_at:
        return
    if len(picked) < FEWEST_PEERS:
        raise TooFewHavePicked
    Mirror.objects.filter(pk=mirror.pk, opened_at=None).update(opened_at=now)
    asks.update(shut_at=now)


def let_mirror_go(*, mirror: Mirror) -> None:
    """Delete one's own words and the picture for good. What peers picked is theirs, and nobody else reads it then."""
    Mirror.objects.filter(pk=mirror.pk).delete()
