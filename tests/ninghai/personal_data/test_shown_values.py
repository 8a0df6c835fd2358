"""What a reader sees of a workbook or a drawing is looked into: values of formulas, merged cells, charts and diagrams."""

import io
import re
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.personal_data.scan import scan_file
from tests.ninghai.personal_data.files import MOBILE, NUMBER, OTHER, saved

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/"
CHART = f"""<c:chart xmlns:c="{DRAWING}chart" xmlns:a="{DRAWING}main"><c:cat><c:strRef><c:strCache><c:pt idx="0">
<c:v>{NUMBER}</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numCache><c:pt><c:v>13900000000</c:v></c:pt></c:numCache>
</c:val><a:t>联系电话{MOBILE}</a:t></c:chart>"""
EMPTY = {"docx": lambda: saved(Document()), "xlsx": lambda: saved(Workbook())}


def found(name: str, data: bytes) -> set[tuple[str, str, str]]:
    return {(each.place, each.kind.value, each.text) for each in scan_file(name=name, data=data)}


def with_value(cell: str, value: str, data: bytes) -> bytes:
    """The workbook as Excel saves it: with what the formula in the cell came to."""
    empty = re.compile(rf'<c r="{cell}"([^>]*)>(<f>.*?</f>)<v ?/?>(?:</v>)?')
    return _changed(data, "sheet1.xml", lambda xml: empty.sub(rf'<c r="{cell}"\1 t="str">\2<v>{value}</v>', xml))


def _changed(data: bytes, part: str, change) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, change(xml.decode()).encode() if name.endswith(part) else xml)
    return out.getvalue()


def list_with(formula: str) -> bytes:
    book = Workbook()
    book.active.append(["姓名", "身份证号"])
    book.active.append(["葛丽", formula])
    return with_value("B2", NUMBER, saved(book))


def test_the_value_of_a_formula_is_found():
    data = list_with(f'=CONCATENATE("{NUMBER[:6]}","{NUMBER[6:]}")')

    assert NUMBER.encode() in ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert ("工作表“Sheet”B2", "id_card", NUMBER) in found("名单.xlsx", data)


def test_what_a_formula_itself_says_is_found():
    assert ("公式（工作表“Sheet”B2）", "id_card", OTHER) in found("名单.xlsx", list_with(f'=IF(1,"","{OTHER}")'))


def test_a_masked_copy_does_not_work_it_out_again():
    copy = masked_copy(name="名单.xlsx", data=list_with(f'=CONCATENATE("{NUMBER[:6]}","{NUMBER[6:]}")'))

    assert load_workbook(io.BytesIO(copy)).active["B2"].value == "3302**********123X"
    assert found("名单.xlsx", copy) == set()


def test_other_formulas_stay():
    book = Workbook()
    for row in (["姓名", "金额"], ["葛丽", 300], ["合计", "=SUM(B2:B2)"]):
        book.active.append(row)

    assert (
        load_workbook(io.BytesIO(masked_copy(name="名单.xlsx", data=saved(book)))).active["B3"].value == "=SUM(B2:B2)"
    )


@pytest.mark.parametrize("merged", ["A1:D1", "B4:C4", "C3:C4"])
def test_a_workbook_with_merged_cells_is_masked(merged):
    book = Workbook()
    for row in (
        ["补助名单"],
        ["姓名", "身份证号", "致贫原因", "金额"],
        ["葛丽", NUMBER, "因病", 300],
        ["合计", None, None, 300],
    ):
        book.active.append(row)
    book.active.merge_cells(merged)

    copy = load_workbook(io.BytesIO(masked_copy(name="名单.xlsx", data=saved(book)))).active

    assert [cell.value for cell in copy[3]] == ["葛某", "3302**********123X", None, 300]
    assert merged in map(str, copy.merged_cells.ranges)


def test_a_document_with_merged_cells_is_masked():
    page = Document()
    table = page.add_table(rows=3, cols=3)
    for row, cells in enumerate((["姓名", "身份证号", "致贫原因"], ["葛丽", NUMBER, "因病"], ["合计", "", ""])):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    table.cell(2, 1).merge(table.cell(2, 2))

    copy = Document(io.BytesIO(masked_copy(name="名单.docx", data=saved(page)))).tables[0]

    assert [cell.text for cell in copy.rows[1].cells] == ["葛某", "3302**********123X", ""]


@pytest.mark.parametrize("kind", EMPTY)
@pytest.mark.parametrize(
    "part", ["charts/chart1.xml", "diagrams/data1.xml", "diagramData1.xml", "chartUserShapes1.xml"]
)
def test_words_of_charts_and_diagrams_are_found_wherever_they_are_kept(kind, part):
    data = io.BytesIO(EMPTY[kind]())
    with ZipFile(data, "a") as package:
        package.writestr(f"{'word' if kind == 'docx' else 'xl'}/{part}", CHART)

    hits = {(kind, text) for _, kind, text in found(f"图表.{kind}", data.getvalue())}

    assert hits == {("id_card", NUMBER), ("mobile", MOBILE)}


def test_a_chart_in_a_document_is_masked():
    data = io.BytesIO(EMPTY["docx"]())
    with ZipFile(data, "a") as package:
        package.writestr("word/charts/chart1.xml", CHART)

    copy = masked_copy(name="图表.docx", data=data.getvalue())

    assert found("图表.docx", copy) == set()
    assert b"13900000000" in ZipFile(io.BytesIO(copy)).read("word/charts/chart1.xml")


def with_words_in_attributes() -> bytes:
    page = Document()
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f'HYPERLINK "mailto:zhang@163.com" {NUMBER}')
    page.add_paragraph("说明")._p.append(field)
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), f"联系电话{MOBILE}")
    page.add_table(rows=1, cols=1)._tbl.tblPr.append(described)
    return saved(page)


def with_choices() -> bytes:
    book = Workbook()
    chosen = DataValidation(type="list", formula1=f'"{NUMBER},{OTHER}"', prompt=f"联系电话{MOBILE}")
    chosen.add("A1")
    book.active.add_data_validation(chosen)
    book.active["B1"] = "公示"
    book.active["B1"].hyperlink = Hyperlink(ref="B1", location="Sheet!A1", tooltip="zhang@163.com")
    return saved(book)


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("说明.docx", with_words_in_attributes, {NUMBER, MOBILE, "zhang@163.com"}),
        ("选择.xlsx", with_choices, {NUMBER, OTHER, MOBILE, "zhang@163.com"}),
    ],
)
def test_words_in_attributes_are_found_and_masked(name, make, told):
    data = make()

    copy = masked_copy(name=name, data=data)

    assert {text for _, _, text in found(name, data)} == told
    assert found(name, copy) == set()
