"""What the scheduler does in a round, and what one duty's trouble means for the others."""

import threading
import time

import pytest
from django.db import connection, transaction

from reports.scheduler import DUTIES, Every, InThread, do_round


def noted(*, seconds: float = 0):
    done: list[int] = []

    def note() -> None:
        time.sleep(seconds)
        done.append(1)

    return note, done


def test_a_seldom_duty_is_left_out_of_the_rounds_between():
    note, done = noted()
    duty = Every(note, every=0.5)
    duty()
    duty()
    assert len(done) == 1

    time.sleep(0.5)
    duty()
    assert len(done) == 2


def test_a_duty_aside_keeps_no_round_waiting_and_runs_once_at_a_time():
    note, done = noted(seconds=1)
    duty = InThread(note)
    duty()
    duty()
    assert done == []

    duty.thread.join(10)

    assert len(done) == 1


@pytest.mark.django_db
def test_a_duty_whose_data_are_wrong_keeps_no_other_from_its_work():
    note, done = noted()

    def divide() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    do_round(stop=threading.Event(), duties=[divide, note])

    assert len(done) == 1


@pytest.mark.django_db(transaction=True)
def test_every_duty_can_be_done(caplog):
    """A whole round on an empty portal: whatever is named among the duties can be called as the round calls it."""
    do_round(stop=threading.Event())
    for duty in DUTIES:
        aside = getattr(duty, "duty", duty)
        if isinstance(aside, InThread):
            aside.thread.join(30)
        if isinstance(duty, InThread):
            duty.thread.join(30)

    assert [record.getMessage() for record in caplog.records if "failed" in record.getMessage()] == []
