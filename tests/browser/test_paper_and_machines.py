"""An item's page on paper, and what it says to machines, in a real browser under the strict policy."""

import io
import json

import pypdfium2

from tests.browser import papers
from tests.disclosure.makers import AT, published


def test_an_items_page_prints_its_text_alone_and_its_data_breaks_no_rule(opening, cast):
    file = papers.stored("附表.pdf", by=cast.clerk, at=AT)
    item = published(
        cast,
        title="关于公开部门预算的通知",
        body="各单位：\n一、总体要求\n按规定公开。\n宁海县财政局\n2018年8月13日",
        files=[file],
    )
    page = opening()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)

    page.goto(item.get_absolute_url())
    data = json.loads(page.locator("script[type='application/ld+json']").text_content())
    paper = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A4")))
    text = "".join(each.get_textpage().get_text_bounded() for each in paper)

    assert data["@graph"][0]["name"] == "关于公开部门预算的通知"
    assert refused == []
    assert len(paper) == 1
    for printed in ("关于公开部门预算的通知", "一、总体要求", "索引号", "附表.pdf", item.index_number):
        assert printed in text
    for left_out in ("打印本页", "校验值", "工作台", "本页纠错", "搜索"):
        assert left_out not in text
