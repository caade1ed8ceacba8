"""Checking in."""

from uuid import UUID

from common.once import insert_once
from goals.models import CheckIn, Goal
from goals.permissions import is_open_to_check_ins
from goals.services.refusals import GoalNotShared


def check_in(*, goal: Goal, key: UUID, how_it_went: str, confidence: str, what_next: str, help_wanted: str) -> CheckIn:
    """Report on a goal; ``confidence`` is "0" to "10", or empty. Raises GoalNotShared, AlreadyWritten."""
    if not is_open_to_check_ins(goal):
        raise GoalNotShared
    row = CheckIn(
        pk=key,
        goal=goal,
        membership_id=goal.membership_id,
        group_id=goal.group_id,
        organization_id=goal.organization_id,
    )
    row.how_it_went, row.confidence, row.what_next, row.help_wanted = how_it_went, confidence, what_next, help_wanted
    insert_once(row)
    return row
