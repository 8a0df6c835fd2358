import pytest

DAY = "2018-11-20"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_records(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = DAY


@pytest.fixture(autouse=True)
def _without_bounds(settings) -> None:
    """Each account asks thousands of times, and none of it is counted."""
    settings.REQUESTS_PER_MINUTE = settings.AUDIT_ROWS_PER_HOUR = 0


@pytest.fixture(autouse=True)
def _thousands(doors_uncounted, answers_without_contexts, unlogged, refusals_without_a_page) -> None:
    """So many are asked for."""
