import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse

from ninghai.staff_site.inbox import MenuCounts

DAY = "2018-11-20"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_records(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = DAY


@pytest.fixture(autouse=True)
def _without_bounds(settings) -> None:
    """Each account asks thousands of times, and none of it is counted."""
    settings.REQUESTS_PER_MINUTE = settings.AUDIT_ROWS_PER_HOUR = 0


@pytest.fixture(autouse=True)
def _refusals_without_a_page(monkeypatch) -> Iterator[None]:
    """Thousands of refusals are asked for; how their pages look, and what the log says of them, is looked at elsewhere."""
    monkeypatch.setattr("ninghai.urls.handler403", lambda request, exception: HttpResponse(status=403), raising=False)
    monkeypatch.setattr("ninghai.urls.handler404", lambda request, exception: HttpResponse(status=404), raising=False)
    monkeypatch.setattr("ninghai.web.middleware.render", _without_a_page)
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **kwargs: None)  # copies contexts
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def _doors_uncounted(monkeypatch) -> None:
    """What waits behind each door of the menu is counted anew after each form: asked about by the tests of the inbox."""
    monkeypatch.setattr("ninghai.staff_site.inbox._count", lambda request: MenuCounts({}, {}))


def _without_a_page(request: HttpRequest, template: str, context: object = None, *, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status)
