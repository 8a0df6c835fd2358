"""Long downloads hold some threads of the web server, never all: slow readers do not keep the pages from anybody."""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ninghai.http import busy

SHORT = 1024 * 1024  # bytes; what the lines between hold by themselves
PATIENCE = 1.0  # seconds for a download that is about to end

GetResponse = Callable[[HttpRequest], HttpResponse]


class LongAnswers:
    """At most LONG_ANSWERS at once in this process; one more is answered with 503 and when to come back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.free = BoundedSemaphore(settings.LONG_ANSWERS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (request.META.get("wsgi.multithread") and is_long(request, response)):
            return response
        if not self.free.acquire(timeout=PATIENCE):
            response.close()
            return busy(request, "现在下载文件的人较多。", seconds=60)
        response._resource_closers.append(_once(self.free.release))  # type: ignore[attr-defined]  # called by `close`
        return response


def is_long(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is written piece by piece, and more than the lines between take at once."""
    length = response.headers.get("Content-Length", "")
    return response.streaming and request.method != "HEAD" and (not length.isdecimal() or int(length) > SHORT)


def _once(act: Callable[[], None]) -> Callable[[], None]:
    """`close` may be called twice."""
    left = [act]
    return lambda: left.pop()() if left else None
