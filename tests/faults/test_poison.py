"""Reports into which somebody has typed poison, through a worker, beside a batch: they end, and harm no other.

The long form alone; with the other tests, tests/reports/test_poison.py sets each of them without a worker.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ninghai.models import JobStatus
from reports.models import Report
from reports.pdf.printable import LONGEST_TEXT, MOST_CHARACTERS
from tests.cast import Cast
from tests.faults import counts
from tests.faults.processes import running, wait_until
from tests.reports import makers
from tests.reports.poisoned_papers import POISONS, SMALL, poisoned

MOST_TYPED = 500_000  # characters in every text at once

pytestmark = counts.only_long

Snapshot = dict[str, Any]


@pytest.fixture
def poisonous(cast: Cast, notice) -> Callable[[Snapshot], int]:
    """Ask for a report whose snapshot is this one; return its key."""
    days = (makers.TODAY - timedelta(days=number) for number in range(40, 90))

    def asked(snapshot: Snapshot) -> int:
        report = makers.requested(cast, notice, as_of=next(days))
        Report.objects.filter(pk=report.pk).update(snapshot=snapshot)
        return report.pk

    return asked


def test_poisoned_reports_end_in_a_paper_or_a_sentence_and_harm_no_other(poisonous, ask, queue, tell):
    papers = [poisonous(snapshot) for snapshot in still_printable()]
    refused = poisonous(too_much())
    ask()
    with running("scheduler", queue=queue), running("worker", queue=queue):
        while left := under_way():
            wait_until(lambda left=left: under_way() < left)

    ready = Report.objects.filter(job__status=JobStatus.DONE)
    told = Report.objects.filter(pk=refused, job__error__contains="超过一份文件可以排印的")
    tell("poisoned reports that became papers", ready.filter(pk__in=papers).count(), len(papers))
    tell("  one with too much text, refused in a sentence", told.filter(job__status=JobStatus.FAILED).count(), 1)
    tell("  reports of the batch beside them", ready.exclude(pk__in=papers).count(), counts.UNITS)


def under_way() -> int:
    """How many are not through; none of them may take longer than what nothing may be stuck for."""
    return Report.objects.filter(job__status__in=["queued", "running"]).count()


def still_printable() -> list[Snapshot]:
    """One with ten megabytes in a single text, and each kind of poison in every text at once."""
    long = SMALL["overdue"]()
    long["overdue"][0]["text"] = POISONS["ten megabytes"]
    return [long, *(poisoned(SMALL["overdue"](), storable(poison)) for poison in POISONS.values())]


def storable(poison: str) -> str:
    """PostgreSQL keeps no NUL; neither does any form let one through."""
    return poison[:MOST_TYPED].replace("\0", "")


def too_much() -> Snapshot:
    snapshot = SMALL["overdue"]()
    row = snapshot["overdue"][0] | {"text": "长" * LONGEST_TEXT}
    return snapshot | {"overdue": [row] * (MOST_CHARACTERS // LONGEST_TEXT + 1)}
