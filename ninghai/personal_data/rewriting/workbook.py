"""A masked copy of a workbook: cells and names of sheets rewritten; hidden sheets, rows and columns, comments, names and properties gone."""

import io
from collections.abc import Collection
from xml.sax.saxutils import escape
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.personal_data.masking import STAR, mask_text, masked_cells
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.package import link
from ninghai.personal_data.reading.workbook import as_shown, cells_of, formula_of, offered_in, opened

LETTER = "X"  # stands for a star in the name of a sheet, where Excel allows none


def rewrite(data: bytes) -> bytes:
    workbook = opened(data)
    shown = as_shown(data, workbook)
    for sheet in [sheet for sheet in workbook.worksheets if sheet.sheet_state != "visible"]:
        workbook.remove(sheet)
    if not workbook.worksheets:
        raise UnreadableFile("表格里只有隐藏的工作表，没有可以公开的内容。")
    for sheet in workbook.worksheets:
        _mask(sheet, cells_of(shown[sheet.title]))
        _clear_hidden(sheet)
    gone = _rename_sheets(workbook)
    for sheet in workbook.worksheets:
        _mask_formulas(sheet)
    _forget(workbook)
    copy = io.BytesIO()
    workbook.save(copy)
    if _is_named(gone, copy):
        raise UnreadableFile(
            "工作表名称里有个人信息，图表等处还引用着原来的名称，不能自动处理。请在本机给工作表改名后重新上传。"
        )
    return copy.getvalue()


def _rename_sheets(workbook: Workbook) -> list[str]:
    """Mask the names of the sheets, and in the formulas that name them; returns the names that had to go."""
    gone = []
    for title in workbook.sheetnames:
        if (words := mask_text(title).replace(STAR, LETTER)) != title:
            renamed = workbook[title]
            renamed.title = words
            gone.append(title)
            for sheet in workbook.worksheets:
                _rename_in_formulas(sheet, title, renamed.title)
    return gone


def _rename_in_formulas(sheet: Worksheet, title: str, words: str) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, ArrayFormula):
                cell.value.text = str(cell.value.text).replace(title, words)
            elif isinstance(cell.value, str) and cell.data_type == "f":
                cell.value = cell.value.replace(title, words)


def _is_named(titles: Collection[str], copy: io.BytesIO) -> bool:
    """Whether one of these still stands anywhere in the workbook that was written."""
    with ZipFile(copy) as package:
        parts = "".join(package.read(part).decode("utf-8", "replace") for part in package.namelist() if titles)
    return any(escape(title) in parts for title in titles)


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
            if not isinstance(cell, Cell):  # the rest of a merged one
                continue
            cell.comment = None
            if (row in hidden_rows or column in hidden_columns) and cell.value is not None:
                cell.value = None
    for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()):
        dimension.hidden = False


def _mask(sheet: Worksheet, shown: list[list[str]]) -> None:
    """What a formula comes to is masked as any other value: the formula goes, for it would be worked out again."""
    for (row, column), words in masked_cells(shown).items():
        cell = sheet.cell(row + 1, column + 1)
        if isinstance(cell, Cell):
            cell.value = words or None
            cell.hyperlink = None
    for cell in sheet._cells.values():  # those that there are, not the whole rectangle
        if cell.hyperlink and link(str(cell.hyperlink.target or ""), place=""):
            cell.hyperlink = None
    for margin in (
        getattr(sheet, f"{which}{where}") for which in ("odd", "even", "first") for where in ("Header", "Footer")
    ):
        for part in (margin.left, margin.center, margin.right) if margin else ():
            part.text = mask_text(part.text) if part.text else part.text


def _mask_formulas(sheet: Worksheet) -> None:
    """What formulas say themselves, and what cells offer, once they name the sheets as these are called now."""
    for cell in sheet._cells.values():
        if (formula := formula_of(cell)) and (words := mask_text(formula)) != formula:
            cell.value = words
    for thing, name in offered_in(sheet):
        setattr(thing, name, mask_text(str(getattr(thing, name))))


def _forget(workbook: Workbook) -> None:
    workbook.properties = DocumentProperties(creator="")
    workbook.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # newer than its stubs
    for name in list(workbook.defined_names):
        del workbook.defined_names[name]
