"""What a file looks like: real files through the real sandbox, and a sentence for what cannot be drawn."""

import base64
import io

import docx
import openpyxl
import pytest
from django.core.cache import cache
from PIL import Image

from ninghai.calendar import clock
from ninghai.files import store_bytes
from ninghai.files.drawing.drawn import FAILED, TOO_COSTLY, UNSCANNED, CannotDraw, LookOfFile, look_of, picture_of
from ninghai.files.drawing.pages import WIDEST_PHOTO, WIDTH, photo_drawn
from ninghai.files.drawing.texts import LARGE_TABLES, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, document_drawn
from ninghai.files.virus_scan import note_clean
from ninghai.models import PublicCopy, StoredFile
from tests.ninghai.sanitizing import honest

pytestmark = pytest.mark.django_db


def stored(data: bytes, name: str) -> StoredFile:
    return store_bytes(data=data, name=name, media_type="application/octet-stream", by=None, at=clock.now())


def look(data: bytes, name: str) -> LookOfFile:
    return look_of(stored(data, name))


def word(write) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    write(made)
    made.save(out)
    return out.getvalue()


def book(write) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    write(made)
    made.save(out)
    return out.getvalue()


def test_a_pdf_is_pictures_of_its_pages():
    file = stored(honest.pdf(), "说明.pdf")

    first, second = look_of(file).first, picture_of(file, 2)

    assert (first.pages, second.pages) == (2, 2)
    assert first.data != second.data
    assert Image.open(io.BytesIO(second.data)).size == (WIDTH, second.height)
    for number in (0, 3):
        with pytest.raises(CannotDraw, match="下载"):
            picture_of(file, number)


