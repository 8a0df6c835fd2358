"""Numbers with a box for each digit: found in a row of cells and in a strip on a page, masked in each box; figures are none."""

import pytest
from docx import Document
from openpyxl import Workbook

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.personal_data.scan import scan_file
from ninghai.personal_data.table import find_in_table
from tests.costs import costs_at_most
from tests.ninghai.personal_data.files import MOBILE, NUMBER, OTHER, THIRD, saved
from tests.ninghai.personal_data.test_masked_pages import dark_under, pdf

FORM = (("身份证号", *NUMBER), ("联系电话", *MOBILE, *[""] * 7))
LIST = (("序号", "证件号码", *[""] * 17, "手机", *[""] * 10, "备注"), ("1", *OTHER, *MOBILE, ""))
STRIP = "display:inline-block;border:1px solid;width:14pt;text-align:center"


def found(rows) -> set[tuple[DataKind, str]]:
    return {(cell.hit.kind, cell.hit.text) for cell in find_in_table(rows)}


@pytest.mark.parametrize("rows", [FORM, (("姓名", "葛某"), (), *FORM)])
def test_a_number_beside_its_label(rows):
    assert found(rows) == {(DataKind.ID_CARD, NUMBER), (DataKind.MOBILE, MOBILE)}


def test_numbers_side_by_side_below_their_heads():
    assert found(LIST) == {(DataKind.ID_CARD, OTHER), (DataKind.MOBILE, MOBILE)}


def test_an_identity_number_without_a_word_behind_its_serial_number():
    assert found([("1", *THIRD)]) == {(DataKind.ID_CARD, THIRD)}


def test_boxes_that_span_several_cells():
    row = ["公民身份号码"]
    for digit in NUMBER:
        row += [digit, ""]
    assert found([row]) == {(DataKind.ID_CARD, NUMBER)}


def test_a_slip_of_the_pen_counts_beside_a_label_alone():
    wrong = f"{NUMBER[:-1]}1"

    assert found([("身份证号", *wrong)]) == {(DataKind.ID_CARD, wrong)}
    assert found([("本月件数", *wrong)]) == set()


@pytest.mark.parametrize(
    "row",
    [
        ("电话咨询（次）", *"138123412345"),
        ("办结件数", *MOBILE),
        ("合同编号", *MOBILE),
        ("银行网点", *"6222021234567894"),
        ("邮政编码", *"315600"),
    ],
)
def test_figures_are_nobodys(row):
    assert found([row, row]) == set()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"联系电话：{'   '.join(MOBILE)}", {DataKind.MOBILE}),
        (f"手　机 □{'□'.join(MOBILE)}□", {DataKind.MOBILE}),
        (f"身份证号：{'    '.join(NUMBER)}。", {DataKind.ID_CARD}),
        (f"各村件数 {' '.join(MOBILE)}", set()),
        (f"联系电话：{' '.join(MOBILE)} 5", set()),
    ],
)
def test_digits_apart_in_a_line(text, kinds):
    assert {hit.kind for hit in find_personal_data(text)} == kinds


def workbook() -> bytes:
    book = Workbook()
    for row in FORM:
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    return saved(book)


def document() -> bytes:
    page = Document()
    table = page.add_table(rows=2, cols=19)
    for row, cells in enumerate(FORM):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    return saved(page)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("表.xlsx", workbook),
        ("表.docx", document),
        ("表.csv", lambda: "\n".join(map(",".join, FORM)).encode()),
        ("表.txt", lambda: "\n".join(map("\t".join, FORM)).encode()),
    ],
)
def test_a_masked_copy_has_none_of_it(name, make):
    data = make()
    assert {hit.text for hit in scan_file(name=name, data=data) if hit.kind != DataKind.HIDDEN_DATA} == {NUMBER, MOBILE}

    copy = masked_copy(name=name, data=data)

    assert [hit.text for hit in scan_file(name=name, data=copy) if hit.kind != DataKind.HIDDEN_DATA] == []


def test_a_row_of_digits_without_end_costs_no_more_than_its_length():
    with costs_at_most(5):  # seconds; its square is a minute and more
        assert found([("电话", *"1381234" * 100_000)]) == set()


def strip(number: str, gap: str) -> str:
    return "".join(f"<span style='{STRIP};margin-right:{gap}'>{digit}</span>" for digit in number)


@pytest.mark.parametrize("gap", ["0", "3pt"])
def test_a_strip_of_boxes_on_a_page_is_found_and_blackened(gap):
    data = pdf(f"<h1>申请表</h1><p>身份证号：{strip(NUMBER, gap)}</p><p>联系电话：{strip(MOBILE, gap)}</p>")
    on_page = {hit.kind for hit in scan_file(name="表.pdf", data=data) if not hit.place.startswith("文件属性")}

    assert on_page == {DataKind.ID_CARD, DataKind.MOBILE}
    copy = masked_copy(name="表.pdf", data=data)
    assert all(dark_under(data, copy, NUMBER) + dark_under(data, copy, MOBILE))
    assert not all(dark_under(data, copy, "申请表"))


def test_a_table_with_a_cell_for_each_digit_is_blackened_in_each():
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in FORM)
    data = pdf(f"<table>{rows}</table>")

    copy = masked_copy(name="表.pdf", data=data)

    assert all(dark_under(data, copy, NUMBER) + dark_under(data, copy, MOBILE))
