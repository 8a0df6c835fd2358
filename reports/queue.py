"""The queue (队列) in Redis: a hint that wakes a worker. What is lost here is handed out again by the scheduler."""

import logging
from collections.abc import Iterable
from datetime import timedelta

import django_rq
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from redis import Redis
from rq import Queue

from reports.models import Report, ReportQuerySet
from reports.states import Queue as QueueName
from reports.states import RenderStatus

RENDER = "reports.jobs.render_report"
HINT_LIVES = timedelta(seconds=20)  # by then it was taken, or it is given again
JOB_TIMEOUT = 300  # seconds for one rendering

logger = logging.getLogger(__name__)


def report_queue(name: str = QueueName.SINGLE, *, connection: Redis | None = None) -> Queue:
    """A queue as web and scheduler see it: they never wait longer than a second. A worker brings its own connection."""
    short = Redis.from_url(
        settings.REDIS_URL, socket_timeout=settings.REDIS_TIMEOUT, socket_connect_timeout=settings.REDIS_TIMEOUT
    )
    return django_rq.get_queue(
        str(name),
        connection=connection or short,
        commit_mode="auto",
        default_timeout=JOB_TIMEOUT,
    )


def to_hand_out() -> ReportQuerySet:
    """What is due and has no hint that may still be alive."""
    no_hint = Q(handed_out_at=None) | Q(handed_out_at__lt=Now() - HINT_LIVES)
    return Report.objects.filter(no_hint, rendering=RenderStatus.QUEUED, next_try_at__lte=Now()).order_by("pk")


def hand_out(report_ids: Iterable[int]) -> None:
    """Give each report to a worker. Raises redis.RedisError when the queue is away; the rows still wait then."""
    queues = {name: report_queue(name) for name in QueueName.values}
    for report_id, name in Report.objects.filter(pk__in=list(report_ids)).order_by("pk").values_list("pk", "queue"):
        queues[name].enqueue(
            RENDER,
            kwargs={"report_id": report_id},
            result_ttl=0,
            failure_ttl=int(timedelta(days=7).total_seconds()),
            ttl=int(HINT_LIVES.total_seconds()),
        )
        Report.objects.filter(pk=report_id, rendering=RenderStatus.QUEUED).update(handed_out_at=Now())


def wake_after_commit(*reports: Report) -> None:
    """Hint workers once the rows are there; a queue that is away never breaks the request."""
    waiting = [report.pk for report in reports if report.rendering == RenderStatus.QUEUED]
    transaction.on_commit(lambda: hand_out(waiting), robust=True)
