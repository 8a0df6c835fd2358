"""The two database roles: web and workers act as the run-time role, the owner of the schema only migrates and restores."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the owner of the schema (DATABASE_OWNER_URL) inside the block, never within a transaction."""
    runtime = connection.settings_dict
    _hang_up()
    connection.settings_dict = {**runtime, **settings.DATABASE_OWNER, "NAME": runtime["NAME"]}
    try:
        yield
    finally:
        _hang_up()
        connection.settings_dict = runtime


def _hang_up() -> None:
    connection.close()
    cast(DatabaseWrapper, connection).close_pool()
