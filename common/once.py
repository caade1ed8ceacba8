"""Writing a row once, however often its form arrives."""

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from common.ids import new_id


class AlreadyWritten(Exception):
    """An earlier request has written the row with this id."""


def insert_once(row):
    """Insert ``row``. Raises AlreadyWritten; of two requests at once the second waits, and then learns it.

    The id comes from a form. One that belongs to a row which the writer may not see answers like one that is free: the
    row gets another, nothing typed is lost, and nobody learns that there is such a row.
    """
    typed = dict(vars(row))  # sealing binds a text to the row's id
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        is_its_id = error.__cause__.diag.constraint_name == f"{row._meta.db_table}_pkey"
        if not is_its_id or type(row).objects.filter(pk=row.pk).exists():
            raise AlreadyWritten from error
        vars(row).update(typed)
        row.pk = new_id()
        row.save(force_insert=True)
