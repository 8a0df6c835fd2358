"""Workers and reports for the figures: started warm, held and let go; asked for, queued and awaited."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ninghai.calendar import clock
from ninghai.jobs.queue import hand_out
from ninghai.models import Job, JobStatus, User
from reports.circulation import request_batch, request_report
from reports.models import Report
from tasks.models import WorkPointNotice
from tests.bench.page_list import OFFICE
from tests.browser.portal import ROOT

Worker = subprocess.Popen[bytes]
TWELVE_PAGES = ROOT / "tests/data/snapshots/progress-draft.json"
TICKS = os.sysconf("SC_CLK_TCK")
AGAIN: dict[str, Any] = {"tries": 0, "attempt": 0, "steps_done": 0, "handed_out_at": None}


# --- Workers --------------------------------------------------------------------------------------------


@contextmanager
def workers(count: int) -> Iterator[list[Worker]]:
    """Warm and waiting, with the scheduler beside them."""
    commands = [*["worker"] * count, "scheduler"]
    running = [
        subprocess.Popen([sys.executable, "manage.py", name], cwd=ROOT, start_new_session=True) for name in commands
    ]
    try:
        for number in range(count):
            done([asked(day=60 + number)])
        at_rest(running[:count])
        yield running[:count]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


@contextmanager
def held(crew: list[Worker]) -> Iterator[None]:
    """What is queued meanwhile, they begin with when the block ends."""
    at_rest(crew)
    for worker in crew:
        worker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in crew:
            worker.send_signal(signal.SIGCONT)


def at_rest(crew: list[Worker]) -> None:
    """No work-horse for a while: hints of what is done wake one for a moment."""
    quiet = 0
    while quiet < 20:
        quiet = 0 if any(children(worker.pid) for worker in crew) else quiet + 1
        time.sleep(0.02)


def cpu_of(pid: int) -> float:
    """Seconds of the process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


# --- Reports --------------------------------------------------------------------------------------------


def asked(*, day: int, snapshot: Any = None) -> Report:
    """The county's progress as of so many days before today; with another snapshot in its place if one is given."""
    report = request_report(kind="progress", as_of=day_before(day), form_id=uuid.uuid4(), **by_the_office())
    if report.is_ready or snapshot:
        Report.objects.filter(pk=report.pk).update(snapshot=snapshot or report.snapshot, file=None)
        queue_again([report])
    return report


def batch_of(count: int, *, since: int) -> list[Report]:
    """So many unit reports: of all units, of one day after another."""
    reports: list[Report] = []
    while len(reports) < count:
        made = request_batch(as_of=day_before(since + len(reports) // 40), form_id=uuid.uuid4(), **by_the_office())
        reports += made.reports.order_by("pk")[: count - len(reports)]
    return reports


def queue_again(reports: list[Report]) -> None:
    """Made or not, they are to be made now."""
    jobs = Job.objects.filter(report__in=reports)
    jobs.update(status=JobStatus.QUEUED, **AGAIN)
    hand_out(jobs)


def by_the_office() -> dict[str, Any]:
    notice = WorkPointNotice.objects.get(year=2018, issued_at__isnull=False)
    return {"notice": notice, "by": User.objects.get(username=OFFICE), "at": clock.now()}


def day_before(days: int) -> date:
    return clock.today() - timedelta(days=days)


def long_snapshot() -> Any:
    return json.loads(TWELVE_PAGES.read_text(encoding="utf-8"))


def done(reports: list[Report]) -> None:
    wait_until(lambda: not unfinished(reports))


def unfinished(reports: list[Report]) -> int:
    under_way = [JobStatus.QUEUED, JobStatus.RUNNING]
    return Report.objects.filter(pk__in=[report.pk for report in reports], job__status__in=under_way).count()


def wait_until(holds: Callable[[], object], *, seconds: float = 600) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise RuntimeError("the workers did not come to an end")
        time.sleep(0.01)
