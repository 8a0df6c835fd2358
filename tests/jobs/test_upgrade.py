"""Work that was under way in the version before goes on after an upgrade, and after the way back."""

import json
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from ninghai.models import Delivery, Job, JobStatus
from ninghai.models.job import KINDS
from tests.jobs.makers import MAKERS
from tests.ninghai.backups.test_migrations import all_steps, brought_along, go_back, go_forth

LAST_BEFORE = {
    "ninghai": "0010_refusals_are_counted",
    "reports": "0005_texts_have_a_longest_length",
    "disclosure": "0015_texts_have_a_longest_length",
}
NAMES = ("kind", "subject", "status", "queue", "tries", "error")


def standing() -> list[tuple]:
    return list(Job.objects.order_by("kind", "subject").values_list(*NAMES))


def kinds_of(tables: set[str]) -> list[str]:
    """The kinds of work whose records stand in these tables."""
    return [
        kind.name for kind in KINDS.values() if Job._meta.get_field(kind.record).related_model._meta.db_table in tables
    ]


NUMBERS = count(1_000_000)
LATE: dict[str, dict[str, Any]] = {  # what tells a row from the one that it is copied from
    "ninghai_delivery": {"id": uuid4, "event": uuid4, "status": lambda: "sent"},
    "reports_report": {
        "id": lambda: next(NUMBERS),
        "form_id": uuid4,
        "code": lambda: uuid4().hex[:9],
        "request_key": lambda: f"{uuid4().hex}{uuid4().hex}",
    },
    "disclosure_itemimport": {"id": lambda: next(NUMBERS), "form_id": uuid4},
}


def write_as_before(table: str) -> None:
    """A row without a job, as the version before writes it, for as long as the table takes one."""
    row = {name: str(make()) for name, make in LATE[table].items()} | {"job_id": None}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM information_schema.columns WHERE table_name = %s AND column_name = 'job_id' AND is_nullable = 'YES'",
            [table],
        )
        if cursor.rowcount:
            cursor.execute(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(old, %s)).* FROM {table} AS old LIMIT 1",  # noqa: S608 - our own names
                [json.dumps(row)],
            )


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_an_upgrade_loses_no_work_and_what_the_version_before_writes_between_two_steps_has_its_job_as_well(cast):
    for make in MAKERS.values():
        make(cast)
    Job.objects.filter(kind__in=["report", "email"]).update(
        status=JobStatus.RUNNING, tries=2, attempt=2, lease_until=Now()
    )
    Job.objects.filter(kind="booklet").update(status=JobStatus.FAILED, tries=5, attempt=7, error="缺少公文字体。")
    Job.objects.filter(kind__in=["webhook", "scan", "copy"]).update(tries=3, attempt=3)
    later = [step for step in all_steps() if step.name > LAST_BEFORE.get(step.app_label, "~")]
    newer = kinds_of(brought_along(later)[0])  # which the version before does not know: gone with their tables
    before = [told for told in standing() if told[0] not in newer]
    known = {(kind, subject) for kind, subject, *_ in before}

    go_back(later)
    go_forth(later, note=lambda _: [write_as_before(table) for table in LATE])

    assert [told for told in standing() if told[:2] in known] == before
    assert not Job.objects.filter(attempt__lt=F("tries")).exists()
    assert not [job for job in Job.objects.all() if not job.has_record]
    assert {job.record._meta.label for job in Job.objects.all()} == {
        "reports.Report",
        "reports.BookletMaking",
        "ninghai.Delivery",
        "ninghai.PublicCopy",
        "disclosure.ItemImport",
        "disclosure.ContentScan",
    }
    for kind in ("email", "report", "import"):
        assert Job.objects.filter(kind=kind).count() > 1
    late = Delivery.objects.filter(status=Delivery.Status.SENT)
    assert set(late.values_list("job__status", flat=True)) == {JobStatus.DONE}
