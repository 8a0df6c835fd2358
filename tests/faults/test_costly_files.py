"""Services as their systemd units start them, under the units' memory, with files that would fill it: nothing is killed.

Where systemd is not PID 1, the limit is put around the same command line (prlimit), and what all processes of the service
hold together is looked at all the while.
"""

import http.client
import os
import re
import resource
import shlex
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from disclosure.models import ContentScan, Item
from disclosure.privacy.scans import scan_of
from ninghai.models import Job, JobStatus, User
from ninghai.operations.devservices.services import Redis
from tests.browser.portal import collect_static_files, environment_of, free_port
from tests.costs import IS_TIMED
from tests.disclosure.makers import drafted
from tests.disclosure.test_gate import stored
from tests.disclosure.test_work import TYPED
from tests.faults.processes import ROOT, comes_true, kill_all, session_of, wait_until
from tests.security.costly.inputs import DOCUMENTS, PDFS, PICTURES, TABLES, WORKBOOKS

UNITS = ROOT / "docs/deployment/systemd"
FILLING = (WORKBOOKS[4], WORKBOOKS[11], DOCUMENTS[0], PDFS[1], PDFS[5])
REST = (WORKBOOKS[0], DOCUMENTS[2], PDFS[0], PDFS[8])  # the first three come through their doors in every run
FILES = (*FILLING, *REST) if IS_TIMED else FILLING
UPLOADED = (*WORKBOOKS, *DOCUMENTS, *PDFS, *PICTURES, *TABLES) if IS_TIMED else (WORKBOOKS[0], *FILLING)
CSRF = "a" * 32


@dataclass
class Service:
    """A service that runs: what it may hold, and the most that its processes were seen to hold together, in bytes."""

    process: subprocess.Popen
    allowed: int
    most: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def watch(self) -> None:
        while not self.ended.wait(0.25):
            self.most = max(self.most, sum(map(memory_of, session_of(self.process.pid))))


@contextmanager
def service(name: str, queue: Redis, **environment: str) -> Iterator[Service]:
    """The command line of the unit `ninghai-NAME.service` under the unit's MemoryMax."""
    unit = (UNITS / f"ninghai-{name}.service").read_text(encoding="utf-8")
    command = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])
    most = int(re.search(r"^MemoryMax=(\d+)G$", unit, re.MULTILINE)[1]) * 1024**3
    ours = {"REDIS_URL": queue.url(), "DJANGO_SETTINGS_MODULE": "ninghai.settings", "LOG_LEVEL": "CRITICAL"}
    process = subprocess.Popen(
        [sys.executable, *command[1:]],
        cwd=ROOT,
        env={**os.environ, **environment, **ours},
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )
    running = Service(process, allowed=most)
    watching = threading.Thread(target=running.watch)
    watching.start()
    try:
        yield running
    finally:
        running.ended.set()
        watching.join()
        kill_all(process)


def children_of(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def memory_of(pid: int) -> int:
    """What the process holds, and of what it shares with others its part."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return 0


@contextmanager
def worker(queue: Redis) -> Iterator[subprocess.Popen]:
    """And a scheduler that hands out."""
    with service("worker@", queue) as started, service("scheduler", queue):
        yield started.process


@dataclass
class Uploader:
    """Somebody signed in, before the web server itself."""

    port: int
    by: User

    def upload(self, costly) -> int:
        """A draft with this file; the answer's status."""
        upload = SimpleUploadedFile(costly.name, costly.make())
        typed = {
            **TYPED,
            "title": costly.what,
            "form_id": uuid.uuid4(),
            "uploads": [upload],
            "csrfmiddlewaretoken": CSRF,
        }
        return self.ask("POST", reverse("disclosure:work-item-new"), encode_multipart(BOUNDARY, typed))

    def ask(self, method: str, path: str, body: bytes | None = None) -> int:
        client = Client()
        client.force_login(self.by)
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        cookies = f"{django_settings.SESSION_COOKIE_NAME}={session}; {django_settings.CSRF_COOKIE_NAME}={CSRF}"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request(method, path, body, {"Cookie": cookies, "Content-Type": MULTIPART_CONTENT})
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status

    def is_answered(self) -> bool:
        try:
            return self.ask("GET", "/") == 200
        except OSError:
            return False


def test_what_would_fill_a_service_is_uploaded_and_looked_at_within_its_memory(cast, queue, tell):
    port = free_port()
    with ExitStack() as units:
        environment = environment_of(f"127.0.0.1:{port}") | {"GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}"}
        collect_static_files(environment)
        services = {
            name: units.enter_context(service(name, queue, **environment)) for name in ("web", "worker@", "scheduler")
        }
        clerk = Uploader(port, cast.clerk)
        wait_until(clerk.is_answered, seconds=90)
        processes = children_of(services["web"].process.pid)
        answers = {costly.what: clerk.upload(costly) for costly in UPLOADED}
        pages = {item.pk: reverse("disclosure:work-item-detail", args=[item.pk]) for item in Item.objects.all()}
        opened = [clerk.ask("GET", page) for page in pages.values()]
        wait_until(all_looked_at, seconds=900)
        opened += [clerk.ask("GET", page) for page in pages.values()]
        living = {name: each.lives for name, each in services.items()}
        assert children_of(services["web"].process.pid) == processes

    tell("costly uploads answered", sum(status in {302, 422} for status in answers.values()), len(UPLOADED))
    tell("pages of costly files opened", sum(status == 200 for status in opened), 2 * len(pages))
    assert pages
    assert living == dict.fromkeys(services, True)
    for name, each in services.items():
        print(f"{name}: at most {each.most / 1024**2:.0f} MB of {each.allowed / 1024**2:.0f}")  # noqa: T201
        assert each.most < each.allowed, name


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
