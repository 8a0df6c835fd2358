"""The database is away: what tells so, and how a process says so at once instead of waiting with every request.

Errors of a raw psycopg connection (the lead of the scheduler, COPY) are not Django's, and Django's own `InterfaceError`
is not its `DatabaseError`: whoever goes on without the database catches `DATABASE_ERRORS`.
"""

import threading
import time

import psycopg
from django.db import Error as DjangoDatabaseError
from django.db import InterfaceError, OperationalError

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
