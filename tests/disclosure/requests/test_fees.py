"""`manage.py request_fee`: both schedules, and the days on which there is none."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


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
