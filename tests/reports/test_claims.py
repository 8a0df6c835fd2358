"""Claims, leases and fences, with real threads on real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django_rq
import pytest
from django.db import connection
from django.db.models.functions import Now
from rq.serializers import JSONSerializer

from ninghai.models import AuditEntry, StoredFile
from reports.models import Queue, RenderStatus, Report
from reports.rendering.claims import MOST_TRIES, claim, claim_next, take_back_lost
from reports.rendering.jobs import render_report, render_report_as_of
from reports.rendering.queue import report_queue, to_hand_out
from reports.rendering.workers import new_worker
from tests.reports.makers import NOW, PDF, TODAY, rendered, requested


def let_lease_run_out(report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(lease_until=Now() - timedelta(seconds=1))


def let_pause_pass(report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(next_try_at=Now())


@pytest.fixture
def report(cast, notice) -> Report:
    return requested(cast, notice)


def files_made() -> int:
    return StoredFile.objects.filter(media_type="application/pdf").count()


def test_whoever_enqueues_writes_plain_values(private_services):
    assert django_rq.get_queue("reports").serializer is JSONSerializer
    assert new_worker().serializer is JSONSerializer


def test_a_rendering_of_the_past_is_stamped_with_its_moment(report):
    render_report_as_of(report_id=report.pk, at=NOW)

    report.refresh_from_db()
    assert (report.rendering, report.file.stored_at) == (RenderStatus.READY, NOW)
    assert [entry.at for entry in AuditEntry.objects.about(report).filter(action="render")] == [NOW]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_gets_the_claim(report):
    def take(_):
        try:
            return claim(report.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as workers:
        claims = list(workers.map(take, range(20)))

    assert len([each for each in claims if each]) == 1
    report.refresh_from_db()
    assert (report.rendering, report.attempt, report.tries) == (RenderStatus.RENDERING, 1, 1)


def test_a_worker_that_lost_its_lease_can_do_nothing(report):
    lost = claim(report.pk)
    let_lease_run_out(report)
    take_back_lost(at=NOW)
    held = claim(report.pk)

    assert lost.renew() is False
    assert lost.store(pdf=b"too late", at=NOW) is False
    lost.fail(reason="too late", at=NOW)
    lost.tell_progress(4, 4)

    report.refresh_from_db()
    assert (report.rendering, report.attempt, report.steps_done, report.error) == (RenderStatus.RENDERING, 2, 0, "")
    assert files_made() == 0
    assert held.store(pdf=PDF, at=NOW) is True


def test_what_is_stored_first_stays(report):
    held = claim(report.pk)
    assert held.store(pdf=PDF, at=NOW) is True

    assert held.store(pdf=b"once more", at=NOW) is False

    report.refresh_from_db()
    assert (report.file.file.read(), files_made()) == (PDF, 1)
    assert report.lease_until is None


def test_a_renewed_lease_is_not_taken_back(report):
    held = claim(report.pk)
    let_lease_run_out(report)

    assert held.renew() is True
    take_back_lost(at=NOW)

    report.refresh_from_db()
    assert report.rendering == RenderStatus.RENDERING


def test_a_failure_waits_longer_each_time_and_is_given_up_after_the_last_try(report):
    pauses = []
    for _ in range(MOST_TRIES):
        let_pause_pass(report)
        claim(report.pk).fail(reason="缺少公文字体。", at=NOW)
        report.refresh_from_db()
        pauses.append(Report.objects.filter(pk=report.pk, next_try_at__gt=Now()).exists())

    assert pauses == [True, True, True, True, False]
    assert (report.rendering, report.error) == (RenderStatus.FAILED, "缺少公文字体。")
    assert AuditEntry.objects.about(report).filter(to_status=RenderStatus.FAILED).count() == 1


def test_before_its_pause_is_over_it_can_neither_be_claimed_nor_handed_out(report):
    claim(report.pk).fail(reason="…", at=NOW)

    assert claim(report.pk) is None
    assert list(to_hand_out()) == []


def test_what_loses_its_worker_every_time_is_given_up(report):
    for _ in range(MOST_TRIES):
        assert claim(report.pk)
        let_lease_run_out(report)
        take_back_lost(at=NOW)

    report.refresh_from_db()
    assert report.rendering == RenderStatus.FAILED
    assert report.error.startswith("生成程序连续5次中途停止")
    told = AuditEntry.objects.about(report).filter(action="render").order_by("pk")
    again = [("rendering", "queued", "生成程序中途停止，重新排队。")] * (MOST_TRIES - 1)
    assert list(told.values_list("from_status", "to_status", "reason")) == [
        *again,
        ("rendering", "failed", report.error),
    ]


def test_what_was_handed_out_is_handed_out_again_when_nobody_came(report):
    Report.objects.filter(pk=report.pk).update(handed_out_at=Now())
    assert list(to_hand_out()) == []

    Report.objects.filter(pk=report.pk).update(handed_out_at=Now() - timedelta(seconds=21))
    assert list(to_hand_out()) == [report]


@pytest.mark.parametrize("rendering", [RenderStatus.CANCELLED, RenderStatus.FAILED])
def test_what_is_over_is_not_claimed(report, rendering):
    Report.objects.filter(pk=report.pk).update(rendering=rendering)

    assert claim(report.pk) is None


def test_what_is_ready_is_not_claimed(report):
    rendered(report)

    assert claim(report.pk) is None


def test_single_reports_come_before_a_batch_and_what_failed_comes_last(cast, notice, report):
    failed, of_a_batch = (requested(cast, notice, as_of=TODAY - timedelta(days=day)) for day in (1, 2))
    Report.objects.filter(pk=failed.pk).update(tries=1)
    Report.objects.filter(pk=of_a_batch.pk).update(queue=Queue.BATCH)

    assert [claim_next().report_id for _ in range(3)] == [report.pk, failed.pk, of_a_batch.pk]
    assert claim_next() is None


def test_a_work_horse_that_could_not_make_a_report_leaves_the_next_to_another(cast, notice, report, monkeypatch):
    after = requested(cast, notice, as_of=TODAY.replace(day=1))
    report_queue().empty()
    monkeypatch.setattr("reports.pdf.render_pdf", refuse)

    render_report(report_id=report.pk)

    after.refresh_from_db()
    assert (after.attempt, after.rendering) == (0, RenderStatus.QUEUED)
    assert [job.kwargs for job in report_queue().jobs] == [{"report_id": after.pk}]


def refuse(**asked: object) -> bytes:
    raise MemoryError
