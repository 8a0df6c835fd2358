"""Which scheduler leads: a PostgreSQL advisory lock, held for as long as its connection lives and seen by everybody."""

from psycopg import Connection

SCHEDULER_LOCK = 2018_44  # any number of our own; one per database


def take_lead(connection: Connection) -> bool:
    """Lead from now on unless another process does."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [SCHEDULER_LOCK]).fetchone()
    return bool(row and row[0])


def somebody_leads(connection: Connection) -> bool:
    """Whether a scheduler is at work on this database."""
    row = connection.execute(
        """
        SELECT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        )
        """,
        [SCHEDULER_LOCK],
    ).fetchone()
    return bool(row and row[0])
