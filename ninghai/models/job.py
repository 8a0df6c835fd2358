"""A job (后台任务): work that nobody waits for in a request. The row is the truth; Redis only wakes workers.

Every kind of work is registered as a `JobKind`. A worker claims a job with a lease, and its `attempt`, which only grows,
is the fence by which it knows whether the job is still its own. Times are the database's own, never the portal's, which
may be shifted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import nonmember
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models import Exists, F, Q
from django.db.models.functions import Now

from ninghai.models.audit import AuditEntry
from ninghai.models.state_machine import StaleError
from ninghai.models.user import User

HINT_LIVES = timedelta(seconds=20)  # by then a hint was taken, or it is given again


class JobStatus(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"

    moves = nonmember(
        {
            "queued": {"running", "cancelled"},
            "running": {"done", "queued", "failed", "cancelled"},
            "done": {"queued"},  # its record needs it once more, as a report that is signed
            "failed": {"queued", "cancelled"},
            "cancelled": {"queued"},
        }
    )

    @classmethod
    def leading_to(cls, to: "JobStatus") -> list[str]:
        """The states from which one may get there."""
        return [status for status, targets in cls.moves.items() if to in targets]


ALIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
STOPPED = (JobStatus.FAILED, JobStatus.CANCELLED)


def job_labels(verb: str) -> dict[str, str]:
    """How a job stands, in the words of the screen."""
    own = {
        JobStatus.RUNNING: f"{verb}中",
        JobStatus.DONE: f"已{verb}",
        JobStatus.FAILED: f"{verb}失败",
    }
    return {str(status): own.get(status, str(status.label)) for status in JobStatus}


class JobQueue(models.TextChoices):
    """Which queue wakes a worker; it looks into the first before the second, and so on (`due` sorts them by name)."""

    PROMPT = "prompt", "有人等待"
    OUTBOX = "outbox", "对外发送"  # for workers that may reach the network
    BULK = "bulk", "批量"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """What a kind of job does, and what one of its jobs may cost.

    `handler` is the dotted name of a function of a `Claim`: it returns None when the job is done, or, when there is more
    of it, the pause until the next turn. `record` is the job's reverse accessor to what it is for.
    """

    name: str
    handler: str
    record: str
    verb: str = "生成"
    audited_as: str = ""  # an AuditEntry.Action; the trail of the record tells of every move of its job
    health_part: str = "jobs"  # of /healthz
    given_up: str = ""  # dotted name of a function of (job, error, at, is_lost), within the transaction of the failure
    queue: JobQueue = JobQueue.BULK
    lease: timedelta = timedelta(seconds=20)  # short, so that a dead worker is soon noticed; renewed while it lives
    back_off: Sequence[timedelta] = tuple(timedelta(seconds=pause) for pause in (5, 15, 30, 60))
    most_lost: int = 0  # how many workers a job may cost; as many as it has tries, if not said
    forgives: bool = False  # a step forth makes all tries good that came before it
    waits_for_room: bool = False  # on a full disk, without counting its tries: nothing is wrong with its record
    is_heavy: bool = False  # of all heavy jobs one runs at a time: a worker is left for what somebody waits for
    seconds: int = 0  # that one try may take; settings.REPORT_SECONDS if not said
    speaks: tuple[type[Exception], ...] = ()  # errors whose text is fit for the screen
    is_on: Callable[[], bool] = lambda: True  # while it is not, its jobs wait

    @property
    def most_tries(self) -> int:
        return len(self.back_off) + 1

    @property
    def time_limit(self) -> int:
        return self.seconds or settings.REPORT_SECONDS


KINDS: dict[str, JobKind] = {}


def register(*kinds: JobKind) -> None:
    """Called by each app's `ready()`."""
    KINDS.update({kind.name: kind for kind in kinds})


class JobQuerySet(models.QuerySet["Job"]):
    def due(self) -> "JobQuerySet":
        """What may be claimed now: what somebody waits for first, and last what has failed or cost a worker."""
        is_on = [kind.name for kind in KINDS.values() if kind.is_on()]
        heavy = [kind.name for kind in KINDS.values() if kind.is_heavy]
        heavy_runs = Exists(Job.objects.filter(status=JobStatus.RUNNING, kind__in=heavy))
        waiting = self.filter(status=JobStatus.QUEUED, next_try_at__lte=Now(), kind__in=is_on)
        waiting = waiting.filter(~Q(kind__in=heavy) | ~heavy_runs)
        return waiting.order_by(F("queue").desc(), "tries", "next_try_at", "pk")

    def to_hand_out(self) -> "JobQuerySet":
        """What is due and has no hint that may still be alive."""
        return self.due().filter(Q(handed_out_at=None) | Q(handed_out_at__lt=Now() - HINT_LIVES))


