"""Raising a flag to clear the air, giving it time in a session, and saying that it is handled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.once import insert_once
from feedback.models import AirFlag
from groups.models import Membership
from nudges.models import Nudge
from nudges.services import owe
from sessions.models import CoachingSession
from sessions.services import put_air_on_agenda, take_air_off_agenda

AIR_RAISED = "air_raised"


class FlagIsHandled(Exception):
    """It is handled already, or taken back."""


@transaction.atomic
def raise_flag(
    *, membership: Membership, key: UUID, circle: str, text: str, told: Sequence[Membership], now: datetime
) -> AirFlag:
    """Raise a flag to who facilitates or to the group, and owe those who are ``told`` word of it.

    Raises AlreadyWritten.
    """
    flag = AirFlag(
        pk=key, membership=membership, group_id=membership.group_id, organization_id=membership.organization_id,
        circle=circle, raised_at=now,
    )  # fmt: skip
    flag.text = text
    insert_once(flag)
    owe([_word(flag, one) for one in told])
    return flag


def _word(flag, one):
    return Nudge(
        organization_id=flag.organization_id, recipient_id=one.person_id, kind=AIR_RAISED,
        dedupe_key=f"{AIR_RAISED}:{flag.pk}:{one.pk}", context={"flag": str(flag.pk)}, send_after=flag.raised_at,
    )  # fmt: skip


@transaction.atomic
def plan_flag(*, flag: AirFlag, coaching_session: CoachingSession, now: datetime) -> None:
    """Give it time in a session, whose agenda then has a block for it; planned again, it moves to that session.

    Raises FlagIsHandled, SessionIsCancelled, SessionIsOver.
    """
    put_air_on_agenda(coaching_session=coaching_session, now=now)
    if not AirFlag.objects.open().filter(pk=flag.pk).update(coaching_session=coaching_session):
        raise FlagIsHandled


@transaction.atomic
def unplan_flags(*, coaching_session: CoachingSession, now: datetime) -> None:
    """Take the block off the agenda again; flags that had time there wait for another session.

    Raises SessionIsCancelled, SessionIsOver.
    """
    take_air_off_agenda(coaching_session=coaching_session, now=now)
    AirFlag.objects.open().filter(coaching_session=coaching_session).update(coaching_session=None)


def handle_flag(*, flag: AirFlag, now: datetime) -> None:
    """Say that it is handled: only that is left, and the words are gone. Raises FlagIsHandled the second time."""
    if not AirFlag.objects.open().filter(pk=flag.pk).update(handled_at=now, text=None):
        raise FlagIsHandled


def take_flag_back(*, flag: AirFlag) -> None:
    """Delete one's own flag for good. Raises FlagIsHandled when it is handled or gone already."""
    deleted, _by_model = AirFlag.objects.open().filter(pk=flag.pk).delete()
    if not deleted:
        raise FlagIsHandled
