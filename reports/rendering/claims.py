"""Claiming a report to render it: with a lease that must be renewed, and a fence against whoever lost theirs.

A worker may die, hang, or go on after its parent was killed, so two may render the same report. Only the one whose
attempt number the row still carries can store, fail or renew anything. All times are the database's own.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from ninghai.database.away import DATABASE_ERRORS
from ninghai.files import store_bytes
from ninghai.models import AuditEntry
from reports.models import RenderStatus, Report, ReportQuerySet, SignOff
from reports.snapshots.schema import Snapshot

# The lease on what a worker has in hand: short, so that a dead worker is soon noticed, and renewed while it lives.

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


MOST_TRIES = 5
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=30), timedelta(minutes=1))
LOST = "生成程序中途停止，重新排队。"
LOST_EACH_TIME = f"生成程序连续{MOST_TRIES}次中途停止。请稍后重试，仍不成功请联系系统管理员。"


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on one report."""

    report_id: int
    attempt: int
    snapshot: Snapshot

    def _mine(self) -> ReportQuerySet:
        return Report.objects.filter(pk=self.report_id, attempt=self.attempt, rendering=RenderStatus.RENDERING)

    def renew(self) -> bool:
        """Hold it for another lease; False when it is somebody else's by now."""
        return bool(self._mine().update(lease_until=Now() + LEASE))

    @transaction.atomic
    def tell_progress(self, done: int, total: int) -> None:
        """For the page alone: nothing waits until it is on the disk."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        self._mine().update(steps_done=done, steps_total=total)

    @transaction.atomic
    def store(self, *, pdf: bytes, at: datetime) -> bool:
        """Keep the PDF if the claim is still held (the row is locked meanwhile); False and nothing kept if not."""
        report = self._mine().select_for_update().first()
        if report is None:
            return False
        file = store_bytes(data=pdf, name=_file_name(report), media_type="application/pdf", by=None, at=at)
        self._mine().update(rendering=RenderStatus.READY, file=file, lease_until=None, error="")
        _note(report, to=RenderStatus.READY, at=at, detail={"sha256": file.sha256})
        return True

    @transaction.atomic
    def fail(self, *, reason: str, at: datetime, most_tries: int = MOST_TRIES) -> None:
        """Try again after a growing pause, or give up after the last try; the reason is for the screen."""
        report = self._mine().select_for_update().first()
        if report is None:
            return
        last = report.tries >= most_tries
        to = RenderStatus.FAILED if last else RenderStatus.QUEUED
        pause = timedelta() if last else BACK_OFF[report.tries - 1]
        self._mine().update(rendering=to, error=reason, lease_until=None, handed_out_at=None, next_try_at=Now() + pause)
        _note(report, to=to, at=at, reason=reason)


def _note(
    report: Report, *, to: RenderStatus, at: datetime, reason: str = "", detail: dict[str, str] | None = None
) -> None:
    states = {"from_status": report.rendering, "to_status": to}
    AuditEntry.objects.record(action="render", target=report, by=None, at=at, reason=reason, detail=detail, **states)


def due() -> ReportQuerySet:
    """What may be rendered now: single reports before those of batches, and last what has failed or cost a worker."""
    waiting = Report.objects.filter(rendering=RenderStatus.QUEUED, next_try_at__lte=Now())
    return waiting.order_by(F("queue").desc(), "tries", "pk")  # report-batches, reports


def claim_next() -> Claim | None:
    """Take the first report that is due; None when there is none."""
    while (report_id := due().values_list("pk", flat=True).first()) is not None:
        if claimed := claim(report_id):
            return claimed
    return None


def claim(report_id: int) -> Claim | None:
    """Take the report if it is due; None when it is done, cancelled, somebody else's or not due yet."""
    this = due().filter(pk=report_id)
    row = this.values("attempt", "snapshot").first()
    if row is None:
        return None
    taken = (
        this.order_by()
        .filter(attempt=row["attempt"])
        .update(
            rendering=RenderStatus.RENDERING,
            attempt=F("attempt") + 1,
            tries=F("tries") + 1,
            lease_until=Now() + LEASE,
            steps_done=0,
            steps_total=0,
        )
    )
    return Claim(report_id=report_id, attempt=row["attempt"] + 1, snapshot=row["snapshot"]) if taken else None


@transaction.atomic
def take_back_lost(*, at: datetime) -> None:
    """Queue again what lost its worker, or give it up after the last try; the audit trail tells of both."""
    lost = Report.objects.filter(rendering=RenderStatus.RENDERING, lease_until__lt=Now())
    for report in lost.select_for_update(skip_locked=True).defer("snapshot").order_by("pk"):
        _take_back(report, at=at)


def _take_back(report: Report, *, at: datetime) -> None:
    this = Report.objects.filter(pk=report.pk)
    if report.tries < MOST_TRIES:
        to, reason = RenderStatus.QUEUED, LOST
        this.update(rendering=to, lease_until=None, handed_out_at=None, next_try_at=Now())
    else:
        to, reason = RenderStatus.FAILED, LOST_EACH_TIME
        this.update(rendering=to, lease_until=None, error=reason)
    _note(report, to=to, at=at, reason=reason)
    logger.warning("report %s, attempt %s: lost its worker, now %s", report.pk, report.attempt, to)


def _file_name(report: Report) -> str:
    mark = "" if report.status == SignOff.SIGNED else "（草稿）"
    return f"{report.title}{mark}.pdf"
