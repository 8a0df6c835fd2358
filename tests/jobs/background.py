"""What scheduler and workers do between two acts, here and now."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection

from disclosure.items.public_copies import queue_copies
from disclosure.privacy.scans import queue_scans
from ninghai.jobs.claims import run_due


def scan_waiting() -> int:
    """Look into the files whose turn it is; how many attempts that took."""
    queue_scans()
    return run_due("scan")


def make_waiting_copies() -> int:
    """Make the public copies whose turn it is; how many attempts that took."""
    queue_copies()
    return run_due("copy")


def held_up(other: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[Any]:
    """Somebody else acts, and waits by now for what this transaction holds; their answer comes after it."""

    def acted() -> Any:
        try:
            return act()
        finally:
            connection.close()

    answer = other.submit(acted)
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return answer
        if answer.done():
            raise AssertionError("nobody waits") from answer.exception()
        time.sleep(0.05)
    raise AssertionError("nobody waits")
