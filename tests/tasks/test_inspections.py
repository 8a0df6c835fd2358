"""What an inspector finds below /work/inspections/, and how a finding is recorded there."""

import uuid
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from ninghai.models import Role
from tasks.models import Drawn, Finding
from tasks.spot_checks.drawing import assign_inspector, draw_spot_check
from tasks.spot_checks.findings import record_finding
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, signed_in

pytestmark = pytest.mark.django_db

LIST = reverse("tasks:inspection-list")
_PICTURE = BytesIO()
Image.new("RGB", (6, 4), "steelblue").save(_PICTURE, "PNG")
PNG = _PICTURE.getvalue()
FORM = {
    "outcome": "true",
    "note": "材料齐全",
    "rectify_by_date": "",
    "version": "0",
    "sheet_version": "0",
    "conclude": "1",
}


@pytest.fixture
def drawn(cast, notice) -> Drawn:
    """The finance bureau's first assignment, drawn for the inspector, with an accepted report and a draft."""
    factories.accepted(cast, of="第三季度", text="已接收的进展", proof=PDF)
    factories.drafted(cast, of="第四季度", text="尚在起草的进展")
    check = draw_spot_check(
        notice=notice, title="第四季度抽查", size=4, seed="20181120", stratified_by=[], as_of=TODAY,
        form_id=uuid.uuid4(), by=cast.office, at=NOW,
    )  # fmt: skip
    drawn = check.drawn.get(assignment=factories.assignment_of(cast))
    return assign_inspector(drawn=drawn, inspector=cast.inspector, reason="指定", by=cast.office, at=NOW)


def record(cast, drawn: Drawn, **how) -> Finding:
    known = {"outcome": "true", "note": "", "rectify_by_date": None, "version": 0, "by": cast.inspector, "at": NOW}
    return record_finding(drawn=drawn, **{**known, **how})


def test_the_list_shows_what_was_drawn_for_this_person(cast, drawn):
    second = person("inspector2", "另一抽查人员", cast.county_office, Role.INSPECTOR)

    assert [each.pk for each in signed_in(cast.inspector).get(LIST).context["page"]] == [drawn.pk]
    assert list(signed_in(second).get(LIST).context["page"]) == []
    assert signed_in(cast.inspector).get(f"{LIST}?page=9999").status_code == 200


@pytest.mark.parametrize("size", [1, 4])
def test_the_list_costs_the_same_queries_for_any_number_of_rows(cast, notice, size, django_assert_num_queries):
    check = draw_spot_check(
        notice=notice, title="抽查", size=size, seed="1", stratified_by=[], as_of=TODAY,
        form_id=uuid.uuid4(), by=cast.office, at=NOW,
    )  # fmt: skip
    for drawn in check.drawn.all():
        assign_inspector(drawn=drawn, inspector=cast.inspector, reason="指定", by=cast.office, at=NOW)
    client = signed_in(cast.inspector)
    client.get("/account/")  # the menu's numbers are counted once a minute

    # session, user, acting membership, other memberships; count, rows, how many wait
    with django_assert_num_queries(7):
        client.get(LIST)


def test_the_sheet_shows_accepted_reports_and_their_evidence_but_no_drafts(cast, drawn):
    client = signed_in(cast.inspector)
    page = client.get(drawn.get_absolute_url())

    proof = drawn.assignment.reports.get(period__name="第三季度").evidence.get()
    address = reverse("tasks:evidence-file", args=[proof.file_id])
    assert "已接收的进展" in page.text
    assert "尚在起草的进展" not in page.text
    assert address in page.text
    assert client.get(address).status_code == 200


def test_a_finding_is_recorded(cast, drawn):
    response = signed_in(cast.inspector).post(drawn.get_absolute_url(), FORM)

    finding = Finding.objects.get()
    assert response.url == LIST
    assert (finding.outcome, finding.note, finding.recorded_by) == ("true", "材料齐全", cast.inspector)


def test_what_is_to_be_rectified_needs_a_day(cast, drawn):
    client, address = signed_in(cast.inspector), drawn.get_absolute_url()

    without = client.post(address, {**FORM, "outcome": "to_rectify"})
    seen = {**FORM, "outcome": "to_rectify", "sheet_version": without.context["sheet_version"]}
    past = client.post(address, {**seen, "rectify_by_date": "2018-11-01"})
    assert not Finding.objects.exists()
    seen["sheet_version"] = past.context["sheet_version"]
    client.post(address, {**seen, "rectify_by_date": "2018-12-20"})

    assert (without.status_code, past.status_code) == (422, 422)
    assert [without.context["form"]["note"].value(), past.context["form"]["note"].value()] == ["材料齐全"] * 2
    assert Finding.objects.get().rectify_by_date == date(2018, 12, 20)


