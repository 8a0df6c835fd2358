"""The scheduler: killed, cut off from the database, told to stop, kept waiting by a slow mail server."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from redis import Redis
from rq import Worker

from ninghai.calendar import clock
from ninghai.models import Delivery, Job, JobStatus, Message
from ninghai.notifications.notify import notify, send_together
from ninghai.operations.devservices.services import Redis as RedisServer
from ninghai.operations.private_addresses import SUPERUSER
from tests.faults import counts
from tests.faults.books import is_ready
from tests.faults.processes import comes_true, kill_all, running, start, wait_until
from tests.ninghai.receivers import MailServer, mail_server
from tests.ninghai.test_messages import with_address, words
from tests.reports.makers import requested

SENDING = Job.objects.filter(kind="email", status=JobStatus.RUNNING)


def scheduler_backends() -> list[int]:
    """The connections that hold the scheduler's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return [row[0] for row in cursor.fetchall()]


def test_the_scheduler_ends_at_term(cast, queue):
    with running("scheduler", queue=queue) as scheduler:
        wait_until(scheduler_backends)
        scheduler.terminate()

        assert scheduler.wait(timeout=300) == 0


@contextmanager
def worker_that_mails(cast, *, queue: RedisServer, seconds: float) -> Iterator[tuple[subprocess.Popen, MailServer]]:
    """With one mail under way, which the county's server takes three times so many seconds to accept.

    It is news of today: the worker is a process of its own that lives on the real day, and drops what is old.
    """
    notify(cast.finance, **words(), at=clock.true_now())
    with_address(cast.clerk)
    send_together(
        channel=Delivery.Channel.EMAIL, event="digest:1", messages=list(Message.objects.filter(recipient=cast.clerk))
    )
    with mail_server(seconds=seconds) as server:
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_TLS": "none", "EMAIL_FROM": "a@b.cn"}
        with running("scheduler", queue=queue, **mail), running("worker", queue=queue, **mail) as worker:
            wait_until(SENDING.exists)
            yield worker, server


def test_a_slow_mail_server_keeps_nobody_waiting_for_a_report(cast, notice, queue):
    with running("worker --queues prompt", queue=queue), Redis.from_url(queue.url()) as line:
        wait_until(lambda: Worker.count(connection=line))  # it has started before the mail is under way
        with worker_that_mails(cast, queue=queue, seconds=20):
            report = requested(cast, notice)

            wait_until(lambda: is_ready(report))

            assert SENDING.exists()


def test_a_worker_finishes_its_mail_before_it_ends(cast, queue):
    with worker_that_mails(cast, queue=queue, seconds=2) as (process, server):
        time.sleep(1)
        process.terminate()
        process.wait(timeout=counts.TWO_MINUTES)

        assert len(server.mails) == 1
    assert Delivery.objects.get().status == Delivery.Status.SENT


def test_another_scheduler_leads_when_one_is_killed(cast, queue, tell):
    took_over = 0
    pair = [start("scheduler", queue=queue)]
    try:
        wait_until(scheduler_backends)
        for _ in range(counts.SCHEDULERS_KILLED):
            (leader,) = scheduler_backends()
            pair.append(start("scheduler", queue=queue))
            time.sleep(3)
            assert scheduler_backends() == [leader]
            kill_all(pair.pop(0))
            took_over += comes_true(lambda leader=leader: scheduler_backends() not in ([], [leader]))
    finally:
        for scheduler in pair:
            kill_all(scheduler)
    tell("kill -9 of the scheduler, another leads", took_over, counts.SCHEDULERS_KILLED)


def test_the_scheduler_leads_again_after_it_lost_the_database(cast, queue, private_services):
    with running("scheduler", queue=queue):
        wait_until(scheduler_backends)
        (cut_off,) = scheduler_backends()
        name = connection.settings_dict["NAME"]
        with psycopg.connect(private_services.postgresql.url(role=SUPERUSER, database=name)) as server:
            server.execute("SELECT pg_terminate_backend(%s)", [cut_off])

        wait_until(lambda: scheduler_backends() not in ([], [cut_off]))
