"""Claiming a job to do it: with a lease that must be renewed, and a fence against whoever lost theirs.

A worker may die, hang, or go on after its parent was killed, so two may be at the same job. Only the one whose attempt
number the row still carries can keep, fail or renew anything. All times are the database's own.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from ninghai.calendar import clock
from ninghai.files.full_disk import is_full
from ninghai.jobs.bounds import OutOfTime, Watch, is_close_to_memory_bound, within_bounds
from ninghai.models import Job, JobKind, JobQuerySet, JobQueue, JobStatus
from ninghai.operations.database.connections import DATABASE_ERRORS

ROOM_AGAIN = timedelta(minutes=10)  # after which work that waits for room on the disk looks again
HEARTBEATS = 4  # in a lease
HEAVY_LOCK = 330226_06  # no other advisory lock of the portal has this number
COSTLY_TRIES = 2  # what was too long or too large for its bounds hardly becomes smaller

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """The job is done, called off or somebody else's by now: nothing may be kept of this attempt."""


@dataclass(slots=True)
class Claim:
    """One worker's hold on one job; `at` is the moment with which what comes of it is stamped, else that of its end."""

    job: Job
    at: datetime | None = None
    watch: Watch = field(default_factory=lambda: Watch(ends=float("inf")))
    has_ended: bool = False

    @property
    def now(self) -> datetime:
        return self.at or clock.now()

    def _mine(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, status=JobStatus.RUNNING)

    def renew(self) -> bool:
        """Hold it for another lease; False when it is somebody else's by now."""
        return bool(self._mine().update(lease_until=Now() + self.job.kind_of_job.lease))

    def tell(self, done: int, total: int) -> None:
        """For the page alone: nothing waits until it is on the disk."""
        with self.watch.held_back(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
            forgiven = {"tries": 1} if self.job.kind_of_job.forgives else {}
            self._mine().update(steps_done=done, steps_total=total, **forgiven)

    @contextmanager
    def finish(self) -> Iterator[dict[str, Any]]:
        """The transaction in which the result is kept and the job is done; ClaimLost and nothing kept if it is not ours.

        What is put into the dictionary stands in the audit trail.
        """
        self.watch.close()  # what was broken off in the midst is not kept
        detail: dict[str, Any] = {}
        with self._held():
            yield detail
            self.job.move(JobStatus.DONE, by=None, at=self.now, detail=detail, lease_until=None, error="")
        self.has_ended = True

    def go_on(self, *, after: timedelta) -> None:
        """There is more of it, and it went well so far: queue it again, with all tries."""
        with self._held():
            pause = {"tries": 0, "next_try_at": Now() + after, "handed_out_at": None}
            self._mine().update(status=JobStatus.QUEUED, lease_until=None, error="", **pause)
        self.has_ended = True

    def fail(self, *, reason: str, most_tries: int | None = None) -> None:
        """Try again after a growing pause, or give up after the last try; the reason is for the screen."""
        with suppress(ClaimLost), self._held():
            if self.job.tries >= (most_tries or self.job.kind_of_job.most_tries):
                give_up(self.job, error=reason, at=self.now)
                return
            pause = Now() + self.job.kind_of_job.back_off[self.job.tries - 1]
            again: dict[str, Any] = {"error": reason, "lease_until": None, "handed_out_at": None, "next_try_at": pause}
            self.job.move(JobStatus.QUEUED, by=None, at=self.now, reason=reason, **again)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """A transaction in which nobody else can take the job."""
        with transaction.atomic():
            if not self._mine().select_for_update().exists():
                raise ClaimLost
            yield


def claim(job_id: int) -> Claim | None:
    """Take the job if it is due; None when it is done, cancelled, somebody else's or not due yet."""
    job = Job.objects.due().filter(pk=job_id).first()
    return _take(job) if job else None


def claim_next(*, queues: Sequence[str] = tuple(JobQueue.values), kinds: Sequence[str] | None = None) -> Claim | None:
    """Take the first job that is due; None when there is none."""
    due = Job.objects.due().filter(queue__in=queues)
    due = due if kinds is None else due.filter(kind__in=kinds)
    while job := due.first():
        if claimed := _take(job):
            return claimed
        if job.kind_of_job.is_heavy:
            due = due.exclude(
                kind=job.kind
            )  # another takes a heavy one at this moment, which nobody sees before its commit
    return None


@transaction.atomic
def _take(job: Job) -> Claim | None:
    if job.kind_of_job.is_heavy and not _alone_with_heavy_jobs():
        return None
    changes = {"lease_until": Now() + job.kind_of_job.lease, "steps_done": 0, "steps_total": 0}
    as_seen = Job.objects.due().order_by().filter(pk=job.pk, attempt=job.attempt)
    if not as_seen.update(status=JobStatus.RUNNING, attempt=F("attempt") + 1, tries=F("tries") + 1, **changes):
        return None
    job.status, job.attempt, job.tries = JobStatus.RUNNING, job.attempt + 1, job.tries + 1
    return Claim(job)


def _alone_with_heavy_jobs() -> bool:
    """Whether nobody else takes a heavy job until this transaction ends: of two, neither would see the other's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [HEAVY_LOCK])
        return bool(cursor.fetchone()[0])


def run(claim: Claim) -> bool:
    """Do the job within the bounds of its kind, and keep what came of it, or why nothing did; True when it went well."""
    job, kind = claim.job, claim.job.kind_of_job
    if not job.has_record:
        job.delete()
        return True
    try:
        with within_bounds(seconds=kind.time_limit) as claim.watch:
            pause = import_string(kind.handler)(claim)
        _settle(claim, pause)
    except ClaimLost:
        logger.info("%s, attempt %s: lost to another", job, job.attempt)
    except DATABASE_ERRORS:
        raise  # nothing can be written down now; the lease runs out and the scheduler takes the job back
    except Exception as error:
        logger.warning("%s, attempt %s: %r", job, job.attempt, error, exc_info=not isinstance(error, kind.speaks))
        if not connection.is_usable():  # broken off in the midst of a query
            connection.close()
        _leave(claim, error, kind)
        return False
    else:
        logger.info("%s, attempt %s: done", job, job.attempt)
    return True


def _leave(claim: Claim, error: Exception, kind: JobKind) -> None:
    """Another try; none is counted where it only waits for room on the disk."""
    if kind.waits_for_room and is_full(error):
        with suppress(ClaimLost):
            claim.go_on(after=ROOM_AGAIN)
    else:
        claim.fail(reason=reason_for_screen(error, kind), most_tries=tries_for(error, kind))


def _settle(claim: Claim, pause: timedelta | None) -> None:
    if pause is not None:
        claim.go_on(after=pause)
    elif not claim.has_ended:
        with claim.finish():
            pass


def run_due(*kinds: str, at: datetime | None = None) -> int:
    """Do whatever is due of these kinds here and now, one after another; return how many turns that took."""
    turns = 0
    while claimed := claim_next(kinds=kinds):
        claimed.at = at
        run(claimed)
        turns += 1
    return turns


# When it does not go well.


def reason_for_screen(error: Exception, kind: JobKind) -> str:
    """What a clerk can do about it."""
    again = "仍不成功请联系系统管理员。"
    if isinstance(error, kind.speaks):
        return str(error)
    if isinstance(error, OutOfTime):
        return f"{kind.verb}超过{kind.time_limit}秒，已中止。请缩短内容后重试，{again}"
    if wanted_memory(error, kind):
        return f"{kind.verb}所需的内存超过上限，已中止。请缩短内容后重试，{again}"
    if is_full(error):
        return f"存放文件的磁盘空间不足，文件没有存下来。请系统管理员清理磁盘，然后重新{kind.verb}。"
    return f"{kind.verb}时发生意外错误，详情已记入系统日志。请稍后重试，{again}"


def tries_for(error: Exception, kind: JobKind) -> int:
    is_costly = isinstance(error, OutOfTime) or wanted_memory(error, kind)
    return COSTLY_TRIES if is_costly else kind.most_tries


def wanted_memory(error: Exception, kind: JobKind) -> bool:
    """Close to the bound, libraries written in C call it all sorts of things."""
    if isinstance(error, MemoryError):
        return True
    return not isinstance(error, (*kind.speaks, OutOfTime, OSError)) and is_close_to_memory_bound()


def give_up(job: Job, *, error: str, at: datetime, is_lost: bool = False) -> None:
    """Nobody does it until somebody asks for it again, and its record is told."""
    job.move(JobStatus.FAILED, by=None, at=at, reason=error, error=error, lease_until=None)
    if hook := job.kind_of_job.given_up:
        import_string(hook)(job, error=error, at=at, is_lost=is_lost)


def take_back_lost(*, at: datetime) -> None:
    """Queue again what lost its worker, or give it up after the last try."""
    lost = Job.objects.filter(status=JobStatus.RUNNING, lease_until__lt=Now())
    for pk in list(lost.values_list("pk", flat=True)):
        with transaction.atomic():
            if job := lost.select_for_update(skip_locked=True).filter(pk=pk).first():
                _take_back(job, at=at)


def _take_back(job: Job, *, at: datetime) -> None:
    kind = job.kind_of_job
    most = kind.most_lost or kind.most_tries
    if not job.has_record:
        job.delete()
    elif job.tries < most:
        again: dict[str, Any] = {"lease_until": None, "handed_out_at": None, "next_try_at": Now()}
        job.move(JobStatus.QUEUED, by=None, at=at, reason=f"{kind.verb}程序中途停止，重新排队。", **again)
    else:
        told = "中途停止" if most == 1 else f"连续{most}次中途停止"
        give_up(job, error=f"{kind.verb}程序{told}。请稍后重试，仍不成功请联系系统管理员。", at=at, is_lost=True)
    logger.warning("%s, attempt %s: lost its worker, now %s", job, job.attempt, job.status)


# The lease.


@contextmanager
def lease_kept(claim: Claim) -> Iterator[None]:
    """Renew the lease from a second thread, with a connection of its own, for as long as the block runs."""
    done = threading.Event()
    thread = threading.Thread(target=_keep, args=(claim, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _keep(claim: Claim, done: threading.Event) -> None:
    beat = claim.job.kind_of_job.lease.total_seconds() / HEARTBEATS
    try:
        while not done.wait(beat):
            try:
                if not claim.renew():
                    logger.warning("%s: lease lost", claim.job)
                    return
            except DATABASE_ERRORS as error:
                logger.warning("%s: lease not renewed: %s", claim.job, error)
                connection.close()
    finally:
        connection.close()
