"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from accounts import sign_ins
from common.actor import acting_as
from common.fences import WORKER


@shared_task(name="accounts.forget_old_sign_ins", ignore_result=True)
def forget_old_sign_ins():
    """Delete what has expired; an overlap does no harm."""
    with acting_as(WORKER):
        sign_ins.forget_old_sign_ins(now=timezone.now())