@pytest.mark.parametrize(
    "broken", [{"outcome": "maybe"}, {"outcome": ""}, {"rectify_by_date": "明天", "outcome": "to_rectify"}]
)
def test_a_broken_form_keeps_everything_typed(cast, drawn, broken):
    response = signed_in(cast.inspector).post(drawn.get_absolute_url(), {**FORM, **broken})

    assert (response.status_code, response.context["form"]["note"].value()) == (422, "材料齐全")
    assert not Finding.objects.exists()


def test_the_same_finding_sent_twice_is_recorded_once(cast, drawn):
    client, address = signed_in(cast.inspector), drawn.get_absolute_url()

    answers = [client.post(address, FORM).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Finding.objects.get().version == 1


def test_a_stale_sheet_gets_409_with_both_findings(cast, drawn):
    record(cast, drawn, note="先记录的情况")

    response = signed_in(cast.inspector).post(drawn.get_absolute_url(), {**FORM, "note": "后填写的情况"})

    assert response.status_code == 409
    assert "先记录的情况" in response.text
    assert "后填写的情况" in response.text
    assert Finding.objects.get().note == "先记录的情况"


def test_a_finding_is_corrected_by_who_saw_it(cast, drawn):
    record(cast, drawn)

    signed_in(cast.inspector).post(drawn.get_absolute_url(), {**FORM, "outcome": "not_true", "version": "1"})

    finding = Finding.objects.get()
    assert (finding.outcome, finding.version) == ("not_true", 2)


def test_a_photograph_and_a_file_sent_together_are_both_kept(cast, drawn):
    photo, paper = SimpleUploadedFile("现场.png", PNG), SimpleUploadedFile("台账.pdf", PDF)

    signed_in(cast.inspector).post(drawn.get_absolute_url(), {**FORM, "photo": photo, "upload": paper})

    kept = Finding.objects.get().proofs.values_list("file__original_name", flat=True)
    assert sorted(kept) == ["台账.pdf", "现场.png"]


def test_a_photograph_is_not_lost_by_a_form_that_is_refused(cast, drawn):
    photo = SimpleUploadedFile("现场.png", PNG)

    page = signed_in(cast.inspector).post(drawn.get_absolute_url(), {**FORM, "outcome": "maybe", "photo": photo})

    assert "刚才选择的文件没有保存，请重新选择。" in page.text


def test_the_office_reads_the_same_page_in_its_own_frame(cast, drawn):
    office, address = signed_in(cast.office), reverse("admin:tasks_drawn_change", args=[drawn.pk])
    page, of_inspector = office.get(address), signed_in(cast.inspector).get(drawn.get_absolute_url())

    assert (page.templates[0].name, page.context["base"]) == (
        of_inspector.templates[0].name,
        "admin/office/record.html",
    )
    assert "已接收的进展" in page.text
    assert "尚在起草的进展" not in page.text
    assert 'name="conclude"' not in page.text
    assert office.post(address, FORM).status_code == 403
    assert not Finding.objects.exists()


def test_one_turns_to_the_sheets_beside_it_and_sees_no_others(cast, drawn):
    others = list(drawn.spot_check.drawn.exclude(pk=drawn.pk).order_by("pk"))
    mine = assign_inspector(drawn=others[0], inspector=cast.inspector, reason="指定", by=cast.office, at=NOW)
    first, second = sorted([drawn, mine], key=lambda each: each.pk)
    client = signed_in(cast.inspector)

    begun, ended = client.get(first.get_absolute_url()).context, client.get(second.get_absolute_url()).context

    assert (begun["place"], begun["previous"], begun["next"]) == ("第 1 份，共 2 份", "", second.get_absolute_url())
    assert (ended["place"], ended["previous"], ended["next"]) == ("第 2 份，共 2 份", first.get_absolute_url(), "")
    assert "共 4 份" in signed_in(cast.office).get(reverse("admin:tasks_drawn_change", args=[drawn.pk])).text


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("inspector", 200, 302),
        ("office", 200, 403),
        ("signer", 200, 403),
        ("clerk", 404, 404),
        ("head", 404, 404),
        ("other_clerk", 404, 404),
    ],
)
def test_who_reads_and_writes_a_sheet(cast, drawn, who, read, write):
    client, address = signed_in(getattr(cast, who)), drawn.get_absolute_url()

    assert (client.get(address).status_code, client.post(address, FORM).status_code) == (read, write)
    assert Finding.objects.exists() == (who == "inspector")


def test_another_inspector_finds_nothing(cast, drawn):
    second = person("inspector2", "另一抽查人员", cast.county_office, Role.INSPECTOR)

    assert signed_in(second).post(drawn.get_absolute_url(), FORM).status_code == 404
