"""The log of requests (访问日志): each with its number, who asked, what for, what came of it and how long it took.

People stand in it by the number and role of their account only; what they typed, addresses' queries included, never.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ninghai.accounts.audit import request_context
from ninghai.accounts.audit.request_context import RequestContext
from ninghai.operations import metrics
from ninghai.operations.log_format import HIDDEN, PRIVATE_ADDRESS, person
from ninghai.web.http import client_address, is_from_proxy

NUMBER_OF_PROXY = re.compile(r"[0-9a-f]{32}")  # nginx's $request_id
LONGEST_ADDRESS = 500  # characters

logger = logging.getLogger("ninghai.requests")


class RequestLogMiddleware:
    """Stands before everything: gives the request its number, and notes it when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        context = RequestContext(address=client_address(request), request_id=_number(request))
        request.META["REQUEST_ID"] = context.request_id  # for the error page
        token = request_context.current.set(context)
        try:
            response = self.get_response(request)
            _note(request, response, seconds=time.perf_counter() - began)
            return response
        finally:
            request_context.current.reset(token)


def _number(request: HttpRequest) -> str:
    """The proxy's own number of the request, so that both logs can be laid side by side; else a new one."""
    number = request.headers.get(settings.REQUEST_ID_HEADER, "") if is_from_proxy(request) else ""
    return number if NUMBER_OF_PROXY.fullmatch(number) else uuid.uuid4().hex


def _note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    view = metrics.observe(request, response, seconds=seconds)
    if not logger.isEnabledFor(logging.INFO):
        return
    path = PRIVATE_ADDRESS.sub(HIDDEN, request.path)[:LONGEST_ADDRESS]  # before anybody knows which view it is, too
    facts = {
        "method": request.method,
        "path": path,
        "view": view,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        **person(request),
    }
    logger.info("%s %r %s", request.method, path, response.status_code, extra=facts)