class Job(models.Model):
    """One for each thing of its kind (`subject`), for good: it is queued again where its record needs it once more.

    `tries` counts since it was last asked for; `attempt` counts for ever.
    """

    kind = models.CharField("种类", max_length=20)
    subject = models.CharField("对象", max_length=64)
    status = models.CharField("状态", max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    queue = models.CharField("队列", max_length=10, choices=JobQueue, default=JobQueue.BULK)
    attempt = models.PositiveIntegerField("序次", default=0)
    tries = models.PositiveIntegerField("已尝试次数", default=0)
    queued_at = models.DateTimeField("提出时间", db_default=Now())
    lease_until = models.DateTimeField("租约到期", null=True)
    next_try_at = models.DateTimeField("下次尝试", db_default=Now())
    handed_out_at = models.DateTimeField("交付队列时间", null=True)
    steps_done = models.PositiveIntegerField("已完成步骤", default=0)
    steps_total = models.PositiveIntegerField("总步骤", default=0)
    error = models.TextField("失败原因", max_length=2000, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_job_of_a_kind_for_a_thing", fields=["kind", "subject"]),
            models.CheckConstraint(
                name="running_job_has_a_lease",
                condition=~Q(status="running") | Q(lease_until__isnull=False),
                violation_error_message="进行中的任务必须有租约。",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status__in=["queued", "running"]), name="jobs_alive"),
            models.Index(fields=["kind"], condition=Q(status="failed"), name="jobs_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def kind_of_job(self) -> JobKind:
        return KINDS[self.kind]

    @property
    def record(self) -> models.Model:
        """What it is for."""
        return getattr(self, self.kind_of_job.record)  # type: ignore[no-any-return]

    @property
    def has_record(self) -> bool:
        """Whether what it is for is still there: a file may be discarded that waits to be looked into."""
        try:
            return bool(self.record)
        except ObjectDoesNotExist:
            return False

    @property
    def label(self) -> str:
        return job_labels(self.kind_of_job.verb)[self.status]

    @property
    def is_alive(self) -> bool:
        """Waits for a worker or has one: the page asks again."""
        return self.status in ALIVE

    @property
    def has_stopped(self) -> bool:
        """Failed or called off: nobody does it until somebody asks for it again."""
        return self.status in STOPPED

    def retry(self, *, by: User | None, at: datetime, queue: JobQueue = JobQueue.PROMPT, noted: bool = True) -> None:
        """Queue it again, with all tries. Raises StaleError if it is no longer as this person saw it."""
        self.move(JobStatus.QUEUED, by=by, at=at, queue=queue, noted=noted, **FROM_THE_START)

    def cancel(self, *, by: User, at: datetime) -> None:
        """Call it off; a worker that has it in hand can keep nothing of it."""
        self.move(JobStatus.CANCELLED, by=by, at=at, lease_until=None, error="")

    @transaction.atomic
    def move(
        self,
        to: JobStatus,
        *,
        by: User | None,
        at: datetime,
        reason: str = "",
        detail: dict[str, Any] | None = None,
        noted: bool = True,
        **changes: Any,
    ) -> None:
        """Move it once, if it is still as it was read and the table of moves leads there; StaleError if not."""
        as_seen = Job.objects.filter(pk=self.pk, status=self.status, attempt=self.attempt)
        if not as_seen.filter(status__in=JobStatus.leading_to(to)).update(status=to, **changes):
            raise StaleError(self.record)
        if noted and (action := self.kind_of_job.audited_as):
            states = {"from_status": self.status, "to_status": to}
            AuditEntry.objects.record(
                action=action, target=self.record, by=by, at=at, reason=reason, detail=detail, **states
            )
        self.refresh_from_db()


FROM_THE_START: dict[str, Any] = {
    "tries": 0,
    "queued_at": Now(),
    "next_try_at": Now(),
    "handed_out_at": None,
    "lease_until": None,
    "steps_done": 0,
    "steps_total": 0,
    "error": "",
}
