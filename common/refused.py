"""What the tables refuse at the last moment, in the words of whoever asked."""

from contextlib import contextmanager

from django.db import ProgrammingError, transaction
from psycopg.errors import InsufficientPrivilege


@contextmanager
def refused_as(refusal):
    """Raise ``refusal`` where row security refuses to write: what was allowed when it was checked has ended since.

    Nothing of the block is written then. Only for blocks whose checks have passed; a missing grant is no such case.
    """
    try:
        with transaction.atomic():
            yield
    except ProgrammingError as error:
        if not (isinstance(error.__cause__, InsufficientPrivilege) and "row-level security" in str(error)):
            raise
        raise refusal from error
