import pytest

from fixtures.reference_data import load_workdays


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    """Days off are known, and today is the day of the demonstration."""
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()
