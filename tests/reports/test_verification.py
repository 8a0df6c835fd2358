import hashlib
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from disclosure.items.publication import publish_item
from disclosure.models import Answer
from disclosure.review.services import answer_item, pass_item, submit_item
from ninghai.models import StoredFile
from reports.circulation import check_report, sign_report, submit_to_catalogue
from reports.models import Report
from reports.verification.views import COMPARED, GUESSED
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
    *facts, (name, digest) = page.context["paper"].facts
    assert facts == [
        ("发文机关", "宁海县人民政府办公室"),
        ("发文字号", "宁政办发〔2018〕60号"),
        ("签发日期", "2018-11-20"),
        ("核验码", report.code),
    ]
    assert (name, strip_tags(digest)) == ("文件 SHA-256", hashlib.sha256(paper).hexdigest())
    assert digest.count("<span>") == 16  # groups of four
    assert "这份报告由宁海县人民政府办公室签发</span>" in page.text


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


def test_the_answer_about_a_file_stands_before_all_else(client, report, paper):
    """On a telephone whoever holds a changed file must not first read, under a green mark, that it was issued."""
    other = client.post(address(report.code), {"file": SimpleUploadedFile("通报.pdf", paper + b" ")})
    same = client.post(address(report.code), {"file": SimpleUploadedFile("通报.pdf", paper)})

    assert (other.context["verdict"], other.context["heading"]) == ("bad", "手中的文件不是签发的那份")
    assert (same.context["verdict"], same.context["heading"]) == ("good", "这份报告由宁海县人民政府办公室签发")
    for page, answer in ((other, "不一致：这不是"), (same, "一致：这就是")):
        words = page.content.decode()
        assert words.index(answer) < words.index("发文字号")


@pytest.mark.parametrize("typed", [str.upper, lambda value: f" {value[:32]}\n{value[32:]} "])
def test_a_pasted_hash_is_understood(client, report, typed):
    page = client.post(address(report.code), {"sha256": typed(report.sha256)})

    assert page.context["is_same"] is True


def standing(page) -> list[str]:
    return [step.state for step in page.context["steps"]]


def test_the_steps_say_how_far_the_visitor_is(client, report):
    asked = client.get(reverse("reports:verify-form"))
    unknown, known = client.get(address("0000-0000")), client.get(address(report.code))
    other = client.post(address(report.code), {"sha256": "0" * 64})
    same = client.post(address(report.code), {"sha256": report.sha256})

    assert standing(asked) == standing(unknown) == ["now", "next", "next"]
    assert standing(known) == ["done", "now", "next"]
    assert standing(other) == ["done", "done", "now"]
    assert standing(same) == ["done", "done", "done"]


def test_an_empty_file_and_an_empty_form_are_told_apart(client, report):
    empty_file = client.post(address(report.code), {"file": SimpleUploadedFile("空.pdf", b"")})
    nothing = client.post(address(report.code), {})

    assert not empty_file.context["form"].errors
    assert "不一致" in empty_file.content.decode()
    assert empty_file.context["given"] == hashlib.sha256(b"").hexdigest()
    assert "请选择文件，或粘贴 SHA-256 值。" in nothing.content.decode()


def test_a_broken_hash_is_explained_and_kept(client, report):
    page = client.post(address(report.code), {"sha256": "1234"}).content.decode()

    assert "64 位十六进制数字" in page
    assert 'value="1234"' in page


def test_the_content_is_linked_only_when_public(client, cast, report):
    item = submit_to_catalogue(report=report, by=cast.office, at=NOW)
    before = client.get(address(report.code)).content.decode()

    item = submit_item(item=item, by=cast.office, at=NOW)
    item = pass_item(item=item, seen_hash=item.content_hash(), by=cast.second_office, at=NOW)
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        answer_item(item=item, kind=kind, seen_hash=item.content_hash(), by=cast.signer, at=NOW)
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


# --- Corrections -------------------------------------------------------------------------------------------------


def test_the_corrected_report_says_so_and_leads_to_its_correction(client, cast, notice, report):
    correction = rendered(requested(cast, notice, corrects=report))
    check_report(report=correction, by=cast.second_office, at=NOW)
    not_yet = client.get(address(report.code)).content.decode()
    sign_report(report=correction, document_number="宁政办发〔2018〕61号", signed_on=TODAY, by=cast.signer, at=NOW)
    correction = rendered(correction, pdf=PDF + b"61")

    old, new = (client.get(address(each.code)) for each in (report, correction))

    assert "更正" not in not_yet
    assert "这份报告已经更正：2018-11-20签发的" in old.content.decode()
    assert f'href="{address(correction.code)}">宁政办发〔2018〕61号</a>' in old.content.decode()
    assert ("更正的文件", "宁政办发〔2018〕60号") in new.context["paper"].facts
    assert client.post(address(report.code), {"sha256": report.sha256}).context["is_same"] is True


# --- Hostile visitors --------------------------------------------------------------------------------------------


@pytest.fixture
def private_cache(private_services):
    """The limits are counted in Redis."""


def test_who_tries_codes_without_end_is_asked_to_wait(client, report, private_cache):
    tried = [client.get(address(f"0000-{number:04}")).status_code for number in range(GUESSED.most + 1)]

    assert set(tried[:-1]) == {404}
    assert tried[-1] == 429
    assert "请10分钟后再试" in client.get(address(report.code)).content.decode()
    assert client.get(address(report.code), REMOTE_ADDR="192.0.2.7").status_code == 200


def test_files_sent_without_end_are_not_read_any_more(client, report, private_cache):
    sent = [
        client.post(address(report.code), {"file": SimpleUploadedFile("x.pdf", b"x")}).status_code
        for _ in range(COMPARED.most + 1)
    ]

    assert sent[-2:] == [200, 429]
    assert client.get(address(report.code)).status_code == 200


def test_without_redis_nobody_is_refused(client, report, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }

    answers = [client.get(address("0000-0000")).status_code for _ in range(3)]

    assert answers == [404, 404, 404]
    assert client.get(address(report.code)).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("x.exe", b"MZ", "application/x-msdownload"), ("空", b"\x00" * 10, ""), ("a" * 300 + ".pdf", b"%PDF", "x/y")],
)
def test_whatever_is_sent_is_compared_and_nothing_fails(client, report, name, content, media_type):
    page = client.post(address(report.code), {"file": SimpleUploadedFile(name, content, media_type)})

    assert page.status_code == 200
    assert "不一致" in page.content.decode()


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=file", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"[1", "application/json"),
        (b"sha256=%ff%fe&file=1", "application/x-www-form-urlencoded"),
    ],
)
def test_a_broken_form_is_no_failure_of_the_portal(client, report, body, media_type):
    assert client.post(address(report.code), body, content_type=media_type).status_code in {200, 400}


def test_a_file_beyond_the_limit_is_refused_unread(client, report, settings):
    answer = client.generic("POST", address(report.code), b"", CONTENT_LENGTH=str(settings.REQUEST_LIMIT + 1))

    assert answer.status_code == 413
