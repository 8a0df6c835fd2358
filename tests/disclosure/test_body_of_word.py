"""What a Word document gives as the body of an item, and what is said to be left out."""

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from disclosure.items.body.blocks import PointList, blocks
from disclosure.items.body.word import body_of_word
from disclosure.items.body.word_text import LONGEST
from disclosure.items.body.writing import as_body
from ninghai.files.kinds import UnacceptableFile
from tests.disclosure.word_documents import BULLETS, DECIMAL, HAN, any_document, bytes_of, document, in_list, run
from tests.security.costly import packages

LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def read(made):
    return body_of_word(bytes_of(made))


@pytest.mark.parametrize("seed", range(40))
def test_every_shape_gives_its_body(seed):
    shape = any_document(seed)

    text = read(shape.made)["text"]

    assert text == "\n".join(shape.lines)
    assert as_body(blocks(text)) == text


def test_numbers_that_word_counts_come_out_as_text():
    made = document()
    for words, number, depth in (
        ("总则", HAN, 0), ("依据", HAN, 1), ("范围", HAN, 1), ("第一条", HAN, 2), ("附则", HAN, 0), ("解释", HAN, 1),
        ("甲", DECIMAL, 0), ("乙", DECIMAL, 0), ("丙", DECIMAL, 1), ("丁", DECIMAL, 2),
    ):  # fmt: skip
        in_list(made.add_paragraph(words), number, depth)

    assert read(made)["text"].split("\n") == [
        "一、总则", "（一）依据", "（二）范围", "1.第一条", "二、附则", "（一）解释", "1.甲", "2.乙", "（1）丙", "①丁"
    ]  # fmt: skip


def test_a_list_that_begins_anew_counts_from_its_start():
    made = document()
    numbering = made.part.numbering_part.element
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="{DECIMAL}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    for words, number in (("甲", DECIMAL), ("乙", DECIMAL), ("丙", 90), ("丁", 90)):
        in_list(made.add_paragraph(words), number, 0)

    assert read(made)["text"] == "1.甲\n2.乙\n1.丙\n2.丁"


def test_headings_by_style_in_either_language_and_by_outline_level():
    made = document()
    made.add_heading("一级", 1)
    made.add_heading("二级", 2)
    made.add_heading("三级", 3)
    made.styles["Heading 2"].element.find(qn("w:name")).set(qn("w:val"), "标题 2")
    made.add_paragraph("大纲")._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    given = read(made)

    assert given["text"] == "# 一级\n## 二级\n## 三级\n# 大纲"
    assert given["left_out"] == ["1个三级以下的标题按二级标题显示"]


def test_the_accepted_state_is_read_and_said():
    made = document()
    paragraph = made.add_paragraph("原文")
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>新增</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>删去</w:delText></w:r></w:del>"))
    joined = made.add_paragraph("前半")
    joined._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}><w:del/></w:rPr>"))
    made.add_paragraph("后半")
    table = made.add_table(2, 2)
    table.cell(0, 0).text = "留下"
    table.cell(1, 0).text = "删去的行"
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')}/>"))

    given = read(made)

    assert given["text"] == "原文新增\n前半后半\n| --- | --- |\n| 留下 |  |"
    assert given["left_out"] == ["有修订：按接受全部修订后的文字读入"]


def test_what_is_left_out_is_said():
    made = document()
    made.sections[0].header.paragraphs[0].text = "页眉"
    paragraph = made.add_paragraph("正文")
    picture = "<w:drawing/>"
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent></w:pict>"
    for each in (
        picture, picture, box, '<w:footnoteReference w:id="2"/>', '<w:commentReference w:id="1"/>',
        "<w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t>", '<w:sym w:font="Wingdings" w:char="F0FE"/>',
    ):  # fmt: skip
        paragraph._p.append(run(each))
    given = read(made)

    assert given["text"] == "正文"
    assert given["left_out"] == [
        "2张图片或图形没有读入，需要的请作为附件上传",
        "1个文本框里的文字没有读入",
        "1条脚注、尾注没有读入",
        "1条批注没有读入",
        "隐藏的文字没有读入",
        "页眉、页脚和页码没有读入",
        "1个特殊符号没有读入，请核对",
    ]


