"""How much one account may ask for: requests a minute, rows of the audit trail an hour, bytes a day, files that wait.

The bounds are far above what a busy person does; they keep a stolen session, or a script, from filling disk and trail or
taking the portal from everybody else. Each answer is 429 and says when to go on; what was typed is shown to be copied.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ninghai.accounts.audit import request_context
from ninghai.models import StoredFile, User
from ninghai.web.posted import typed_text
from ninghai.web.rate_limit import RateLimit

MINUTE, HOUR, DAY = 60, 3600, 86400
SOON = 600  # seconds until some of the waiting files are looked into

GetResponse = Callable[[HttpRequest], HttpResponse]
WaitingFiles = Callable[[User], int]

logger = logging.getLogger(__name__)

_waiting_files: list[WaitingFiles] = []


def also_wait(count: WaitingFiles) -> None:
    """An app further up says how many files of a person wait to be looked into."""
    _waiting_files.append(count)


class TooMuch(Exception):
    """The account has done so much of this that it must pause; the text is fit for the screen."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class RequestLimitsMiddleware:
    """After the person is known; nobody is refused while Redis, which counts, is away."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(user := request.user, User):
            return self.get_response(request)
        try:
            _count_request(user)
        except TooMuch as too_much:
            return refused(request, too_much)
        before = request_context.rows_written()
        response = self.get_response(request)
        _rows(user).count(str(user.pk), by=request_context.rows_written() - before)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, TooMuch) else None


def refused(request: HttpRequest, why: TooMuch) -> HttpResponse:
    logger.warning("account %s: %s", request.user.pk, why)
    context = {"title": "操作过于频繁", "message": str(why), "typed": typed_text(request), "code": 429}
    response = render(request, "not_saved.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(why.seconds)
    return response


def _count_request(user: User) -> None:
    most, key = settings.REQUESTS_PER_MINUTE, str(user.pk)
    if most and RateLimit("account", most, MINUTE).count(key) > most:
        raise TooMuch(f"您的账号一分钟内的操作超过{most}次，请过1分钟再继续。", seconds=MINUTE)
    if settings.AUDIT_ROWS_PER_HOUR and _rows(user).is_reached(key):
        words = f"您的账号一小时内的操作已产生{settings.AUDIT_ROWS_PER_HOUR}条审计记录，请过1小时再继续。"
        raise TooMuch(words, seconds=HOUR)


def _rows(user: User) -> RateLimit:
    return RateLimit("audit-rows", settings.AUDIT_ROWS_PER_HOUR, HOUR)


def require_upload_allowed(*, by: User, size: int, at: datetime) -> None:
    """Raise TooMuch before a file is kept that is more than this account may bring."""
    limit = settings.UPLOAD_PER_DAY
    brought = StoredFile.objects.filter(stored_by=by, stored_at__gt=at - timedelta(days=1))
    if limit and (brought.aggregate(total=Sum("size"))["total"] or 0) + size > limit:
        words = f"您的账号一天内上传的文件合计超过{limit // 1024**2}MB，请明天再上传，或请同事上传。"
        raise TooMuch(words, seconds=DAY)
    most = settings.FILES_WAITING
    if most and sum(count(by) for count in _waiting_files) >= most:
        raise TooMuch(f"您上传的文件还有{most}个在等待检查，请过10分钟再上传。", seconds=SOON)
