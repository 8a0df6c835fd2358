"""What waits is handed out and taken in its order; heavy jobs one at a time, and a queue that is away costs nobody time."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from redis import RedisError

from ninghai.jobs import queue as queue_module
from ninghai.jobs.claims import claim, claim_next, run_due
from ninghai.jobs.queue import MOST_HINTS, hand_out, job_queue, wake_after_commit
from ninghai.jobs.worker import ends, new_worker, run_jobs
from ninghai.models import Job, JobQueue, JobStatus
from tests.jobs.makers import MAKERS, handled_by, other


def test_what_was_handed_out_is_handed_out_again_when_nobody_came(job):
    Job.objects.update(handed_out_at=Now())
    assert list(Job.objects.to_hand_out()) == []

    Job.objects.update(handed_out_at=Now() - timedelta(seconds=21))
    assert list(Job.objects.to_hand_out()) == [job]


@pytest.mark.parametrize("status", [JobStatus.CANCELLED, JobStatus.FAILED, JobStatus.DONE])
def test_what_is_over_is_not_claimed(job, status):
    Job.objects.update(status=status)

    assert claim(job.pk) is None
    assert claim_next() is None


def test_with_redis_away_a_job_waits_and_is_handed_out_later(job, settings):
    here = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    Job.objects.update(handed_out_at=None)
    with pytest.raises(RedisError):
        hand_out(Job.objects.to_hand_out())
    job.refresh_from_db()
    assert (job.status, job.handed_out_at) == (JobStatus.QUEUED, None)

    settings.REDIS_URL = here
    queue = job_queue(job.queue)
    queue.empty()
    hand_out(Job.objects.to_hand_out())

    (hint,) = queue.jobs
    assert (hint.func_name, hint.kwargs) == ("ninghai.jobs.worker.run_jobs", {"job_id": job.pk, "kind": job.kind})
    assert hint.timeout > job.kind_of_job.time_limit


def test_few_hints_for_many_jobs(job):
    queue = job_queue(job.queue)
    queue.empty()
    for _ in range(10):
        other(job, queue=job.queue)

    hand_out(Job.objects.to_hand_out())

    assert len(queue) == MOST_HINTS
    assert not Job.objects.filter(handed_out_at=None).exists()


def test_what_somebody_waits_for_comes_first_and_what_failed_comes_last(job):
    Job.objects.update(queue=JobQueue.PROMPT)
    failed, bulk = other(job, queue=JobQueue.PROMPT, tries=1), other(job, queue=JobQueue.BULK)

    assert list(Job.objects.due()) == [job, failed, bulk]


def test_a_work_horse_that_could_not_do_a_job_leaves_the_next_to_another(job, monkeypatch):
    after = other(job, queue=job.queue)
    queue = job_queue(job.queue)
    queue.empty()

    def hungry(claimed):
        raise MemoryError

    handled_by(monkeypatch, hungry)

    run_jobs(job_id=job.pk, kind=job.kind)

    after.refresh_from_db()
    assert (after.attempt, after.status) == (0, JobStatus.QUEUED)
    assert [hint.kwargs for hint in queue.jobs] == [{"job_id": after.pk, "kind": after.kind}]


@pytest.fixture
def told_to_stop():
    """Tells the worker, whose process is not that of its work-horse, and takes it back afterwards."""

    def tell(*args):
        worker = new_worker()
        if not (pid := os.fork()):
            worker.handle_warm_shutdown_request()
            os._exit(0)
        os.waitpid(pid, 0)

    yield tell
    ends[0] = False


def test_a_work_horse_whose_worker_is_told_to_stop_leaves_the_next_to_another(job, monkeypatch, told_to_stop):
    after = other(job, queue=job.queue)
    queue = job_queue(job.queue)
    queue.empty()
    handled_by(monkeypatch, told_to_stop)

    run_jobs(job_id=job.pk, kind=job.kind)
    run_jobs(job_id=after.pk, kind=job.kind)

    job.refresh_from_db()
    after.refresh_from_db()
    assert (job.status, after.status, after.attempt) == (JobStatus.DONE, JobStatus.QUEUED, 0)
    assert [hint.kwargs for hint in queue.jobs] == [{"job_id": after.pk, "kind": after.kind}]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_what_nobody_waits_for_waits_for_room_on_the_disk(job, monkeypatch, number):
    def full(claimed):
        raise OSError(number, "no room")

    handled_by(monkeypatch, full)
    waits = job.kind in {"import", "scan", "copy"} and number != errno.EIO

    assert run_due(job.kind) == 1

    later = Job.objects.filter(pk=job.pk, next_try_at__gt=Now() + timedelta(minutes=9))
    job.refresh_from_db()
    assert (job.status, job.tries) == (JobStatus.QUEUED, 0 if waits else 1)
    assert later.exists() is waits


def test_of_heavy_jobs_one_runs_at_a_time(job, monkeypatch):
    handled_by(monkeypatch, lambda claimed: None, is_heavy=True)
    second = other(job, queue=job.queue)

    first = claim_next()
    assert claim(second.pk) is None

    with first.finish():
        pass
    assert claim(second.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_heavy_jobs_at_once_one_gets_its_own(cast):
    """Neither sees yet what the other takes; the second goes on with what is not heavy, and asks no more than needed."""
    first, light = MAKERS["scan"](cast), MAKERS["booklet"](cast)
    second = other(first, queue=first.queue)

    def take(look):
        try:
            return look()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another, transaction.atomic():
        assert claim(first.pk)
        assert another.submit(take, lambda: claim(second.pk)).result(timeout=300) is None
        taken = another.submit(take, lambda: claim_next(kinds=["scan", "copy", "booklet"])).result(timeout=300)
        assert another.submit(take, lambda: claim_next(kinds=["scan", "copy"])).result(timeout=300) is None

    assert taken.job == light
    assert claim(second.pk) is None  # the first runs now, for all to see


@pytest.mark.django_db(transaction=True)
def test_many_that_wait_in_one_transaction_are_handed_out_once(cast):
    """What a savepoint took back is not; nor is Redis asked again and again."""
    job = MAKERS["booklet"](cast)
    queue = job_queue(job.queue)
    queue.empty()
    Job.objects.update(handed_out_at=None)

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        jobs = [other(job, queue=job.queue) for _ in range(20)]
        with suppress(ZeroDivisionError), transaction.atomic():
            wake_after_commit(job)
            _ = 1 / 0
        for each in jobs:
            wake_after_commit(each)

    noted = [query["sql"] for query in queries if query["sql"].startswith("UPDATE") and "handed_out_at" in query["sql"]]
    assert len(noted) == 1
    assert len(queue) == MOST_HINTS
    assert list(Job.objects.filter(handed_out_at=None)) == [job]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_away_is_waited_for_once_in_a_request(cast, settings, monkeypatch):
    job = MAKERS["booklet"](cast)
    tried = []
    monkeypatch.setattr(queue_module, "job_queue", lambda name: tried.append(name) or job_queue(name))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with transaction.atomic():
        for _ in range(20):
            wake_after_commit(other(job, queue=job.queue))

    assert tried == [job.queue]


def test_a_kind_that_is_off_waits(job, monkeypatch):
    handled_by(monkeypatch, lambda claimed: None, is_on=lambda: False)

    assert run_due(job.kind) == 0
    assert list(Job.objects.to_hand_out()) == []
