"""One job of each kind, made by the services as in life, and what a worker would keep of it."""

from collections.abc import Callable
from dataclasses import replace

from django.db.models.functions import Now

from disclosure.annual_reports.services import pass_report
from disclosure.basic_catalogue.reference_data import load_entries
from disclosure.items.public_copies import queue_copies
from disclosure.models import AnnualReport
from disclosure.privacy.scans import queue_scans, scan_of
from fixtures.reference_data import FOLDER, load_workdays
from ninghai.files.public_copy import copy_of
from ninghai.jobs import claims
from ninghai.models import Delivery, Job, Message
from ninghai.models.job import KINDS
from ninghai.notifications.notify import send_together
from reports.jobs import queue_booklets
from tests.browser.papers import pdf
from tests.cast import Cast
from tests.disclosure.annual_reports.shapes import whole
from tests.disclosure.exchange.makers import waiting_message
from tests.disclosure.legacy_import import makers as older_items
from tests.disclosure.requests import makers as requests
from tests.disclosure.test_gate import stored
from tests.reports.makers import NOW, issued_notice, requested


def report_job(cast: Cast) -> Job:
    return requested(cast, issued_notice(cast)).job


def booklet_job(cast: Cast) -> Job:
    load_entries(FOLDER / "catalogue.json", at=NOW)
    queue_booklets()
    return Job.objects.get(kind="booklet")


def annual_report_job(cast: Cast) -> Job:
    report = AnnualReport.objects.create(
        unit=cast.finance, year=2017, figures=whole(2017), status="with_head", drafted_at=NOW
    )
    return pass_report(report=report, version=report.version, by=cast.head, at=NOW).job


def sending_job(channel: Delivery.Channel) -> Callable[[Cast], Job]:
    def made(cast: Cast) -> Job:
        message = Message.objects.create(
            recipient=cast.clerk,
            unit=cast.finance,
            role="editor",
            kind="due",
            event=f"due:{channel}",
            subject="到期",
            created_at=NOW,
        )
        return send_together(channel=channel, event="digest:1", messages=[message]).job

    return made


def import_job(cast: Cast) -> Job:
    return older_items.uploaded(cast, older_items.workbook(older_items.row())).job


def scan_job(cast: Cast) -> Job:
    scan_of(stored(cast, b"x", "a.txt"))
    queue_scans()
    return Job.objects.get(kind="scan")


def copy_job(cast: Cast) -> Job:
    copy_of(stored(cast, pdf("a.pdf")["buffer"], "a.pdf"))
    queue_copies()
    return Job.objects.get(kind="copy")


def letter_job(cast: Cast) -> Job:
    load_workdays()
    requests.signed(cast)
    return Job.objects.get(kind="letter")


def exchange_job(cast: Cast) -> Job:
    return waiting_message(cast).job


MAKERS: dict[str, Callable[[Cast], Job]] = {
    "report": report_job,
    "annual-report": annual_report_job,
    "booklet": booklet_job,
    "letter": letter_job,
    "import": import_job,
    "scan": scan_job,
    "copy": copy_job,
    "exchange": exchange_job,
    "email": sending_job(Delivery.Channel.EMAIL),
    "webhook": sending_job(Delivery.Channel.WEBHOOK),
}


def let_lease_run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=Now())


def let_pause_pass(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(next_try_at=Now(), handed_out_at=None)


def handled_by(monkeypatch, handler, **changes) -> None:
    """The work of every kind is this function."""
    monkeypatch.setattr(claims, "import_string", lambda dotted: handler)
    for kind in list(KINDS):
        monkeypatch.setitem(KINDS, kind, replace(KINDS[kind], given_up="", **changes))


def other(job: Job, **values) -> Job:
    """One more of its kind, of a record that is not there."""
    return Job.objects.create(kind=job.kind, subject=f"{job.subject[:50]}…{Job.objects.count()}", **values)
