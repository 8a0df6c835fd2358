"""How each kind is printed once it is masked."""

import pytest

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import DataKind, Hit
from ninghai.personal_data.masking import mask_text, masked
from tests.ninghai.personal_data.labelled import cases


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("身份证 33022619800101123X", "身份证 3302**********123X"),
        ("身份证 330226 19800101 123X", "身份证 3302**********123X"),
        ("残疾人证 11010519491231002X41", "残疾人证 1101************2X41"),
        ("电话13812341234", "电话138****1234"),
        ("电话+86 138-1234-1234", "电话138****1234"),
        ("电话１３８１２３４１２３４", "电话138****1234"),
        ("家庭电话0574-65561234", "家庭电话0574-****1234"),
        ("账号6222021234567890128", "账号6222***********0128"),
        ("护照E12345678", "护照E1*****78"),
        ("车辆浙B12345", "车辆浙B·**345"),
        ("zhang@163.com", "z***@163.com"),
        ("住址：宁海县深甽镇大里村12号", "住址：宁海县深甽镇大里村"),
        ("姓名：张建国，男", "姓名：张某某，男"),
        ("姓名：欧阳雪，女", "姓名：欧阳某，女"),
        ("姓名：张伟，男", "姓名：张某，男"),
        ("姓名：张　伟", "姓名：张某"),
        ("姓名：卓玛・央金", "姓名：卓某某"),
        ("账号：12345678", "账号：12****78"),
        ("账号：201000012345", "账号：2010****2345"),
        ("家庭电话0574-65561234-123", "家庭电话0574-****1234"),
        ("家庭电话(0574)65561234", "家庭电话(0574)-****1234"),
        ("家庭电话057465561234转5", "家庭电话0574-****1234"),
        ("家庭电话65561234", "家庭电话****1234"),
    ],
)
def test_each_kind_is_masked_as_the_office_prints_it(text, printed):
    assert mask_text(text) == printed


@pytest.mark.parametrize(
    "kind",
    [DataKind.ID_CARD, DataKind.BANK_CARD, DataKind.PASSPORT, DataKind.MOBILE, DataKind.LANDLINE, DataKind.PLATE],
)
@pytest.mark.parametrize("length", range(1, 20))
def test_no_value_is_so_short_that_its_mask_tells_all_of_it(kind, length):
    value = "123456789ABCDEFGHIJK"[:length]

    shown = set(masked(Hit(0, length, kind, value, certain=True))) & set(value)

    assert len(shown) <= length * 3 / 4


def test_no_number_is_left_after_masking():
    left = [
        (case.text, hit)
        for case in cases(rounds=40)
        for hit in find_personal_data(mask_text(case.text))
        if hit.kind not in {"name"}
    ]

    assert left == []
