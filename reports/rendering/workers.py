"""The RQ worker that renders reports: it outlives Redis, and forks with its fonts read and no connection open."""

import gc
import logging
import resource
import time
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from redis import Redis, RedisError
from rq import Queue as RQQueue
from rq import Worker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job

from reports.models import Queue
from reports.pdf import warm_up
from reports.pdf.press import discard_left, press
from reports.rendering import jobs  # noqa: F401 - imported before the fork, not once for each job
from reports.rendering.queue import report_queue

LIVENESS = 60  # seconds after which a silent worker no longer counts
BEAT = 5  # seconds between two signs of life, at work or idle

logger = logging.getLogger(__name__)


class ReportWorker(Worker):
    """An RQ worker that soon tries again when Redis was away."""

    max_connection_wait_time = 4.0
    dequeue_timeout = BEAT

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """A Redis that was emptied is told anew who lives: else nobody knows of the worker until it starts again."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            self.connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self)

    def setup_work_horse_signals(self) -> None:
        """The first thing that a work-horse does: it looks for garbage between two reports, not in their midst."""
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        gc.disable()

    def execute_job(self, job: Job, queue: RQQueue) -> None:
        """By a work-horse; what that leaves behind goes."""
        super().execute_job(job, queue)
        discard_left()

    @property
    def is_told_to_stop(self) -> bool:
        return bool(self._stop_requested or self._shutdown_requested_date)


def run(*, burst: bool = False) -> None:
    """Work until told to stop (or, in a burst, until the queue is empty)."""
    warm_press()
    resource.setrlimit(resource.RLIMIT_AS, (settings.REPORT_MEMORY, settings.REPORT_MEMORY))
    hang_up()
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


def warm_press() -> None:
    """Import and read what every rendering needs, but leave the press itself to each work-horse (see its module)."""
    warm_up()
    press.cache_clear()
    gc.collect()
    gc.freeze()  # no fork walks through, and so copies, what is there for good


def new_worker() -> ReportWorker:
    redis = Redis.from_url(settings.REDIS_URL)
    queues = [report_queue(name, connection=redis) for name in Queue.values]
    queue = queues[0]
    return ReportWorker(
        queues,
        connection=queue.connection,
        serializer=queue.serializer,
        worker_ttl=LIVENESS,
        job_monitoring_interval=BEAT,
        work_horse_killed_handler=log_killed,
    )


def log_killed(job: Job, pid: int, status: int, usage: resource.struct_rusage) -> None:
    """The row's lease runs out and the scheduler takes it back."""
    logger.error("job %s: its process %s was killed (%s)", job.id, pid, status)


def hang_up() -> None:
    """Two processes must not talk through one connection."""
    connections.close_all()
    cast(DatabaseWrapper, connection).close_pool()
