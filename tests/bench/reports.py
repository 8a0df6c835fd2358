"""Reports through their workers, against bare WeasyPrint: what a job costs, a batch, memory, and the wait for a sign of life.

The naive loop sets every report in one warm process as WeasyPrint's manual shows it: fonts and style sheet anew for each,
the faces as the system has them.
"""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from ninghai import clock
from ninghai.models import User
from reports.models import Report
from reports.queue import hand_out
from reports.services import request_batch, request_report
from reports.states import RenderStatus
from reports.typesetting import letter_html
from reports.typesetting.fetcher import OwnFilesOnly
from reports.typesetting.press import STYLE_SHEET, VARIANT
from tasks.models import WorkPointNotice
from tests.bench.floors import Floor
from tests.bench.page_list import OFFICE
from tests.browser.portal import ROOT

TWELVE_PAGES = ROOT / "tests/data/snapshots/progress-draft.json"
UNITS, ROUNDS, SINGLES = 60, 5, 5
SOAK = int(os.environ.get("BENCH_SOAK", "500"))  # jobs
TICKS = os.sysconf("SC_CLK_TCK")


def reports() -> Iterator[Floor]:
    """Two workers wait, as `make run` has them; whoever measures one alone stops the other."""
    yield one_job()
    with workers(2):
        yield from batch()
        yield from waits()
    yield from soak()


# --- Cost -----------------------------------------------------------------------------------------------


def one_job() -> Floor:
    """CPU of worker and work-horse for one report, over that of warm bare WeasyPrint for the same HTML, in turns."""
    html = letter_html(snapshot=long_snapshot())
    fonts, fetcher = FontConfiguration(), OwnFilesOnly()
    style = CSS(filename=STYLE_SHEET, font_config=fonts, url_fetcher=fetcher)

    def bare() -> None:
        HTML(string=html, url_fetcher=fetcher).write_pdf(font_config=fonts, stylesheets=[style], pdf_variant=VARIANT)

    ours: list[float] = []
    theirs: list[float] = []
    with workers(1) as (worker,):
        for number in range(ROUNDS + 1):
            before = cpu_of(worker.pid)
            done(asked(day=number, snapshot=long_snapshot()))
            wait_until(lambda: not children(worker.pid))
            took = cpu_of(worker.pid) - before
            began = time.process_time()
            bare()
            if number:  # the first round warms up
                ours.append(took)
                theirs.append(time.process_time() - began)
    return Floor(
        "12-page report by a worker ÷ bare WeasyPrint, CPU", median(ours) / median(theirs), "×", "≤", 1.1, ROUNDS
    )


def batch() -> Iterator[Floor]:
    """Wall time of a batch through two workers over that of the naive loop for the same reports."""
    reports = batch_of(UNITS)
    htmls = [letter_html(snapshot=report.snapshot) for report in reports]
    naive(htmls[:2])
    began = time.perf_counter()
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(rendering=RenderStatus.QUEUED)
    hand_out([report.pk for report in reports])
    wait_until(lambda: not unfinished([report.pk for report in reports]))
    ours = time.perf_counter() - began
    began = time.perf_counter()
    naive(htmls)
    yield Floor(
        f"{UNITS} unit reports by two workers ÷ naive loop", ours / (time.perf_counter() - began), "×", "≤", 0.40, UNITS
    )


def naive(htmls: list[str]) -> None:
    css = re.sub(r'"Official (Song|Hei|Kai)", ', "", STYLE_SHEET.read_text(encoding="utf-8"))
    css = re.sub(r'@font-face \{ font-family: "Official (Song|Hei|Kai)".*', "", css)
    for html in htmls:
        fonts, fetcher = FontConfiguration(), OwnFilesOnly()
        style = CSS(string=css, font_config=fonts, url_fetcher=fetcher)
        HTML(string=html, url_fetcher=fetcher).write_pdf(font_config=fonts, stylesheets=[style], pdf_variant=VARIANT)


# --- Waiting --------------------------------------------------------------------------------------------


