"""Bounds on time and memory: they strike in the block and leave nothing behind."""

import signal
import time

import pytest

from reports import bounds
from reports.bounds import OutOfTime, within_bounds


def test_what_takes_too_long_is_ended():
    with pytest.raises(OutOfTime), within_bounds(seconds=0.5):
        time.sleep(60)


def test_what_takes_too_much_memory_is_ended_while_there_is_room_to_say_so(monkeypatch):
    monkeypatch.setattr(bounds.resource, "getrlimit", lambda which: (1024**2, 1024**2))

    with pytest.raises(MemoryError), within_bounds(seconds=60):
        time.sleep(60)


def test_an_alarm_that_was_set_before_is_set_afterwards():
    signal.setitimer(signal.ITIMER_REAL, 100)
    try:
        with within_bounds(seconds=0.5):
            pass
        left, _ = signal.getitimer(signal.ITIMER_REAL)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

    assert left > 50
