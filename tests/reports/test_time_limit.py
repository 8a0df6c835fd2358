"""A bound on time: it strikes in the block, leaves nothing behind, and gives way to nobody who swallows it."""

import signal
import time

import pytest

from reports.time_limit import OutOfTime, time_limit


def test_what_takes_too_long_is_ended():
    with pytest.raises(OutOfTime), time_limit(0.5):
        time.sleep(60)


def test_an_alarm_that_was_set_before_is_set_afterwards():
    signal.setitimer(signal.ITIMER_REAL, 100)
    try:
        with time_limit(0.5):
            pass
        left, _ = signal.getitimer(signal.ITIMER_REAL)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

    assert left > 50
