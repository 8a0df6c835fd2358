"""The lease on what a worker has in hand: short, so that a dead worker is soon noticed, and renewed while it lives."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from ninghai.database_away import DATABASE_ERRORS

LEASE = timedelta(seconds=20)
HEARTBEAT = LEASE.total_seconds() / 4

logger = logging.getLogger(__name__)


@contextmanager
def lease_kept(renew: Callable[[], bool], *, of: str) -> Iterator[None]:
    """Renew the lease from a second thread, with a connection of its own, for as long as the block runs.

    `renew` says whether it is still ours; `of` is what the log calls it.
    """
    done = threading.Event()
    thread = threading.Thread(target=_keep, args=(renew, of, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _keep(renew: Callable[[], bool], of: str, done: threading.Event) -> None:
    try:
        while not done.wait(HEARTBEAT):
            try:
                if not renew():
                    logger.warning("%s: lease lost", of)
                    return
            except DATABASE_ERRORS as error:
                logger.warning("%s: lease not renewed: %s", of, error)
                connection.close()
    finally:
        connection.close()
