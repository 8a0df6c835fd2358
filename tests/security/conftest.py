import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse

from ninghai.staff_site.inbox import MenuCounts
from tests.security.permissions.grounds import disclosure_ground, own_ground, reports_ground, tasks_ground

__all__ = ["disclosure_ground", "own_ground", "reports_ground", "tasks_ground"]


@pytest.fixture(autouse=True)
def _every_write_is_audited(settings) -> None:
    """These tests ask every address there is: none writes without a row in the audit trail."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.audit_watch.EveryWriteIsAudited"]


# For tests that ask thousands of times.


@pytest.fixture
def doors_uncounted(monkeypatch) -> None:
    """What waits behind each door of the menu is counted anew after each form: asked about by the tests of the inbox."""
    monkeypatch.setattr("ninghai.staff_site.inbox._count", lambda request: MenuCounts({}, {}))


@pytest.fixture
def answers_without_contexts(monkeypatch) -> None:
    """Django's client would keep a copy of each template's context."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **kwargs: None)


@pytest.fixture
def unlogged() -> Iterator[None]:
    """What the log says of refusals is looked at elsewhere."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def refusals_without_a_page(monkeypatch) -> None:
    """How the pages of refusals look is looked at elsewhere."""
    monkeypatch.setattr("ninghai.urls.handler403", lambda request, exception: HttpResponse(status=403), raising=False)
    monkeypatch.setattr("ninghai.urls.handler404", lambda request, exception: HttpResponse(status=404), raising=False)
    monkeypatch.setattr("ninghai.web.middleware.render", _without_a_page)


def _without_a_page(request: HttpRequest, template: str, context: object = None, *, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status)
