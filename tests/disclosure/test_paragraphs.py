"""Setting an official text."""

import pytest

from disclosure.items.text import Level, paragraphs


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、着力加强主动公开和解读回应工作", Level.HEADING),
        ("十二、附则", Level.HEADING),
        ("（一）围绕建设法治政府全面推进政务公开", Level.SUBHEADING),
        ("(一)围绕建设法治政府全面推进政务公开", Level.SUBHEADING),
        ("（一）本项是一整段话，说明要做什么，由谁负责。", Level.TEXT),
        ("1.坚持以公开为常态。", Level.TEXT),
        ("2018年8月13日", Level.SIGNATURE),
        ("各乡镇人民政府、街道办事处:", Level.TEXT),  # an addressee stands first or nowhere
    ],
)
def test_the_level_of_a_line(line, level):
    assert paragraphs(f"开头。\n{line}\n结尾。")[1].level == level


def test_a_whole_letter():
    body = "各乡镇人民政府、街道办事处：\n\n  现印发给你们。  \n宁海县人民政府办公室\n2018年8月13日"

    assert [(one.text, one.level) for one in paragraphs(body)] == [
        ("各乡镇人民政府、街道办事处：", Level.ADDRESSEE),
        ("现印发给你们。", Level.TEXT),
        ("宁海县人民政府办公室", Level.SIGNATURE),
        ("2018年8月13日", Level.SIGNATURE),
    ]


def test_an_empty_body_has_no_paragraphs():
    assert paragraphs(" \n\n") == []
