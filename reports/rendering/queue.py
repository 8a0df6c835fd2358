"""The queue (队列) in Redis: hints that wake workers. What is lost here is handed out again by the scheduler.

A worker that was woken goes on with whatever is due, so a hundred reports need no hundred hints.
"""

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

from ninghai.operations.redis import short_line
from reports.models import Queue as QueueName
from reports.models import RenderStatus, Report, ReportQuerySet

RENDER = "reports.rendering.jobs.render_report"
HINT_LIVES = timedelta(seconds=20)  # by then it was taken, or it is given again
MOST_HINTS = 8  # in one queue at once
HORSE_LIVES = 30  # seconds in which a woken work-horse begins with one report after another

logger = logging.getLogger(__name__)


def report_queue(name: str = QueueName.SINGLE, *, connection: Redis | None = None) -> Queue:
    """A queue as web and scheduler see it: they never wait longer than a second. A worker brings its own connection."""
    short = short_line(settings.REDIS_URL, seconds=settings.REDIS_TIMEOUT)
    return django_rq.get_queue(
        str(name),
        connection=connection or short,
        commit_mode="auto",
        default_timeout=HORSE_LIVES + settings.REPORT_SECONDS,
    )


def to_hand_out() -> ReportQuerySet:
    """What is due and has no hint that may still be alive."""
    no_hint = Q(handed_out_at=None) | Q(handed_out_at__lt=Now() - HINT_LIVES)
    return Report.objects.filter(no_hint, rendering=RenderStatus.QUEUED, next_try_at__lte=Now()).order_by("pk")


def hand_out(report_ids: Iterable[int]) -> None:
    """Wake workers for these reports. Raises redis.RedisError when the queue is away; the rows still wait then."""
    waiting = Report.objects.filter(pk__in=list(report_ids), rendering=RenderStatus.QUEUED)
    for name in QueueName.values:
        if ids := list(waiting.filter(queue=name).order_by("pk").values_list("pk", flat=True)):
            _hint(report_queue(name), ids)
            waiting.filter(pk__in=ids).update(handed_out_at=Now())


def _hint(queue: Queue, report_ids: list[int]) -> None:
    for report_id in report_ids[: max(0, MOST_HINTS - len(queue))]:
        queue.enqueue(
            RENDER,
            kwargs={"report_id": report_id},
            result_ttl=0,
            failure_ttl=int(timedelta(days=7).total_seconds()),
            ttl=int(HINT_LIVES.total_seconds()),
        )


def wake_after_commit(*reports: Report) -> None:
    """Hint workers once the rows are there; a queue that is away never breaks the request."""
    waiting = [report.pk for report in reports if report.rendering == RenderStatus.QUEUED]
    transaction.on_commit(lambda: hand_out(waiting), robust=True)
