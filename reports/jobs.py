"""What workers and the scheduler make of reports: PDFs, booklets (目录手册), and the periodic reports (定期报告) that nobody asks for."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.annual_reports.document import blocks_of
from disclosure.basic_catalogue import entry_rows
from disclosure.basic_catalogue.public_duties import PublicDuty, duties_of, rows_in
from disclosure.basic_catalogue.services import KINDS, EntryChange
from disclosure.models import AnnualReport, CatalogueEdition, LetterMaking
from disclosure.requests.letters.papers import frozen_letter, keep_letter, verify_url
from ninghai.calendar import clock
from ninghai.calendar.clock import end_of
from ninghai.files import store_bytes
from ninghai.jobs.claims import Claim, claim, run
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import StoredFile
from reports.circulation.requests import keep_once, snapshot_of
from reports.facts.request import Request
from reports.letters.case_letter import case_snapshot
from reports.letters.notation import quoted
from reports.models import BookletMaking, Report, SignOff
from reports.pdf import render_pdf
from reports.pdf.annual import AnnualPaper, render_annual
from reports.pdf.booklet import Booklet, BookletRow, render_booklet
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus

# The booklet (目录手册) of an edition of a basic catalogue, as it is typeset: the edition is the frozen data.


def booklet_of(edition: CatalogueEdition, *, is_draft: bool = False) -> Booklet:
    """The edition as it is typeset."""
    duties = duties_of(rows_in(edition), {})
    return Booklet(
        title=_title(edition),
        edition=edition.number,
        issuer=settings.OFFICE_NAME,
        published_on=timezone.localtime(edition.published_at).date().isoformat(),
        explanation=[line.strip() for line in edition.explanation.splitlines() if line.strip()],
        note=edition.note,
        changes=[_sentence(change) for change in edition.changes],
        rows=[_row(duty) for duty in duties],
        data=_data(duties),
        demo=settings.DEMO,
        draft=is_draft,
    )


def _title(edition: CatalogueEdition) -> str:
    """Whose catalogue it is stands on the cover, whether or not its name begins with the county."""
    name = edition.catalogue.name
    return name if settings.COUNTY_NAME in name else f"{settings.COUNTY_NAME}{name}"


def _row(duty: PublicDuty) -> BookletRow:
    row = duty.row
    units = entry_rows.units_text(row)
    return BookletRow(
        depth=duty.depth,
        is_heading=duty.is_heading,
        name=row["name"],
        content=row["content_elements"],
        basis=row["legal_basis"],
        limit=row["time_limit"],
        rhythm="" if duty.is_heading else entry_rows.rhythm_text(row),
        publisher=row["publisher"] or units,
        channels=entry_rows.channels_text(row).splitlines(),
        audience=entry_rows.audience_text(row),
        method=entry_rows.method_text(row),
        levels=entry_rows.levels_text(row),
    )


def _data(duties: list[PublicDuty]) -> list[list[str]]:
    """What travels inside the PDF: every column in full."""
    head = ["编码", "上级编码", *entry_rows.COMPARED]
    return [
        head,
        *([d.row["code"], d.row["parent"], *(text(d.row) for text in entry_rows.COMPARED.values())] for d in duties),
    ]


def _sentence(change: EntryChange) -> str:
    changed = "；".join(
        f"{each['label']}由{quoted(each['old'])}改为{quoted(each['new'])}" for each in change["columns"]
    )
    return f"{KINDS[change['kind']]}{quoted(change['name'])}{f'：{changed}' if changed else ''}。"


def edition_in_force(*, code: str, on: date) -> CatalogueEdition | None:
    """The last edition that was public at the end of that day."""
    editions = CatalogueEdition.objects.filter(catalogue__code=code, published_at__lt=end_of(on))
    return editions.select_related("catalogue").order_by("-number").first()


# The papers about applications (依申请公开文书): frozen under seal, set once.


def make_letter(claimed: Claim) -> None:
    """Set the letter, and keep its PDF under seal."""
    making = LetterMaking.objects.select_related("paper__signed_by", "data_key").get(job=claimed.job)
    with claimed.watch.held_back():
        letter = frozen_letter(making, by=None, purpose="排印文书", at=claimed.now)
    paper = making.paper
    snapshot = case_snapshot(
        letter,
        dated=paper.dated,
        code=paper.verify_code,
        verify_url=verify_url(paper),
        signer=str(paper.signed_by),
    )
    pdf = render_pdf(snapshot=snapshot, on_progress=claimed.tell)
    with claimed.finish():
        keep_letter(making, pdf, at=claimed.now)


# What workers do for reports: make the PDF of a snapshot, and the booklet of an edition.

PDF = "application/pdf"


def make_report(claimed: Claim) -> None:
    """Set the snapshot, and keep the PDF."""
    report = Report.objects.get(job=claimed.job)
    pdf = render_pdf(snapshot=report.snapshot, on_progress=claimed.tell)
    keep_report(claimed, report, pdf)


def keep_report(claimed: Claim, report: Report, pdf: bytes) -> None:
    with claimed.finish() as detail:
        mark = "" if report.status == SignOff.SIGNED else "（草稿）"
        file = _stored(pdf, f"{report.title}{mark}.pdf", claimed)
        Report.objects.filter(pk=report.pk).update(file=file)
        detail["sha256"] = file.sha256


def make_report_as_of(*, report: Report, at: datetime) -> None:
    """As if it had been that moment, in the caller's transaction; nobody else can take its row."""
    if claimed := claim(report.job_id):
        claimed.at = at
        run(claimed)


