"""The one way into the database: every fenced table is read and written inside ``acting_as``."""

from contextlib import contextmanager

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from common.fences import REMEMBERED

NOBODY = ("none", "", "")
# What the database remembers for one person is forgotten before it acts for another.
_SET_CONTEXT = "SELECT set_config('role', %s, true), set_config('app.actor', %s, true), set_config('app.org', %s, true)"
_SET_CONTEXT += "".join(f", set_config('app.{name}', '', true)" for name in REMEMBERED)


@contextmanager
def acting_as(role, *, person=None, organization=None):
    """Run a block as ``role`` on behalf of ``person``, in one transaction.

    ``person`` and ``organization`` are instances or ids. Blocks nest; the outer context is back when the inner one
    ends, whether it succeeds or fails. Outside any block fenced tables answer "permission denied". Sealed values can be
    opened while the outermost block lasts; the keys it unwrapped are forgotten at its end.
    """
    outer = current_context()
    inner = (role, _key(person), _key(organization))
    try:
        with transaction.atomic():
            _write_context(inner)
            yield
            _refuse_silent_loss()
        if connection.in_atomic_block:  # a released savepoint keeps the inner settings; a rolled back one does not
            _write_context(outer)
    finally:
        if not connection.in_atomic_block:  # a generator may end this block after the one around it has ended
            outer = NOBODY
        connection.colloquy_context = outer
        if outer == NOBODY:
            connection.colloquy_keys = {}


def current_context():
    """The (role, person id, organization id) of the innermost block, ids as text; ``NOBODY`` outside."""
    return getattr(connection, "colloquy_context", NOBODY)


def current_person_id():
    """The id, as text, of the person on whose behalf this block runs, or an empty string."""
    return current_context()[1]


def _write_context(context):
    with connection.cursor() as cursor:
        cursor.execute(_SET_CONTEXT, context)
    connection.colloquy_context = context


def _refuse_silent_loss():
    """Raise where an error of the database was swallowed: the commit would keep nothing, and would not say so."""
    own = connection.connection
    if own is None or own.info.transaction_status != TransactionStatus.INTRANS:
        raise transaction.TransactionManagementError("An error of the database was swallowed: nothing is kept.")


def _key(value):
    return "" if value is None else str(getattr(value, "pk", value))
