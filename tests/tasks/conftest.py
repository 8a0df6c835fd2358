"""The cast, a small issued notice, and the day on which the tests of pages live."""

import pytest

from tasks.models import WorkPointNotice
from tests.cast import Cast, make_cast
from tests.tasks import factories


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def notice(cast: Cast, settings) -> WorkPointNotice:
    """Issued on 14 August 2018; pages open on 20 November 2018."""
    settings.CLOCK_DATE = factories.TODAY.isoformat()
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run
    return factories.issued_notice(cast)
