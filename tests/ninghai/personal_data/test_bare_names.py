"""Names in lines that should name nobody: the reasons of events."""

import pytest

from ninghai.personal_data.detectors.surnames import bare_name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("王小明", "王小明"),
        ("王明", "王明"),
        ("王小明来电撤回", "王小明"),
        ("申请人王明撤回", "王明"),
        ("登记有误，李四方先生已经来过", "李四方"),
        ("代理人：赵五一", "赵五一"),
        ("欧阳小明", "欧阳小明"),
    ],
)
def test_a_bare_name_is_seen(line, name):
    assert bare_name(line) == name


@pytest.mark.parametrize(
    "line",
    [
        *("档案较多", "来电撤回", "申请人来电撤回", "登记两次", "时间紧", "范围广", "文件多", "高度重视", "计划"),
        *("不属于本单位", "申请人要求撤回", "第三方不同意公开", "申请人应当补正", "行政复议决定责令重新答复"),
        "同一份信函登记了两次",
    ],
)
def test_an_honest_reason_is_none(line):
    assert bare_name(line) == ""
