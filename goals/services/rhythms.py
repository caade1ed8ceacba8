"""Choosing when one is asked."""

from datetime import date, datetime

from common.once import AlreadyWritten, insert_once
from goals.models import CheckInRhythm
from goals.services.refusals import DayHasPassed
from groups.models import Membership


class PauseEndsFirst(Exception):
    """A pause ends on the day it begins, or later."""


def set_rhythm(
    *, membership: Membership, rhythm: str, paused_from: date | None, paused_until: date | None, today: date,
    now: datetime,
) -> CheckInRhythm:  # fmt: skip
    """Ask the member in this rhythm, and not from the first to the last day of a pause.

    Both days or none; without a first day it is today. Raises DayHasPassed for a pause that is over already,
    PauseEndsFirst.
    """
    if paused_until:
        paused_from = paused_from or today
        if paused_until < paused_from:
            raise PauseEndsFirst
        if paused_until < today:
            raise DayHasPassed
    row = CheckInRhythm(membership=membership, group_id=membership.group_id, organization_id=membership.organization_id)
    values = {"rhythm": rhythm, "paused_from": paused_until and paused_from, "paused_until": paused_until}
    values["changed_at"] = now
    for name, value in values.items():
        setattr(row, name, value)
    if not CheckInRhythm.objects.filter(membership=membership).update(**values):
        try:
            insert_once(row)
        except AlreadyWritten:  # the form was sent twice in a moment
            CheckInRhythm.objects.filter(membership=membership).update(**values)
    return row
