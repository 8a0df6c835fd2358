"""A connection comes soon, or the process knows that the database is away and says so to all who ask (`breaker_of`).

A pool that is merely busy is waited for as long as before.
"""

import time
from typing import Any, NamedTuple

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from ninghai.operations.database.connections import breaker_of

BUSY = 10.0  # seconds for which a connection of a pool that is busy is waited for
SILENCE = 1.0  # seconds after which a connection is lost whose other end says nothing (`tcp_user_timeout`)


class PoolIsBusy(PoolTimeout):
    """All connections are in use by others; of the database this says nothing."""


class Failures(NamedTuple):
    """How often the pool could not connect, and how often it found that a connection of its own had died."""

    to_connect: int
    lost: int


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raise at once while the database is known to be away; what else fails here is noted for the others."""
        breaker = breaker_of(self.alias)
        breaker.let_through()
        try:
            made = self._connected(conn_params)
        except PoolIsBusy:
            raise
        except psycopg.Error:
            breaker.failed()
            raise
        breaker.succeeded()
        return made

    def _connected(self, conn_params: dict[str, Any]) -> Any:
        """A connection, whose tries the pool bounds; while it could make those that it wanted, it is only busy."""
        began, before = time.monotonic(), self._failures()
        while True:
            tried = time.monotonic()
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout as timeout:
                now, failures = time.monotonic(), self._failures()
                is_silent = now - tried >= SILENCE and failures.lost > before.lost
                if failures.to_connect > before.to_connect or is_silent:
                    raise
                if now - began >= BUSY:
                    raise PoolIsBusy(*timeout.args) from None

    def _failures(self) -> "Failures":
        stats = self.pool.get_stats() if self.pool else {}
        return Failures(stats.get("connections_errors", 0), stats.get("connections_lost", 0))
