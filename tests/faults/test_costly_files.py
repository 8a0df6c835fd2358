"""A worker as its systemd unit starts it, under the unit's memory, with files that would fill it: nothing is killed.

Where systemd is not PID 1, the limit is put around the same command line (prlimit).
"""

import os
import re
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.models.functions import Now

from disclosure.models import ContentScan
from disclosure.privacy.scans import scan_of
from ninghai.models import Job, JobStatus
from ninghai.operations.devservices.services import Redis
from tests.costs import IS_TIMED
from tests.disclosure.makers import drafted
from tests.disclosure.test_gate import stored
from tests.faults.processes import ROOT, comes_true, kill_all, running, session_of, wait_until
from tests.security.costly.inputs import DOCUMENTS, PDFS, WORKBOOKS

UNIT = ROOT / "docs/deployment/systemd/ninghai-worker@.service"
FILLING = (WORKBOOKS[4], WORKBOOKS[11], DOCUMENTS[0], PDFS[1], PDFS[5])
REST = (WORKBOOKS[0], DOCUMENTS[2], PDFS[0], PDFS[8])  # the first three come through their doors in every run
FILES = (*FILLING, *REST) if IS_TIMED else FILLING


@contextmanager
def worker(queue: Redis) -> Iterator[subprocess.Popen]:
    """The unit's command line under the unit's memory, and a scheduler that hands out."""
    unit = UNIT.read_text(encoding="utf-8")
    command = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])
    most = int(re.search(r"^MemoryMax=(\d+)G$", unit, re.MULTILINE)[1]) * 1024**3
    ours = {"REDIS_URL": queue.url(), "DJANGO_SETTINGS_MODULE": "ninghai.settings", "LOG_LEVEL": "CRITICAL"}
    process = subprocess.Popen(
        [sys.executable, *command[1:]],
        cwd=ROOT,
        env={**os.environ, **ours},
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )
    try:
        with running("scheduler", queue=queue):
            yield process
    finally:
        kill_all(process)


def test_every_costly_file_gets_its_verdict_and_the_worker_lives(cast, queue, tell):
    files = [stored(cast, costly.make(), f"{number}{costly.name}") for number, costly in enumerate(FILES)]
    drafted(cast, files=files)
    for file in files:
        scan_of(file)

    with worker(queue) as process:
        wait_until(all_looked_at, seconds=600)
        alive = process.poll() is None and comes_true(lambda: nobody_waits_to_be_reaped(process.pid))

    tell("costly files with a verdict", ContentScan.objects.exclude(scanned_at=None).count(), len(FILES))
    assert alive


def test_a_worker_that_is_killed_in_the_midst_leaves_no_verdict(cast, queue, tell):
    file = stored(cast, PDFS[6].make(), "很多字.pdf")
    drafted(cast, files=[file])
    scan = scan_of(file)
    with worker(queue) as process:
        wait_until(Job.objects.filter(status=JobStatus.RUNNING).exists)
        for pid in session_of(process.pid):
            os.kill(pid, signal.SIGKILL)

    scan.refresh_from_db()
    assert (scan.scanned_at, scan.unreadable) == (None, [])
    with worker(queue):
        wait_until(all_looked_at, seconds=300)
    tell("scans that were killed and then finished", ContentScan.objects.exclude(scanned_at=None).count(), 1)


def all_looked_at() -> bool:
    """The pauses between two attempts are over at once."""
    waiting = ContentScan.objects.filter(scanned_at=None)
    Job.objects.filter(status=JobStatus.QUEUED, tries__gt=0).update(next_try_at=Now())
    return not waiting.exists()


def nobody_waits_to_be_reaped(leader: int) -> bool:
    """A work-horse that has just ended is looked after at the worker's next breath."""
    return not any(map(is_waiting_to_be_reaped, session_of(leader)))


def is_waiting_to_be_reaped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
