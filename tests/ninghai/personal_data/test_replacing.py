"""A masked text keeps nothing of a value that goes on in another line, and nothing of a column that must go."""

import io

import pytest
from docx import Document

from ninghai.personal_data.masking import replaced
from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.personal_data.scan import scan_file
from tests.ninghai.personal_data.files import NUMBER, OTHER, saved

WRAPPED = f"""序号   姓名     身份证号      备注
1      王建国   {NUMBER[:9]}     无
                {NUMBER[9:]}
2      葛丽     {OTHER[:9]}     无
                {OTHER[9:]}
"""
MARKS = ["\t", "|", "   ", ",", "，", " "]


def list_with(mark: str) -> str:
    rows = [
        ["姓名", "致贫原因", "身份证号", "村名"],
        ["王建国", "因病", NUMBER, "大里村"],
        ["葛丽", "因残", OTHER, "河洪村"],
    ]
    return "\n".join(mark.join(row) for row in rows)


def test_a_value_in_two_lines_of_its_cell_goes_altogether():
    copy = replaced(WRAPPED)

    assert not any(piece in copy for number in (NUMBER, OTHER) for piece in (number[:9], number[9:]))
    assert copy.count("无") == 2


@pytest.mark.parametrize("mark", MARKS)
def test_a_sensitive_column_is_emptied_below_its_head(mark):
    copy = replaced(list_with(mark))

    assert "致贫原因" in copy
    assert not any(secret in copy for secret in ("因病", "因残", "王建国", NUMBER, OTHER))
    assert all(village in copy for village in ("大里村", "河洪村"))


@pytest.mark.parametrize("mark", MARKS)
def test_a_text_is_copied_without_it(mark):
    copy = masked_copy(name="名单.txt", data=list_with(mark).encode()).decode()

    assert not any(secret in copy for secret in ("因病", "因残", "王建国", NUMBER, OTHER))
    assert scan_file(name="名单.txt", data=copy.encode()) == []


def test_paragraphs_with_tabs_are_a_table_in_a_document_too():
    page = Document()
    for line in list_with("\t").split("\n"):
        page.add_paragraph(line)

    copy = masked_copy(name="名单.docx", data=saved(page))

    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(copy)).paragraphs)
    assert "致贫原因" in words
    assert not any(secret in words for secret in ("因病", "因残", "王建国", NUMBER, OTHER))


def test_what_is_not_meant_stays():
    text = f"姓名：王建国，证号{NUMBER}"

    assert replaced(text, meant=lambda words, hit: hit.text == NUMBER) == "姓名：王建国，证号3302**********123X"
