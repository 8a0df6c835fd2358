"""How often each fault strikes. The long form waits as long as life does; the short one lets time pass."""

import os

import pytest

from tests.faults import LONG_FORM

IS_LONG = LONG_FORM in os.environ
only_long = pytest.mark.skipif(not IS_LONG, reason="belongs to make faults")

UNITS = 60 if IS_LONG else 6  # of a batch
WORKERS_KILLED = 50 if IS_LONG else 2
WORK_HORSES_KILLED = 20 if IS_LONG else 1
REQUESTS_AT_ONCE = 200 if IS_LONG else 20
REDIS_AWAY = 30 if IS_LONG else 2  # seconds, with a request in each
REDIS_EMPTIED = 10 if IS_LONG else 1
POSTGRESQL_RESTARTED = 3 if IS_LONG else 1
DISK_FULL = 30 if IS_LONG else 0  # seconds, beyond the first failure
TWO_WORKERS = 5 if IS_LONG else 1  # reports
TOO_LONG = TOO_LARGE = 3 if IS_LONG else 1  # reports
SCHEDULERS_KILLED = 5 if IS_LONG else 1
SOON = 2 if IS_LONG else 30  # seconds in which a request is accepted; other tests may keep the machine busy
TWO_MINUTES = 120 if IS_LONG else 500  # seconds, after which nothing may be stuck; likewise
