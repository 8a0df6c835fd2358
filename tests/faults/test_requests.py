"""The same request many times at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections
from django.test import Client
from django.urls import reverse

from reports.models import Report
from tests.faults import counts
from tests.faults.books import all_ready, assert_each_is_there_once
from tests.faults.processes import running, wait_until
from tests.reports.makers import TODAY


def test_the_same_request_many_times_at_once_is_one_report(cast, notice, queue, tell):
    """Half of them are one form sent again and again, half are forms of their own that ask for the same.

    Each has a thread and a connection of its own; all are let go when the last is there.
    """
    clicked, start = uuid.uuid4(), Barrier(counts.REQUESTS_AT_ONCE, timeout=counts.TWO_MINUTES)

    def ask(number: int) -> str:
        client = Client()
        client.force_login(cast.office)
        form = {"kind": "progress", "notice": notice.pk, "as_of": TODAY}
        try:
            start.wait()
            answer = client.post(
                reverse("admin:reports_report_add"), form | {"form_id": clicked if number % 2 else uuid.uuid4()}
            )
            return f"{answer.status_code} {answer.get('Location')}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(counts.REQUESTS_AT_ONCE) as people:
        answers = list(people.map(ask, range(counts.REQUESTS_AT_ONCE)))
    report = Report.objects.get()
    led = answers.count(f"302 {report.get_absolute_url()}")
    with running("scheduler", queue=queue), running("worker", queue=queue):
        wait_until(all_ready)

    assert assert_each_is_there_once() == 1
    tell("the same request at once, led to the one report", led, counts.REQUESTS_AT_ONCE)