def make_booklet(claimed: Claim) -> None:
    """Typeset the edition's booklet, and keep it."""
    edition = CatalogueEdition.objects.select_related("catalogue").get(making__job=claimed.job)
    with claimed.watch.held_back():
        booklet = booklet_of(edition)
    pdf = render_booklet(booklet)
    with claimed.finish() as detail:
        file = _stored(pdf, f"{edition.catalogue.name}（第{edition.number}版）.pdf", claimed)
        CatalogueEdition.objects.filter(pk=edition.pk).update(booklet=file)
        detail["sha256"] = file.sha256


def make_annual_report(claimed: Claim) -> None:
    """Typeset a yearly report on openness work as its unit has reported it, and keep it."""
    report = AnnualReport.objects.select_related("unit").get(job=claimed.job)
    with claimed.watch.held_back():
        paper = AnnualPaper(
            title=report.title,
            issuer=report.issuer,
            reported_on=timezone.localdate(report.reported_at or claimed.now),
            note=report.explanation,
            blocks=list(blocks_of(report)),
            code=report.verify_code,
            verify_url=f"{settings.SITE_URL}/verify/{report.verify_code}/" if report.verify_code else "",
            demo=settings.DEMO,
        )
    pdf = render_annual(paper)
    with claimed.finish() as detail:
        file = _stored(pdf, f"{paper.title}.pdf", claimed)
        still_reported = AnnualReport.objects.filter(pk=report.pk, job=claimed.job).reported()
        still_reported.update(file=file)  # and not returned meanwhile
        detail["sha256"] = file.sha256


def _stored(pdf: bytes, name: str, claimed: Claim) -> StoredFile:
    return store_bytes(data=pdf, name=name, media_type=PDF, by=None, at=claimed.now)


def queue_booklets() -> None:
    """A job for each edition that has no booklet yet."""
    for edition in CatalogueEdition.objects.filter(booklet=None, making=None):
        with transaction.atomic():
            job = queue_job("booklet", edition.pk)
            BookletMaking.objects.get_or_create(edition=edition, defaults={"job": job})
            wake_after_commit(job)


# 定期报告: the month's and the quarter's progress report and the list of what is overdue make themselves.

SERIES = UUID("5a0f52c6-0f57-4b8e-9d5b-6a6b9f1b2018")  # names each of them once: kind, notice, period, day
LATEST = timedelta(days=10)  # after the month's end
QUARTERS = frozenset({3, 6, 9, 12})


def make_periodic_reports() -> None:
    """Ask for what the last month's end calls for and is not there yet."""
    now = clock.now()
    for request in due(today=timezone.localdate(now)):
        form_id = uuid5(SERIES, f"{request.kind}:{request.notice.pk}:{request.since}:{request.as_of}")
        if Report.objects.filter(form_id=form_id).exists():
            continue
        try:
            snapshot = snapshot_of(request, today=timezone.localdate(now))
        except ValidationError:  # nothing to tell: the notice is younger than the month, or nothing is overdue
            continue
        with transaction.atomic():
            keep_once(snapshot, request=request, form_id=form_id, by=None, at=now)


def due(*, today: date) -> Iterator[Request]:
    """全县进展情况 of the month that has just ended and of the quarter, 督办单 for every quarter, of each notice of that year."""
    month_end = today.replace(day=1) - timedelta(days=1)
    if today - month_end > LATEST:
        return
    for notice in WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED, year=month_end.year):
        month = month_end.replace(day=1)
        yield Request.about(kind="progress", notice=notice, as_of=month_end, since=month)
        if month_end.month in QUARTERS:
            quarter = month.replace(month=month.month - 2)
            yield Request.about(kind="progress", notice=notice, as_of=month_end, since=quarter)
            yield Request.about(kind="overdue", notice=notice, as_of=month_end)
