"""What the clock starts. Lost or doubled messages do no harm: the rows remember."""

import time

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from nudges import services

# The next tick goes on; a task that ran into its time limit would leave its batch half done.
LONGEST_RUN_SECONDS = 300


@shared_task(name="nudges.send_due", ignore_result=True)
def send_due():
    """Send what is owed, batch by batch, until nothing is due or the mail server is away; an overlap does no harm."""
    start = time.monotonic()
    services.release_stuck(now=timezone.now())
    while time.monotonic() - start < LONGEST_RUN_SECONDS and (ids := services.claim(now=timezone.now())):
        if not services.deliver(ids, now=timezone.now()):
            return


@shared_task(name="nudges.beat_heart", ignore_result=True)
def beat_heart():
    """Say that clock, broker, worker and database hold together."""
    services.beat_heart(now=timezone.now())


@worker_ready.connect
def beat_at_once(**_):
    """The clock's first tick is a whole interval away; a worker that has just come says so now."""
    beat_heart.delay()
