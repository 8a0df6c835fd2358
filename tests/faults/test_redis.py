"""Redis stops, hangs and forgets."""

import signal
import time
import uuid
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from redis import Redis

from ninghai.operations.health import parts
from reports.models import Report
from tests.faults import counts
from tests.faults.books import all_ready, assert_each_is_there_once
from tests.faults.processes import crew, running, send, wait_until
from tests.reports.makers import TODAY


def asked_in_the_browser(client: Client, notice, *, day: int) -> tuple[float, str]:
    """Ask for the county's report of another day; how long the answer took, and what the page says then."""
    form = {"kind": "progress", "notice": notice.pk, "as_of": TODAY - timedelta(days=day), "form_id": uuid.uuid4()}
    began = time.monotonic()
    answer = client.post(reverse("admin:reports_report_add"), form)
    took = time.monotonic() - began
    assert answer.status_code == 302
    return took, client.get(answer["Location"]).content.decode()


def test_redis_is_stopped_during_requests(client, cast, notice, queue, tell):
    client.force_login(cast.office)
    soon = told = 0
    with running("scheduler", queue=queue), crew(2, queue=queue):
        queue.stop()
        began = time.monotonic()
        for second in range(counts.REDIS_AWAY):
            took, page = asked_in_the_browser(client, notice, day=second)
            soon += took < counts.SOON
            told += "任务队列暂时连不上" in page
            time.sleep(max(0.0, began + second + 1 - time.monotonic()))
        queue.start()
        waited = wait_until(all_ready)

    made = assert_each_is_there_once()
    tell(f"Redis stopped for {counts.REDIS_AWAY} s: requests accepted within {counts.SOON} s", soon, counts.REDIS_AWAY)
    tell("  said to be waiting", told, counts.REDIS_AWAY)
    tell(f"  made {waited:.0f} s after Redis was back", made, counts.REDIS_AWAY)


def test_a_redis_that_hangs_keeps_no_request_waiting(client, cast, notice, queue, tell):
    client.force_login(cast.office)
    with Redis.from_url(queue.url()) as server:
        pid = server.info("server")["process_id"]
    send(signal.SIGSTOP, pid)
    try:
        took, page = asked_in_the_browser(client, notice, day=0)
    finally:
        send(signal.SIGCONT, pid)

    assert "任务队列暂时连不上" in page
    tell("Redis hanging: request accepted soon", int(took < counts.SOON + 1), 1)


def test_workers_whose_redis_is_gone_end_when_told_to(queue, tell):
    with crew(2, queue=queue) as workers:
        wait_until(lambda: idle(queue) == len(workers))
        queue.stop()
        for worker in workers:
            send(signal.SIGTERM, worker.pid)
        wait_until(lambda: None not in [worker.poll() for worker in workers])

    tell("Redis gone: workers that end when told to", [worker.returncode for worker in workers].count(0), 2)


def idle(queue) -> int:
    """How many workers listen, ready to hear what they are told."""
    with Redis.from_url(queue.url()) as server:
        return [server.hget(key, "state") for key in server.smembers("rq:workers")].count(b"idle")


def test_redis_is_emptied_in_the_midst_of_a_batch(ask, queue, tell, time_passes):
    with running("scheduler", queue=queue), crew(2, queue=queue):
        for _ in range(counts.REDIS_EMPTIED):
            ask()
            queue._answer("FLUSHALL")
            time_passes()
            wait_until(all_ready)

    made = assert_each_is_there_once()
    tell("FLUSHALL in the midst of a batch: reports there once", made, counts.UNITS * counts.REDIS_EMPTIED)
    assert Report.objects.count() == made


def test_workers_are_known_again_after_redis_was_emptied(queue, tell, settings):
    """FLUSHALL takes their names, too; they say within seconds that they live, and one that was killed no longer does."""
    settings.REDIS_URL = queue.url()
    with crew(2, queue=queue) as workers, Redis.from_url(queue.url()) as server:
        wait_until(lambda: parts()["workers"]["count"] == 2)
        server.flushall()
        wait_until(lambda: parts()["workers"]["count"] == 2, seconds=60)
        send(signal.SIGKILL, workers[0].pid)
        wait_until(lambda: parts()["workers"]["count"] == 1, seconds=90)

    tell("Redis emptied: workers that are known again", 2, 2)
