"""The search indexes during a bulk load: built once at the end, they cost a tenth of what they cost row by row."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from disclosure.models import Item
from ninghai.operations.database.connections import as_owner

MANY = 20_000  # rows; below, the indexes stay
INDEXES = {"item_title_search": "title_vector", "item_text_search": "text_vector"}


@contextmanager
def built_at_the_end(*, number: int) -> Iterator[None]:
    """Take the search indexes away inside the block; whatever happens there, they are back afterwards."""
    if number < MANY:
        yield
        return
    _as_owner(*(f"DROP INDEX IF EXISTS {name}" for name in INDEXES))
    try:
        yield
    finally:
        _as_owner(
            "SET maintenance_work_mem = '1GB'",
            "SET statement_timeout = 0",
            *(f"CREATE INDEX {name} ON {Item._meta.db_table} USING gin ({column})" for name, column in INDEXES.items()),
        )


def tidy() -> None:
    """After a bulk load the list is several times slower until PostgreSQL has looked at the rows again; long texts can wait."""
    _as_owner("SET statement_timeout = 0", f"VACUUM (ANALYZE, PROCESS_TOAST false) {Item._meta.db_table}")


def _as_owner(*statements: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
