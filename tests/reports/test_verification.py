import hashlib
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosure.content_hash import content_hash
from disclosure.models import Answer
from disclosure.services import answer_item, pass_item, publish_item, submit_item
from ninghai.models import StoredFile
from reports.models import Report
from reports.services import sign_report, submit_to_catalogue
from tests.reports.makers import NOW, PDF, TODAY, checked, rendered, requested

NO_SUCH = "没有签发过这份报告"


@pytest.fixture
def report(notice, signed_circular):
    return signed_circular


@pytest.fixture
def paper(report) -> bytes:
    return report.file.file.read()


def address(code: str) -> str:
    return reverse("reports:verify", args=[code])


def test_an_issued_report_is_confirmed_by_whom_when_number_and_hash(client, report, paper):
    page = client.get(address(report.code))

    assert page.status_code == 200
    assert page.context["facts"] == [
        ("发文机关", "宁海县人民政府办公室"),
        ("发文字号", "宁政办发〔2018〕60号"),
        ("签发日期", "2018-11-20"),
        ("核验码", report.code),
        ("文件 SHA-256", hashlib.sha256(paper).hexdigest()),
    ]


def test_the_code_is_understood_as_typed(client, report):
    assert client.get(address(report.code.replace("-", " ").lower())).status_code == 200
    assert client.get(reverse("reports:verify-form"), {"code": report.code.lower()}).url == address(report.code)


def test_a_draft_and_an_unknown_code_get_the_same_answer(client, cast, notice):
    draft = rendered(requested(cast, notice, as_of=TODAY.replace(day=1)))

    answers = [client.get(address(code)) for code in (draft.code, "0000-0000")]

    assert [answer.status_code for answer in answers] == [404, 404]
    draft_page, unknown_page = (answer.content.decode() for answer in answers)
    assert NO_SUCH in unknown_page
    assert draft_page.replace(draft.code, "0000-0000") == unknown_page


def test_the_code_of_the_draft_dies_with_the_signature(client, cast, notice):
    draft_code = checked(cast, notice).code

    report = Report.objects.get()
    sign_report(report=report, document_number="宁政办发〔2018〕60号", signed_on=TODAY, by=cast.signer, at=NOW)
    rendered(report)

    assert client.get(address(draft_code)).status_code == 404
    assert client.get(address(report.code)).status_code == 200


def test_signed_but_not_printed_yet_is_not_issued(client, cast, notice):
    report = checked(cast, notice)
    sign_report(report=report, document_number="宁政办发〔2018〕60号", signed_on=TODAY, by=cast.signer, at=NOW)

    assert client.get(address(report.code)).status_code == 404


@pytest.mark.parametrize("nonsense", ["x", "%3Cscript%3E", "7K3M-9QXD-7K3M", "二维码", "a" * 300])
def test_nonsense_is_answered_and_never_fails(client, db, nonsense):
    page = client.get(f"/verify/{nonsense}/")

    assert page.status_code == 404
    assert b"<script>" not in page.content


def test_the_issued_file_is_recognised(client, report, paper):
    page = client.post(address(report.code), {"file": SimpleUploadedFile("通报.pdf", paper)})

    assert page.context["is_same"] is True
    assert "一致：这就是签发的那份文件" in page.content.decode()


def test_one_changed_byte_is_noticed(client, report, paper):
    page = client.post(address(report.code), {"file": SimpleUploadedFile("通报.pdf", paper + b" ")})

    assert page.context["is_same"] is False
    assert "不一致" in page.content.decode()


@pytest.mark.parametrize("typed", [str.upper, lambda value: f" {value[:32]}\n{value[32:]} "])
def test_a_pasted_hash_is_understood(client, report, typed):
    page = client.post(address(report.code), {"sha256": typed(report.sha256)})

    assert page.context["is_same"] is True


def test_an_empty_file_and_an_empty_form_are_told_apart(client, report):
    empty_file = client.post(address(report.code), {"file": SimpleUploadedFile("空.pdf", b"")})
    nothing = client.post(address(report.code), {})

    assert empty_file.context["form"].errors or empty_file.context["is_same"] is False
    assert "请选择文件，或粘贴 SHA-256 值。" in nothing.content.decode()


def test_a_broken_hash_is_explained_and_kept(client, report):
    page = client.post(address(report.code), {"sha256": "1234"}).content.decode()

    assert "64 位十六进制数字" in page
    assert 'value="1234"' in page


def test_the_content_is_linked_only_when_public(client, cast, report):
    item = submit_to_catalogue(report=report, by=cast.office, at=NOW)
    before = client.get(address(report.code)).content.decode()

    item = submit_item(item=item, by=cast.office, at=NOW)
    item = pass_item(item=item, seen_hash=content_hash(item), by=cast.second_office, at=NOW)
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        answer_item(item=item, kind=kind, seen_hash=content_hash(item), by=cast.signer, at=NOW)
    item.refresh_from_db()
    item = publish_item(item=item, by=cast.second_office, at=NOW)
    after = client.get(address(report.code)).content.decode()

    assert report.title not in before
    assert report.title in after
    assert item.get_absolute_url() in after


def test_no_upload_is_kept(client, report, paper):
    before = StoredFile.objects.count()
    client.post(address(report.code), {"file": SimpleUploadedFile(f"{uuid.uuid4()}.pdf", paper)})

    assert StoredFile.objects.count() == before


def test_the_draft_bytes_are_not_the_issued_ones(client, report):
    page = client.post(address(report.code), {"sha256": hashlib.sha256(PDF).hexdigest()})

    assert page.context["is_same"] is False
