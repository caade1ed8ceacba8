"""Every way in which a block of ``acting_as`` can end, and what is left of it afterwards.

``actor.acting_as`` is looked up each time, so that a test can put a sabotaged one in its place.
"""

from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
from django.db import connection, transaction

from common import actor
from common.fences import HR, MEMBER
from goals.models import Goal


class Boom(Exception):
    """What goes wrong in the middle."""


@dataclass(frozen=True)
class Left:
    """What the next piece of work on this connection finds: in the database, and in Python beside it."""

    role: str = "none"
    person: str = ""
    organization: str = ""
    told: tuple = actor.NOBODY
    keys: int = 0
    in_block: bool = False


CLEAN = Left()


def left():
    """What is left on this thread's connection; opens one if there is none."""
    told, keys, in_block = actor.current_context(), getattr(connection, "colloquy_keys", {}), connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting('app.actor', true), ''),"
            " coalesce(current_setting('app.org', true), '')"
        )
        return Left(*cursor.fetchone(), told, len(keys), in_block)


def titles():
    """The titles of the goals that may be read now, opened: a data key stays with the connection."""
    found = [goal.title.open() for goal in Goal.objects.all()]
    assert connection.colloquy_keys, "no key was unwrapped, so forgetting it would prove nothing"
    return found


class Ways:
    """Ways out of a block, each a method that takes a person; ``superuser`` ends connections from outside."""

    def __init__(self, superuser):
        self._superuser = superuser

    @contextmanager
    def _acting(self, person, role=MEMBER, **more):
        with actor.acting_as(role, person=person, **more):
            if role == MEMBER:
                titles()
            yield

    def _kill_connection(self):
        with psycopg.connect(self._superuser) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])

    def all_is_well(self, person):
        with self._acting(person):
            pass

    def nested_and_all_is_well(self, person):
        with self._acting(person), self._acting(person, HR, organization=person), self._acting(person):
            pass

    def returned_from_the_middle(self, person):
        with self._acting(person), self._acting(person):
            return

    def error(self, person):
        with self._acting(person):
            raise Boom

    def error_at_each_level_caught_one_above(self, person):
        with suppress(Boom), self._acting(person):
            with suppress(Boom), self._acting(person, HR, organization=person):
                with suppress(Boom), self._acting(person):
                    raise Boom
                raise Boom
            titles()
            raise Boom

    def error_through_all_levels(self, person):
        with self._acting(person), self._acting(person, HR, organization=person), self._acting(person):
            raise Boom

    def error_after_an_inner_block(self, person):
        with self._acting(person):
            with self._acting(person, HR, organization=person):
                pass
            raise Boom

    def keyboard_interrupt(self, person):
        with self._acting(person), self._acting(person):
            raise KeyboardInterrupt

    def keyboard_interrupt_swallowed_in_between(self, person):
        with self._acting(person):
            with suppress(KeyboardInterrupt), self._acting(person, HR, organization=person):
                raise KeyboardInterrupt
            titles()

    def system_exit(self, person):
        with self._acting(person):
            raise SystemExit

    def error_of_the_database(self, person):
        with self._acting(person), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    def error_of_the_database_swallowed_inside(self, person):
        with self._acting(person), suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    def permission_denied(self, person):
        with self._acting(person), self._acting(person, HR, organization=person):
            Goal.objects.exists()

    def unknown_role(self, person):
        with self._acting(person, "colloquy_backup"):
            pass

    def savepoint_rolled_back_inside(self, person):
        with self._acting(person):
            with suppress(Boom), transaction.atomic(), self._acting(person, HR, organization=person):
                raise Boom
            with transaction.atomic(), self._acting(person):
                transaction.set_rollback(True)
            titles()

    def transaction_around_rolled_back(self, person):
        with transaction.atomic(), transaction.atomic(), self._acting(person):
            raise Boom

    def transaction_around_and_all_is_well(self, person):
        with transaction.atomic(), self._acting(person):
            pass

    def all_of_it_rolled_back(self, person):
        with self._acting(person):
            transaction.set_rollback(True)

    def _reading(self, person):
        with self._acting(person):
            yield from titles()

    def generator_abandoned(self, person):
        reading = self._reading(person)
        next(reading)
        del reading

    def generator_abandoned_inside_a_block(self, person):
        with self._acting(person):
            reading = self._reading(person)
            next(reading)
            del reading
            titles()

    def generator_outlives_its_block(self, person):
        with suppress(Exception), self._acting(person):
            reading = self._reading(person)
            next(reading)
        reading.close()

    def connection_killed(self, person):
        with self._acting(person):
            self._kill_connection()
            titles()

    def connection_killed_at_the_end(self, person):
        with self._acting(person):
            self._kill_connection()

    def connection_killed_in_an_inner_block(self, person):
        with self._acting(person), self._acting(person, HR, organization=person):
            self._kill_connection()
            Goal.objects.exists()

    def connection_killed_and_the_error_swallowed(self, person):
        with self._acting(person), suppress(Exception), self._acting(person, HR, organization=person):
            self._kill_connection()
            Goal.objects.exists()

    def connection_closed(self, person):
        with self._acting(person):
            connection.close()

    def connection_closed_in_an_inner_block(self, person):
        with self._acting(person), suppress(Exception), self._acting(person):
            connection.close()
            titles()


NAMES = [name for name in vars(Ways) if not name.startswith("_")]
# What comes out of these, so that each is known to have happened; the others end quietly.
COMES_OUT = {
    "error": "Boom",
    "error_through_all_levels": "Boom",
    "error_after_an_inner_block": "Boom",
    "keyboard_interrupt": "KeyboardInterrupt",
    "system_exit": "SystemExit",
    "error_of_the_database": "DataError",
    "permission_denied": "ProgrammingError",
    "unknown_role": "ProgrammingError",
    "transaction_around_rolled_back": "Boom",
    "connection_killed": "OperationalError",
    "connection_killed_at_the_end": "OperationalError",
    "connection_killed_in_an_inner_block": "OperationalError",
    "error_of_the_database_swallowed_inside": "TransactionManagementError",
    "connection_killed_and_the_error_swallowed": "TransactionManagementError",
    "connection_closed": "TransactionManagementError",
    "connection_closed_in_an_inner_block": "TransactionManagementError",
}


def go(way, person):
    """Take one way out; the name of the error that came out of it, or None."""
    try:
        way(person)
    except BaseException as error:  # a thread goes on after a KeyboardInterrupt too
        return type(error).__name__
    return None


def start_over():
    """A new connection that knows nothing: whatever a sabotaged way has left is gone."""
    connection.close()
    connection.colloquy_context, connection.colloquy_keys = actor.NOBODY, {}


def leaking(ways, person):
    """The ways after which something is left, and what; and those that end otherwise than they should."""
    found = {}
    for name in NAMES:
        start_over()
        came_out = go(getattr(ways, name), person)
        if (now := left()) != CLEAN:
            found[name] = now
        elif came_out != COMES_OUT.get(name):
            found[name] = f"ended otherwise: {came_out}"
    start_over()
    return found
