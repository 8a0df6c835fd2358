"""Work that was under way in the version before goes on after an upgrade, and after the way back."""

import pytest
from django.db.models import F
from django.db.models.functions import Now

from ninghai.models import Job, JobStatus
from tests.jobs.makers import MAKERS
from tests.safe_keeping.test_migrations import all_steps, go_back, go_forth

LAST_BEFORE = {
    "ninghai": "0010_refusals_are_counted",
    "reports": "0005_texts_have_a_longest_length",
    "disclosure": "0015_texts_have_a_longest_length",
}
NAMES = ("kind", "subject", "status", "queue", "tries", "error")


def standing() -> list[tuple]:
    return list(Job.objects.order_by("kind").values_list(*NAMES))


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_loses_no_work(cast):
    for make in MAKERS.values():
        make(cast)
    Job.objects.filter(kind__in=["report", "email"]).update(
        status=JobStatus.RUNNING, tries=2, attempt=2, lease_until=Now()
    )
    Job.objects.filter(kind="booklet").update(status=JobStatus.FAILED, tries=5, attempt=7, error="缺少公文字体。")
    Job.objects.filter(kind__in=["webhook", "scan", "copy"]).update(tries=3, attempt=3)
    before = standing()
    later = [step for step in all_steps() if step.name > LAST_BEFORE.get(step.app_label, "~")]

    go_back(later)
    go_forth(later)

    assert standing() == before
    assert not Job.objects.filter(attempt__lt=F("tries")).exists()
    assert {job.record._meta.label for job in Job.objects.all()} == {
        "reports.Report",
        "reports.BookletMaking",
        "ninghai.Delivery",
        "ninghai.PublicCopy",
        "disclosure.ItemImport",
        "disclosure.ContentScan",
    }
