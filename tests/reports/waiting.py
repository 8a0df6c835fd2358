"""What waits for somebody (今天要办): of papers and booklets."""

from ninghai.models import Job
from ninghai.models.job import JobStatus
from reports.circulation import check_report, circulate_report, confirm_receipt, sign_report, submit_to_catalogue
from reports.models import BookletMaking, Receipt, Report
from tests.cast import Cast
from tests.jobs.makers import booklet_job
from tests.reports import makers as papers
from tests.tasks.factories import NOW, TODAY
from tests.waiting_work import OFFICES, READERS, Piece, waits


@waits("papers-to-check")
def papers_to_check(cast: Cast) -> Piece:
    paper = papers.rendered(papers.requested(cast, papers.issued_notice(cast)))
    return Piece({"second_office"}, lambda: check_report(report=paper, by=cast.second_office, at=NOW))


@waits("papers-to-sign")
def papers_to_sign(cast: Cast) -> Piece:
    paper = papers.checked(cast, papers.issued_notice(cast))
    said = {"document_number": "宁政办发〔2018〕60号", "signed_on": TODAY, "by": cast.signer, "at": NOW}
    return Piece({"signer"}, lambda: sign_report(report=paper, **said))


@waits("papers-to-send")
def papers_to_send(cast: Cast) -> Piece:
    paper = papers.signed_report(cast, papers.issued_notice(cast))
    return Piece(OFFICES, lambda: circulate_report(report=paper, units=[cast.finance], by=cast.office, at=NOW))


@waits("papers-to-publish")
def papers_to_publish(cast: Cast) -> Piece:
    paper = papers.signed_report(cast, papers.issued_notice(cast))
    return Piece(OFFICES, lambda: submit_to_catalogue(report=paper, by=cast.office, at=NOW))


@waits("papers-to-confirm")
def papers_to_confirm(cast: Cast) -> Piece:
    papers_to_send(cast).act()
    receipt = Receipt.objects.get()
    return Piece({"clerk", "head"}, lambda: confirm_receipt(receipt=receipt, by=cast.head, at=NOW))


def failed(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)


@waits("papers-that-failed")
def papers_that_failed(cast: Cast) -> Piece:
    paper = papers.requested(cast, papers.issued_notice(cast))
    failed(paper.job)
    again = Report.objects.get(pk=paper.pk)
    return Piece(READERS, lambda: again.job.retry(by=cast.office, at=NOW))


@waits("booklets-that-failed")
def booklets_that_failed(cast: Cast) -> Piece:
    failed(booklet_job(cast))
    again = BookletMaking.objects.get()
    return Piece(OFFICES, lambda: again.job.retry(by=cast.office, at=NOW))
