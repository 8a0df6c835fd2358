"""The scheduler (调度): what must happen without anybody asking, in rounds, by one process at a time.

It trusts neither Redis nor its own connection: a round that fails is logged, and the next one starts afresh.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from django.db import connection
from redis import RedisError

from disclosure.coverage.jobs import compute_coverage_when_due
from disclosure.jobs import expire_items_when_due, release_items_when_due, work_on_older_items
from disclosure.privacy.jobs import check_what_is_public, make_public_copies, scan_waiting_files
from disclosure.view_counts import flush_view_counts
from ninghai import clock
from ninghai.accounts.jobs import forget_what_is_over
from ninghai.audit_trail.jobs import anchor_trail, check_trail_by_night, seal_latecomers, seal_trail, tell_refusals
from ninghai.database_away import DATABASE_ERRORS
from ninghai.files.strays import set_strays_aside
from ninghai.leadership import take_lead
from ninghai.messaging.jobs import send_messages
from ninghai.public_pages.jobs import forget_changes
from ninghai.rounds import note_round
from reports.booklet_making import hand_out_booklets
from reports.claims import take_back_lost
from reports.corrections import mark_corrected_when_due
from reports.integrity import check_content_by_night
from reports.leftovers import discard_unneeded_files
from reports.periodic import make_periodic_reports
from reports.queue import hand_out, to_hand_out
from tasks.jobs import close_objection_clocks_when_due, close_periods_when_due, remind_when_due

ROUND = 3.0  # seconds between two rounds
TEN_SECONDS, HALF_MINUTE, TEN_MINUTES, HOUR, DAY = 10.0, 30.0, 600.0, 3600.0, 86400.0
LAST_WORDS = 15.0  # seconds to finish a mail before the process ends: one cut off may have arrived and never goes again

logger = logging.getLogger(__name__)


def take_back_what_lost_its_worker() -> None:
    take_back_lost(at=clock.now())


def hand_out_due() -> None:
    """Wake workers for every report that is due."""
    hand_out(to_hand_out().values_list("pk", flat=True))


class Seldom:
    """A duty that need not come with every round: in the first one, then `every` so many seconds."""

    def __init__(self, duty: Callable[[], object], *, every: float) -> None:
        self.duty, self.every, self.done_at, self.__name__ = duty, every, -inf, duty.__name__

    def __call__(self) -> None:
        if time.monotonic() - self.done_at >= self.every:
            self.done_at = time.monotonic()
            self.duty()


class Aside:
    """A duty that may wait long for others, such as a mail server: in a thread of its own, never twice at once."""

    def __init__(self, duty: Callable[[], object]) -> None:
        self.duty, self.__name__ = duty, duty.__name__
        self.thread = threading.Thread()

    def __call__(self) -> None:
        if not self.thread.is_alive():
            self.thread = threading.Thread(target=self._do, name=self.__name__, daemon=True)
            self.thread.start()

    def finish(self, *, seconds: float) -> None:
        """Wait so long at most until it is done."""
        if self.thread.is_alive():
            self.thread.join(seconds)

    def _do(self) -> None:
        try:
            self.duty()
        except Exception:
            logger.exception("%s: failed", self.__name__)
        finally:
            connection.close()  # this thread's own


DUTIES: Sequence[Callable[[], object]] = (
    take_back_what_lost_its_worker,
    hand_out_due,
    release_items_when_due,
    expire_items_when_due,
    Seldom(mark_corrected_when_due, every=HALF_MINUTE),
    flush_view_counts,
    remind_when_due,
    seal_trail,
    Seldom(tell_refusals, every=TEN_MINUTES),
    Seldom(seal_latecomers, every=TEN_MINUTES),
    Seldom(anchor_trail, every=HALF_MINUTE),
    Seldom(Aside(check_trail_by_night), every=TEN_MINUTES),
    Seldom(close_objection_clocks_when_due, every=HOUR),
    Seldom(close_periods_when_due, every=HOUR),
    Seldom(compute_coverage_when_due, every=HOUR),
    Seldom(hand_out_booklets, every=TEN_SECONDS),
    Aside(send_messages),
    Aside(work_on_older_items),
    Aside(make_public_copies),
    Aside(scan_waiting_files),
    Seldom(Aside(check_what_is_public), every=HOUR),
    Seldom(Aside(check_content_by_night), every=TEN_MINUTES),
    Seldom(make_periodic_reports, every=HOUR),
    Seldom(discard_unneeded_files, every=HOUR),
    Seldom(set_strays_aside, every=DAY),
    Seldom(forget_changes, every=HOUR),
    Seldom(forget_what_is_over, every=HOUR),
)


def run(*, stop: threading.Event) -> None:
    """Lead, or wait until the leader is gone; returns soon after `stop` is set."""
    lead: Any = None
    while not stop.is_set():
        try:
            lead = lead if _holds(lead) else _take_lead()
            if lead:
                do_round(stop=stop)
        except DATABASE_ERRORS as error:
            logger.warning("database is away, trying again in %s s: %s", ROUND, error)
            connection.close()  # and with it the lock
        stop.wait(ROUND)
    for duty in DUTIES:
        if isinstance(duty, Aside):
            duty.finish(seconds=LAST_WORDS)


def _holds(lead: Any) -> bool:
    """Whether the connection that holds the lock still lives: a duty that lost it may have opened another by now."""
    return lead is not None and lead is connection.connection and not lead.closed


def _take_lead() -> Any:
    """The database connection that holds the lock from now on; None where another process leads."""
    connection.ensure_connection()
    if not take_lead(connection.connection):
        return None
    logger.info("this scheduler leads")
    return connection.connection


def do_round(*, stop: threading.Event, duties: Sequence[Callable[[], object]] = DUTIES) -> None:
    """Do every duty once; one that fails does not keep the others from their work, unless the database is away."""
    began, failed = time.monotonic(), []
    for duty in duties:
        if stop.is_set():
            return
        try:
            duty()
        except RedisError as error:
            logger.warning("%s: queue is away: %s", duty.__name__, error)
            failed.append(duty.__name__)
        except Exception as error:
            if isinstance(error, DATABASE_ERRORS) and not connection.is_usable():
                raise
            logger.exception("%s: failed", duty.__name__)
            failed.append(duty.__name__)
    note_round(took=time.monotonic() - began, failed=failed)
