"""Breakdown tables: what their columns say, and that no cell of any table is lost."""

import io
from html import escape

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from weasyprint import HTML

from tasks.notices.reading import NotANotice, read_notice
from tests.sizes import examples
from tests.tasks.notices.documents import HEAD, messages
from tests.tasks.notices.test_every_character import ANYTHING, PIECES, shown

FRONT = HEAD.replace("\n", "<br>")


def table(*rows, filename="table.html"):
    """A notice whose body is a table; a cell is its text, or (text, rows, columns)."""
    told = [[(cell, 1, 1) if isinstance(cell, str) else cell for cell in row] for row in rows]
    body = "".join(
        "<tr>" + "".join(f"<td rowspan={down} colspan={across}>{text}</td>" for text, down, across in row) + "</tr>"
        for row in told
    )
    return read_notice(data=f"{FRONT}<table>{body}</table>".encode(), filename=filename)


def facts(notice):
    return [
        (
            point.key,
            point.text,
            [(unit.name, unit.role.value) for unit in point.units],
            [deadline.date.isoformat() for deadline in point.times.deadlines],
        )
        for point in notice.points
    ]


def test_columns_give_roles_and_dates():
    notice = table(
        ["序号", "任务", "要求", "牵头单位", "责任单位", "配合单位", "完成时限", "备注"],
        ["1", "财政公开", "公开预决算。", "县财政局", "县司法局<br>县审管办", "有关部门", "11月底前", "重点"],
        ["2", "政策解读", "三日内解读。", "县司法局", "/", "", "2018年12月", ""],
    )

    assert facts(notice) == [
        (
            "1",
            "财政公开\n公开预决算。",
            [
                ("县财政局", "lead"),
                ("县司法局", "responsible"),
                ("县审管办", "responsible"),
                ("有关部门", "supporting"),
            ],
            ["2018-11-30"],
        ),
        ("2", "政策解读\n三日内解读。", [("县司法局", "lead")], ["2018-12-31"]),
    ]
    assert notice.points[0].responsibility_texts[0] == "牵头单位：县财政局"


def test_a_merged_task_is_the_title_of_its_requirements_and_a_merged_unit_counts_in_every_row():
    notice = table(
        ["任务", "工作要求", "责任部门", "时间节点"],
        [("一、主动公开", 2, 1), "1.公开预决算。", ("县财政局", 2, 1), "年底"],
        ["2.公开目录。", "长期"],
        ["二、政策解读", "1.解读政策。", "县司法局", ""],
    )

    assert facts(notice) == [
        ("一1", "公开预决算。", [("县财政局", "responsible")], ["2018-12-31"]),
        ("一2", "公开目录。", [("县财政局", "responsible")], []),
        ("二1", "解读政策。", [("县司法局", "responsible")], []),
    ]
    assert [point.part.title for point in notice.points] == ["主动公开", "主动公开", "政策解读"]
    assert [each.text for each in notice.points[1].times.standing] == ["长期"]


def test_a_requirement_counts_within_its_task():
    notice = table(
        ["任务", "要求", "责任单位"],
        [("1.主动公开", 2, 1), "1.公开预决算。", "县财政局"],
        ["（2）公开目录。", "县司法局"],
    )

    assert [point.key for point in notice.points] == ["1.1", "1（2）"]


def test_a_task_over_several_rows_of_units_is_a_point_in_each():
    notice = table(
        ["序号", "任务", "责任单位"],
        [("1", 2, 1), ("公开预决算。", 2, 1), "县财政局"],
        ["县审管办"],
    )

    assert [point.key for point in notice.points] == ["1", "1#2"]
    assert [point.units[0].name for point in notice.points] == ["县财政局", "县审管办"]


def test_a_title_may_run_across_the_table_and_a_header_take_two_rows():
    notice = table(
        [("工作任务", 2, 1), ("责任分工", 1, 2)],
        ["牵头单位", "配合单位"],
        [("一、主动公开", 1, 3)],
        ["1.公开预决算。", "县财政局", "县司法局"],
    )

    assert facts(notice) == [("一1", "公开预决算。", [("县财政局", "lead"), ("县司法局", "supporting")], [])]


def test_the_header_may_say_that_the_first_unit_leads():
    notice = table(["任务", "责任单位（列第一位者为牵头单位）"], ["1.公开预决算。", "县财政局、县司法局"])

    assert facts(notice)[0][2] == [("县财政局", "lead"), ("县司法局", "responsible")]


def test_a_blank_task_repeats_the_one_above():
    notice = table(["任务", "责任单位"], ["1.公开预决算。", "县财政局"], ["", "县司法局"])

    assert facts(notice) == [
        ("1", "公开预决算。", [("县财政局", "responsible")], []),
        ("1#2", "公开预决算。", [("县司法局", "responsible")], []),
    ]


def test_units_without_any_task_are_pointed_out():
    notice = table(["任务", "责任单位"], ["", "县司法局"], ["1.公开预决算。", "县财政局"])

    assert messages(notice) == ["这一行没有写任务内容，未列为要点，请核对。"]


def test_a_table_for_layout_is_read_as_its_text():
    notice = read_notice(
        data=f"<table><tr><td>{FRONT}</td></tr><tr><td>1.甲。<p>（责任单位：县财政局）</p></td></tr></table>".encode(),
        filename="a.html",
    )

    assert facts(notice) == [("1", "甲。", [("县财政局", "responsible")], [])]


