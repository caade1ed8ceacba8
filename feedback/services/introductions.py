"""Telling the group about oneself, and taking it back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from feedback.models import Introduction
from feedback.models.introductions import WORDS
from feedback.topics import joined
from groups.models import Membership


class NothingShared(Exception):
    """It was taken back already, or never shared."""


@transaction.atomic
def share_introduction(
    *, membership: Membership, words: Mapping[str, str], topics: Sequence[str], now: datetime
) -> Introduction:
    """Share what one wrote and ticked with the group, in place of what one shared before.

    Of two requests at once the second waits, and puts its words in place of those of the first.
    """
    row = Introduction(
        pk=new_id(), membership=membership, group_id=membership.group_id, organization_id=membership.organization_id
    )
    _fill(row, words, topics, now)
    own = Introduction.objects.filter(membership=membership)
    if not own.exists():
        with suppress(AlreadyWritten):
            insert_once(row)
            return row
    locked = own.select_for_update().get()
    _fill(locked, words, topics, now)
    locked.save(update_fields=[*WORDS, "topics", "shared_at"])
    return locked


def _fill(row, words, topics, now):
    for name in WORDS:
        setattr(row, name, words[name])
    row.topics, row.shared_at = joined(topics), now


def take_introduction_back(*, membership: Membership) -> None:
    """Take what one shared away for good. Raises NothingShared."""
    deleted, _by_model = Introduction.objects.filter(membership=membership).delete()
    if not deleted:
        raise NothingShared
