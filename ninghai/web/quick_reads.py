"""What the public reads is answered within seconds: a query that takes longer is ended, and the page says so.

Anybody can ask for what costs most, again and again; a minute for each query would hold every connection. Downloads that
hand over all there is have the time that they need (`takes_long`).
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from ninghai.operations.database.connections import QuickStatements
from ninghai.web.http import busy
from ninghai.web.public_pages.replica import reads_from

BOUND = "ninghai.quick_statements"
V = TypeVar("V", bound=Callable[..., Any])

logger = logging.getLogger(__name__)


def takes_long(view: V) -> V:
    """A public view that hands over all there is."""
    view.takes_long = True  # type: ignore[attr-defined]
    return view


class QuickReadsMiddleware:
    """Bounds every query of a public view that only reads; 503 with a sentence where one was ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if bound := request.META.pop(BOUND, None):
                bound.end()

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> None:
        is_public = not getattr(view, "login_required", True) and request.method in {"GET", "HEAD"}
        if is_public and not getattr(view, "takes_long", False):
            request.META[BOUND] = QuickStatements(reads_from(), seconds=settings.PUBLIC_READ_SECONDS)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_ended = isinstance(exception, OperationalError) and isinstance(
            exception.__cause__, psycopg.errors.QueryCanceled
        )
        if not (is_ended and BOUND in request.META):
            return None
        logger.warning("a query took too long: %s", request.path)
        return busy(request, "这次查询用时过长，已经停止。请换一个更具体的检索词，或增加筛选条件。", seconds=30)
