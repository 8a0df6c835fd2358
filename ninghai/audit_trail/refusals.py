"""Tries that were refused (越权被拒): who, signed in, asked for what they may not do, stands in the trail.

What answers 404 because it is another unit's cannot be told from what does not exist; it is logged with the number of
the account, as every request is.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from ninghai import clock
from ninghai.database_away import DATABASE_ERRORS
from ninghai.models import AuditEntry, User

LONGEST = 200  # characters of an address that are kept

logger = logging.getLogger(__name__)


class KeepRefusals:
    """After the acting membership is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = request.user
        if isinstance(user, User) and response.status_code == HTTPStatus.FORBIDDEN:
            _keep(request, user)
        elif isinstance(user, User) and response.status_code == HTTPStatus.NOT_FOUND:
            logger.warning("not found for account %s: %s %r", user.pk, request.method, request.path[:LONGEST])
        return response


def _keep(request: HttpRequest, user: User) -> None:
    """The refusal stands, even where it cannot be noted."""
    asked = {"method": request.method, "path": request.path[:LONGEST]}
    try:
        AuditEntry.objects.record(action=AuditEntry.Action.REFUSED, target=user, by=user, at=clock.now(), detail=asked)
    except DATABASE_ERRORS:
        logger.exception("a refusal could not be noted: account %s %s", user.pk, asked)