def waits() -> Iterator[Floor]:
    """From the request to the first step done: with nothing else to do, and behind a batch of all units."""
    idle = [first_progress(asked(day=20 + number)) for number in range(SINGLES)]
    yield Floor("request to first progress, idle queue", max(idle), "s", "≤", 1.0, SINGLES, median(idle))
    waiting = batch_of(UNITS, since=200)
    Report.objects.filter(pk__in=[report.pk for report in waiting]).update(rendering=RenderStatus.QUEUED)
    busy = [first_progress(asked(day=40 + number)) for number in range(SINGLES)]
    held_up = bool(unfinished([report.pk for report in waiting]))
    name = "request to first progress, behind a batch" + ("" if held_up else " (which was over)")
    yield Floor(name, max(busy), "s", "≤", 2.0, SINGLES, median(busy))
    wait_until(lambda: not unfinished([report.pk for report in waiting]))


def first_progress(report: Report) -> float:
    began = time.perf_counter()
    begun = Report.objects.filter(pk=report.pk, attempt__gt=0).exclude(steps_done=0)
    wait_until(lambda: begun.exists() or not unfinished([report.pk]))
    return time.perf_counter() - began


# --- Memory ---------------------------------------------------------------------------------------------


def soak() -> Iterator[Floor]:
    """The most that a worker or its work-horse holds, and what the worker grows by, over hundreds of jobs."""
    most, parents = 0.0, []
    with workers(1) as (worker,):
        for start in range(0, SOAK, UNITS):
            reports = batch_of(min(UNITS, SOAK - start), since=300 + start)
            Report.objects.filter(pk__in=[report.pk for report in reports]).update(rendering=RenderStatus.QUEUED)
            hand_out([report.pk for report in reports])
            while unfinished([report.pk for report in reports]):
                most = max(most, *(memory_of(pid) for pid in [worker.pid, *children(worker.pid)]))
                time.sleep(0.2)
            parents.append(memory_of(worker.pid))
    yield Floor(f"memory of a worker, most in {SOAK} jobs", most, "MB", "≤", 350, SOAK)
    yield Floor(f"memory that a worker grows by in {SOAK} jobs", parents[-1] - parents[0], "MB", "≤", 20, SOAK)


def memory_of(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0


# --- Workers and reports --------------------------------------------------------------------------------


@contextmanager
def workers(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Warm and waiting, with the scheduler beside them."""
    commands = [*["worker"] * count, "scheduler"]
    running = [
        subprocess.Popen([sys.executable, "manage.py", name], cwd=ROOT, start_new_session=True) for name in commands
    ]
    try:
        for number in range(count):
            done(asked(day=60 + number))
        yield running[:count]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def asked(*, day: int, snapshot: Any = None) -> Report:
    """The county's progress as of so many days before today; with another snapshot in its place if one is given."""
    Report.objects.filter(kind="progress", as_of=day_before(day), receipts=None, file=None).delete()
    report = request_report(kind="progress", as_of=day_before(day), form_id=uuid.uuid4(), **by_the_office())
    if report.is_ready or snapshot:
        again = {"rendering": RenderStatus.QUEUED, "tries": 0, "attempt": 0, "steps_done": 0}
        Report.objects.filter(pk=report.pk).update(**again, **({"snapshot": snapshot} if snapshot else {}))
    return report


def batch_of(count: int, *, since: int = 100) -> list[Report]:
    """So many unit reports, cancelled until they are wanted: of all units, of one day after another."""
    reports: list[Report] = []
    while len(reports) < count:
        made = request_batch(as_of=day_before(since % 90 + len(reports) // 40), form_id=uuid.uuid4(), **by_the_office())
        rows = list(made.reports.order_by("pk")[: count - len(reports)])
        reports += rows
    again = {"tries": 0, "attempt": 0, "steps_done": 0, "handed_out_at": None}
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(rendering=RenderStatus.CANCELLED, **again)
    return reports


def by_the_office() -> dict[str, Any]:
    notice = WorkPointNotice.objects.get(year=2018)
    return {"notice": notice, "by": User.objects.get(username=OFFICE), "at": clock.now()}


def day_before(days: int) -> date:
    return clock.today() - timedelta(days=days)


def long_snapshot() -> Any:
    return json.loads(TWELVE_PAGES.read_text(encoding="utf-8"))


def done(report: Report) -> None:
    wait_until(lambda: not unfinished([report.pk]))


def unfinished(ids: list[int]) -> int:
    under_way = [RenderStatus.QUEUED, RenderStatus.RENDERING]
    return Report.objects.filter(pk__in=ids, rendering__in=under_way).count()


def wait_until(holds: Callable[[], object], *, seconds: float = 600) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise RuntimeError("the workers did not come to an end")
        time.sleep(0.01)


def cpu_of(pid: int) -> float:
    """Seconds of the process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
