import logging
from collections.abc import Iterator

import pytest

from ninghai.staff_site.inbox import MenuCounts
from tests.run_totals import BAD_INPUTS
from tests.security.hostile.trial import Trial


@pytest.fixture(autouse=True)
def _without_bounds(settings) -> None:
    settings.RATE_LIMITS = {name: (0, seconds) for name, (_, seconds) in settings.RATE_LIMITS.items()}
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture(autouse=True)
def _without_copies(monkeypatch) -> Iterator[None]:
    """Of thousands of answers neither the contexts nor what the log says of them are kept."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **kwargs: None)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def _doors_uncounted(monkeypatch) -> None:
    """Whatever is sent, what waits behind the doors of the menu would be counted anew for each page after it."""
    monkeypatch.setattr("ninghai.staff_site.inbox._count", lambda request: MenuCounts({}, {}))


@pytest.fixture
def trial(db, record_property) -> Trial:
    """What was tried is counted for the end of the run."""
    trial = Trial()
    record_property(BAD_INPUTS, trial.answers)
    return trial
