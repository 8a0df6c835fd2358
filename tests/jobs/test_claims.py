"""Claims, leases and fences of every kind of job, with real threads on real PostgreSQL."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import django_rq
import pytest
from django.db import connection
from django.db.models.functions import Now
from rq.serializers import JSONSerializer

from ninghai.jobs.bounds import OutOfTime
from ninghai.jobs.claims import ClaimLost, claim, lease_kept, run, take_back_lost
from ninghai.jobs.queue import queue_job
from ninghai.jobs.worker import new_worker
from ninghai.models import AuditEntry, Job, JobQueue, JobStatus, StoredFile
from ninghai.models.job import KINDS
from ninghai.models.state_machine import StaleError
from tests.jobs.makers import MAKERS, handled_by, let_lease_run_out, let_pause_pass, other
from tests.reports.makers import NOW


def test_whoever_enqueues_writes_plain_values(private_services):
    assert django_rq.get_queue(JobQueue.PROMPT).serializer is JSONSerializer
    assert new_worker().serializer is JSONSerializer


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_gets_the_claim(job):
    def take(_):
        try:
            return claim(job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as workers:
        taken = list(workers.map(take, range(20)))

    assert len([each for each in taken if each]) == 1
    job.refresh_from_db()
    assert (job.status, job.attempt, job.tries) == (JobStatus.RUNNING, 1, 1)


def lost_to_another(job: Job):
    """The claim of a worker that lost its lease, and that of the one who has the job now."""
    lost = claim(job.pk)
    let_lease_run_out(job)
    take_back_lost(at=NOW)
    return lost, claim(job.pk)


def test_a_worker_that_lost_its_lease_can_do_nothing(job, monkeypatch):
    handled_by(monkeypatch, lambda claimed: None, most_lost=5)
    lost, held = lost_to_another(job)
    kept = []

    assert lost.renew() is False
    with pytest.raises(ClaimLost), lost.finish():
        kept.append("too late")
    with pytest.raises(ClaimLost):
        lost.go_on(after=timedelta())
    lost.fail(reason="too late")
    lost.tell(4, 4)

    job.refresh_from_db()
    assert (job.status, job.attempt, job.steps_done, job.error, kept) == (JobStatus.RUNNING, 2, 0, "", [])
    with held.finish():
        kept.append("in time")
    job.refresh_from_db()
    assert (job.status, job.lease_until, kept) == (JobStatus.DONE, None, ["in time"])


def test_what_ends_late_keeps_nothing(job, monkeypatch):
    """A worker that slept through its lease goes on where another has the job by now."""

    def slow(claimed):
        let_lease_run_out(job)
        take_back_lost(at=NOW)
        assert claim(job.pk)

    handled_by(monkeypatch, slow, most_lost=5)

    assert run(claim(job.pk))

    job.refresh_from_db()
    assert (job.status, job.attempt) == (JobStatus.RUNNING, 2)


def test_what_is_done_first_stays(job):
    held = claim(job.pk)
    with held.finish():
        pass

    with pytest.raises(ClaimLost), held.finish():
        pytest.fail("kept twice")


def test_a_renewed_lease_is_not_taken_back(job):
    held = claim(job.pk)
    let_lease_run_out(job)

    assert held.renew() is True
    take_back_lost(at=NOW)

    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING


@pytest.mark.django_db(transaction=True)
def test_who_does_a_job_holds_it_for_as_long_as_that_takes(job, monkeypatch):
    """A lease of a second, and two seconds of work: nobody else may begin it meanwhile."""
    seen = []

    def slow(claimed):
        for _ in range(4):
            time.sleep(0.5)
            take_back_lost(at=NOW)
            seen.append(claim(job.pk))

    handled_by(monkeypatch, slow, lease=timedelta(seconds=1))
    claimed = claim(job.pk)
    with lease_kept(claimed):
        assert run(claimed)

    assert seen == [None] * 4
    job.refresh_from_db()
    assert (job.status, job.attempt) == (JobStatus.DONE, 1)


def test_a_failure_waits_longer_each_time_and_is_given_up_after_the_last_try(job, monkeypatch):
    def refuse(claimed):
        raise ValueError

    handled_by(monkeypatch, refuse)
    pauses = []
    for _ in range(job.kind_of_job.most_tries):
        let_pause_pass(job)
        assert not run(claim(job.pk))
        job.refresh_from_db()
        pauses.append(job.next_try_at if job.status == JobStatus.QUEUED else None)

    assert pauses[-1] is None
    assert pauses[:-1] == sorted(pauses[:-1])
    assert job.status == JobStatus.FAILED
    assert job.error.startswith(f"{job.kind_of_job.verb}时发生意外错误")


def test_before_its_pause_is_over_it_can_neither_be_claimed_nor_handed_out(job):
    claim(job.pk).fail(reason="…")

    assert claim(job.pk) is None
    assert list(Job.objects.to_hand_out()) == []


def test_what_takes_too_long_is_tried_twice_and_says_so(job, monkeypatch):
    def endless(claimed):
        time.sleep(60)

    handled_by(monkeypatch, endless, seconds=1)
    for _ in range(2):
        let_pause_pass(job)
        assert not run(claim(job.pk))

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert job.error.startswith(f"{job.kind_of_job.verb}超过1秒，已中止。")


def test_what_takes_too_much_memory_is_tried_twice_and_says_so(job, monkeypatch):
    def hungry(claimed):
        raise MemoryError

    handled_by(monkeypatch, hungry)
    for _ in range(2):
        let_pause_pass(job)
        assert not run(claim(job.pk))

    job.refresh_from_db()
    assert (job.status, "所需的内存超过上限" in job.error) == (JobStatus.FAILED, True)


def test_whoever_swallows_that_time_is_up_keeps_nothing(job, monkeypatch):
    kept = []

    def swallowing(claimed):
        with suppress(OutOfTime):
            time.sleep(60)
        with claimed.finish():
            kept.append("half")

    handled_by(monkeypatch, swallowing, seconds=1)

    assert not run(claim(job.pk))
    assert kept == []


def test_what_loses_its_worker_every_time_is_given_up(job):
    kind = job.kind_of_job
    most = kind.most_lost or kind.most_tries
    for _ in range(most):
        assert claim(job.pk)
        let_lease_run_out(job)
        take_back_lost(at=NOW)

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert re.match(rf"{kind.verb}程序(连续{most}次)?中途停止", job.error)
    if kind.audited_as:
        told = AuditEntry.objects.about(job.record).filter(action=kind.audited_as).order_by("pk")
        again = [("running", "queued", f"{kind.verb}程序中途停止，重新排队。")] * (most - 1)
        assert list(told.values_list("from_status", "to_status", "reason")) == [
            *again,
            ("running", "failed", job.error),
        ]


def test_there_is_more_of_it_with_all_tries(job):
    claim(job.pk).fail(reason="…")
    let_pause_pass(job)

    claim(job.pk).go_on(after=timedelta())

    job.refresh_from_db()
    assert (job.status, job.tries, job.attempt, job.error) == (JobStatus.QUEUED, 0, 2, "")
    assert claim(job.pk)


def test_what_is_called_off_keeps_nothing_and_is_done_after_all_when_asked_for_again(job, cast):
    held = claim(job.pk)
    job.refresh_from_db()
    job.cancel(by=cast.office, at=NOW)

    with pytest.raises(ClaimLost), held.finish():
        pytest.fail("kept although it was called off")
    assert claim(job.pk) is None

    job.retry(by=cast.office, at=NOW)
    assert (job.status, job.tries, job.attempt) == (JobStatus.QUEUED, 0, 1)
    assert claim(job.pk).job.attempt == 2


def test_whoever_was_slow_before_a_retry_spoils_nothing_after_it(job, cast):
    """Tries are counted anew; the number that tells workers apart is not."""
    slow = claim(job.pk)
    job.refresh_from_db()
    job.move(JobStatus.FAILED, by=None, at=NOW, lease_until=None)
    job.retry(by=cast.office, at=NOW)
    now = claim(job.pk)

    assert (slow.job.tries, now.job.tries) == (1, 1)
    assert not slow.renew()
    slow.fail(reason="慢")
    assert Job.objects.get(pk=job.pk).error == ""
    assert now.renew()


def test_of_two_who_call_off_one_is_told_that_it_is_done(job, cast):
    job.refresh_from_db()
    same = Job.objects.get(pk=job.pk)
    job.cancel(by=cast.office, at=NOW)

    with pytest.raises(StaleError):
        same.cancel(by=cast.office, at=NOW)


OVER = [JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.RUNNING]


@pytest.mark.django_db
@pytest.mark.parametrize("status", OVER)
@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_has_outlived_its_record_is_queued_anew_for_the_next(kind, status):
    old = Job.objects.create(kind=kind, subject="甲", status=status, attempt=3, tries=2, lease_until=Now(), error="旧")

    again = queue_job(kind, "甲", queue=JobQueue.PROMPT)

    assert (again.pk, again.status, again.tries, again.error) == (old.pk, JobStatus.QUEUED, 0, "")
    assert (again.queue, again.attempt) == (JobQueue.PROMPT, 3)


@pytest.mark.parametrize("status", OVER)
def test_a_job_whose_record_is_there_is_left_as_it_is(job, status):
    Job.objects.update(status=status, tries=2, lease_until=Now())

    same = queue_job(job.kind, job.subject)

    assert (same.pk, same.status, same.tries) == (job.pk, status, 2)


@pytest.mark.parametrize("kind", ["scan", "copy"])
def test_a_job_goes_with_the_file_that_it_was_for(cast, kind):
    job = MAKERS[kind](cast)
    claimed, lost = claim(job.pk), other(job)
    StoredFile.objects.all().delete()
    Job.objects.filter(pk=lost.pk).update(status=JobStatus.RUNNING, lease_until=Now())

    assert run(claimed)
    take_back_lost(at=NOW)

    assert not Job.objects.exists()
