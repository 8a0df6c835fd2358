"""What docs/screen-text.md keeps off the screen stands in no template and in no string of the code."""

import pytest

from tests.manual.portal_words import ROOT, sources, strings

NEVER = (
    "请输入",
    "点击这里",
    "点击此处",
    "暂无",
    "操作成功",
    "操作失败",
    "加载中",
    "参数错误",
    "没有权限进行",
    "系统错误",
    "非法",
)


def texts() -> dict[str, str]:
    """Every text of the portal, by its file."""
    found = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
    return found | {str(path.relative_to(ROOT)): "\n".join(strings(path)) for path in sources()}


TEXTS = texts()


@pytest.mark.parametrize("words", NEVER)
def test_no_screen_says(words):
    assert [name for name, text in TEXTS.items() if words in text] == []
