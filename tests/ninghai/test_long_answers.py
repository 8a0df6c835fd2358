"""Long downloads never take all threads of the web server."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from ninghai.web.middleware import LongAnswersMiddleware

pytestmark = pytest.mark.django_db


def asking(settings, response, *, at_once: int = 2, threads: bool = True, **head):
    settings.LONG_ANSWERS = at_once
    middleware = LongAnswersMiddleware(lambda request: response())
    return lambda method="GET": middleware(
        RequestFactory().generic(method, "/catalogue/attachments/", **{"wsgi.multithread": threads})
    )


def whole_archive() -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"x"]))


def test_one_more_than_may_be_is_told_when_to_come_back(settings):
    ask = asking(settings, whole_archive)
    slow_readers = [ask(), ask()]

    refused = ask()
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "下载文件的人较多" in refused.content.decode()

    for _ in range(2):
        slow_readers[0].close()  # a second time does no harm
    assert ask().status_code == 200
    assert ask().status_code == 503


@pytest.mark.parametrize(
    "response",
    [
        lambda: HttpResponse(b"x" * 2_000_000),
        lambda: StreamingHttpResponse(iter([b"x"]), headers={"Content-Length": "1000"}),
    ],
)
def test_short_answers_are_never_counted(settings, response):
    ask = asking(settings, response)

    assert {ask().status_code for _ in range(5)} == {200}


def test_whoever_only_asks_for_the_head_is_not_counted(settings):
    ask = asking(settings, whole_archive)

    assert {ask("HEAD").status_code for _ in range(5)} == {200}
