"""Tries that were refused (越权被拒): who, signed in, asked for what they may not do, stands in the trail.

What answers 404 because it is another unit's cannot be told from what does not exist; it is logged with the number of
the account, as every request is. Repeats within an hour are counted and told as one sum, so that nobody fills the trail,
which only grows, by asking again and again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import AuditEntry, RefusalCount, User
from ninghai.operations.database.connections import DATABASE_ERRORS

LONGEST = 200  # characters of an address that are kept
LATE = timedelta(minutes=5)  # for a request that is under way when its hour ends
COUNT = """
INSERT INTO ninghai_refusalcount (user_id, address, hour, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (user_id, address, hour) DO UPDATE SET count = ninghai_refusalcount.count + 1
RETURNING count
"""

logger = logging.getLogger(__name__)


class RefusalsMiddleware:
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
    """The first at this address in this hour enters the trail, the others are counted. The refusal stands, even where it
    cannot be noted."""
    asked = {"method": request.method, "path": request.path[:LONGEST]}
    route = request.resolver_match.route if request.resolver_match else request.path
    now = clock.now()
    try:
        with transaction.atomic():
            if _count(user, f"{request.method} /{route}"[:LONGEST], hour=_hour(now)) == 1:
                AuditEntry.objects.record(action=AuditEntry.Action.REFUSED, target=user, by=user, at=now, detail=asked)
    except DATABASE_ERRORS:
        logger.exception("a refusal could not be noted: account %s %s", user.pk, asked)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _count(user: User, address: str, *, hour: datetime) -> int:
    """How often it was by now, in one statement: many at once wait for one another."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [user.pk, address, hour])
        return int(cursor.fetchone()[0])


@transaction.atomic
def record_sums(*, at: datetime) -> int:
    """Of each hour that is over, what was refused more than once enters the trail as one row. Returns how many rows."""
    over = RefusalCount.objects.select_for_update().filter(hour__lt=_hour(at - LATE)).select_related("user")
    repeated = [each for each in over if each.count > 1]
    for each in repeated:
        detail = {"address": each.address, "hour": each.hour.isoformat(timespec="minutes"), "count": each.count}
        AuditEntry.objects.record(
            action=AuditEntry.Action.REFUSED, target=each.user, by=None, at=at, detail=detail, reason=_words(each)
        )
    RefusalCount.objects.filter(pk__in=[each.pk for each in over]).delete()
    return len(repeated)


def _words(refused: RefusalCount) -> str:
    hour = timezone.localtime(refused.hour)
    return f"{hour:%Y-%m-%d %H}时内共{refused.count}次被拒（第一次另有记录）。"
