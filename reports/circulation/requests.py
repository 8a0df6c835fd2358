"""Asking for a report (制作报告): its numbers are frozen and its row stored, then a worker is woken."""

from dataclasses import replace
from datetime import date, datetime
from typing import Unpack
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ninghai.files.paper_codes import codes_of
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import AuditEntry, Job, JobQueue, JobStatus, Unit, User
from ninghai.models.job import ALIVE, STOPPED
from ninghai.models.state_machine import StaleError, require
from ninghai.operations.database.connections import one_moment
from reports import rules
from reports.facts.request import About, ReportContext, Request, problems_of_the_day
from reports.kinds import KINDS
from reports.models import BookletMaking, Report, ReportBatch
from reports.snapshots.schema import Kind, Snapshot
from reports.snapshots.snapshot import compose, correcting, fingerprint, sealed
from tasks.models import WorkPointNotice


def snapshot_of(request: Request, *, today: date) -> Snapshot:
    """The frozen numbers, all of one moment, sealed with the first code of their hash; raises ValidationError by field."""
    kind = KINDS[request.kind]
    with one_moment():
        problems = problems_of_the_day(request, today=today) or kind.problems(request)
        if request.since and not kind.takes_period:
            problems["since"] = (
                "只有进展情况、督办单、依申请公开情况、政务舆情回应情况和12345热线办理情况可以按时段统计，其他种类请把时段起始日留空。"
            )
        if problems:
            raise ValidationError(problems)
        snapshot = compose(request)
    return sealed(snapshot, code=next(codes_of(fingerprint(snapshot))))


def request_report(
    *,
    kind: Kind,
    notice: WorkPointNotice,
    as_of: date,
    corrects: Report | None = None,
    form_id: UUID,
    by: User,
    at: datetime,
    **about: Unpack[About],
) -> Report:
    """Ask for a report (制作报告): numbers frozen as of one moment, the row stored with them, then a worker is woken.

    The same numbers asked for twice are the same report, and so is the same form sent twice. `corrects` is the signed
    report that this one puts right. Raises ValidationError with sentences by field.
    """
    require(rules.can_request(by))
    if earlier := Report.objects.filter(form_id=form_id).first():
        return earlier
    require(corrects is None or rules.can_correct(by, corrects))
    request = Request.about(kind=kind, notice=notice, as_of=as_of, at=at, **about)
    snapshot = snapshot_of(request, today=timezone.localdate(at))
    if corrects:
        snapshot = correcting(snapshot, title=corrects.title, document_number=corrects.document_number)
    return keep_once(snapshot, request=request, corrects=corrects, form_id=form_id, by=by, at=at)


@transaction.atomic
def keep_once(
    snapshot: Snapshot,
    *,
    request: Request,
    form_id: UUID,
    by: User | None,
    at: datetime,
    corrects: Report | None = None,
    queue: JobQueue = JobQueue.PROMPT,
) -> Report:
    """Insert the row and wake a worker, unless the same report or form is there, however many ask at once.

    What a person asks for once more after it was called off or failed is queued again. A batch wakes workers itself,
    for all its reports at once.
    """
    key = fingerprint(snapshot)
    if same := Report.objects.filter(request_key=key).first():
        return _asked_again(same, queue=queue, by=by, at=at) if by else same
    row = _new_row(sealed(snapshot, code=free_code(key)), request=request, corrects=corrects)
    row.request_key, row.form_id, row.job = key, form_id, queue_job("report", key, queue=queue)
    row.requested_by, row.requested_at = by, at
    return _inserted(row)


def _new_row(snapshot: Snapshot, *, request: Request, corrects: Report | None) -> Report:
    """What was asked about, and what is frozen of it."""
    needs = KINDS[request.kind].needs
    return Report(
        kind=request.kind,
        title=snapshot["title"],
        notice=request.notice,
        unit=request.unit if "unit" in needs else None,
        spot_check=request.spot_check if "spot_check" in needs else None,
        scoring=request.scoring if "scoring" in needs else None,
        corrects=corrects,
        as_of=request.as_of,
        snapshot=snapshot,
        code=snapshot["code"],
    )


def _inserted(row: Report) -> Report:
    """The row as it is stored, or that of whoever was faster with the same form or the same numbers."""
    Report.objects.bulk_create([row], ignore_conflicts=True)
    report = Report.objects.filter(form_id=row.form_id).first() or Report.objects.get(request_key=row.request_key)
    if (report.form_id, report.requested_at) != (row.form_id, row.requested_at):  # another click stored it
        Job.objects.filter(pk=row.job_id, report=None).delete()
        return report
    AuditEntry.objects.record(
        action="request",
        target=report,
        by=row.requested_by,
        at=row.requested_at,
        to_status=report.job.status,
        detail={"key": report.request_key},
    )
    if report.job.queue == JobQueue.PROMPT:
        wake_after_commit(report.job)
    return report


def _asked_again(same: Report, *, queue: JobQueue, by: User, at: datetime) -> Report:
    """The report that is there already: queued again if nobody is about to make it, and sooner if it is wanted singly."""
    job = Job.objects.select_for_update().get(pk=same.job_id)
    is_hurried = job.is_alive and queue == JobQueue.PROMPT != job.queue
    if job.has_stopped:
        job.retry(queue=queue, by=by, at=at)
    elif is_hurried:
        Job.objects.filter(pk=job.pk).update(queue=queue)
    else:
        return same
    same.refresh_from_db()
    if queue == JobQueue.PROMPT:
        wake_after_commit(same.job)
    return same


def free_code(sha256: str) -> str:
    """The first code of the hash that no other report has."""
    return next(code for code in codes_of(sha256) if not Report.objects.filter(code=code).exists())


# What people do about a rendering: have it done again, call it off.


@transaction.atomic
def retry_report(*, report: Report, by: User, at: datetime) -> Report:
    """Render again what failed or was cancelled (重新生成); StaleError if somebody was faster."""
    require(rules.can_retry_some(by))
    if not rules.can_retry(by, report):
        raise StaleError(report)
    report.job.retry(by=by, at=at)
    wake_after_commit(report.job)
    return report


@transaction.atomic
def cancel_report(*, report: Report, by: User, at: datetime) -> Report:
    """Call a draft off that is not made yet (取消), whether or not a worker has it by now; StaleError if it is made."""
    require(rules.can_cancel_some(by))
    report.refresh_from_db()
    report.job = Job.objects.select_for_update().get(pk=report.job_id)
    if not rules.can_cancel(by, report):
        raise StaleError(report)
    report.job.cancel(by=by, at=at)
    return report


@transaction.atomic
def make_booklet_again(*, making: BookletMaking, by: User, at: datetime) -> BookletMaking:
    """Typeset a booklet again that has failed (重新制作), with all tries."""
    require(rules.can_make_booklet_again(by, making))
    making.job.retry(queue=JobQueue.BULK, by=by, at=at)
    wake_after_commit(making.job)
    return making


# 批量制作: one report for each unit in one request; ordinary reports, which a second queue renders.

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
