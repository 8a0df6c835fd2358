"""While the database is away, what the public reads goes on from its copy (只读副本), and says so and as of when.

Whoever has signed in reads these pages as anybody else does: sessions are in the database that is away. Nothing of this
is kept, by us or by the visitor; what cannot be read from the copy is answered 503 like everything else.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from ninghai.calendar import clock
from ninghai.database.away import DATABASE_ERRORS, breaker_of
from ninghai.web.public_pages.replica import REPLICA, as_of, reading_from_replica
from ninghai.web.public_pages.revision import current_revision

PAGES = frozenset({"disclosure", "tasks", "reports"})  # the apps whose open pages the public reads

logger = logging.getLogger(__name__)


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


def _can_be_read(request: HttpRequest) -> bool:
    """A plain reading of a page that is open to everybody, where there is a copy."""
    if REPLICA not in settings.DATABASES or request.method not in {"GET", "HEAD"}:
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return bool(PAGES.intersection(match.app_names)) and not getattr(match.func, "login_required", True)
