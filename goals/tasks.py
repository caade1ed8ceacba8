"""Work on the clock."""

from celery import shared_task
from django.utils import timezone

from common.actor import acting_as
from common.fences import WORKER
from goals import services


@shared_task(name="goals.plan_reminders", ignore_result=True)
def plan_reminders():
    """Owe what is due about goals and steps. Beat starts this each minute; an overlap does no harm."""
    now = timezone.now()
    with acting_as(WORKER):
        services.plan_check_in_reminders(now=now)
        services.plan_partner_reminders(now=now)
        services.forget_old_links(now=now)
        services.plan_step_reminders(now=now)
        services.plan_asking_reminders(now=now)
        services.plan_reading_reminders(now=now)
