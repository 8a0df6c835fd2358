import pytest
from django.http import HttpResponse

DAY = "2018-11-20"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_records(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = DAY


@pytest.fixture(autouse=True)
def _refusals_without_a_page(monkeypatch) -> None:
    """Thousands of refusals are asked for; how their pages look is looked at elsewhere."""
    monkeypatch.setattr("ninghai.urls.handler403", lambda request, exception: HttpResponse(status=403), raising=False)
    monkeypatch.setattr("ninghai.urls.handler404", lambda request, exception: HttpResponse(status=404), raising=False)
