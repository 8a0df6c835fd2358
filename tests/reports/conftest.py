import pytest

from ninghai import clock
from tasks.models import WorkPointNotice
from tests.cast import Cast, make_cast
from tests.reports import makers


@pytest.fixture(autouse=True)
def _november(settings):
    """These tests live on 20 November 2018."""
    settings.CLOCK_DATE = makers.TODAY.isoformat()
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run
    assert clock.today() == makers.TODAY


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def notice(cast: Cast) -> WorkPointNotice:
    return makers.issued_notice(cast)
