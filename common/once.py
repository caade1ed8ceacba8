"""Writing a row once, however often its form arrives."""

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation


class AlreadyWritten(Exception):
    """An earlier request has written the row with this id."""


def insert_once(row):
    """Insert ``row``. Raises AlreadyWritten; of two requests at once the second waits, and then learns it."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise AlreadyWritten from error
        raise
