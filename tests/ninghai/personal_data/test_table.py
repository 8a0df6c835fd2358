"""What the heads of columns tell about the cells below them."""

from ninghai.personal_data.heads import kind_of_head
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.table import find_in_table


def hits(rows: list[list[str]]) -> list[tuple[int, int, DataKind, str]]:
    return [(each.row, each.column, each.hit.kind, each.hit.text) for each in find_in_table(rows)]


def test_names_accounts_and_addresses_are_found_under_their_heads():
    rows = [
        ["深甽镇2018年危房改造补助名单", "", "", "", ""],
        ["序号", "户主姓名", "家庭住址", "一卡通账号", "补助金额（元）"],
        ["1", "葛 丽", "大里村3组12号", "101004455667788", "5000"],
        ["2", "欧阳雪", "河洪村", "6222021234567890128", "6000"],
        ["合计", "", "", "", "11000"],
    ]

    assert hits(rows) == [
        (2, 1, DataKind.NAME, "葛 丽"),
        (2, 2, DataKind.ADDRESS, "大里村3组12号"),
        (2, 3, DataKind.BANK_CARD, "101004455667788"),
        (3, 1, DataKind.NAME, "欧阳雪"),
        (3, 3, DataKind.BANK_CARD, "6222021234567890128"),
    ]


def test_a_sensitive_column_is_one_hit_at_its_head():
    rows = [["村", "致贫原因"], ["大里村", "因病"], ["河洪村", "缺技术"]]

    assert hits(rows) == [(0, 1, DataKind.SENSITIVE_COLUMN, "致贫原因")]


def test_numbers_are_found_under_any_head():
    assert hits([["备注"], ["11010519491231002X"]]) == [(1, 0, DataKind.ID_CARD, "11010519491231002X")]


def test_a_second_table_on_the_same_sheet_has_heads_of_its_own():
    rows = [["姓名"], ["王建国"], [""], ["单位", "负责人"], ["县财政局", "公开"], ["姓名"], ["李芳"]]

    assert [text for _, _, _, text in hits(rows)] == ["王建国", "李芳"]


def test_sentences_are_no_heads():
    assert kind_of_head("姓名、身份证号等信息应当去标识化") is None
    assert kind_of_head("户主姓名（签字）") is None
    assert kind_of_head("姓　名") == DataKind.NAME
