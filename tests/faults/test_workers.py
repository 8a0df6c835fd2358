"""Workers and their work-horses are killed, stopped, too slow and too large."""

import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db.models import Sum

from ninghai.models import JobStatus
from reports.models import Report
from tests.faults import counts
from tests.faults.books import all_ready, assert_each_is_there_once, is_ready, stands
from tests.faults.processes import crew, kill_all, running, send, start, wait_until, work_horse

RENDERING = Report.objects.filter(job__status=JobStatus.RUNNING)


def few_are_left() -> bool:
    """Whoever is struck again and again comes last, and is given up after some tries: let there be others."""
    return Report.objects.exclude(job__status=JobStatus.DONE).count() <= counts.UNITS // 2


def one_at_work(workers) -> int | None:
    """The place of a worker that has a work-horse, while a report is being rendered."""
    if not RENDERING.all().exists():
        return None
    return next((place for place, worker in enumerate(workers) if work_horse(worker)), None)


def broken_off() -> int:
    """How many renderings were begun and never came to an end; told once all reports are there."""
    return (Report.objects.aggregate(begun=Sum("job__attempt"))["begun"] or 0) - Report.objects.count()


def strike(kill, *, times: int, workers, ask, time_passes) -> tuple[int, int]:
    """Kill until so many renderings were broken off by it; how many kills that took, and how many reports were asked for.

    A kill in the moment between two reports breaks nothing off, and does not count.
    """
    kills = asked = 0
    while (struck := broken_off()) < times:
        for _ in range(times - struck):
            if few_are_left():
                ask()
                asked += counts.UNITS
            wait_until(lambda: one_at_work(workers) is not None)
            kill(one_at_work(workers) or 0)
            kills += 1
            time_passes()
        wait_until(all_ready)
    return kills, asked


@pytest.mark.core
def test_workers_are_killed_in_the_midst_of_a_batch(ask, queue, tell, time_passes):
    with running("scheduler", queue=queue), crew(2, queue=queue) as workers:

        def kill(place: int) -> None:
            kill_all(workers[place])
            workers[place] = start("worker", queue=queue)

        times = counts.WORKERS_KILLED
        kills, asked = strike(kill, times=times, workers=workers, ask=ask, time_passes=time_passes)

    made = assert_each_is_there_once(strays=kills)
    tell(f"kill -9 of a worker, {broken_off()} renderings broken off by {kills} kills: reports there once", made, asked)


def test_work_horses_are_killed_and_their_workers_live_on(ask, queue, tell, time_passes, tmp_path):
    with running("scheduler", queue=queue), crew(2, queue=queue, TMPDIR=str(tmp_path)) as workers:

        def kill(place: int) -> None:
            if horse := work_horse(workers[place]):
                send(signal.SIGKILL, horse)

        times = counts.WORK_HORSES_KILLED
        kills, asked = strike(kill, times=times, workers=workers, ask=ask, time_passes=time_passes)
        alive = [worker for worker in workers if worker.poll() is None]
        wait_until(lambda: not presses_left(tmp_path, workers))

    assert len(alive) == 2
    made = assert_each_is_there_once(strays=kills)
    what = f"kill -9 of a work-horse, {broken_off()} renderings broken off by {kills} kills: reports there once"
    tell(what, made, asked)


def presses_left(folder: Path, workers) -> list[str]:
    """The names of what lies there of presses whose process is no worker: of work-horses that are gone."""
    names = [each.name for each in folder.glob("ninghai-press-*")]
    return [name for name in names if int(name.split("-")[2]) not in {worker.pid for worker in workers}]


def test_a_worker_killed_alone_leaves_a_work_horse_that_ends_with_its_report(long_report, queue):
    report, waiting = long_report(), long_report()

    with running("scheduler", queue=queue), running("worker", queue=queue) as first:
        wait_until(lambda: stands(report) == JobStatus.RUNNING)
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: is_ready(report))
        time.sleep(0.5)
        assert stands(waiting) == JobStatus.QUEUED
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
            assert stands(report) == JobStatus.RUNNING
            time_passes()
            wait_until(lambda report=report: is_ready(report))
            send(signal.SIGCONT, stopped)
            wait_until(lambda stopped=stopped: not Path(f"/proc/{stopped}").exists())
            held += Report.objects.filter(pk=report.pk, job__attempt=2, job__status=JobStatus.DONE).exists()

    assert_each_is_there_once()
    tell("two workers on one report", held, counts.TWO_WORKERS)


def test_what_takes_too_long_is_ended_and_says_so(long_report, ask, queue, tell, pauses_pass):
    too_long = [long_report() for _ in range(counts.TOO_LONG)]
    with running("scheduler", queue=queue), running("worker", queue=queue, REPORT_SECONDS="1"):
        wait_until(lambda: given_up(pauses_pass) == counts.TOO_LONG)
    with running("worker", queue=queue):
        ask()
        wait_until(lambda: Report.objects.filter(job__status=JobStatus.DONE).count() == counts.UNITS)

    told = Report.objects.filter(pk__in=[report.pk for report in too_long], job__error__startswith="生成超过1秒")
    tell("a job over its time", told.filter(job__tries=2).count(), counts.TOO_LONG)


@counts.only_long
def test_what_takes_too_much_memory_is_ended_and_harms_no_other(long_report, ask, queue, tell, pauses_pass):
    """The bound is a quarter above what a worker was seen to need for the longest ordinary report.

    That a block ends at its bound is tried in tests/reports/test_bounds.py, quickly.
    """
    bound = 1.25 * needed_for(long_report(), queue=queue)
    too_large = [too_much_for_memory(long_report()) for _ in range(counts.TOO_LARGE)]
    ask()
    with running("scheduler", queue=queue), running("worker", queue=queue, REPORT_MEMORY=f"{bound:.0f}"):
        wait_until(lambda: given_up(pauses_pass) == counts.TOO_LARGE)
        wait_until(lambda: Report.objects.filter(job__status=JobStatus.DONE).count() == 1 + counts.UNITS)

    told = Report.objects.filter(pk__in=too_large, job__error__startswith="生成所需的内存超过上限")
    tell(f"a job over its memory ({bound:.0f} MB)", told.filter(job__tries=2).count(), counts.TOO_LARGE)


def needed_for(report: Report, *, queue) -> float:
    """Megabytes of address space that a work-horse takes for it at most."""
    most = 0.0
    with running("worker", queue=queue) as worker, running("scheduler", queue=queue):
        while not is_ready(report):
            most = max(most, address_space(work_horse(worker)))
            time.sleep(0.005)
    return most


def address_space(pid: int | None) -> float:
    with suppress(OSError):
        if found := re.search(r"VmPeak:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()):
            return int(found[1]) / 1024
    return 0.0


def too_much_for_memory(report: Report) -> int:
    """A snapshot whose tables have a hundred times their rows, as many as a paper prints."""
    snapshot = Report.objects.values_list("snapshot", flat=True).get(pk=report.pk)
    for name, rows in snapshot.items():
        if isinstance(rows, list):
            snapshot[name] = rows * 100
    Report.objects.filter(pk=report.pk).update(snapshot=snapshot)
    return report.pk


def given_up(pauses_pass) -> int:
    pauses_pass()
    return Report.objects.filter(job__status=JobStatus.FAILED).count()
