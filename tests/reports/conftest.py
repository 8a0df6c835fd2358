import pytest

from ninghai.calendar import clock
from tasks.models import WorkPointNotice
from tests.reports import makers
from tests.worlds import world


@pytest.fixture(autouse=True)
def _november(settings):
    """These tests live on 20 November 2018."""
    settings.CLOCK_DATE = makers.TODAY.isoformat()
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run
    assert clock.today() == makers.TODAY


quarters_notice = world("quarters_notice", makers.issued_notice, on=("cast",))
signed_circular = world("signed_circular", makers.signed_report, on=("cast", "quarters_notice"))


@pytest.fixture
def notice(quarters_notice: WorkPointNotice) -> WorkPointNotice:
    return quarters_notice
