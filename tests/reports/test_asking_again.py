"""What was called off or failed is made after all: asked for once more, or pressed 重新生成未完成的; singly comes first."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ninghai.jobs.queue import job_queue
from ninghai.models import AuditEntry, Job, JobQueue, JobStatus
from ninghai.models.state_machine import StaleError
from ninghai.web.versions import version_of
from reports.circulation import cancel_batch, cancel_report, check_report, retry_batch, retry_report, sign_report
from reports.circulation.requests import keep_once
from reports.models import Report, ReportBatch
from tests.reports.makers import NOW, TODAY, rendered, requested
from tests.reports.test_batches import batch_of
from tests.seen import post_as_seen

pytestmark = pytest.mark.django_db
STOPPED = [JobStatus.CANCELLED, JobStatus.FAILED]


def stop(reports, rendering: JobStatus) -> None:
    Job.objects.filter(report__in=reports).update(status=rendering, tries=5, error="缺少公文字体。")


@pytest.mark.parametrize("rendering", STOPPED)
def test_what_had_stopped_and_is_asked_for_once_more_is_queued_again(
    cast, notice, rendering, django_capture_on_commit_callbacks
):
    first = requested(cast, notice)
    stop(Report.objects.filter(pk=first.pk), rendering)
    job_queue().empty()

    with django_capture_on_commit_callbacks(execute=True):
        report = requested(cast, notice)

    assert report == first
    assert (report.job.status, report.job.tries, report.job.error) == (JobStatus.QUEUED, 0, "")
    assert [job.kwargs for job in job_queue().jobs] == [{"job_id": report.job_id, "kind": "report"}]
    entry = AuditEntry.objects.about(report).order_by("pk").last()
    assert (entry.action, entry.from_status, entry.to_status) == ("render", rendering, JobStatus.QUEUED)


def test_what_is_made_is_not_made_again(cast, notice):
    first = rendered(requested(cast, notice))

    assert requested(cast, notice).file == first.file


def test_what_makes_itself_is_not_taken_up_again_when_it_was_called_off(cast, notice):
    report = requested(cast, notice)
    cancel_report(report=report, by=cast.office, at=NOW)

    same = keep_once(report.snapshot, request=None, form_id=uuid.uuid4(), by=None, at=NOW)

    assert (same, same.job.status) == (report, JobStatus.CANCELLED)


@pytest.mark.parametrize("person", ["office", "second_office"])
def test_a_batch_called_off_and_asked_for_again_on_the_same_day_is_made(cast, notice, person):
    first = batch_of(cast, notice)
    cancel_batch(batch=first, by=cast.office, at=NOW)

    again = batch_of(cast, notice, by=getattr(cast, person))

    assert set(again.reports.all()) == set(first.reports.all())
    assert set(again.reports.values_list("job__status", "job__queue")) == {(JobStatus.QUEUED, JobQueue.BULK)}
    assert cancel_batch(batch=again, by=cast.office, at=NOW) == again.reports.count()


def test_the_unfinished_reports_of_a_batch_are_made_after_all(client, cast, notice):
    batch = batch_of(cast, notice)
    made = rendered(batch.reports.get(unit=cast.finance))
    cancel_batch(batch=batch, by=cast.office, at=NOW)
    stopped = batch.reports.exclude(pk=made.pk)
    client.force_login(cast.office)
    page = client.get(batch.get_absolute_url()).content.decode()
    retry = reverse("admin:reports_reportbatch_retry", args=[batch.pk])
    answer = post_as_seen(client, retry, page=batch.get_absolute_url(), follow=True)

    assert f"重新生成未完成的（{stopped.count()} 份）" in page
    assert f"{stopped.count()} 份取消或失败的报告已重新排队生成。" in answer.content.decode()
    assert set(stopped.values_list("job__status", "job__queue")) == {(JobStatus.QUEUED, JobQueue.BULK)}
    batch.refresh_from_db()
    assert batch.cancelled_at is None
    assert client.post(retry, {"version": version_of(ReportBatch.objects.get())}).status_code == 409


@pytest.mark.parametrize("person", ["inspector", "clerk", "head"])
def test_only_the_office_has_the_unfinished_made(cast, notice, person):
    with pytest.raises(PermissionDenied):
        retry_batch(batch=batch_of(cast, notice), by=getattr(cast, person), at=NOW)


def test_with_nothing_unfinished_somebody_was_faster(cast, notice):
    with pytest.raises(StaleError):
        retry_batch(batch=batch_of(cast, notice), by=cast.office, at=NOW)


# --- Out of a batch into the queue of single reports ----------------------------------------------


@pytest.fixture
def of_a_batch(cast, notice) -> Report:
    return batch_of(cast, notice).reports.get(unit=cast.finance)


def test_a_report_of_a_batch_asked_for_singly_comes_first(cast, notice, of_a_batch, django_capture_on_commit_callbacks):
    job_queue().empty()

    with django_capture_on_commit_callbacks(execute=True):
        report = requested(cast, notice, kind="unit-progress", unit=cast.finance)

    assert (report, report.job.queue) == (of_a_batch, JobQueue.PROMPT)
    assert [job.kwargs for job in job_queue().jobs] == [{"job_id": report.job_id, "kind": "report"}]


def test_a_report_of_a_batch_that_is_retried_comes_first(cast, of_a_batch):
    stop(Report.objects.filter(pk=of_a_batch.pk), JobStatus.FAILED)
    of_a_batch.refresh_from_db()

    assert retry_report(report=of_a_batch, by=cast.office, at=NOW).job.queue == JobQueue.PROMPT


def test_a_report_of_a_batch_that_is_signed_is_printed_first(cast, of_a_batch):
    report = check_report(report=rendered(of_a_batch), by=cast.second_office, at=NOW)

    sign_report(report=report, document_number="宁政办发〔2018〕60号", signed_on=TODAY, by=cast.signer, at=NOW)

    report.refresh_from_db()
    assert (report.job.queue, report.job.status) == (JobQueue.PROMPT, JobStatus.QUEUED)


def test_a_report_asked_for_singly_does_not_go_back_into_the_queue_of_a_batch(cast, notice):
    report = requested(cast, notice, kind="unit-progress", unit=cast.finance)

    batch_of(cast, notice)

    report.refresh_from_db()
    assert report.job.queue == JobQueue.PROMPT
