"""While a backup is made no stored file is discarded: the backup's snapshot still knows it and will copy it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import Connection

LOCK = 2018_46  # any number of our own; one per database


@contextmanager
def files_held(direct: "Connection[Any]") -> Iterator[None]:
    """Wait for discards that are on their way, then hold off new ones; two backups follow each other."""
    direct.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        direct.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def may_discard() -> bool:
    """Whether no backup is being made; holds a backup off until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
