"""The connection to the database: in which role it acts, how long it works, when it goes back to the pool, which scheduler
leads by it, and that it is away."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections, transaction
from django.db import Error as DjangoDatabaseError
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import Connection


class QuickStatements:
    """From now on a statement on this connection has so many seconds, until `end`; asked for when the first one runs."""

    def __init__(self, alias: str, *, seconds: int) -> None:
        self.connection, self.seconds = connections[alias], seconds
        self.bounded: object = None  # psycopg's connection: Django's may get another one from the pool
        self.connection.execute_wrappers.insert(0, self)  # Django takes off the last one, whosever it is

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if self.bounded is not self.connection.connection:
            self.bounded = self.connection.connection
            self._say(f"SET statement_timeout = {self.seconds * 1000}")
        return execute(sql, params, many, context)

    def give_back(self) -> None:
        """The connection as it was, for whoever has it next."""
        if self.bounded is not None and self.bounded is self.connection.connection:
            with suppress(DatabaseError):  # a transaction that failed, or a line that is gone, has forgotten it anyway
                self._say("RESET statement_timeout")
        self.bounded = None

    def end(self) -> None:
        self.connection.execute_wrappers.remove(self)
        self.give_back()

    def _say(self, sql: str) -> None:
        with self.connection.wrap_database_errors:
            self.connection.connection.execute(sql)


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query within reads the database as it was at the first one, and writes nothing.

    Within a transaction that is open already, that one says what is seen.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def give_back_connection() -> None:
    """Back to the pool until the next query: whoever reads an answer on a slow line holds none meanwhile."""
    if not connection.in_atomic_block:
        for wrapper in connection.execute_wrappers:
            if isinstance(wrapper, QuickStatements):
                wrapper.give_back()
        connection.close()


# The two database roles: web and workers act as the run-time role, the owner of the schema only migrates and restores.


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


# Which scheduler leads: a PostgreSQL advisory lock, held for as long as its connection lives and seen by everybody.

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


# The database is away: what tells so, and how a process says so at once instead of waiting with every request.
#
# Errors of a raw psycopg connection (the lead of the scheduler, COPY) are not Django's, and Django's own `InterfaceError`
# is not its `DatabaseError`: whoever goes on without the database catches `DATABASE_ERRORS`.

DATABASE_ERRORS = (DjangoDatabaseError, psycopg.Error)
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
LEFT_ALONE = 2.0  # seconds after a failure in which nobody knocks again


class Breaker:
    """What a process knows of one database: after a failure all are refused at once, and one asks again from time to time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_try: float | None = None  # None while all is well

    @property
    def is_open(self) -> bool:
        """Whether the last try failed."""
        return self._next_try is not None

    @property
    def refuses(self) -> bool:
        """Whether nobody is let through at this moment."""
        return self._next_try is not None and time.monotonic() < self._next_try

    def let_through(self) -> None:
        """Raise psycopg.OperationalError at once, unless all is well or it is time to try once more."""
        with self._lock:
            now = time.monotonic()
            if self._next_try is not None and now < self._next_try:
                raise psycopg.OperationalError(
                    "the database did not answer a moment ago; nobody waits for it again yet"
                )
            if self._next_try is not None:
                self._next_try = now + LEFT_ALONE  # whoever comes meanwhile is refused, and only this one waits

    def failed(self) -> None:
        with self._lock:
            self._next_try = time.monotonic() + LEFT_ALONE

    def succeeded(self) -> None:
        self._next_try = None


_breakers: dict[str, Breaker] = {}


def breaker_of(alias: str) -> Breaker:
    """One for a database and process."""
    return _breakers.setdefault(alias, Breaker())
