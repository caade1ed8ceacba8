"""Work on the clock."""

from celery import shared_task
from django.utils import timezone

from common.actor import acting_as
from common.fences import WORKER
from reports import services


@shared_task(name="reports.release_rhythm", ignore_result=True)
def release_rhythm():
    """Once a month is over, fix what its numbers say. Beat starts this each minute; an overlap does no harm."""
    with acting_as(WORKER):
        services.release_rhythm(now=timezone.now())
