"""What workers do for reports: make the PDF of a snapshot, and the booklet of an edition."""

from datetime import datetime

from django.db import transaction

from disclosure.models import CatalogueEdition
from ninghai.files import store_bytes
from ninghai.jobs.claims import Claim, claim, run
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import StoredFile
from reports.models import BookletMaking, Report, SignOff
from reports.pdf import render_pdf
from reports.pdf.booklet import render_booklet
from reports.rendering.booklets import booklet_of

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


def _stored(pdf: bytes, name: str, claimed: Claim) -> StoredFile:
    return store_bytes(data=pdf, name=name, media_type=PDF, by=None, at=claimed.now)


def queue_booklets() -> None:
    """A job for each edition that has no booklet yet."""
    for edition in CatalogueEdition.objects.filter(booklet=None, making=None):
        with transaction.atomic():
            job = queue_job("booklet", edition.pk)
            BookletMaking.objects.get_or_create(edition=edition, defaults={"job": job})
            wake_after_commit(job)
