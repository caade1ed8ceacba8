"""What every other test begins with, made once in each process and put back in one round trip with the same rows.

Making the world of ``tests/world.py`` takes a hundred statements, and a sign-in takes twenty-five.
"""

import copy
import pickle
import time
from types import SimpleNamespace

import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import ClientCursor

from common.actor import NOBODY, acting_as, current_context
from common.bootstrap import ARRANGER
from tests.world import build_world

SIGN_INS_LAST = 60  # seconds: what a page says of "just now" stays true
SIGNING_IN_WRITES = ('"django_session"', '"accounts_signin"', '"accounts_person"')

_worlds = {}
_sign_ins = {}


def a_world():
    """A world in the database and its ``World``, as ``build_world`` gives them. Call inside ``with arranging():``."""
    moment = _moment()
    if moment is None:
        return build_world()
    made_for = settings.COLLOQUY_KEY_FILE, moment
    if made_for not in _worlds:
        world, written = _recorded(build_world)
        _worlds[made_for] = pickle.dumps(world), ";\n".join(written)
        return world
    pickled, written = _worlds[made_for]
    _write(written)
    return pickle.loads(pickled)


def sign_in(client, person, *, minutes_ago, is_first):
    """Sign a person in as the product does, with a password shown ``minutes_ago``.

    What ``is_first`` of this person in a test is put back in later ones; every other is made anew.
    """
    moment = _moment()
    if not is_first or moment is None or current_context() != NOBODY:
        _signed_in(client, person, minutes_ago)
        return
    made_for = person.pk, person.get_session_auth_hash(), person.is_active, minutes_ago, moment
    kept = _sign_ins.get(made_for)
    if kept is None or time.time() - kept.at > SIGN_INS_LAST:
        _, written = _recorded(lambda: _signed_in(client, person, minutes_ago))
        if all(any(table in sql for table in SIGNING_IN_WRITES) for sql in written):
            cookies = copy.deepcopy(client.cookies)
            _sign_ins[made_for] = SimpleNamespace(at=time.time(), written=";\n".join(written), cookies=cookies)
        return
    with acting_as(ARRANGER):
        _write(kept.written)
    client.cookies = copy.deepcopy(kept.cookies)


def _moment():
    """What a row made now belongs to: today, the moment at which a test has stopped its clock, or neither: None."""
    now = timezone.now()
    if not time_machine.escape_hatch.is_travelling():
        return now.date()
    return now if now == timezone.now() else None  # the clock of a test may also go on from there


def _signed_in(client, person, minutes_ago):
    client.force_login(person)
    session = client.session
    record_authentication(SimpleNamespace(session=session), person, method="password")
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] -= 60 * minutes_ago
    session.save()


def _write(statements):
    with connection.cursor() as cursor:
        cursor.execute(statements)


def _recorded(make):
    """What ``make`` returns, and the statements that it wrote."""
    written = []

    def record(execute, sql, params, many, context):
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            assert sql.startswith(("INSERT", "UPDATE", "DELETE")), sql
            assert not many
            written.append(ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        made = make()
    return made, written