def test_links_stand_with_their_address():
    made = document()
    paragraph = made.add_paragraph("见")
    for address, words in (("https://www.gov.cn/a", "政府网"), ("https://a.cn/b", "https://a.cn/b"), ("#x", "上文")):
        key = made.part.relate_to(address, LINK, is_external=True)
        link = f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}"><w:r><w:t>{words}</w:t></w:r></w:hyperlink>'
        paragraph._p.append(parse_xml(link))

    assert read(made)["text"] == "见政府网（https://www.gov.cn/a）https://a.cn/b上文"


def test_breaks_tabs_and_wide_blanks():
    made = document()
    paragraph = made.add_paragraph("　　第一行")
    for each in ("<w:br/><w:t>第二行</w:t>", "<w:tab/><w:t>右边</w:t>", '<w:br w:type="page"/><w:t>同一行</w:t>'):
        paragraph._p.append(run(each))

    assert read(made)["text"] == "第一行\n第二行　右边同一行"


def test_merged_cells_are_repeated_and_tables_in_tables_read_as_words():
    made = document()
    made.add_paragraph("表1　预算")
    table = made.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}|{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "高"
    inner = table.cell(2, 0).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内1", "内2"
    given = read(made)

    assert given["text"].split("\n") == [
        "表1　预算",
        "| 宽 | 宽 | 0\\|2 |",
        "| --- | --- | --- |",
        "| 1\\|0 | 1\\|1 | 高 |",
        "| 2\\|0 内1 内2 | 2\\|1 | 高 |",
    ]
    assert given["kept"] == ["1个表格"]
    assert given["left_out"] == ["2处合并的单元格拆开了，每格写同样的内容", "1个表格里的表格按文字放进所在的格"]


def test_a_frame_around_text_is_no_table_and_a_single_point_no_list():
    made = document()
    made.add_table(1, 1).cell(0, 0).text = "框里的一段。"
    in_list(made.add_paragraph("只有一点"), BULLETS, 0)

    assert read(made)["text"] == "框里的一段。\n只有一点"


def test_points_numbered_below_a_point_stay_below_it():
    made = document()
    numbering = made.part.numbering_part.element
    mixed = [("bullet", "•"), ("decimal", "%2.")]
    written = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:numFmt w:val="{style}"/><w:lvlText w:val="{label}"/></w:lvl>'
        for depth, (style, label) in enumerate(mixed)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="95">{written}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="95"><w:abstractNumId w:val="95"/></w:num>'))
    for words, depth in (("甲", 0), ("乙", 1), ("丙", 1), ("丁", 0)):
        in_list(made.add_paragraph(words), 95, depth)
    text = read(made)["text"]

    assert text == "- 甲\n  - 1.乙\n  - 2.丙\n- 丁"
    assert isinstance(blocks(text)[0], PointList)


@pytest.mark.parametrize(
    "body",
    [
        packages.paragraph("字" * (LONGEST + 1)),
        packages.paragraph("字" * 11) * 10_000,
        "<w:tbl>" + "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"400\"/></w:tcPr>" + packages.paragraph("字" * 600) + "</w:tc><w:tc/></w:tr></w:tbl>",
    ],
    ids=["one paragraph", "many paragraphs", "a cell over many columns"],
)  # fmt: skip
def test_more_than_a_body_holds_is_refused_in_words(body):
    with pytest.raises(UnacceptableFile, match="超过10万字"):
        body_of_word(packages.docx(body))


def test_the_longest_body_fits():
    assert len(body_of_word(packages.docx(packages.paragraph("字" * LONGEST)))["text"]) == LONGEST
