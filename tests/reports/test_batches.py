"""批量制作: a report of every unit in one request, watched, taken along, called off."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from ninghai.jobs.claims import claim
from ninghai.jobs.queue import job_queue
from ninghai.models import Job, JobQueue, JobStatus
from reports.circulation import cancel_batch, request_batch, retry_batch, retry_report
from reports.models import Report, ReportBatch
from tasks.models import Assignment
from tests.jobs.background import held_up
from tests.reports.makers import NOW, TODAY, rendered, requested
from tests.seen import post_as_seen

pytestmark = pytest.mark.django_db


def batch_of(cast, notice, **asked) -> ReportBatch:
    asked = {"as_of": TODAY, "form_id": uuid.uuid4(), "by": cast.office, "at": NOW} | asked
    return request_batch(notice=notice, **asked)


def page(batch: ReportBatch, name: str = "change") -> str:
    return reverse(f"admin:reports_reportbatch_{name}", args=[batch.pk])


def test_every_unit_with_tasks_gets_one_report(cast, notice):
    batch = batch_of(cast, notice)

    units = set(Report.objects.filter(batches=batch).values_list("unit__code", flat=True))
    assert units == set(Assignment.objects.filter(task__point__notice=notice).values_list("unit__code", flat=True))
    assert set(batch.reports.values_list("job__queue", flat=True)) == {JobQueue.BULK}


def test_every_report_tells_of_the_period_that_was_asked_for(cast, notice):
    batch = batch_of(cast, notice, since=date(2018, 10, 1))

    assert str(batch) == "2018年各单位进展情况（2018-10-01 至 2018-11-20）"
    assert {report.snapshot["period"]["since"] for report in batch.reports.all()} == {"2018-10-01"}


def test_the_same_form_twice_is_one_batch_and_the_same_numbers_the_same_reports(cast, notice):
    form_id = uuid.uuid4()
    first = batch_of(cast, notice, form_id=form_id)

    assert batch_of(cast, notice, form_id=form_id) == first
    second = batch_of(cast, notice)

    assert second != first
    assert set(second.reports.all()) == set(first.reports.all())


def test_a_report_that_is_there_already_is_taken_as_it_is(cast, notice):
    report = rendered(requested(cast, notice, kind="unit-progress", unit=cast.finance))

    batch = batch_of(cast, notice)

    assert batch.reports.get(unit=cast.finance) == report
    assert batch.reports.filter(job__status=JobStatus.DONE).count() == 1


def test_a_batch_wakes_workers_in_a_queue_of_its_own(cast, notice, django_capture_on_commit_callbacks):
    for name in JobQueue.values:
        job_queue(name).empty()

    with django_capture_on_commit_callbacks(execute=True):
        batch = batch_of(cast, notice)
        requested(cast, notice)

    assert (len(job_queue(JobQueue.BULK)), len(job_queue())) == (batch.reports.count(), 1)


def test_what_waits_is_called_off_and_what_is_made_stays(cast, notice):
    batch = batch_of(cast, notice)
    made, begun = batch.reports.order_by("pk")[:2]
    rendered(made)
    held = claim(begun.job_id)

    called_off = cancel_batch(batch=batch, by=cast.office, at=NOW)

    held.fail(reason="缺少公文字体。")
    assert called_off == batch.reports.filter(job__status=JobStatus.CANCELLED).count() == batch.reports.count() - 1
    assert batch.reports.get(job__status=JobStatus.DONE) == made


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [cancel_batch, retry_batch])
def test_a_batch_and_the_worker_that_keeps_a_report_of_it_do_not_wait_for_each_other(cast, notice, act):
    batch = batch_of(cast, notice)
    report = batch.reports.first()
    Job.objects.exclude(pk=report.job_id).update(status=JobStatus.FAILED)
    Job.objects.filter(pk=report.job_id).update(status=JobStatus.FAILED if act == retry_batch else JobStatus.QUEUED)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=report.job_id)
            answer = held_up(other, lambda: act(batch=batch, by=cast.office, at=NOW))
            Report.objects.filter(pk=report.pk).update(title="排好的")
        assert answer.result()


def test_what_was_queued_again_meanwhile_is_called_off_a_second_time(client, cast, notice):
    batch = batch_of(cast, notice)
    cancel_batch(batch=batch, by=cast.office, at=NOW)
    retry_report(report=batch.reports.get(unit=cast.finance), by=cast.office, at=NOW)
    Job.objects.filter(report__batches=batch).update(queue=JobQueue.BULK)
    client.force_login(cast.office)
    seen = client.get(page(batch)).content.decode()
    answer = post_as_seen(client, page(batch, "cancel"), page=page(batch), follow=True)

    assert "取消尚未生成的" in seen
    assert "已取消 1 份尚未生成的报告" in answer.content.decode()


def test_a_colleague_calls_off_as_much_as_the_one_who_asked(cast, notice):
    batch = batch_of(cast, notice)

    assert cancel_batch(batch=batch, by=cast.second_office, at=NOW) == batch.reports.count()


def test_what_a_colleague_wants_as_well_is_not_called_off(cast, notice):
    batch = batch_of(cast, notice)
    batch_of(cast, notice, by=cast.second_office)

    assert cancel_batch(batch=batch, by=cast.office, at=NOW) == 0


@pytest.mark.parametrize("person", ["signer", "inspector", "clerk", "head"])
def test_only_the_office_asks_and_calls_off(cast, notice, person):
    with pytest.raises(PermissionDenied):
        batch_of(cast, notice, by=getattr(cast, person))
    with pytest.raises(PermissionDenied):
        cancel_batch(batch=batch_of(cast, notice), by=getattr(cast, person), at=NOW)


def test_a_day_before_the_notice_is_refused(cast, notice):
    with pytest.raises(ValidationError, match="才下达，统计日期请选这一天或者以后。"):
        batch_of(cast, notice, as_of=TODAY.replace(month=1))


def test_a_wrong_form_says_why_and_makes_nothing(client, cast, notice):
    client.force_login(cast.office)
    form = {"notice": notice.pk, "as_of": "2018-11-21", "form_id": uuid.uuid4()}

    answer = client.post(reverse("admin:reports_reportbatch_add"), form)

    assert answer.status_code == 422
    assert "统计日期不能晚于今天。" in answer.content.decode()
    assert not ReportBatch.objects.exists()


def test_the_office_watches_downloads_and_calls_off_in_the_browser(client, cast, notice):
    client.force_login(cast.office)
    form = {"notice": notice.pk, "as_of": TODAY.isoformat(), "form_id": uuid.uuid4()}

    client.post(reverse("admin:reports_reportbatch_add"), form)
    batch = ReportBatch.objects.get()
    rendered(batch.reports.get(unit=cast.finance))
    watched = client.get(page(batch, "progress"), headers={"HX-Request": "true"}).content.decode()
    packed = b"".join(client.get(page(batch, "archive")).streaming_content)
    post_as_seen(client, page(batch, "cancel"), page=page(batch))
    seen = client.get(page(batch)).content.decode()

    assert f"已生成 1 份，共 {batch.reports.count()} 份" in watched
    assert reverse("admin:reports_report_file", args=[batch.reports.get(unit=cast.finance).pk]) in watched
    assert [name.endswith(".pdf") for name in ZipFile(io.BytesIO(packed)).namelist()] == [True]
    assert "已取消" in seen


def test_the_page_refreshes_itself_when_nothing_is_under_way(client, cast, notice):
    client.force_login(cast.signer)
    batch = batch_of(cast, notice)
    Job.objects.filter(report__batches=batch).update(status=JobStatus.CANCELLED)

    answer = client.get(page(batch, "progress"), headers={"HX-Request": "true"})

    assert answer.headers["HX-Refresh"] == "true"
