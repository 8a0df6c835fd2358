"""Reports through their workers, against bare WeasyPrint: what a job costs, a batch, memory, and the wait for a sign of life.

The naive loop sets every report in one warm process as WeasyPrint's manual shows it: fonts and style sheet anew for each,
the faces as the system has them.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import linear_regression, median

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reports.pdf import letter_html
from reports.pdf.press import STYLE_SHEET, VARIANT, OwnFilesOnly
from tests.bench.floors import Floor
from tests.bench.report_waits import Clerk
from tests.bench.report_workers import (
    Worker,
    asked,
    at_rest,
    batch_of,
    children,
    cpu_of,
    done,
    held,
    long_snapshot,
    queue_again,
    unfinished,
    workers,
)
from tests.browser.portal import served

UNITS, ROUNDS, SINGLES = 60, 5, 9
SOAK = int(os.environ.get("BENCH_SOAK", "500"))  # jobs


def reports() -> Iterator[Floor]:
    """Two workers wait, as `make run` has them; whoever measures one alone stops the other."""
    yield one_job()
    with workers(2) as crew:
        yield batch(crew)
        yield from waits(crew)
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
            with held([worker]):
                report = asked(day=number, snapshot=long_snapshot())
                before = cpu_of(worker.pid)
            done([report])
            at_rest([worker])
            took = cpu_of(worker.pid) - before
            began = time.process_time()
            bare()
            if number:  # the first round warms up
                ours.append(took)
                theirs.append(time.process_time() - began)
    return Floor(
        "12-page report by a worker ÷ bare WeasyPrint, CPU", median(ours) / median(theirs), "×", "≤", 1.1, ROUNDS
    )


def batch(crew: list[Worker]) -> Floor:
    """Wall time of a batch, from when the workers are let go, over that of the naive loop for the same reports."""
    with held(crew):
        reports = batch_of(UNITS, since=70)
        htmls = [letter_html(snapshot=report.snapshot) for report in reports]
        naive(htmls[:2])
        queue_again(reports)
        began = time.perf_counter()
    done(reports)
    ours = time.perf_counter() - began
    at_rest(crew)
    began = time.perf_counter()
    naive(htmls)
    theirs = time.perf_counter() - began
    return Floor(f"{UNITS} unit reports by two workers ÷ naive loop", ours / theirs, "×", "≤", 0.40, UNITS)


def naive(htmls: list[str]) -> None:
    css = re.sub(r'"Official (Song|Hei|Kai)", ', "", STYLE_SHEET.read_text(encoding="utf-8"))
    css = re.sub(r'@font-face \{ font-family: "Official (Song|Hei|Kai)".*', "", css)
    for html in htmls:
        fonts, fetcher = FontConfiguration(), OwnFilesOnly()
        style = CSS(string=css, font_config=fonts, url_fetcher=fetcher)
        HTML(string=html, url_fetcher=fetcher).write_pdf(font_config=fonts, stylesheets=[style], pdf_variant=VARIANT)


# --- Waiting --------------------------------------------------------------------------------------------


def waits(crew: list[Worker]) -> Iterator[Floor]:
    """From the click to the first progress on the page: with nothing else to do, and behind a batch of all units."""
    with served() as address:
        clerk = Clerk(address)
        clerk.first_progress(day=19)  # the web server is cold
        idle = []
        for number in range(SINGLES):
            at_rest(crew)
            idle.append(clerk.first_progress(day=20 + number))
        yield Floor("click to first progress, idle queue", max(idle), "s", "≤", 1.0, SINGLES, median(idle))
        with held(crew):
            waiting = batch_of(UNITS, since=75)
            queue_again(waiting)
        busy = [clerk.first_progress(day=40 + number) for number in range(SINGLES)]
        held_up = "" if unfinished(waiting) else " (which was over)"
        name = f"click to first progress, behind a batch{held_up}"
        yield Floor(name, max(busy), "s", "≤", 2.0, SINGLES, median(busy))
        done(waiting)


# --- Memory ---------------------------------------------------------------------------------------------


def soak() -> Iterator[Floor]:
    """The most that a worker or its work-horse holds, and what the worker grows by, over hundreds of jobs."""
    most, jobs, parents = 0.0, [0], []
    reports = batch_of(UNITS, since=80)
    with workers(1) as (worker,):
        parents.append(memory_of(worker.pid))
        while jobs[-1] < SOAK:
            some = reports[: SOAK - jobs[-1]]
            queue_again(some)
            while unfinished(some):
                most = max(most, *(memory_of(pid) for pid in [worker.pid, *children(worker.pid)]))
                time.sleep(0.2)
            jobs.append(jobs[-1] + len(some))
            parents.append(memory_of(worker.pid))
    yield Floor(f"memory of a worker, most in {SOAK} jobs", most, "MB", "≤", 350, SOAK)
    grows = linear_regression(jobs, parents).slope * 500
    yield Floor(f"memory that a worker grows by in 500 jobs (of {SOAK})", grows, "MB", "≤", 20, SOAK)


def memory_of(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0
