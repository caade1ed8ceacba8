"""May this installation serve people?"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from common import keys
from common.actor import acting_as
from common.fences import MEMBER
from nudges.models import WorkerPulse


def unwell(*, now):
    """What is not well, as name → sentence; empty when all is. Raises DatabaseError when the database is away."""
    found = {}
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        found["migrations"] = "There are migrations to run."
    with acting_as(MEMBER):
        try:
            keys.self_test()
        except (keys.KeyFileError, keys.SealBroken) as error:
            found["keys"] = str(error)
        pulse = WorkerPulse.objects.first()
    if pulse is None or now - pulse.beat_at > timedelta(seconds=3 * settings.COLLOQUY_TICK_SECONDS + 10):
        found["worker"] = "The worker has not been seen for a while; reminders wait."
    return found
