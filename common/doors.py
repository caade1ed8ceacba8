"""Calling the database's door functions."""

from django.db import connection


def call(function, *arguments):
    """The value of a function such as ``sign_charter``; ``function`` is a literal of the caller's."""
    return row(function, *arguments)[0]


def row(function, *arguments):
    """The first row of a function, or None."""
    marks = ", ".join(["%s"] * len(arguments))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({marks})", arguments)  # noqa: S608  # never from outside
        return cursor.fetchone()
