"""Reports of past years come from a file: looked at first, kept as reported, and then the next year is held against them."""

import re
from html import unescape
from io import BytesIO
from json import dumps, loads

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.annual_reports import services
from disclosure.annual_reports.blanks import ReportCell
from disclosure.annual_reports.figures import put, value_at
from disclosure.models import AnnualReport
from ninghai.models import AuditEntry
from tests.disclosure.annual_reports.shapes import whole
from tests.disclosure.annual_reports.test_annual_report_pages import reported
from tests.disclosure.makers import AT

pytestmark = pytest.mark.django_db

OPEN_AT_THE_END = {"一": {"自然人": 5}, "四": {"自然人": 5}}


@pytest.fixture(autouse=True)
def _later(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2023-03-01"


def exported(cast, form: str, year: int = 2021) -> bytes:
    """The file of such a report, as the portal itself writes it."""
    report = reported(cast.finance, year, whole(year, **OPEN_AT_THE_END))
    as_json = dumps(services.report_data(report), ensure_ascii=False).encode()
    data = as_json if form == "json" else services.report_workbook(report)
    report.delete()
    return data


def sent(client, cast, data: bytes, *, name: str, year: int = 2021, unit: object = ...):
    upload = SimpleUploadedFile(name, data)
    whose = cast.finance.pk if unit is ... else unit
    return client.post(
        reverse("admin:disclosure_annualreport_import"), {"unit": whose or "", "year": year, "file": upload}
    )


def confirmed(client, page):
    sealed = re.search(r'name="report" value="([^"]+)"', page.content.decode())
    assert sealed
    return client.post(reverse("admin:disclosure_annualreport_import_confirm"), {"report": unescape(sealed[1])})


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_past_report_is_shown_first_then_kept_and_the_next_year_is_held_against_it(client, cast, form):
    data = exported(cast, form)
    client.force_login(cast.office)

    page = sent(client, cast, data, name=f"年报.{form}")
    assert page.status_code == 200
    assert "尚未保存" in page.content.decode()
    assert not AnnualReport.objects.exists()

    assert confirmed(client, page).status_code == 302
    report = AnnualReport.objects.get()
    assert (report.unit, report.year, report.status, report.is_taken_in) == (cast.finance, 2021, "reported", True)
    assert report.figures == whole(2021, **OPEN_AT_THE_END)
    assert report.texts["其他需要报告的事项"] == "本年没有收取信息处理费。"
    assert AuditEntry.objects.about(report).filter(action="import").exists()

    following = services.open_report(year=2022, unit=cast.finance, by=cast.clerk, at=AT.replace(year=2023))
    assert value_at(following.figures, ReportCell("3", "二", "自然人")) == 5
    put(following.figures, ReportCell("3", "二", "自然人"), 4)
    assert "上年报告的结转下年度＝本年的上年结转" in {
        each.rule for each in services.checks_of(following) if not each.is_met
    }


def test_what_does_not_add_up_is_shown_and_stands_in_the_explanation(client, cast):
    data = loads(exported(cast, "json"))
    data["tables"]["3"]["一"]["总计"] = 9
    client.force_login(cast.office)

    page = sent(client, cast, dumps(data).encode(), name="年报.json")

    assert "“各类申请人之和”是 " in page.content.decode()
    confirmed(client, page)
    assert "表3“一”行" in AnnualReport.objects.get().explanation


def test_what_is_there_already_or_not_past_is_refused_in_a_sentence(client, cast):
    data = exported(cast, "json")
    client.force_login(cast.office)
    sealed = sent(client, cast, data, name="年报.json")
    reported(cast.finance, 2021, whole(2021))

    again = sent(client, cast, data, name="年报.json")
    assert again.status_code == 422
    assert "已经在本平台上" in again.content.decode()
    confirmed(client, sealed)
    assert AnnualReport.objects.count() == 1
    to_come = sent(client, cast, data, name="年报.json", unit=None, year=2022)
    assert to_come.status_code == 422
    assert "还没有到公布期限" in to_come.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("年报.json", b"{", "不是可以读取的 JSON"),
        ("年报.json", b"[" * 100_000, "JSON"),
        ("年报.json", b"[1, 2]", "没有“tables”一项"),
        ("年报.json", b'{"tables": {}, "texts": "\\u0000"}', "不是可以读取的 JSON"),
        ("年报.json", b'{"tables": {}, "texts": "\\ud800"}', "不是可以读取的 JSON"),
        ("年报.json", b'{"tables": {"2": [], "3": 7}}', "没有“规章”"),
        ("年报.xlsx", b"PK", "文件"),
        ("年报.txt", b"x", "请上传 .xlsx"),
    ],
)
def test_a_file_that_is_no_report_is_refused_in_a_sentence(client, cast, name, data, sentence):
    client.force_login(cast.office)

    page = sent(client, cast, data, name=name)

    assert page.status_code == 422
    assert sentence in unescape(page.content.decode())
    assert not AnnualReport.objects.exists()


@pytest.mark.parametrize("value", ["很多", 1.5, -1, True, [1], {"a": 1}])
def test_a_cell_that_is_no_figure_is_named(client, cast, value):
    data = loads(exported(cast, "json"))
    data["tables"]["4"]["行政复议"]["结果维持"] = value
    client.force_login(cast.office)

    page = sent(client, cast, dumps(data).encode(), name="年报.json")

    assert page.status_code == 422
    assert "“行政复议”“结果维持”" in unescape(page.content.decode())


def test_a_report_of_another_form_is_not_taken_for_this_years(client, cast):
    data = exported(cast, "xlsx", year=2020)
    client.force_login(cast.office)

    page = sent(client, cast, data, name="年报.xlsx", year=2021)

    assert page.status_code == 422
    assert "没有“" in unescape(page.content.decode())


def test_a_file_with_a_text_too_long_for_the_page_is_refused(client, cast):
    data = loads(exported(cast, "json"))
    data["texts"]["总体情况"] = "长" * 20_001
    client.force_login(cast.office)

    page = sent(client, cast, dumps(data).encode(), name="年报.json")

    assert page.status_code == 422
    assert "“总体情况”超过20000字" in page.content.decode()


def test_a_workbook_keeps_the_text_of_its_parts(cast):
    book = load_workbook(BytesIO(exported(cast, "xlsx")))

    texts = {row[0]: row[1] for row in book["正文"].iter_rows(values_only=True)}
    assert texts["总体情况"] == "本单位按时公开信息。"
    assert texts["主动公开政府信息情况"] is None


def test_a_file_of_before_may_lack_the_row_that_the_form_has_got_since(client, cast):
    report = reported(cast.finance, 2017, whole(2017))
    data = services.report_data(report)
    report.delete()
    del data["tables"]["1"]["回应公众关注热点或重大舆情数"]
    client.force_login(cast.office)

    page = sent(client, cast, dumps(data, ensure_ascii=False).encode(), name="年报.json", year=2017)

    assert page.status_code == 200
    confirmed(client, page)
    assert value_at(AnnualReport.objects.get().figures, ReportCell("1", "回应公众关注热点或重大舆情数", "数量")) is None
