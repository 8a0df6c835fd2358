"""The RQ worker: it outlives Redis, and forks with its modules read and no connection open.

A hint in Redis wakes a work-horse, which then does whatever is due, as the rows say.
"""

import gc
import logging
import mmap
import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils.module_loading import import_string
from redis import Redis, RedisError
from rq import Queue as RQQueue
from rq import Worker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job as RQJob

from ninghai.jobs.claims import claim, claim_next, lease_kept, run
from ninghai.jobs.queue import HORSE_LIVES, hand_out, job_queue
from ninghai.models import Job, JobQueue
from ninghai.models.job import KINDS

LIVENESS = 60  # seconds after which a silent worker no longer counts
BEAT = 5  # seconds between two signs of life, at work or idle

logger = logging.getLogger(__name__)
served: list[str] = list(JobQueue.values)  # the queues of this process
ends = mmap.mmap(-1, 1)  # whether the worker was told to stop; its work-horses share the byte


def run_jobs(*, job_id: int, kind: str) -> None:
    """Do this job, then what else is due and may take no longer, for as long as a work-horse may live.

    May run twice without harm. A work-horse whose worker was killed ends with the job that it has in hand; so does one
    that could not do it, for it may have left its process short of memory, and the next shall not suffer for it. One
    whose worker was told to stop takes none any more: it would be killed in its midst.
    """
    began, worker, seconds = time.monotonic(), os.getppid(), KINDS[kind].time_limit
    kinds = [each.name for each in KINDS.values() if each.time_limit <= seconds]  # RQ ends what takes longer
    claimed = None if ends[0] else claim(job_id) or claim_next(queues=served, kinds=kinds)
    while claimed:
        with lease_kept(claimed):
            went_well = run(claimed)
        gc.collect()
        is_wanted = os.getppid() == worker and not ends[0]
        goes_on = went_well and is_wanted and time.monotonic() - began < HORSE_LIVES
        if not goes_on:
            wake_another()
        claimed = claim_next(queues=served, kinds=kinds) if goes_on else None


def wake_another() -> None:
    """Wake another work-horse for what is left; without Redis the scheduler does."""
    try:
        hand_out(Job.objects.filter(pk__in=Job.objects.due().filter(queue__in=served).values_list("pk", flat=True)[:1]))
    except RedisError as error:
        logger.warning("queue is away: %s", error)


class JobWorker(Worker):
    """An RQ worker that soon tries again when Redis was away."""

    max_connection_wait_time = 4.0
    dequeue_timeout = BEAT
    tidy: Callable[[], object] = staticmethod(lambda: None)  # away with what a work-horse leaves behind

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """A Redis that was emptied is told anew who lives: else nobody knows of the worker until it starts again."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            self.connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self)

    def setup_work_horse_signals(self) -> None:
        """The first thing that a work-horse does: it looks for garbage between two jobs, not in their midst."""
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        gc.disable()

    def execute_job(self, job: RQJob, queue: RQQueue) -> None:
        super().execute_job(job, queue)
        self.tidy()

    def handle_warm_shutdown_request(self) -> None:
        ends[0] = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]

    @property
    def is_told_to_stop(self) -> bool:
        return bool(self._stop_requested or self._shutdown_requested_date)


def work(*, queues: Sequence[str], burst: bool = False, tidy: Callable[[], object]) -> None:
    """Work until told to stop (or, in a burst, until the queues are empty)."""
    served[:], ends[0] = queues, False
    JobWorker.tidy = staticmethod(tidy)
    for kind in KINDS.values():
        import_string(kind.handler)  # before the fork, not once for each job
    _, most = resource.getrlimit(resource.RLIMIT_AS)  # the sandbox's processes have limits of their own
    bound = settings.REPORT_MEMORY if most == resource.RLIM_INFINITY else min(settings.REPORT_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))
    gc.collect()
    gc.freeze()  # no fork walks through, and so copies, what is there for good
    close_connections()
    with suppress(StopRequested):  # told so between two tries
        while not has_worked(burst=burst):
            time.sleep(1)


def has_worked(*, burst: bool) -> bool:
    """Whether a worker has come to its end; not so if it lost its queue, unless it was told to stop."""
    worker = None
    try:
        worker = new_worker()
        worker.work(burst=burst)
    except RedisError as error:
        logger.warning("queue is away, trying again: %s", error)
        return worker is not None and worker.is_told_to_stop
    return burst or worker.is_told_to_stop


def new_worker() -> JobWorker:
    redis = Redis.from_url(settings.REDIS_URL)
    queues = [job_queue(name, connection=redis) for name in served]
    queue = queues[0]
    return JobWorker(
        queues,
        connection=queue.connection,
        serializer=queue.serializer,
        worker_ttl=LIVENESS,
        job_monitoring_interval=BEAT,
        work_horse_killed_handler=log_killed,
    )


def log_killed(job: RQJob, pid: int, status: int, usage: resource.struct_rusage) -> None:
    """The row's lease runs out and the scheduler takes it back."""
    logger.error("job %s: its process %s was killed (%s)", job.id, pid, status)


def close_connections() -> None:
    """Two processes must not talk through one connection."""
    connections.close_all()
    cast(DatabaseWrapper, connection).close_pool()