def test_a_photograph_is_shown_as_it_was_held_and_says_nothing_of_the_camera():
    shown = look(honest.photo(), "现场.jpg").first

    assert (shown.width, shown.height) == (40, 60)
    assert honest.SECRET.encode() not in shown.data


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1"])
def test_a_large_picture_is_made_smaller(mode):
    out = io.BytesIO()
    Image.effect_noise((3000, 900), 90).convert("RGB").convert(mode).save(out, "PNG")

    shown = photo_drawn(out.getvalue())

    assert (shown["width"], shown["height"]) == (WIDEST_PHOTO, WIDEST_PHOTO * 900 // 3000)


def test_greys_in_sixteen_bits_stay_grey():
    out = io.BytesIO()
    Image.new("I;16", (40, 30), 0x8000).save(out, "PNG")

    shown = Image.open(io.BytesIO(base64.b64decode(photo_drawn(out.getvalue())["data"])))

    assert shown.convert("RGB").getpixel((5, 5)) == (128, 128, 128)


def test_a_document_has_its_headings_lists_and_tables():
    drawn = look(honest.document(), "说明.docx").text

    heading, numbered, table = drawn.blocks
    assert (heading.kind, heading.level, heading.text) == ("heading", 2, honest.WORDS)
    assert numbered.lines == ("1. 第一条",)
    assert table.head[0].text == "表中"
    assert "图片" in drawn.left_out


def test_a_document_is_read_with_all_changes_accepted():
    body = (
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p>"
    )
    data = honest.edited(
        word(lambda made: made.add_paragraph("#")),
        part=lambda part: part.replace(b"<w:p><w:r><w:t>#</w:t></w:r></w:p>", body.encode()),
    )

    assert [block.text for block in look(data, "稿.docx").text.blocks] == ["新"]


def test_headings_go_down_step_by_step():
    def write(made):
        for level in (3, 1, 4, 9):
            made.add_heading(f"第{level}级", level)

    levels = [block.level for block in look(word(write), "稿.docx").text.blocks]

    assert levels[:3] == [2, 2, 3]
    assert all(level <= 6 for level in levels)


def test_cells_that_are_joined_stay_in_their_columns():
    def write(made):
        table = made.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "合"
        table.cell(1, 0).merge(table.cell(2, 0)).text = "并"
        table.cell(2, 1).text = "下"

    [table] = look(word(write), "表.docx").text.blocks

    assert [cell.across for cell in table.head] == [2, 1]
    assert [[cell.text for cell in row] for row in table.rows] == [["并", "", ""], ["", "下", ""]]


def test_of_a_long_document_the_beginning_is_shown_and_said_so():
    drawn = look(word(lambda made: [made.add_paragraph(f"第{n}段") for n in range(1000)]), "长.docx").text

    assert drawn.blocks[0].text == "第0段"
    assert len(drawn.blocks) < 1000
    assert "只显示了前面的一部分" in drawn.left_out


@pytest.mark.parametrize(("rows", "columns"), [(MOST_ROWS + 50, 2), (2, MOST_COLUMNS + 1)])
def test_of_a_large_table_in_a_document_the_beginning_is_shown_and_said_so(rows, columns):
    def write(made):
        table = made.add_table(rows, columns)
        for place, cell in enumerate(table._cells):
            cell.text = f"{place}"

    drawn = look(word(write), "名单.docx").text

    assert len(drawn.blocks[0].rows) == min(rows, MOST_ROWS) - 1
    assert len(drawn.blocks[0].head) == min(columns, MOST_COLUMNS)
    assert LARGE_TABLES in drawn.left_out


def test_a_table_that_fits_leaves_nothing_out():
    assert LARGE_TABLES not in look(word(lambda made: made.add_table(MOST_ROWS, MOST_COLUMNS)), "表.docx").text.left_out


def test_a_table_that_is_layout_is_read_to_its_end():
    def write(made):
        table = made.add_table(MOST_ROWS + 50, 1)
        for place, row in enumerate(table.rows):
            row.cells[0].text = f"第{place}段"
        table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "表中"

    drawn = look(word(write), "稿.docx").text

    assert drawn.blocks[-1].text == f"第{MOST_ROWS + 49}段"
    assert LARGE_TABLES not in drawn.left_out


def test_a_workbook_is_tables_with_letters_and_numbers():
    drawn = look(honest.workbook(), "表.xlsx").text

    title, table, second = drawn.blocks[:3]
    assert (title.text, title.level) == ("Sheet", 2)
    assert [cell.text for cell in table.head] == ["A", "B"]
    assert [cell.text for cell in table.rows[1]] == ["教育", "3"]
    assert second.text == "第二张"


def test_of_a_large_workbook_the_first_sheets_and_rows_are_shown_and_said_so():
    def write(made):
        for number in range(MOST_SHEETS + 3):
            sheet = made.create_sheet(f"表{number}")
            for row in range(MOST_ROWS + 50):
                sheet.append([row, "内容"])
        made.worksheets[1].sheet_state = "hidden"

    drawn = look(book(write), "大.xlsx").text

    assert sum(block.kind == "heading" for block in drawn.blocks) == MOST_SHEETS
    assert max(len(block.rows) for block in drawn.blocks) == MOST_ROWS
    assert f"共有{MOST_SHEETS + 4}张工作表" in drawn.left_out
    assert any("隐藏的工作表" in block.text for block in drawn.blocks)


def test_an_empty_sheet_says_so():
    assert look(book(lambda made: None), "空.xlsx").text.blocks[1].text == "这张工作表是空的。"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_of_text_is_a_table(encoding):
    [table] = look("名称,金额\r\n教育,3\r\n".encode(encoding), "表.csv").text.blocks

    assert [[cell.text for cell in row] for row in table.rows] == [["名称", "金额"], ["教育", "3"]]


@pytest.mark.parametrize("name", ["坏.pdf", "坏.docx", "坏.xlsx", "坏.png", "坏.jpg"])
def test_what_is_broken_says_so_in_a_sentence(name):
    refusal = look(b"PK\x03\x04 nothing that anybody reads", name).refusal

    assert "下载" in refusal
    assert refusal.endswith("。")


@pytest.mark.parametrize("name", ["包.zip", "旧.doc", "片.pptx", "没有扩展名"])
def test_what_nobody_draws_says_so_and_is_downloaded(name):
    assert "不能在线预览，请下载查看" in look(b"x", name).refusal


def test_what_costs_too_much_is_ended():
    data = word(lambda made: [made.add_paragraph("字" * 50) for _ in range(20)])
    bomb = honest.edited(data, part=lambda part: part.replace(b"</w:body>", b"<w:p/>" * 3_000_000 + b"</w:body>"))

    assert look(bomb, "大.docx").refusal in {TOO_COSTLY, FAILED}


def test_it_is_drawn_once_for_the_same_bytes(monkeypatch):
    data = honest.pdf()
    first = look(data, "甲.pdf")
    monkeypatch.setattr("ninghai.files.drawing.drawn.parse_in_sandbox", None)

    assert look(data, "乙.pdf") == first


def test_a_drawing_that_is_not_kept_is_drawn_again(monkeypatch):
    file = stored(honest.photo(), "现场.jpg")
    look_of(file)
    cache.clear()

    assert look_of(file).first is not None


def test_what_was_not_scanned_is_not_drawn(settings):
    file = stored(honest.photo(), "现场.jpg")
    settings.CLAMD = "tcp://127.0.0.1:1"

    assert look_of(file).refusal == UNSCANNED
    with pytest.raises(CannotDraw):
        picture_of(file, 1)
    note_clean(file.sha256)
    assert look_of(file).first is not None


def test_what_was_refused_is_not_drawn():
    file = stored(honest.document(), "说明.docx")
    PublicCopy.objects.create(original=file, original_sha256=file.sha256, refusal="文件中含有宏。")

    assert "文件中含有宏。" in look_of(file).refusal


def test_lists_are_bullets_where_word_counts_nothing():
    drawn = document_drawn(word(lambda made: [made.add_paragraph(text, style="List Bullet") for text in "甲乙"]))

    assert drawn["blocks"][0]["lines"] == ["• 甲", "• 乙"]
