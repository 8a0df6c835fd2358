"""Workers and their work-horses are killed, stopped, too slow and too large."""

import os
import signal
import time
from pathlib import Path

from django.db.models import F

from reports.models import Report
from reports.states import RenderStatus
from tests.faults import counts
from tests.faults.books import all_ready, assert_each_is_there_once, is_ready, stands
from tests.faults.processes import crew, kill_all, running, send, start, wait_until, work_horse

RENDERING = Report.objects.filter(rendering=RenderStatus.RENDERING)


def few_are_left() -> bool:
    return Report.objects.exclude(rendering=RenderStatus.READY).count() < 4


def one_at_work(workers) -> int | None:
    """The place of a worker that has a work-horse, while a report is being rendered."""
    if not RENDERING.all().exists():
        return None
    return next((place for place, worker in enumerate(workers) if work_horse(worker)), None)


def test_workers_are_killed_in_the_midst_of_a_batch(ask, queue, tell, time_passes):
    struck = 0
    with running("scheduler", queue=queue), crew(2, queue=queue) as workers:
        for _ in range(counts.WORKERS_KILLED):
            if few_are_left():
                ask()
            wait_until(lambda: one_at_work(workers) is not None)
            place = one_at_work(workers) or 0
            kill_all(workers[place])
            struck += RENDERING.all().exists()
            workers[place] = start("worker", queue=queue)
            time_passes()
        wait_until(all_ready)

    made = assert_each_is_there_once(strays=counts.WORKERS_KILLED)
    tell("kill -9 of a worker in the midst of a batch", struck, counts.WORKERS_KILLED)
    tell("  reports of these batches there once", made, Report.objects.count())


def test_work_horses_are_killed_and_their_workers_live_on(ask, queue, tell, time_passes):
    with running("scheduler", queue=queue), crew(2, queue=queue) as workers:
        for _ in range(counts.WORK_HORSES_KILLED):
            if few_are_left():
                ask()
            wait_until(lambda: one_at_work(workers) is not None)
            if horse := work_horse(workers[one_at_work(workers) or 0]):
                send(signal.SIGKILL, horse)
            time_passes()
        wait_until(all_ready)
        alive = [worker for worker in workers if worker.poll() is None]

    assert len(alive) == 2
    assert_each_is_there_once(strays=counts.WORK_HORSES_KILLED)
    tell("kill -9 of a work-horse", counts.WORK_HORSES_KILLED, counts.WORK_HORSES_KILLED)


def test_a_worker_killed_alone_leaves_a_work_horse_that_ends_with_its_report(long_report, queue):
    report, waiting = long_report(), long_report()

    with running("scheduler", queue=queue), running("worker", queue=queue) as first:
        wait_until(lambda: stands(report) == RenderStatus.RENDERING)
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: is_ready(report))
        time.sleep(0.5)
        assert stands(waiting) == RenderStatus.QUEUED
        with running("worker", queue=queue):
            wait_until(lambda: is_ready(waiting))

    assert_each_is_there_once()


def test_two_workers_on_one_report_keep_one_paper(long_report, queue, tell, time_passes):
    """The first is stopped in the midst, loses its lease to the second, and wakes when that is done."""
    held = 0
    with running("scheduler", queue=queue), crew(2, queue=queue) as workers:
        for _ in range(counts.TWO_WORKERS):
            report = long_report()
            wait_until(lambda: one_at_work(workers) is not None)
            stopped = work_horse(workers[one_at_work(workers) or 0])
            assert stopped
            send(signal.SIGSTOP, stopped)
            assert stands(report) == RenderStatus.RENDERING
            time_passes()
            wait_until(lambda report=report: is_ready(report))
            send(signal.SIGCONT, stopped)
            wait_until(lambda stopped=stopped: not Path(f"/proc/{stopped}").exists())
            held += Report.objects.filter(pk=report.pk, attempt=2, rendering=RenderStatus.READY).exists()

    assert_each_is_there_once()
    tell("two workers on one report", held, counts.TWO_WORKERS)


def test_what_takes_too_long_is_ended_and_says_so(long_report, ask, queue, tell, time_passes):
    too_long = [long_report() for _ in range(counts.TOO_LONG)]
    with running("scheduler", queue=queue), running("worker", queue=queue, REPORT_SECONDS="1"):
        wait_until(lambda: given_up(time_passes) == counts.TOO_LONG)
    with running("worker", queue=queue):
        ask()
        wait_until(lambda: Report.objects.filter(rendering=RenderStatus.READY).count() == counts.UNITS)

    told = Report.objects.filter(pk__in=[report.pk for report in too_long], error__startswith="生成超过1秒")
    tell("a job over its time", told.filter(tries=2).count(), counts.TOO_LONG)


def test_what_takes_too_much_memory_is_ended_and_harms_no_other(long_report, ask, queue, tell, time_passes):
    too_large = [too_much_for_memory(long_report()) for _ in range(counts.TOO_LARGE)]
    ask()
    with running("scheduler", queue=queue), running("worker", queue=queue, REPORT_MEMORY="700"):
        wait_until(lambda: given_up(time_passes) == counts.TOO_LARGE)
        wait_until(lambda: Report.objects.filter(rendering=RenderStatus.READY).count() == counts.UNITS)

    told = Report.objects.filter(pk__in=too_large).exclude(error="")
    tell("a job over its memory", told.count(), counts.TOO_LARGE)


def too_much_for_memory(report: Report) -> int:
    """A snapshot whose tables have a hundred times their rows."""
    snapshot = Report.objects.values_list("snapshot", flat=True).get(pk=report.pk)
    for name, rows in snapshot.items():
        if isinstance(rows, list):
            snapshot[name] = rows * 100
    Report.objects.filter(pk=report.pk).update(snapshot=snapshot)
    return report.pk


def given_up(time_passes) -> int:
    if Report.objects.filter(rendering=RenderStatus.QUEUED, tries__gte=F("tries")).exclude(error="").exists():
        time_passes()
    return Report.objects.filter(rendering=RenderStatus.FAILED).count()
