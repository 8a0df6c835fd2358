"""Files that nothing needs go after a day; whatever a record refers to stays."""

from datetime import timedelta

import pytest

from disclosure.models import Attachment
from ninghai.calendar import clock
from ninghai.files import store_bytes
from ninghai.models import StoredFile
from reports.circulation import submit_to_catalogue
from reports.scheduler import discard_unneeded_files, references, unneeded_files
from tests.reports.makers import NOW, PDF, accepted, assignment, moment, signed_report

TWO_DAYS_LATER = NOW + timedelta(days=2)


@pytest.fixture
def years_later(settings) -> None:
    settings.CLOCK_DATE = "2020-01-01"


def upload(cast, *, at) -> StoredFile:
    """As a form keeps it that was refused for another reason."""
    return store_bytes(data=PDF, name="附件.pdf", media_type="application/pdf", by=cast.clerk, at=at)


def test_every_record_that_needs_a_file_keeps_it():
    """Written out once more: a field that falls out of this list lets files be deleted that are needed."""
    assert {f"{model._meta.label_lower}.{name}" for model, name in references()} == {
        "tasks.workpointnotice.source_file",
        "tasks.breakdownupload.file",
        "tasks.evidence.file",
        "tasks.findingproof.file",
        "tasks.objectionproof.file",
        "tasks.rectificationproof.file",
        "tasks.sheetproof.file",
        "tasks.scoreentry.file",
        "disclosure.attachment.file",
        "disclosure.attachment.original",
        "disclosure.versionfile.file",
        "disclosure.versionfile.original",
        "disclosure.catalogueedition.booklet",
        "disclosure.itemimport.workbook",
        "disclosure.itemimport.archive",
        "disclosure.annualreport.file",
        "disclosure.opinionevent.copy",
        "disclosure.opinionresponse.file",
        "disclosure.requestfile.file",
        "disclosure.lettermaking.file",
        "reports.report.file",
    }


def test_what_a_record_refers_to_stays(cast, notice):
    accepted(cast, assignment("一1", "县财政局"), at=moment(10, 8), done=True)
    report = signed_report(cast, notice)
    item = submit_to_catalogue(report=report, by=cast.office, at=NOW)

    needed = {notice.source_file_id, report.file_id, Attachment.objects.get(item=item).file_id}
    needed |= {proof.file_id for proof in assignment("一1", "县财政局").reports.get().evidence.all()}
    assert set(StoredFile.objects.exclude(pk__in=unneeded_files(at=TWO_DAYS_LATER)).values_list("pk", flat=True)) == (
        needed
    )


@pytest.mark.usefixtures("years_later")
def test_the_draft_of_a_signed_report_goes_and_the_signed_one_stays(cast, notice, django_capture_on_commit_callbacks):
    report = signed_report(cast, notice)
    [draft] = unneeded_files(at=clock.now())
    assert draft.original_name.endswith("（草稿）.pdf")

    with django_capture_on_commit_callbacks(execute=True):
        assert discard_unneeded_files() == 1

    assert not StoredFile.objects.filter(pk=draft.pk).exists()
    assert not draft.file.storage.exists(draft.file.name)
    assert report.file.file.storage.exists(report.file.file.name)


def test_an_upload_waits_a_day_for_its_form(cast):
    kept = upload(cast, at=NOW)

    assert list(unneeded_files(at=NOW + timedelta(days=1))) == []
    assert list(unneeded_files(at=NOW + timedelta(days=1, seconds=1))) == [kept]
