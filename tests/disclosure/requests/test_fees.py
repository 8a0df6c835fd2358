"""`manage.py request_fee`: both schedules, and the days on which there is none; what the office enters instead."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from disclosure.models import FeeRate
from disclosure.requests.fee_rates import load_fee_rates, schedules_on
from disclosure.requests.rules.fees import SCHEDULES
from disclosure.site_columns.guide import fee_words
from ninghai.calendar.law import rule_set_on
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db


def fee(given: str, *, received: str = "2021-03-01", form: str = "json") -> str:
    out = StringIO()
    call_command("request_fee", *given.split(), "--received", received, "--format", form, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("by", "amount", "total"),
    [
        *(
            ("items", *row)
            for row in (
                (0, 0), (1, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (35, 3000), (40, 4000), (41, 4300),
                (45, 5500), (50, 7000), (51, 7400), (60, 11000),
            )
        ),
        *(
            ("pages", *row)
            for row in (
                (0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (120, 1100), (200, 2700), (201, 2740), (250, 4700),
            )
        ),
    ],
)  # fmt: skip
def test_r19_the_fee_rises_tranche_by_tranche(by, amount, total):
    told = json.loads(fee(f"{by} {amount}"))

    assert told["total"] == total == sum(each["amount"] for each in told["tranches"])
    numbers = [number for each in told["tranches"] for number in range(each["from"], each["to"] + 1)]
    assert numbers == list(range(1, amount + 1))


def test_r19_each_tranche_is_told():
    assert json.loads(fee("items 35")) == {
        "total": 3000,
        "tranches": [
            {"from": 1, "to": 10, "each": 0, "amount": 0},
            {"from": 11, "to": 30, "each": 100, "amount": 2000},
            {"from": 31, "to": 35, "each": 200, "amount": 1000},
        ],
    }
    assert "共3000元；第1至10件：不收费；第11至30件：每件100元，2000元；第31至35件" in fee("items 35", form="text")


@pytest.mark.parametrize("received", ["2021-01-01", "2026-12-01"])
def test_the_schedule_holds_from_its_first_day_on(received):
    assert json.loads(fee("pages 201", received=received))["total"] == 2740


@pytest.mark.parametrize(
    ("given", "received", "sentence"),
    [
        ("items 35", "2018-11-20", "适用《政府信息公开条例》（2008年施行），没有信息处理费"),
        ("pages 120", "2019-05-14", "检索、复制、邮寄等成本费用"),
        ("pages 120", "2019-05-15", "当时还没有收费标准，不收费"),
        ("items 35", "2020-12-31", "自2021年1月1日起施行"),
        ("items 35", "2007-01-01", "还没有施行"),
        ("items 35 pages 120", "2021-03-01", "只能按件（items）或者按量（pages）一种"),
        ("items pages 120", "2021-03-01", "只能按件（items）或者按量（pages）一种"),
        ("items", "2021-03-01", "请写明按件还是按量和数量"),
        ("sheets 3", "2021-03-01", "请写明按件还是按量和数量"),
        ("items 3 4", "2021-03-01", "请写明按件还是按量和数量"),
        ("items -1", "2021-03-01", "数量应是 0 到"),
        ("items 1.5", "2021-03-01", "数量应是 0 到"),
        ("pages many", "2021-03-01", "数量应是 0 到"),
        ("pages ²", "2021-03-01", "数量应是 0 到"),
        ("pages 100001", "2021-03-01", "数量应是 0 到"),
        ("pages 5", "2021-02-30", "不是日期"),
    ],
)
def test_r19_what_has_no_fee_is_refused_in_a_sentence(given, received, sentence):
    with pytest.raises(CommandError) as refused:
        fee(given, received=received)

    assert sentence in str(refused.value)


# What the office enters.

LATER = {"by": "items", "valid_from": "2022-01-01", "bands": "1至20：0\n21至30：50", "width": 10, "more": 20}
LATER["basis"] = "宁海县人民政府公告第1号"
NEW = reverse("admin:disclosure_feerate_add")


def test_rows_begin_with_what_the_rules_say_and_stay_as_the_office_leaves_them():
    load_fee_rates()
    day = date(2021, 3, 1)
    for entered, by_rule in zip(schedules_on(day), SCHEDULES, strict=True):
        assert (entered.bands, entered.rise, str(entered.basis)) == (by_rule.bands, by_rule.rise, str(by_rule.basis))

    FeeRate.objects.filter(by="pages").delete()
    load_fee_rates()

    assert FeeRate.objects.count() == 1
    assert [each.by for each in schedules_on(day)] == ["items", "pages"]


def test_what_the_office_enters_holds_for_what_comes_from_its_day_on(cast):
    answer = signed_in(cast.office).post(NEW, {**LATER, "bands": " 第1至20件：0元\r\n\r\n21至30:50 "})

    assert answer.status_code == 302
    assert FeeRate.objects.get().bands == LATER["bands"]
    assert json.loads(fee("items 45", received="2021-12-31"))["total"] == 5500
    assert json.loads(fee("items 45", received="2022-01-01"))["total"] == 10 * 50 + 10 * 70 + 5 * 90
    assert json.loads(fee("pages 201", received="2022-01-01"))["total"] == 2740
    assert "宁海县人民政府公告第1号" in fee("items 45", received="2022-01-01", form="text")
    told = "".join(fee_words(rule_set_on(date(2022, 1, 1)), on=date(2022, 1, 1)))
    for words in ("20件以内不收费，第21至30件每件50元，此后每增加10件，每件增加20元", "宁海县人民政府公告第1号"):
        assert words in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bands": "十件以内不要钱"}, "第1行请写成“1至10：0”或者“201起：40”。"),
        ({"bands": "1至10：0\n12至20：100"}, "第2行应当从11写起"),
        ({"bands": "1至10：0\n11至5：100"}, "第2行应当从11写起"),
        ({"bands": "1起：0\n11至20：100"}, "第2行上面的一档写了“起”"),
        ({"bands": " \n"}, ""),
        ({"bands": "1起：40"}, "这两项请留空"),
        ({"width": "", "more": ""}, "请填写此后每增加多少"),
        ({"valid_from": "2020-12-31"}, "信息处理费从2021-01-01起才有标准"),
        ({"basis": ""}, ""),
    ],
)
def test_a_rate_that_cannot_be_reckoned_with_is_refused_in_a_sentence(cast, changes, sentence):
    page = signed_in(cast.office).post(NEW, {**LATER, **changes})

    assert (page.status_code, FeeRate.objects.count()) == (422, 0)
    assert sentence in page.text
    assert set(page.context["adminform"].form.errors) & {*changes, "width"}
    if "basis" not in changes:
        assert LATER["basis"] in page.text  # nothing typed is lost


def test_the_signer_reads_the_rates_and_a_unit_does_not(cast):
    load_fee_rates()
    address = reverse("admin:disclosure_feerate_change", args=[FeeRate.objects.latest("pk").pk])
    given = {**LATER, "bands": "1起：1"}
    for who, reads in ((cast.signer, 200), (cast.clerk, 403)):
        assert signed_in(who).get(address).status_code == reads
        assert signed_in(who).post(address, given).status_code == 403
