"""Whether somebody stands at a lock, in this test's own database: others of the cluster may wait as they like."""

from django.db import connection


def somebody_waits():
    """Whether a backend of this database waits for a lock of any kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the backends of its first look otherwise
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database())"
        )
        return cursor.fetchone()[0]
