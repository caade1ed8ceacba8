"""Answering when one is named as the peer who will ask."""

from datetime import datetime

from django.db import transaction

from common.once import AlreadyWritten, insert_once
from goals.models import ActionStep, AskerAnswer
from goals.services.refusals import AlreadyAnswered, NotAsked
from groups.models import Membership


@transaction.atomic
def answer_to_ask(*, step: ActionStep, membership: Membership, has_agreed: bool, now: datetime) -> None:
    """Agree to ask about a step, or say that it is not oneself, without a reason.

    An agreement can be taken back; "not me" stands. Saying the same twice changes nothing. Raises NotAsked,
    AlreadyAnswered.
    """
    mine = AskerAnswer.objects.filter(step=step, membership=membership)
    if not ActionStep.objects.open().filter(pk=step.pk, asker=membership).exists():
        raise NotAsked
    try:
        insert_once(
            AskerAnswer(
                step=step, membership=membership, group_id=step.group_id, organization_id=step.organization_id,
                has_agreed=has_agreed, answered_at=now,
            )
        )  # fmt: skip
    except AlreadyWritten:
        if has_agreed and mine.filter(has_agreed=False).exists():
            raise AlreadyAnswered from None
        if not has_agreed:
            mine.filter(has_agreed=True).update(has_agreed=False, answered_at=now)
