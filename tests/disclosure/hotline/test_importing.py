"""Work orders of another platform from Excel: looked at first, then all of them, or none."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from disclosure.hotline.intake import SHEET
from disclosure.models import HotlineCase
from tests.disclosure.hotline import makers as calls

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:disclosure_hotlinecase_import")
ROW = {
    "外部工单号": "NB20181112001",
    "类别": "投诉",
    "事项": "城市管理",
    "乡镇（街道）": "深甽镇",
    "事由": calls.SUBJECT,
    "诉求": calls.CONTENT,
    "称呼": calls.NAME,
    "电话": calls.PHONE,
}


def workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    book.active.append(SHEET.labels)
    for row in rows:
        book.active.append([row.get(label, "") for label in SHEET.labels])
    book.save(stream)
    return SimpleUploadedFile("工单.xlsx", stream.getvalue())


@pytest.fixture
def office(client, cast):
    calls.topic()
    client.force_login(cast.office)
    return client


def test_what_is_shown_is_what_is_taken_in(office, cast):
    shown = office.post(PAGE, {"file": workbook(ROW, {**ROW, "外部工单号": "NB2", "被反映的单位": "县财政局"})})
    assert "将登记 2 件" in shown.text
    assert not HotlineCase.objects.exists()

    office.post(f"{PAGE}confirm/", {"rows": shown.context["sealed"]})

    second, first = HotlineCase.objects.with_case()
    assert (first.outer_number, first.case.channel, first.town, first.case.status) == (
        "NB20181112001",
        "province",
        cast.town,
        "taken",
    )
    assert list(second.about.all()) == [cast.finance]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"类别": "闲聊"}, "类别"),
        ({"事项": "没有的事项"}, "没有“没有的事项”这个事项"),
        ({"乡镇（街道）": "县财政局"}, "没有“县财政局”这个乡镇"),
        ({"事由": ""}, "还没有填写"),
        ({"事由": f"关于{calls.NAME}"}, "不要写来电人的姓名"),
        ({"要求保密": "是", "诉求": f"打{calls.PHONE}给我"}, "不要写来电人的姓名"),
        ({"被反映的单位": "县政府办公室"}, "纪检监察机关"),
    ],
)
def test_one_wrong_cell_keeps_all_rows_out(office, changes, sentence):
    shown = office.post(PAGE, {"file": workbook({**ROW, "外部工单号": "NB3"}, {**ROW, **changes})})

    assert shown.status_code == 422
    assert sentence in shown.text
    assert "第 3 行" in shown.text
    assert not HotlineCase.objects.exists()


def test_the_same_work_order_comes_once(office):
    shown = office.post(PAGE, {"file": workbook(ROW)})
    for _ in range(2):
        office.post(f"{PAGE}confirm/", {"rows": shown.context["sealed"]})
    again = office.post(PAGE, {"file": workbook(ROW, ROW)})

    assert HotlineCase.objects.count() == 1
    assert [each.message for each in again.context["found"].problems] == ["这个工单号已经有了。"] * 2


def test_the_template_has_the_columns(office):
    sheet = load_workbook(io.BytesIO(office.get(f"{PAGE}template/").content)).active

    assert [cell.value for cell in sheet[1]] == SHEET.labels
