"""Setting an official text."""

import pytest

from disclosure.items.text import ParagraphLevel, paragraphs


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、着力加强主动公开和解读回应工作", ParagraphLevel.HEADING),
        ("十二、附则", ParagraphLevel.HEADING),
        ("（一）围绕建设法治政府全面推进政务公开", ParagraphLevel.SUBHEADING),
        ("(一)围绕建设法治政府全面推进政务公开", ParagraphLevel.SUBHEADING),
        ("（一）本项是一整段话，说明要做什么，由谁负责。", ParagraphLevel.TEXT),
        ("1.坚持以公开为常态。", ParagraphLevel.TEXT),
        ("2018年8月13日", ParagraphLevel.SIGNATURE),
        ("各乡镇人民政府、街道办事处:", ParagraphLevel.TEXT),  # an addressee stands first or nowhere
    ],
)
def test_the_level_of_a_line(line, level):
    assert paragraphs(f"一、开头\n{line}\n结尾。")[1].level == level


def test_a_text_that_begins_below_has_its_headings_there():
    body = "（一）着力加强主动公开\n（二）着力解读回应\n一、附则\n（一）解释"

    assert [one.level for one in paragraphs(body)] == [
        ParagraphLevel.HEADING,
        ParagraphLevel.HEADING,
        ParagraphLevel.HEADING,
        ParagraphLevel.SUBHEADING,
    ]


def test_a_whole_letter():
    body = "各乡镇人民政府、街道办事处：\n\n  现印发给你们。  \n宁海县人民政府办公室\n2018年8月13日"

    assert [(one.text, one.level) for one in paragraphs(body)] == [
        ("各乡镇人民政府、街道办事处：", ParagraphLevel.ADDRESSEE),
        ("现印发给你们。", ParagraphLevel.TEXT),
        ("宁海县人民政府办公室", ParagraphLevel.SIGNATURE),
        ("2018年8月13日", ParagraphLevel.SIGNATURE),
    ]


def test_an_empty_body_has_no_paragraphs():
    assert paragraphs(" \n\n") == []
