"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from common.actor import acting_as
from common.fences import WORKER
from sessions import services


@shared_task(name="sessions.plan_reminders", ignore_result=True)
def plan_reminders():
    """Owe reminders and late invitations. Beat starts this at each tick; an overlap does no harm."""
    with acting_as(WORKER):
        services.plan_messages(now=timezone.now())
