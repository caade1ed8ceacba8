"""Keeping what somebody is typing, and throwing it away."""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.dateparse import parse_datetime

from common.once import AlreadyWritten, insert_once
from groups.models import Draft, Membership, OwnDesk

MOST_CHARACTERS = 30_000
MOST_DRAFTS = 20  # of one person in one group; the oldest go
KEPT_FOR = timedelta(days=60)


class DraftTooLong(Exception):
    """A draft holds at most ``MOST_CHARACTERS``."""


@transaction.atomic
def keep_draft(
    *, membership: Membership | OwnDesk, place: str, tab: str, words: dict[str, str], earlier: str, now: datetime
) -> int:
    """Keep the text of one tab, and say how many other texts are kept for the same form. Raises DraftTooLong.

    ``earlier`` names the draft that the page was filled with: this one goes on from it and takes its place, unless it
    was written to meanwhile. A tab that is empty again keeps nothing.
    """
    text = json.dumps(words, ensure_ascii=False)
    if sum(map(len, words.values())) > MOST_CHARACTERS or len(text) > Draft.fields.field.limit:
        raise DraftTooLong
    forget_draft(membership=membership, place=place, tab="", earlier=earlier)
    if any(value.strip() for value in words.values()):
        _write(membership, place, tab, text, now)
    else:
        membership.drafts.filter(place=place, tab=tab).delete()
    _clear_old(membership, now)
    return membership.drafts.filter(place=place).exclude(tab=tab).count()


def _write(membership, place, tab, text, now):
    row = Draft(
        membership_id=membership.pk,
        group_id=membership.group_id,
        organization_id=membership.organization_id,
        person_id=membership.person_id,
    )
    row.place, row.tab, row.fields, row.saved_at = place, tab, text, now
    if not membership.drafts.filter(place=place, tab=tab).exists():
        try:
            insert_once(row)
        except AlreadyWritten:  # the page sent two in a moment
            pass
        else:
            return
    row = membership.drafts.select_for_update().get(place=place, tab=tab)
    row.fields, row.saved_at = text, now
    row.save(update_fields=["fields", "saved_at"])


def _clear_old(membership, now):
    membership.drafts.filter(saved_at__lt=now - KEPT_FOR).delete()
    too_many = membership.drafts.order_by("-saved_at", "pk").values_list("pk", flat=True)[MOST_DRAFTS:]
    membership.drafts.filter(pk__in=list(too_many)).delete()


def forget_draft(*, membership: Membership | OwnDesk, place: str, tab: str, earlier: str) -> None:
    """Let go of a tab's draft, and of the one that the page was filled with, if nobody wrote to it since."""
    membership.drafts.filter(place=place, tab=tab).delete()
    tab, _at, moment = earlier.partition("@")
    if saved_at := _moment(moment):
        membership.drafts.filter(place=place, tab=tab, saved_at=saved_at).delete()


def drop_draft(*, draft: Draft) -> None:
    """Throw a kept text away."""
    draft.delete()


def _moment(text):
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
