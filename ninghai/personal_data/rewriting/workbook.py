"""A masked copy of a workbook: cells rewritten; hidden sheets, rows and columns, comments, names and properties gone."""

import io

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.personal_data.masking import mask_text
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.workbook import opened
from ninghai.personal_data.rewriting.cells import masked_cells


def rewrite(data: bytes) -> bytes:
    workbook = opened(data)
    for sheet in [sheet for sheet in workbook.worksheets if sheet.sheet_state != "visible"]:
        workbook.remove(sheet)
    if not workbook.worksheets:
        raise UnreadableFile("表格里只有隐藏的工作表，没有可以公开的内容。")
    for sheet in workbook.worksheets:
        _clear_hidden(sheet)
        _mask(sheet)
    _forget(workbook)
    copy = io.BytesIO()
    workbook.save(copy)
    return copy.getvalue()


def _clear_hidden(sheet: Worksheet) -> None:
    """Empty what is out of sight, and show that it is empty; taking it out would shift what formulas point at."""
    hidden_columns = {
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    hidden_rows = {number for number, dimension in sheet.row_dimensions.items() if dimension.hidden}
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(cells, start=1):
            cell.comment = None
            if (row in hidden_rows or column in hidden_columns) and cell.value is not None:
                cell.value = None
    for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()):
        dimension.hidden = False


def _mask(sheet: Worksheet) -> None:
    rows = [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for (row, column), words in masked_cells(rows).items():
        cell = sheet.cell(row + 1, column + 1)
        cell.value = words or None
        cell.hyperlink = None
    for margin in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter):
        for part in (margin.left, margin.center, margin.right) if margin else ():
            part.text = mask_text(part.text) if part.text else part.text


def _forget(workbook: Workbook) -> None:
    workbook.properties = DocumentProperties(creator="")
    workbook.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # newer than its stubs
    for name in list(workbook.defined_names):
        del workbook.defined_names[name]
