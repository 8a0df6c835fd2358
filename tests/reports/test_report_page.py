"""A report's own page: how far it is, the one next act, and its first page as a picture."""

import io

import pypdfium2
import pytest
from django.urls import reverse
from lxml import html as lxml_html
from PIL import Image

from ninghai.files import first_page_of
from ninghai.files.drawing.pages import WIDTH
from ninghai.models import StoredFile
from reports.circulation import check_report, circulate_report, sign_report
from tests.reports.makers import NOW, TODAY, checked, rendered, requested, signed_report
from tests.tasks.factories import signed_in

PRIMARY = "//*[contains(@class, 'button--primary')]"


def page_of(user, report):
    return lxml_html.fromstring(signed_in(user).get(report.get_absolute_url()).text)


def standing(page) -> list[str]:
    return [step.get("class").rpartition("--")[2] for step in page.xpath("//ol[contains(@class, 'steps')]/li")]


def primary(page) -> list[str]:
    return [each.text_content().strip() for each in page.xpath(f"//*[@class='report-way']{PRIMARY}")]


def pictures(page) -> list[str]:
    return page.xpath("//section[@class='report-paper']//img/@src")


def test_the_next_act_alone_is_the_primary_button(cast, notice):
    draft = rendered(requested(cast, notice))
    before = page_of(cast.second_office, draft)
    report = check_report(report=draft, by=cast.second_office, at=NOW)
    to_sign, of_the_office = page_of(cast.signer, report), page_of(cast.second_office, report)

    assert (standing(before), primary(before)) == (["done", "now", "next", "next", "next"], ["核稿通过"])
    assert (standing(to_sign), primary(to_sign)) == (["done", "done", "now", "next", "next"], ["签发"])
    assert primary(of_the_office) == []
    assert "等待签发人签发" in of_the_office.text_content()


def test_after_the_signature_it_is_printed_then_circulated_then_made_public(cast, notice):
    report = checked(cast, notice)
    sign_report(report=report, document_number="宁政办发〔2018〕60号", signed_on=TODAY, by=cast.signer, at=NOW)
    printing = page_of(cast.office, report)
    report = rendered(report)
    signed = page_of(cast.office, report)
    circulate_report(report=report, units=[cast.finance], by=cast.office, at=NOW)
    circulated = page_of(cast.office, report)

    assert (standing(printing)[2], primary(printing)) == ("now", [])
    assert (standing(signed)[2:], primary(signed)) == (["done", "now", "next"], ["印发"])
    assert (standing(circulated)[2:], primary(circulated)) == (["done", "done", "now"], ["送公开审核"])
    assert "1 个单位，签收 0 个" in circulated.text_content()


def test_the_first_page_is_a_picture_for_who_may_have_the_file(cast, notice):
    report = signed_report(cast, notice)
    address = reverse("admin:reports_report_picture", args=[report.pk])
    answer = signed_in(cast.signer).get(address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).width == WIDTH
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert signed_in(cast.clerk).get(address).status_code == 403
    shown = page_of(cast.office, report)
    assert pictures(shown) == [address]
    assert "共 1 页" in shown.text_content()


def test_who_signs_sees_what_is_signed(cast, notice):
    report = checked(cast, notice)

    page = signed_in(cast.signer).get(reverse("admin:reports_report_sign", args=[report.pk])).text

    assert reverse("admin:reports_report_picture", args=[report.pk]) in page
    assert page.index('name="document_number"') < page.index("核验码")


def test_before_there_is_a_file_there_is_no_picture(cast, notice):
    report = requested(cast, notice)

    assert pictures(page_of(cast.office, report)) == []
    assert signed_in(cast.office).get(reverse("admin:reports_report_picture", args=[report.pk])).status_code == 409


def paper(*size: float) -> bytes:
    """A PDF of one empty page, or of none."""
    document, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    if size:
        document.new_page(*size)
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "pdf", [b"%PDF-1.7 broken", b"", paper(), paper(10, 14_000)], ids=["broken", "empty", "no page", "a tower"]
)
def test_what_cannot_be_drawn_leaves_the_page_whole(cast, notice, pdf):
    report = rendered(requested(cast, notice), pdf=pdf)

    page = page_of(cast.office, report)

    assert pictures(page) == []
    assert "下载 PDF" in page.text_content()


def test_a_file_that_is_away_is_no_failure(db):
    assert first_page_of(StoredFile(file="away.pdf", sha256="0" * 64)) is None
