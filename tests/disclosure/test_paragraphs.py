"""Setting an official text."""

import pytest

from disclosure.items.body.blocks import ParagraphLevel, blocks


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
    assert blocks(f"一、开头\n{line}\n结尾。")[1].level == level


def test_a_text_that_begins_below_has_its_headings_there():
    body = "（一）着力加强主动公开\n（二）着力解读回应\n一、附则\n（一）解释"

    assert [one.level for one in blocks(body)] == [
        ParagraphLevel.HEADING,
        ParagraphLevel.HEADING,
        ParagraphLevel.HEADING,
        ParagraphLevel.SUBHEADING,
    ]


def test_a_whole_letter():
    body = "各乡镇人民政府、街道办事处：\n\n  现印发给你们。  \n宁海县人民政府办公室\n2018年8月13日"

    assert [(one.text, one.level) for one in blocks(body)] == [
        ("各乡镇人民政府、街道办事处：", ParagraphLevel.ADDRESSEE),
        ("现印发给你们。", ParagraphLevel.TEXT),
        ("宁海县人民政府办公室", ParagraphLevel.SIGNATURE),
        ("2018年8月13日", ParagraphLevel.SIGNATURE),
    ]


def test_an_empty_body_has_no_paragraphs():
    assert blocks(" \n\n") == []


@pytest.mark.parametrize("between", [[], ["（此件公开发布）"], ["附件：", "(此件公开发布)"], ["附件1"]])
def test_what_is_issued_with_a_text_has_its_title_below_the_signature(between):
    lines = ["现印发给你们。", "宁海县财政局", "2018年8月13日", *between, "2018年工作要点", "为做好工作，制定本要点。"]

    levels = {each.text: each.level for each in blocks("\n".join(lines))}

    assert levels["2018年工作要点"] == ParagraphLevel.TITLE
    assert [levels[text] for text in between] == [ParagraphLevel.TEXT] * len(between)


@pytest.mark.parametrize(
    "line",
    ["请结合实际认真贯彻落实。", "联系电话：65265555", "一、总体要求", "1．公开预算；", "名称，", "抄送：县委办"],
)
def test_other_lines_below_a_signature_are_no_title(line):
    levels = [each.level for each in blocks(f"通知。\n2018年8月13日\n{line}\n名称")]

    assert ParagraphLevel.TITLE not in levels


def test_only_the_first_line_below_a_signature_is_a_title():
    levels = [each.level for each in blocks("通知。\n2018年8月13日\n工作要点\n总体要求")]

    assert levels[2:] == [ParagraphLevel.TITLE, ParagraphLevel.TEXT]
