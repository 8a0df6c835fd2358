import pytest

from tests.run_totals import BAD_INPUTS
from tests.security.hostile.trial import Trial


@pytest.fixture(autouse=True)
def _without_bounds(settings) -> None:
    settings.RATE_LIMITS = {name: (0, seconds) for name, (_, seconds) in settings.RATE_LIMITS.items()}
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture(autouse=True)
def _thousands(doors_uncounted, answers_without_contexts, unlogged) -> None:
    """So many are sent."""


@pytest.fixture
def trial(db, record_property) -> Trial:
    """What was tried is counted for the end of the run."""
    trial = Trial()
    record_property(BAD_INPUTS, trial.answers)
    return trial
