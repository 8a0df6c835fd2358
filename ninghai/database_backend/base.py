"""A connection comes soon, or the process knows that the database is away and says so to all who ask (`database_away`).

A pool that is merely busy is waited for as long as before.
"""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from ninghai.database_away import breaker_of

BUSY = 10.0  # seconds for which a connection of a pool that is busy is waited for


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raise at once while the database is known to be away; what else fails here is noted for the others."""
        breaker = breaker_of(self.alias)
        breaker.let_through()
        try:
            made = self._connected(conn_params)
        except psycopg.Error:
            breaker.failed()
            raise
        breaker.succeeded()
        return made

    def _connected(self, conn_params: dict[str, Any]) -> Any:
        """A connection, whose tries the pool bounds; while it has lost none and could make those it wanted, it is only busy."""
        failed, until = self._failures(), time.monotonic() + BUSY
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if self._failures() > failed or time.monotonic() >= until:
                    raise

    def _failures(self) -> int:
        """How often the pool could not connect, or found that a connection of its own had died."""
        told = self.pool.get_stats() if self.pool else {}
        return sum(told.get(name, 0) for name in ("connections_errors", "connections_lost"))
