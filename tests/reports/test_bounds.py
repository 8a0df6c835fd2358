"""Bounds on time and memory: they strike in the block and leave nothing behind."""

import signal
import time
from contextlib import suppress

import pytest
from django.db import connection

from ninghai.jobs import bounds
from ninghai.jobs.bounds import OutOfTime, within_bounds
from ninghai.models import StoredFile


def test_what_takes_too_long_is_ended():
    with pytest.raises(OutOfTime), within_bounds(seconds=0.5):
        time.sleep(60)


def test_what_takes_too_much_memory_is_ended_while_there_is_room_to_say_so(monkeypatch):
    monkeypatch.setattr(bounds.resource, "getrlimit", lambda which: (1024**2, 1024**2))

    with pytest.raises(MemoryError), within_bounds(seconds=60):
        time.sleep(60)


def test_whoever_swallows_that_time_is_up_is_told_at_the_end():
    """As WeasyPrint does while it draws a picture: the paper would be there, in time, without its picture."""
    with pytest.raises(OutOfTime), within_bounds(seconds=0.3), suppress(BaseException):
        time.sleep(60)


def test_whoever_swallows_that_memory_is_short_is_told_at_the_end(monkeypatch):
    monkeypatch.setattr(bounds.resource, "getrlimit", lambda which: (1024**2, 1024**2))

    with pytest.raises(MemoryError), within_bounds(seconds=60), suppress(BaseException):
        time.sleep(60)


def test_whoever_calls_it_something_else_is_told_its_name():
    def give_it_another_name() -> None:
        try:
            time.sleep(60)
        except Exception as error:
            raise ValueError from error

    with pytest.raises(OutOfTime), within_bounds(seconds=0.3):
        give_it_another_name()


def test_what_the_block_raises_of_its_own_stays_what_it_is():
    with pytest.raises(ValueError, match="of its own"), within_bounds(seconds=60):
        raise ValueError("of its own")


def test_an_alarm_that_was_set_before_is_set_afterwards():
    signal.setitimer(signal.ITIMER_REAL, 100)
    try:
        with within_bounds(seconds=0.5):
            pass
        left, _ = signal.getitimer(signal.ITIMER_REAL)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

    assert left > 50


@pytest.mark.django_db
def test_a_query_is_not_broken_off_and_the_next_one_tells_why():
    def ask_for_long() -> None:
        with within_bounds(seconds=0.1) as watch:
            with watch.held_back():
                connection.cursor().execute("SELECT pg_sleep(1)")
            time.sleep(60)

    with pytest.raises(OutOfTime):
        ask_for_long()

    assert StoredFile.objects.count() == 0
