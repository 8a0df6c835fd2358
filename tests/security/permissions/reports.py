"""Records of the finance bureau in each state, for the cells about reports, batches, booklets, and what units receive."""

import uuid
from datetime import timedelta

from disclosure.models import CatalogueEntry
from ninghai.models import Job, JobStatus
from reports.circulation import cancel_batch, cancel_report, circulate_report, request_batch
from reports.jobs import queue_booklets
from reports.models import BookletMaking, Report, ReportBatch
from tasks.models import WorkPointNotice
from tests.cast import Cast
from tests.disclosure.basic_catalogue.makers import duty, edition_of
from tests.disclosure.makers import LATER, county_catalogue
from tests.reports import makers
from tests.reports.makers import NOW, TODAY
from tests.security.permissions.records import Ground, Record, visitors

Records = dict[tuple[str, str], Record]


def make_ground(cast: Cast) -> Ground:
    notice = makers.issued_notice(cast)
    signed = makers.signed_report(cast, notice)
    circulate_report(report=signed, units=[cast.finance], by=cast.office, at=NOW)
    own, others = visitors(cast)
    records: Records = {("", ""): Record({"code": signed.code}), ("receipt", "sent"): Record({"pk": signed.pk})}
    return Ground(records | _reports(cast, notice, signed) | _batches(cast, notice) | _booklets(cast), own, others)


def _reports(cast: Cast, notice: WorkPointNotice, signed: Report) -> Records:
    days = (TODAY - timedelta(days=ago) for ago in range(1, 10))
    cancelled = cancel_report(report=makers.requested(cast, notice, as_of=next(days)), by=cast.office, at=NOW)
    failed = makers.requested(cast, notice, as_of=next(days))
    Job.objects.filter(report=failed).update(status=JobStatus.FAILED, error="缺少字体")
    reports = {
        "queued": makers.requested(cast, notice, as_of=next(days)),
        "failed": failed,
        "cancelled": cancelled,
        "draft": makers.rendered(makers.requested(cast, notice, as_of=next(days))),
        "checked": makers.checked(cast, notice, as_of=next(days)),
        "signed": signed,
    }
    return {("report", state): _report(Report.objects.get(pk=each.pk), cast) for state, each in reports.items()}


def _report(report: Report, cast: Cast) -> Record:
    sent = {"version": report.version, "reason": "有误", "document_number": "宁政办发〔2018〕99号"}
    more = {"signed_on": str(TODAY), "units": cast.town.pk}
    return Record({"pk": report.pk, "object_id": report.pk}, {**sent, **more})


def _batches(cast: Cast, notice: WorkPointNotice) -> Records:
    def batch(as_of) -> ReportBatch:
        made = request_batch(notice=notice, as_of=as_of, form_id=uuid.uuid4(), by=cast.office, at=NOW)
        makers.rendered(made.reports.first())
        return made

    running, cancelled = batch(TODAY), batch(TODAY - timedelta(days=1))
    cancel_batch(batch=cancelled, by=cast.office, at=NOW)
    batches = {"running": running, "cancelled": cancelled}
    return {("batch", state): Record({"pk": each.pk, "object_id": each.pk}) for state, each in batches.items()}


def _booklets(cast: Cast) -> Records:
    catalogue = county_catalogue()
    heading = CatalogueEntry.objects.create(catalogue=catalogue, code="01", name="财政", position=1)
    duty(heading, "0101", "预算", position=2)
    first = edition_of(catalogue, by=cast.office)
    duty(heading, "0102", "决算", position=3)
    second = edition_of(catalogue, by=cast.office, at=LATER)
    queue_booklets()
    Job.objects.filter(booklet__edition=first).update(status=JobStatus.FAILED)
    records = {}
    for state, edition in {"failed": first, "waiting": second}.items():
        making = BookletMaking.objects.get(edition=edition)
        records["booklet", state] = Record({"pk": making.pk, "object_id": making.pk})
    return records
