"""The page on which evidence is looked at: whoever may download a file may look at it, nobody else, and nothing of it is kept on the way."""

import uuid

import lxml.html
import pytest
from django.urls import reverse

from ninghai.files import store_bytes
from ninghai.models import AuditEntry, StoredFile
from tasks.progress.evidence import add_evidence
from tests.ninghai.sanitizing import honest
from tests.tasks import factories
from tests.tasks.factories import NOW, signed_in

pytestmark = pytest.mark.django_db
PEOPLE = ["office", "signer", "inspector", "clerk", "head", "other_clerk", "other_head"]
SEES = {
    "draft": {"clerk", "head"},
    "with_head": {"clerk", "head"},
    "with_office": {"clerk", "head", "office", "signer"},
    "accepted": {"clerk", "head", "office", "signer"},
}


def stored(cast, data: bytes, name: str) -> StoredFile:
    return store_bytes(data=data, name=name, media_type="application/pdf", by=cast.clerk, at=NOW)


def preview(file: StoredFile, *number: int) -> str:
    return reverse(f"tasks:evidence-{'picture' if number else 'preview'}", args=[file.pk, *number])


def with_files(cast, *files: StoredFile):
    report = factories.drafted(cast)
    for file in files:
        add_evidence(report=report, proof=file, by=cast.clerk, at=NOW)
    return report


@pytest.mark.parametrize("station", SEES)
def test_who_may_download_evidence_may_look_at_it(cast, notice, station):
    report = factories.STATIONS[station](cast, proof=honest.pdf())
    file = report.evidence.get().file

    answers = {
        who: {signed_in(getattr(cast, who)).get(address).status_code for address in (preview(file), preview(file, 1))}
        for who in PEOPLE
    }

    assert answers == {who: {200} if who in SEES[station] else {404} for who in PEOPLE}


def test_a_stranger_is_sent_to_the_login(client, cast, notice):
    file = stored(cast, honest.pdf(), "说明.pdf")
    with_files(cast, file)

    for address in (preview(file), preview(file, 1)):
        assert client.get(address).url.startswith(reverse("login"))


@pytest.mark.parametrize(
    ("who", "above"), [("clerk", "tasks:work"), ("office", "admin:tasks_progressreport_changelist")]
)
def test_above_a_file_stand_the_list_and_the_page_of_its_period(cast, notice, who, above):
    report = factories.with_office(cast, of="第三季度", proof=honest.pdf())

    page = lxml.html.fromstring(signed_in(getattr(cast, who)).get(preview(report.evidence.get().file)).text)

    trail = page.xpath("//nav[@aria-label='当前位置']//a/@href")
    own = (
        reverse("admin:tasks_progressreport_change", args=[report.pk]) if who == "office" else report.get_absolute_url()
    )
    assert trail[-2:] == [reverse(above), own]


def test_a_file_that_proves_nothing_has_no_preview(cast, notice):
    clerk, stray = signed_in(cast.clerk), stored(cast, honest.pdf(), "说明.pdf")

    for address in (preview(stray), preview(stray, 1), reverse("tasks:evidence-preview", args=[uuid.uuid4()])):
        assert clerk.get(address).status_code == 404


def test_the_files_of_a_record_are_looked_at_one_after_the_other(cast, notice):
    files = [
        stored(cast, data, name)
        for data, name in [
            (honest.pdf(), "一.pdf"),
            (honest.document(), "二.docx"),
            (honest.workbook(), "三.xlsx"),
            (b"x", "四.doc"),
        ]
    ]
    with_files(cast, *files)
    clerk, seen, address = signed_in(cast.clerk), [], preview(files[0])
    while address:
        page = lxml.html.fromstring(clerk.get(address).text)
        seen.append(page.xpath("string(//h1)"))
        address = next(iter(page.xpath("//a[@rel='next']/@href")), "")

    assert seen == [file.original_name for file in files]
    assert page.xpath("//a[@rel='prev']/@href") == [preview(files[2])]
    assert "不能在线预览，请下载查看" in page.text_content()
    assert reverse("tasks:evidence-file", args=[files[3].pk]) in page.xpath("//a/@href")


def test_words_of_a_document_are_never_markup(cast, notice):
    data = honest.edited(
        honest.document(), part=lambda part: part.replace("第一条".encode(), "&lt;script&gt;一&lt;/script&gt;".encode())
    )
    file = stored(cast, data, "稿.docx")
    with_files(cast, file)

    page = signed_in(cast.clerk).get(preview(file)).text

    assert "&lt;script&gt;一" in page
    assert "<script>一" not in page


def test_a_picture_is_kept_by_nobody_and_runs_nothing(cast, notice):
    file = stored(cast, honest.photo(), "现场.jpg")
    with_files(cast, file)

    picture = signed_in(cast.clerk).get(preview(file, 1))

    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Cache-Control"] == "no-store"
    assert "sandbox" in picture["Content-Security-Policy"]
    assert "no-store" in signed_in(cast.clerk).get(preview(file))["Cache-Control"]


def test_who_looks_is_noted_once(cast, notice):
    file = stored(cast, honest.pdf(), "说明.pdf")
    with_files(cast, file)
    clerk = signed_in(cast.clerk)

    for address in (preview(file), preview(file, 1), preview(file, 2), preview(file)):
        clerk.get(address)

    assert AuditEntry.objects.filter(action=AuditEntry.Action.DOWNLOAD, actor=cast.clerk).count() == 1


def test_a_page_that_is_not_there_is_a_sentence(cast, notice):
    file = stored(cast, honest.pdf(), "说明.pdf")
    with_files(cast, file)

    answer = signed_in(cast.clerk).get(preview(file, 9))

    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")


def test_the_office_looks_in_its_own_frame_and_comes_back_to_the_report(cast, notice):
    report = factories.STATIONS["with_office"](cast, proof=honest.pdf())

    page = signed_in(cast.office).get(preview(report.evidence.get().file)).text

    assert reverse("admin:tasks_progressreport_change", args=[report.pk]) in page
