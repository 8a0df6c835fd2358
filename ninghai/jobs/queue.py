"""The queues (队列) in Redis: hints that wake workers. What is lost here is handed out again by the scheduler.

A worker that was woken goes on with whatever is due, so a hundred jobs need no hundred hints.
"""

import threading
from collections.abc import Iterable
from datetime import timedelta
from weakref import WeakSet

import django_rq
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from redis import Redis
from rq import Queue

from ninghai.calendar import clock
from ninghai.models import Job, JobQuerySet, JobQueue, JobStatus
from ninghai.models.job import HINT_LIVES, KINDS
from ninghai.operations.redis import short_line

RUN = "ninghai.jobs.worker.run_jobs"
MOST_HINTS = 8  # in one queue at once
HORSE_LIVES = 30  # seconds in which a woken work-horse begins with one job after another
FAILURES_KEPT = timedelta(days=7)


def job_queue(name: str = JobQueue.PROMPT, *, connection: Redis | None = None) -> Queue:
    """A queue as web and scheduler see it: they never wait longer than a second. A worker brings its own connection."""
    short = short_line(settings.REDIS_URL, seconds=settings.REDIS_TIMEOUT)
    return django_rq.get_queue(str(name), connection=connection or short, commit_mode="auto")


def hand_out(jobs: JobQuerySet) -> None:
    """Wake workers for these jobs. Raises redis.RedisError when the queue is away; the rows still wait then."""
    waiting: dict[str, list[Job]] = {}
    for job in jobs.order_by("pk"):
        waiting.setdefault(job.queue, []).append(job)
    for name, found in waiting.items():
        _hint(job_queue(name), found)
        Job.objects.filter(pk__in=[job.pk for job in found], status=JobStatus.QUEUED).update(handed_out_at=Now())


def _hint(queue: Queue, jobs: list[Job]) -> None:
    for job in jobs[: max(0, MOST_HINTS - len(queue))]:
        queue.enqueue(
            RUN,
            kwargs={"job_id": job.pk, "kind": job.kind},
            job_timeout=HORSE_LIVES + job.kind_of_job.time_limit,
            result_ttl=0,
            failure_ttl=int(FAILURES_KEPT.total_seconds()),
            ttl=int(HINT_LIVES.total_seconds()),
        )


def wake_after_commit(*jobs: Job) -> None:
    """Hint workers once the rows are there; a queue that is away never breaks the request."""
    hint = _HintAfterCommit(job.pk for job in jobs)
    _gathered.hints.add(hint)
    transaction.on_commit(hint.give, robust=True)


class _HintAfterCommit:
    """The first one that a commit calls hands out for all of its transaction: Redis is asked once, and waited for once."""

    def __init__(self, waiting: Iterable[int]) -> None:
        self.waiting = list(waiting)

    def give(self) -> None:
        waiting = [pk for hint in _gathered.hints for pk in hint.waiting]
        _gathered.hints.clear()
        if waiting:
            hand_out(Job.objects.due().filter(pk__in=waiting))


class _Gathered(threading.local):
    """The hints of this thread's transaction; whatever Django drops with a savepoint is gone from here as well."""

    def __init__(self) -> None:
        self.hints: WeakSet[_HintAfterCommit] = WeakSet()


_gathered = _Gathered()


@transaction.atomic
def queue_job(kind: str, subject: object, *, queue: JobQueue | None = None, after: timedelta = timedelta()) -> Job:
    """The job of this kind for this thing, made now unless it is there, and due `after` so long.

    One that has outlived its record is queued anew: the same bytes may come again after their file was discarded. A worker
    that still has it in hand looks at what is gone, and can keep nothing.
    """
    queue = queue or KINDS[kind].queue
    known = Job.objects.select_for_update()
    job, _ = known.get_or_create(
        kind=kind, subject=str(subject), defaults={"queue": queue, "next_try_at": Now() + after}
    )
    if job.status != JobStatus.QUEUED and not job.has_record:
        job.retry(queue=queue, by=None, at=clock.now(), noted=False)
    return job
