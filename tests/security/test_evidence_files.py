"""Every file of the finance bureau, whatever it proves, asked for by everybody whom it does not concern."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ninghai.models import Role, StoredFile
from tasks.models import Evidence, Finding, FindingProof, ObjectionProof, RectificationProof
from tasks.spot_checks.findings import SheetWords, add_photo, conclude_sheet, save_sheet
from tests.cast import Cast, person
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, assignment_of, signed_in

RECTIFIED_BY = factories.moment(12, 20).date()


@pytest.fixture
def finding(cast: Cast, settings) -> Finding:
    """Of the finance bureau, to be put right, with a photograph."""
    settings.CLOCK_DATE = settings.CLOCK_SINCE = TODAY.isoformat()
    notice = factories.issued_notice(cast)
    drawn = factories.drawn_check(cast, notice, size=1, rubric=factories.small_rubric()).drawn.get()
    drawn.assignment, drawn.unit = assignment_of(cast), cast.finance
    drawn.save(update_fields=["assignment", "unit"])
    words = SheetWords(outcome="to_rectify", note="台账不一致", rectify_by_date=RECTIFIED_BY)
    sheet = save_sheet(drawn=drawn, written=words, version=0, by=cast.inspector, at=NOW)
    add_photo(sheet=sheet, proof=factories.stored(cast, data=factories.PDF + b"1"), by=cast.inspector, at=NOW)
    return conclude_sheet(sheet=sheet, version=0, by=cast.inspector, at=NOW)


@pytest.fixture
def files(cast: Cast, finding: Finding) -> set[str]:
    """A photograph of a finding, a piece of an objection, the proof of a rectification, evidence of a report."""
    piece = factories.stored(cast, data=factories.PDF + b"2")
    factories.objected(cast, finding, proofs=[piece])
    factories.handed_in(cast, finding)
    factories.with_head(cast, proof=factories.PDF + b"3")
    models = (Evidence, FindingProof, ObjectionProof, RectificationProof)
    found = {pk for model in models for pk in model.objects.values_list("file", flat=True) if pk}
    return {reverse("tasks:evidence-file", args=[pk]) for pk in found}


def test_a_stranger_opens_none(cast, files):
    roles = (Role.INSPECTOR, Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
    others = [person(f"other-{role}", "另一个人", cast.county_office, role) for role in roles]
    for stranger in (cast.other_clerk, cast.other_head, *others):
        visitor = signed_in(stranger)
        assert {visitor.get(address).status_code for address in files} == {404}, stranger


def test_the_unit_opens_them(cast, files):
    clerk = signed_in(cast.clerk)
    assert len(files) == 4
    assert {clerk.get(address).status_code for address in files} == {200}


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("tasks:finding-object", {"text": "台账已经更新。", "version": "999"}),  # opened before somebody changed it
        ("tasks:objection-proof", {"version": "1"}),  # twenty pieces are there already
    ],
)
def test_a_file_that_is_refused_is_not_kept(cast, finding, monkeypatch, address, sent):
    if address == "tasks:objection-proof":
        factories.written_objection(cast, finding)
    monkeypatch.setattr("tasks.progress.evidence.MOST_EVIDENCE", 0)
    before = StoredFile.objects.count()
    file = SimpleUploadedFile("台账.pdf", factories.PDF + b"\n")

    page = signed_in(cast.clerk).post(reverse(address, args=[finding.pk]), {**sent, "upload": file})

    assert page.status_code in {200, 409, 422}
    assert StoredFile.objects.count() == before
