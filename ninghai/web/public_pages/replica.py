"""Public pages are rendered from a copy of the database (只读副本) where one is named: DATABASE_REPLICA_URL.

A copy follows its primary by moments or, after trouble, by minutes. What the public sees must never go back, and a page
that was kept must be the page of its revision. So the primary still says the revision, by one short query; the copy is
asked for its own, and renders the page only when both are the same: then it has all that the public may see. Whoever
has a session, and every write, meets the primary alone.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from ninghai.calendar import clock
from ninghai.operations.database.connections import DATABASE_ERRORS, breaker_of
from ninghai.web.public_pages.revision import current_revision

REPLICA = "replica"
LEFT_ALONE = 10.0  # seconds, when it did not answer: no visitor after the first waits for it

logger = logging.getLogger(__name__)

_alias: ContextVar[str] = ContextVar("reads_from", default=DEFAULT_DB_ALIAS)


class PublicReads:
    """Django's router: reads go where the page in hand is read from, everything else to the primary."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        return _alias.get()

    def db_for_write(self, model: type[Any], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


class Replica:
    """The copy as this process knows it."""

    def __init__(self) -> None:
        self.left_alone_until = 0.0

    def has(self, revision: str) -> bool:
        """Whether there is a copy, and whether it has come as far as this revision of the primary."""
        if REPLICA not in settings.DATABASES or time.monotonic() < self.left_alone_until:
            return False
        try:
            return current_revision(using=REPLICA) == revision
        except DATABASE_ERRORS as error:
            self.leave_alone(error)
            return False

    def leave_alone(self, why: object) -> None:
        self.left_alone_until = time.monotonic() + LEFT_ALONE
        logger.warning("the copy of the database is away, pages are read from the primary: %s", why)


replica = Replica()


def reads_from() -> str:
    """The alias of the database that the page in hand reads: for queries that are written out."""
    return _alias.get()


@contextmanager
def reading_from_replica() -> Iterator[None]:
    token = _alias.set(REPLICA)
    try:
        yield
    finally:
        _alias.reset(token)
        connections[REPLICA].close()  # back to its pool


def as_of(*, now: datetime) -> datetime:
    """Until when the copy knows what happened, on the portal's clock."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), clock_timestamp())")
        behind: timedelta = cursor.fetchone()[0]
    return now - behind


# While the database is away, what the public reads goes on from its copy (只读副本), and says so and as of when.

PAGES = frozenset({"disclosure", "tasks", "reports"})  # the apps whose open pages the public reads


class ReadOnlyReplicaMiddleware:
    """Stands before all that asks the database; one visitor at a time learns whether it is back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        primary = breaker_of(DEFAULT_DB_ALIAS)
        if primary.refuses and _can_be_read(request):
            return self._from_replica(request) or self.get_response(request)
        response = self.get_response(request)
        is_lost = response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and primary.is_open
        return (self._from_replica(request) or response) if is_lost and _can_be_read(request) else response

    def _from_replica(self, request: HttpRequest) -> HttpResponse | None:
        """The page, or None where the copy does not answer either."""
        try:
            request.public_revision = current_revision(using=REPLICA)  # type: ignore[attr-defined]
            request.read_only_as_of = as_of(now=clock.now())  # type: ignore[attr-defined]
        except DATABASE_ERRORS as error:
            logger.warning("neither the database nor its copy answers: %s", error)
            return None
        for cookie in (settings.SESSION_COOKIE_NAME, settings.MESSAGES_COOKIE_NAME):
            request.COOKIES.pop(cookie, None)
        with reading_from_replica():
            response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def is_read_only(request: HttpRequest) -> bool:
    """Whether the page is made from the copy, as the database is away: nothing can be written."""
    return getattr(request, "read_only_as_of", None) is not None


def _can_be_read(request: HttpRequest) -> bool:
    """A plain reading of a page that is open to everybody, where there is a copy."""
    if REPLICA not in settings.DATABASES or request.method not in {"GET", "HEAD"}:
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return bool(PAGES.intersection(match.app_names)) and not getattr(match.func, "login_required", True)
