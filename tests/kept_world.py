"""The world of ``tests/world.py``, made once in each process and put back for every other test.

Making it takes a hundred statements; putting it back takes one round trip with the very same rows.
"""

import pickle

import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import ClientCursor

from tests.world import build_world

_kept = {}


def a_world():
    """A world in the database and its ``World``, as ``build_world`` gives them. Call inside ``with arranging():``."""
    if time_machine.escape_hatch.is_travelling():
        return build_world()  # what it was made at belongs to that moment
    made_for = settings.COLLOQUY_KEY_FILE, timezone.now().date()
    if made_for not in _kept:
        world, written = _recorded()
        _kept[made_for] = pickle.dumps(world), written
        return world
    pickled, written = _kept[made_for]
    with connection.cursor() as cursor:
        cursor.execute(written)
    return pickle.loads(pickled)


def _recorded():
    """A new world, and all that was written for it as one text of SQL."""
    written = []

    def record(execute, sql, params, many, context):
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            assert sql.startswith(("INSERT", "UPDATE")), sql
            assert not many
            written.append(ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        world = build_world()
    return world, ";\n".join(written)