def workbook(**hidden):
    book = Workbook()
    sheet = book.active
    sheet.title = "分解表"
    for row in (["2018年工作要点分解表"], ["任务", "责任单位"], ["1.甲。", "县财政局"], ["2.乙。", "县司法局"]):
        sheet.append(row)
    return book, sheet


def read_book(book):
    stream = io.BytesIO()
    book.save(stream)
    return read_notice(data=stream.getvalue(), filename="table.xlsx")


def test_hidden_rows_and_sheets_are_read_and_pointed_out():
    book, sheet = workbook()
    sheet.row_dimensions[4].hidden = True
    more = book.create_sheet("旧表")
    more.sheet_state = "hidden"
    more.append(["任务", "责任单位"])
    more.append(["3.丙。", "县审管办"])

    notice = read_book(book)

    assert [point.key for point in notice.points] == ["1", "2", "3"]
    assert {"工作表“分解表”的第4行是隐藏的，已一并读取，请核对。", "工作表“旧表”是隐藏的，已一并读取，请核对。"} <= set(
        messages(notice)
    )


def test_a_warning_counts_lines_as_the_sheet_counts_rows():
    book, sheet = workbook()
    sheet.append(["3.丙。", ""])

    notice = read_book(book)

    assert [(each.line, each.message) for each in notice.warnings if "责任单位" in each.message] == [
        (5, "要点“3”没有写明责任单位，请补充。")
    ]


def test_a_table_alone_takes_its_year_from_the_name_of_the_file():
    page = "<table><tr><td>任务</td><td>责任单位</td></tr><tr><td>1.甲。</td><td>县财政局</td></tr></table>"

    notice = read_notice(data=page.encode(), filename="2018年分解表.html")

    assert notice.year == 2018
    assert "标题、文号和落款里都没有年份，按文件名定为2018年，请核对。" in messages(notice)


def test_word_counts_numbers_that_stand_in_no_paragraph():
    document = Document()
    for line in HEAD.splitlines():
        document.add_paragraph(line)
    for text in ("甲。（责任单位：县财政局）", "乙。（责任单位：县司法局）"):
        document.add_paragraph(text, style="List Number")
    stream = io.BytesIO()
    document.save(stream)

    notice = read_notice(data=stream.getvalue(), filename="notice.docx")

    assert [(point.key, point.text) for point in notice.points] == [("1", "甲。"), ("2", "乙。")]


def test_a_scan_is_refused_in_a_sentence():
    picture = "data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="
    scan = HTML(string=f"<img src='{picture}' style='width:100%'>").write_pdf()

    with pytest.raises(NotANotice) as refused:
        read_notice(data=scan, filename="scan.pdf")

    assert str(refused.value).startswith("这个PDF是扫描件或图片，没有可以识别的文字。")


def test_a_locked_pdf_is_refused_in_a_sentence():
    key = "0" * 64
    locked = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        f"trailer<</Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{key}>/U<{key}>>>/ID[<00><00>]>>\n%%EOF\n"
    )

    with pytest.raises(NotANotice) as refused:
        read_notice(data=locked.encode(), filename="locked.pdf")

    assert str(refused.value) == "这个PDF设有密码，请取消密码后另存一份再导入。"


CELLS = st.lists(st.one_of(PIECES, PIECES, ANYTHING), max_size=5).map("".join)
SPANS = st.sampled_from([1, 1, 1, 2, 3])
HEADERS = st.lists(
    st.sampled_from(["序号", "类别", "任务", "要求", "牵头单位", "责任单位", "配合单位", "完成时限", "备注", "进展"]),
    min_size=2,
    max_size=6,
)
ROWS = st.lists(st.lists(st.tuples(CELLS, SPANS, SPANS), min_size=1, max_size=6), max_size=6)


@settings(deadline=None, max_examples=examples(150))
@given(header=HEADERS, rows=ROWS)
@example(header=["序号", "序号"], rows=[[("", 1, 1)], [("1.", 2, 3)], [("一、", 1, 1)]])
@example(header=["序号", "备注"], rows=[[("一、要求加强公开，做好解读。", 2, 3)], [("x", 1, 1)]])
def test_nothing_of_any_table_is_lost(header, rows):
    escaped = [[(escape(text), down, across) for text, down, across in row] for row in rows]
    notice = table(["任务", "责任单位", *header], ["1.推进工作。", "县财政局"], *escaped)

    seen: dict[int, int] = {}
    places = shown(notice)
    for placed in notice.placed:
        passage = placed.passage
        assert passage.start == seen.get(passage.line, 0)
        seen[passage.line] = passage.start + len(passage.text)
        for words in filter(None, map(str.strip, passage.text.strip().rstrip("、.．，,：:").split("\u2028"))):
            assert words.rstrip("、.．，,：:") in places[placed.place]
    read = "".join("".join(placed.passage.text.split()) for placed in notice.placed)
    assert all("".join(text.split()) in read for row in rows for text, _, _ in row)


def test_a_web_page_of_tables_in_tables_is_refused_before_it_costs_much():
    with pytest.raises(NotANotice, match="套了50层以上"):
        read_notice(data=b"<table><tr><td>" * 50_000, filename="2018年通知.html")
