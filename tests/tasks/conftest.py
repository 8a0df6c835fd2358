"""The cast, a small issued notice, and the day on which the tests of pages live."""

import pytest

from tasks.models import WorkPointNotice
from tests.tasks import factories, issued
from tests.worlds import world

small_notice = world("small_notice", factories.issued_notice, on=("cast",))
three_points = world("three_points", issued.issued_notice, on=("cast",))
three_drafted = world("three_drafted", issued.draft_notice, on=("cast",))


@pytest.fixture
def notice(small_notice: WorkPointNotice, settings) -> WorkPointNotice:
    """Issued on 14 August 2018; pages open on 20 November 2018."""
    settings.CLOCK_DATE = factories.TODAY.isoformat()
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run
    return small_notice
