"""What is killed, stopped or cut off while a report renders: real workers, a real scheduler, a real Redis.

The report must be ready within a minute, once, without anybody's help.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from ninghai.messaging.telling import send_together, tell_unit
from ninghai.models import Delivery, Message, StoredFile
from ninghai.private_services.postgresql import SUPERUSER
from ninghai.private_services.redis import QUEUE, Redis
from reports.models import Report
from reports.queue import hand_out
from reports.states import RenderStatus
from tests.ninghai.receivers import MailServer, mail_server
from tests.ninghai.test_messages import announcement, with_address
from tests.reports.makers import NOW, requested
from tests.services import worker_number

ROOT = Path(__file__).parents[2]
MINUTE = 60
LONG_REPORT = ROOT / "tests/data/snapshots/progress-draft.json"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(private_services, settings) -> Iterator[Redis]:
    """A Redis of our own, which we may stop while other tests go on."""
    server = Redis(place=private_services.place, name=f"faults{worker_number()}", settings=QUEUE)
    server.start()
    settings.REDIS_URL = server.url()
    yield server
    server.start()
    server.stop()


@contextmanager
def running(command: str, *, queue: Redis, **environment: str) -> Iterator[subprocess.Popen]:
    """`manage.py COMMAND` in a session of its own, as a supervisor would start it."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": queue.url(), "DJANGO_SETTINGS_MODULE": "ninghai.settings", **environment},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill_all(process)


def kill_all(process: subprocess.Popen) -> None:
    """kill -9 for the process and its work-horse, as the kernel or a supervisor's control group would."""
    for pid in session_of(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def session_of(leader: int) -> list[int]:
    """RQ's work-horse leaves the process group, but not the session."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError):
            if os.getsid(int(folder.name)) == leader:
                members.append(int(folder.name))
    return members


def wait_until(holds: Callable[[], object], *, seconds: float = MINUTE) -> float:
    began = time.monotonic()
    while not holds():
        waited = time.monotonic() - began
        assert waited < seconds, f"did not happen within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def stands(report: Report) -> RenderStatus:
    return RenderStatus(Report.objects.values_list("rendering", flat=True).get(pk=report.pk))


def is_ready(report: Report) -> bool:
    return stands(report) == RenderStatus.READY


def long_report(cast, notice) -> Report:
    """One that takes its time to render."""
    report = requested(cast, notice)
    long = json.loads(LONG_REPORT.read_text(encoding="utf-8"))
    Report.objects.filter(pk=report.pk).update(snapshot=long)
    return report


def papers_made() -> int:
    return StoredFile.objects.filter(media_type="application/pdf").count()


def scheduler_backends() -> list[int]:
    """The connections that hold the scheduler's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return [row[0] for row in cursor.fetchall()]


def test_kill_9_of_worker_and_work_horse_while_rendering(cast, notice, queue):
    report = long_report(cast, notice)

    with running("scheduler", queue=queue), running("worker", queue=queue) as first:
        wait_until(lambda: stands(report) == RenderStatus.RENDERING)
        kill_all(first)
        assert stands(report) == RenderStatus.RENDERING
        with running("worker", queue=queue):
            wait_until(lambda: is_ready(report))

    report.refresh_from_db()
    assert (report.attempt, papers_made()) == (2, 1)


def test_kill_9_of_the_worker_alone_leaves_its_work_horse_running(cast, notice, queue):
    report = long_report(cast, notice)

    with running("scheduler", queue=queue), running("worker", queue=queue) as first:
        wait_until(lambda: stands(report) == RenderStatus.RENDERING)
        os.kill(first.pid, signal.SIGKILL)
        with running("worker", queue=queue):
            wait_until(lambda: is_ready(report))
            time.sleep(3)

    assert papers_made() == 1


def test_redis_stopped_for_twenty_seconds_while_rendering(cast, notice, queue):
    report = long_report(cast, notice)

    with running("scheduler", queue=queue), running("worker", queue=queue):
        wait_until(lambda: stands(report) == RenderStatus.RENDERING)
        queue.stop()
        began = time.monotonic()
        asked_meanwhile = requested(cast, notice, as_of=notice.issued_at.date())
        took = time.monotonic() - began
        time.sleep(20)
        queue.start()
        wait_until(lambda: is_ready(report) and is_ready(asked_meanwhile))

    assert took < 2
    assert papers_made() == 2


def test_an_emptied_redis_loses_nothing(cast, notice, queue):
    report = requested(cast, notice)
    hand_out([report.pk])
    queue._answer("FLUSHALL")

    with running("scheduler", queue=queue), running("worker", queue=queue):
        wait_until(lambda: is_ready(report))

    assert papers_made() == 1


def test_the_scheduler_ends_at_term(cast, queue):
    with running("scheduler", queue=queue) as scheduler:
        wait_until(scheduler_backends)
        scheduler.terminate()

        assert scheduler.wait(timeout=5) == 0


@contextmanager
def scheduler_that_mails(cast, *, queue: Redis, seconds: float) -> Iterator[tuple[subprocess.Popen, MailServer]]:
    """With one mail under way, which the county's server takes so many seconds to accept."""
    tell_unit(unit=cast.finance, announcement=announcement(), at=NOW)
    with_address(cast.clerk)
    send_together(
        channel=Delivery.Channel.EMAIL, event="digest:1", messages=list(Message.objects.filter(recipient=cast.clerk))
    )
    with mail_server(seconds=seconds) as server:
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_TLS": "none", "EMAIL_FROM": "a@b.cn"}
        with running("scheduler", queue=queue, **mail) as process:
            wait_until(Delivery.objects.filter(status=Delivery.Status.SENDING).exists)
            yield process, server


def test_a_slow_mail_server_keeps_nobody_waiting_for_a_report(cast, notice, queue):
    with scheduler_that_mails(cast, queue=queue, seconds=8):
        report = requested(cast, notice)
        Report.objects.filter(pk=report.pk).update(handed_out_at=None)

        wait_until(Report.objects.exclude(handed_out_at=None).exists, seconds=6)


def test_the_scheduler_finishes_its_mail_before_it_ends(cast, queue):
    with scheduler_that_mails(cast, queue=queue, seconds=3) as (process, server):
        time.sleep(1)
        process.terminate()
        process.wait(timeout=10)

        assert len(server.mails) == 1
    assert Delivery.objects.get().status == Delivery.Status.SENT


def test_a_second_scheduler_leads_when_the_first_is_killed(cast, queue):
    with running("scheduler", queue=queue) as first:
        wait_until(scheduler_backends)
        (leader,) = scheduler_backends()
        with running("scheduler", queue=queue):
            time.sleep(3)
            assert scheduler_backends() == [leader]
            kill_all(first)
            wait_until(lambda: scheduler_backends() not in ([], [leader]))


def test_the_scheduler_leads_again_after_it_lost_the_database(cast, queue, private_services):
    with running("scheduler", queue=queue):
        wait_until(scheduler_backends)
        (cut_off,) = scheduler_backends()
        name = connection.settings_dict["NAME"]
        with psycopg.connect(private_services.postgresql.url(role=SUPERUSER, database=name)) as server:
            server.execute("SELECT pg_terminate_backend(%s)", [cut_off])

        wait_until(lambda: scheduler_backends() not in ([], [cut_off]))
