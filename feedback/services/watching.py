"""Naming what is to be watched for in a session, and taking it back."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from feedback.models import WatchedBehavior
from feedback.permissions import is_near
from groups.models import Membership
from sessions.models import CoachingSession
from sessions.services import SessionIsOver, check_not_over


class TooEarly(Exception):
    """One names what to watch for from the day before a session on."""


class BehaviorIsNoted(Exception):
    """A note on the session is written to whoever named it: the words stay."""


class NothingNamed(Exception):
    """It was taken back already, or never named."""


def check_nameable(coaching_session: CoachingSession, *, now: datetime) -> None:
    """Raises SessionIsCancelled, SessionIsOver, TooEarly."""
    check_not_over(coaching_session, now=now)
    if not is_near(coaching_session, now):
        raise TooEarly


@transaction.atomic
def name_behavior(
    *, membership: Membership, coaching_session: CoachingSession, text: str, now: datetime
) -> WatchedBehavior:
    """Name the one behavior that the others may watch for in a session, or word it anew.

    Raises SessionIsCancelled, SessionIsOver, TooEarly, BehaviorIsNoted. Of two requests at once the second waits, and
    words anew what the first has named.
    """
    check_nameable(coaching_session, now=now)
    own = WatchedBehavior.objects.filter(coaching_session=coaching_session, membership=membership)
    if not own.exists():
        row = WatchedBehavior(
            pk=new_id(), coaching_session=coaching_session, membership=membership, group_id=membership.group_id,
            organization_id=membership.organization_id, named_at=now,
        )  # fmt: skip
        row.text = text
        with suppress(AlreadyWritten):
            insert_once(row)
            return row
    locked = own.select_for_update().first()  # what has a note on it cannot be locked: see its walls
    if locked is None:
        raise BehaviorIsNoted
    locked.text, locked.named_at = text, now
    locked.save(update_fields=["text", "named_at"])
    return locked


def take_behavior_back(*, membership: Membership, coaching_session: CoachingSession, now: datetime) -> None:
    """Take what one named away for good. Raises SessionIsOver, BehaviorIsNoted, NothingNamed."""
    if coaching_session.is_over(now):
        raise SessionIsOver
    own = WatchedBehavior.objects.filter(coaching_session=coaching_session, membership=membership)
    deleted, _by_model = own.delete()
    if not deleted:
        raise BehaviorIsNoted if own.exists() else NothingNamed
