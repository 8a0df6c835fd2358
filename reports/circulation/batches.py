"""批量制作: one report for each unit in one request; ordinary reports, which a second queue renders."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ninghai.jobs.queue import wake_after_commit
from ninghai.models import AuditEntry, JobQueue, JobStatus, Unit, User
from ninghai.models.job import ALIVE, STOPPED
from ninghai.models.state_machine import StaleError, require
from ninghai.operations.database.connections import one_moment
from reports import rules
from reports.circulation.requests import keep_once
from reports.facts.request import ReportContext, Request, problems_of_the_day
from reports.models import Report, ReportBatch
from reports.snapshots.schema import Snapshot
from reports.snapshots.snapshot import compose
from tasks.models import WorkPointNotice

KIND = "unit-progress"


def request_batch(
    *, notice: WorkPointNotice, as_of: date, since: date | None = None, form_id: UUID, by: User, at: datetime
) -> ReportBatch:
    """Ask for 单位进展情况 of every unit that has tasks; the same form sent twice is the same batch.

    All reports tell of the same moment: the tasks are read once. A report that is there already is taken as it is, but
    made after all if it was called off or had failed.
    Raises ValidationError with sentences by field.
    """
    require(rules.can_request(by))
    if earlier := ReportBatch.objects.filter(form_id=form_id).first():
        return earlier
    of_all = Request(kind=KIND, context=ReportContext(notice=notice, as_of=as_of, at=at), since=since)
    with one_moment():
        snapshots = _snapshots(of_all, today=timezone.localdate(at))
    return _keep(snapshots, of_all=of_all, form_id=form_id, by=by, at=at)


def _snapshots(of_all: Request, *, today: date) -> list[tuple[Request, Snapshot]]:
    """What is asked of each unit that has tasks on that day, in the county's order, and its numbers."""
    context = of_all.context
    if problems := problems_of_the_day(of_all, today=today):
        raise ValidationError(problems)
    if not context.duties:
        raise ValidationError({"as_of": "截至这一天，这份通知没有给任何单位的任务，没有可以制作的报告。"})
    units = Unit.objects.filter(code__in={row.unit_code for row in context.duties})
    requests = [replace(of_all, unit=unit) for unit in units]
    return [(request, compose(request)) for request in requests]


@transaction.atomic
def _keep(
    snapshots: list[tuple[Request, Snapshot]], *, of_all: Request, form_id: UUID, by: User, at: datetime
) -> ReportBatch:
    asked = {"notice": of_all.notice, "as_of": of_all.as_of, "since": of_all.since}
    batch, is_new = ReportBatch.objects.get_or_create(
        form_id=form_id, defaults={**asked, "requested_by": by, "requested_at": at}
    )
    if is_new:
        reports = [_one(request, snapshot, form_id=form_id, by=by, at=at) for request, snapshot in snapshots]
        batch.reports.set(reports)
        AuditEntry.objects.record(action="request", target=batch, by=by, at=at, detail={"reports": len(reports)})
        wake_after_commit(*(report.job for report in reports))
    return batch


def _one(request: Request, snapshot: Snapshot, *, form_id: UUID, by: User, at: datetime) -> Report:
    own_form = uuid5(form_id, request.unit.code if request.unit else "")
    return keep_once(snapshot, request=request, form_id=own_form, by=by, at=at, queue=JobQueue.BULK)


@transaction.atomic
def cancel_batch(*, batch: ReportBatch, by: User, at: datetime) -> int:
    """Call off what is not made yet (取消), also what a worker has in hand; what others want as well goes on.

    Return how many reports were called off.
    """
    require(rules.can_cancel_some(by))
    others = ReportBatch.objects.filter(reports=OuterRef("pk"), cancelled_at=None).exclude(
        requested_by=batch.requested_by_id
    )
    under_way = _locked(batch).filter(~Exists(others), job__status__in=ALIVE, job__queue=JobQueue.BULK)
    reports = [report for report in under_way if rules.can_cancel(by, report)]
    for report in reports:
        report.job.cancel(by=by, at=at)
    ReportBatch.objects.filter(pk=batch.pk, cancelled_at=None).update(cancelled_at=at)
    batch.refresh_from_db()
    AuditEntry.objects.record(
        action="render", target=batch, by=by, at=at, to_status=JobStatus.CANCELLED, detail={"reports": len(reports)}
    )
    return len(reports)


@transaction.atomic
def retry_batch(*, batch: ReportBatch, by: User, at: datetime) -> int:
    """Make after all what was called off or failed (重新生成未完成的); return how many reports that are.

    Raises StaleError when there is none, for somebody was faster.
    """
    require(rules.can_retry_some(by))
    reports = list(_locked(batch).filter(job__status__in=STOPPED))
    if not reports:
        raise StaleError(batch)
    for report in reports:
        report.job.retry(queue=JobQueue.BULK, by=by, at=at)
    ReportBatch.objects.filter(pk=batch.pk).update(cancelled_at=None)
    batch.refresh_from_db(fields=["cancelled_at"])
    AuditEntry.objects.record(
        action="render", target=batch, by=by, at=at, to_status=JobStatus.QUEUED, detail={"reports": len(reports)}
    )
    wake_after_commit(*(report.job for report in reports))
    return len(reports)


def _locked(batch: ReportBatch) -> QuerySet[Report]:
    """The reports of the batch with their jobs, which no worker can take or end meanwhile.

    Of the jobs alone: a worker holds the job when it puts the file to its report.
    """
    return batch.reports.select_related("job").order_by("job_id").select_for_update(of=["job"])
