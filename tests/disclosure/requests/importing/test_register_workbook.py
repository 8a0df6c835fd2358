"""The register of before from Excel: template, a look at every row, then all of them or none."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.requests.importing.workbook import COLUMNS
from fixtures.reference_data import load_workdays
from ninghai.calendar.reckoning import local_day
from ninghai.files.workbooks.writing import XLSX, as_xlsx
from ninghai.models import Case, CasePaper

pytestmark = pytest.mark.django_db
PAGE, CONFIRM = reverse("disclosure:request-import"), reverse("disclosure:request-import-confirm")
TEMPLATE = reverse("disclosure:request-import-template")
LABELS = {column.name: column.label for column in COLUMNS}


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2020-06-01"
    load_workdays()


def row(serial=1, **changes):
    told = {"number": f"县财政局公开申〔2019〕{serial}号", "received": "2019-06-03", "channel": "当面提交"}
    told |= {"category": "自然人", "name": "王小明", "text": "2018年度决算"}
    return {**told, **changes}


ANSWERED = {"code": "予以公开", "signed": "2019-06-20", "answer_number": "县财政局公复〔2019〕1号", "way": "邮寄"}
POSTED = {**ANSWERED, "answer_posted": "2019-06-21", "answer_received": "2019-06-24"}
ROWS = {  # what a row says, the state of its case, the last day of its limit
    "open": ({}, "handling", "2019-07-02"),
    "posted": (POSTED, "delivered", "2019-07-02"),
    "handed over": ({**ANSWERED, "way": "当面领取", "answer_received": "2019年6月20日"}, "delivered", "2019-07-02"),
    "amended": (
        {"amendment_asked": "2019-06-13", "days": "10", "amended": "2019-06-20", **POSTED, "signed": "2019-06-21"},
        "delivered",
        "2019-07-18",
    ),
    "lapsed": (
        {"amendment_asked": "2019-06-05", "days": "5", **POSTED, "code": "逾期不补正，不再处理"},
        "delivered",
        None,
    ),
    "third party": (
        {"third_party_asked": "2019-06-05", "third_party_said": "2019-06-12", "opinion": "同意"},
        "handling",
        "2019-07-08",
    ),
    "silent": ({"third_party_asked": "2019-06-05", **POSTED}, "delivered", None),
    "agency": ({"agency_asked": "2019-06-05", "agency_said": "2019-06-12"}, "handling", "2019-07-08"),
    "extended": ({"extended": "2019-06-10", "amount": "20", "extension_reason": "档案较多"}, "handling", "2019-07-30"),
    "withdrawn": ({"withdrawn": "2019-06-10"}, "withdrawn", "2019-07-02"),
    "void": ({"void_reason": "登记了两次"}, "void", "2019-07-02"),
    "void and bare": (
        dict.fromkeys(["received", "channel", "category", "name", "text"], "") | {"void_reason": "跳号"},
        "void",
        None,
    ),
    "waits": ({"received": ""}, "unconfirmed", None),
    "noted": ({"note": "王小明来电"}, "handling", "2019-07-02"),
}


def sent(client, *rows):
    cells = [[each.get(column.name, "") for column in COLUMNS] for each in rows]
    data = as_xlsx([[column.label for column in COLUMNS], *cells], title="登记簿")
    return client.post(PAGE, {"file": SimpleUploadedFile("登记簿.xlsx", data, content_type=XLSX)})


def confirmed(client, shown):
    sealed = shown.content.decode().split('name="rows" value="')[1].split('"')[0]
    return client.post(CONFIRM, {"rows": sealed}, follow=True)


@pytest.mark.parametrize("what", ROWS)
def test_a_row_is_looked_at_and_then_taken_over(client, cast, what):
    changes, status, last_day = ROWS[what]
    client.force_login(cast.clerk)

    shown = sent(client, row(**changes))
    assert (shown.status_code, Case.objects.count()) == (200, 0), shown.content.decode()
    assert "检查通过，尚未保存" in shown.content.decode()
    done = confirmed(client, shown)

    case = Case.objects.get()
    assert "已导入：新增1件" in done.content.decode()
    assert (case.unit, case.status) == (cast.finance, status)
    if last_day:
        assert str(local_day(case.legal_clock.due_at)) == last_day


def test_the_letter_keeps_number_and_days(client, cast):
    client.force_login(cast.clerk)
    confirmed(client, sent(client, row(**POSTED)))

    paper = CasePaper.objects.get()
    assert (paper.number, paper.dated, paper.delivery) == ("县财政局公复〔2019〕1号", date(2019, 6, 20), "post")
    assert (paper.handed_over_on, paper.delivered_on) == (date(2019, 6, 21), date(2019, 6, 24))


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"received": "昨天"}, "received", ""),
        ({"channel": "电报"}, "channel", "不能识别"),
        ({"channel": ""}, "number", "收到方式"),
        ({"code": "予以公开"}, "signed", "请填写答复日期"),
        ({"signed": "2019-06-20"}, "code", "请填写答复种类"),
        ({"amendment_asked": "2019-06-05"}, "days", "几个工作日"),
        ({"amended": "2019-06-05"}, "amendment_asked", "没有填写"),
        ({"extended": "2019-06-10"}, "amount", "几个工作日"),
        ({"extended": "2019-06-10", "amount": "25", "extension_reason": "多"}, "extended", "最多延长20个工作日"),
        ({"withdrawn": "2019-06-10", **POSTED}, "signed", "申请人撤回"),
        ({"void": "2019-06-10"}, "void_reason", "请填写作废原因"),
        ({"number": "甲"}, "number", "看不出年度和序号"),
    ],
)
def test_what_is_wrong_is_named_at_its_cell_and_nothing_is_kept(client, cast, changes, column, words):
    client.force_login(cast.clerk)

    shown = sent(client, row(), row(2, **changes))

    page = shown.content.decode()
    assert (shown.status_code, Case.objects.count()) == (422, 0)
    assert f"第 3 行“{LABELS[column]}”：" in page
    assert words in page
    assert 'name="rows"' not in page


def test_a_number_that_is_missing_is_named(client, cast):
    client.force_login(cast.clerk)

    assert "2019年缺第2号" in sent(client, row(), row(3)).content.decode()


def test_the_same_file_again_changes_nothing(client, cast):
    client.force_login(cast.clerk)
    confirmed(client, sent(client, row(**POSTED)))

    again = sent(client, row(**POSTED)).content.decode()

    assert "1件已经导入过，没有变化" in again
    assert 'name="rows"' not in again


def test_what_was_taken_over_meanwhile_is_said(client, cast):
    client.force_login(cast.clerk)
    shown, other = sent(client, row(**POSTED)), sent(client, row(text="另一项信息"))
    confirmed(client, other)

    done = confirmed(client, shown)

    assert "没有导入：" in done.content.decode()
    assert "已经导入过，文件中的内容与已经导入的不同" in done.content.decode()


def test_the_template_is_read_back_as_it_is(client, cast):
    client.force_login(cast.office)
    sheet = load_workbook(io.BytesIO(client.get(TEMPLATE).content)).worksheets[0]

    head, hints = list(sheet.iter_rows(values_only=True))
    assert list(head) == [column.label for column in COLUMNS]
    assert hints[0].startswith("#")


def test_it_is_the_units_own_register(client, cast):
    """Who acts for another unit imports into that one's."""
    client.force_login(cast.other_clerk)
    confirmed(client, sent(client, row(number="深甽镇公开申〔2019〕1号")))

    assert Case.objects.get().unit == cast.town


def test_a_head_looks_on(client, cast):
    client.force_login(cast.head)

    assert client.get(PAGE).status_code == 403
