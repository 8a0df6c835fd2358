"""The background job: render one report."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, connection
from rq.timeouts import JobTimeoutException

from ninghai import clock
from reports import booklets
from reports.claims import LEASE, Claim, claim
from reports.queue import JOB_TIMEOUT
from reports.typesetting import TypesettingError, render_pdf

HEARTBEAT = LEASE.total_seconds() / 4

logger = logging.getLogger(__name__)


def render_report(*, report_id: int, **kwargs: object) -> None:
    """Claim the report, render its snapshot, keep the PDF if the claim is still ours; may run twice without harm."""
    if claimed := claimed_report(report_id):
        with lease_kept(claimed):
            render(claimed)


def render_report_as_of(*, report_id: int, at: datetime) -> None:
    """The same as if it had been that moment, in the caller's transaction, whose rows nobody else can take."""
    if claimed := claimed_report(report_id):
        render(claimed, at=at)


def claimed_report(report_id: int) -> Claim | None:
    claimed = claim(report_id)
    if claimed is None:
        logger.info("report %s: nothing to render", report_id)
    return claimed


def render(claimed: Claim, *, at: datetime | None = None) -> None:
    """Keep the PDF or the reason why there is none, stamped with `at`, else with the moment at which it was done."""
    try:
        pdf = render_pdf(snapshot=claimed.snapshot, on_progress=claimed.tell_progress)
        kept = claimed.store(pdf=pdf, at=at or clock.now())
    except DatabaseError:
        raise  # nothing can be written down now; the lease runs out and the scheduler takes the report back
    except Exception as error:
        logger.exception("report %s, attempt %s: failed", claimed.report_id, claimed.attempt)
        claimed.fail(reason=reason_for_screen(error), at=at or clock.now())
    else:
        logger.info(
            "report %s, attempt %s: %s", claimed.report_id, claimed.attempt, "ready" if kept else "lost to another"
        )


def reason_for_screen(error: Exception) -> str:
    """What a clerk can do about it."""
    if isinstance(error, TypesettingError):
        return str(error)
    if isinstance(error, JobTimeoutException):
        return f"生成超过{JOB_TIMEOUT // 60}分钟，已中止。请稍后重试。"
    return "生成时发生意外错误，详情已记入系统日志。请稍后重试，仍不成功请联系系统管理员。"


def make_booklet(*, edition_id: int, **kwargs: object) -> None:
    """Typeset the booklet of an edition that has none yet; may run twice without harm."""
    if booklets.make_booklet(edition_id=edition_id, at=clock.now()):
        logger.info("edition %s: booklet ready", edition_id)


@contextmanager
def lease_kept(claimed: Claim) -> Iterator[None]:
    """Renew the lease from a second thread, with a connection of its own, for as long as the block runs."""
    done = threading.Event()
    thread = threading.Thread(target=_keep_lease, args=(claimed, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _keep_lease(claimed: Claim, done: threading.Event) -> None:
    try:
        while not done.wait(HEARTBEAT):
            try:
                if not claimed.renew():
                    logger.warning("report %s, attempt %s: lease lost", claimed.report_id, claimed.attempt)
                    return
            except DatabaseError as error:
                logger.warning("report %s: lease not renewed: %s", claimed.report_id, error)
                connection.close()
    finally:
        connection.close()
