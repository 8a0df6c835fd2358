"""No template and no string of the code says what docs/screen-text.md keeps off the screen; no template has inline code."""

import re
from pathlib import Path

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
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)", re.IGNORECASE)


def templates() -> dict[Path, str]:
    return {path.relative_to(ROOT): path.read_text("utf-8") for path in sorted((ROOT / "templates").rglob("*.html"))}


def test_no_screen_says_what_it_never_shall():
    texts = templates() | {path.relative_to(ROOT): "\n".join(strings(path)) for path in sources()}

    assert [(words, str(path)) for words in NEVER for path, text in texts.items() if words in text] == []


def test_no_template_has_inline_code():
    """The strict policy of the pages would not run it; what goes to paper may have styles of its own."""
    shown = {str(path): text for path, text in templates().items() if "pdf" not in path.parts}

    assert {path: found for path, text in shown.items() if (found := INLINE.findall(text))} == {}


def test_a_part_with_forms_is_handed_the_token_that_they_need():
    """`only` keeps it away; in a browser such a form would be refused (403), and Django's test client does not ask for it."""
    texts = {str(path.relative_to("templates")): text for path, text in templates().items()}
    parts = re.compile(r'{% include "([^"]+)" ([^%]*)only %}')

    assert [
        (path, part)
        for path, text in texts.items()
        for part, given in parts.findall(text)
        if "{% csrf_token %}" in texts[part] and "csrf_token=csrf_token" not in given
    ] == []
