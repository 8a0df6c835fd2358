"""A report as .xlsx and as JSON: a sheet for each table, one for the checks; and the tables read back from such a workbook."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from openpyxl import Workbook

from disclosure.annual_reports.blanks import LATER, Blank, BlankTable, ReportCell
from disclosure.annual_reports.checks import ReportCheck, Told
from disclosure.annual_reports.figures import Figures, NotAFigure, Value, read, value_at
from ninghai.files.workbooks.opening import first_sheet
from ninghai.files.workbooks.reading import workbook_bytes
from ninghai.files.workbooks.writing import saved, write_text

Table = dict[str, dict[str, Value]]  # by row and column
MOST_MEGABYTES, MOST_ROWS, MOST_COLUMNS = 2, 200, 20
HEAD = ["编号", "项目"]
TEXTS, TEXTS_HEAD = "正文", ["部分", "内容"]


def sheet_name(table: BlankTable) -> str:
    return f"表{table.key}"


def as_workbook(
    *,
    title: str,
    blank: Blank,
    told: Told,
    found: Iterable[ReportCheck] = (),
    parts: Mapping[str, Figures] | None = None,
    missing: Iterable[str] = (),
) -> bytes:
    """What each cell says, in the form's rows and columns; the text; the checks; of the county's each unit's part by its name,
    and the units that are missing."""
    book = Workbook()
    first = book.active
    for table in blank.tables:
        _write(book.create_sheet(sheet_name(table)), [[f"{title}：{table.title}"], *_rows(table, told.figures)])
    _write(book.create_sheet(TEXTS), [TEXTS_HEAD, *([part, told.texts.get(part, "")] for part in blank.parts)])
    if parts:
        _write(book.create_sheet("各单位"), _parts(blank, parts))
    sides = [[each.place, each.rule, each.left, each.right, "一致" if each.is_met else "不一致"] for each in found]
    if sides:
        _write(book.create_sheet("核对"), [["位置", "规则", "左边", "右边", "结果"], *sides])
    if names := list(missing):
        _write(book.create_sheet("未报送单位"), [["单位"], *([name] for name in names)])
    if first is not None:
        book.remove(first)
    return saved(book)


def _rows(table: BlankTable, figures: Figures) -> list[list[Any]]:
    columns = table.columns
    rows = [
        [row.key, row.label, *(value_at(figures, ReportCell(table.key, row.key, column)) for column in columns)]
        for row in table.rows
    ]
    return [[*HEAD, *columns], *rows]


def _parts(blank: Blank, parts: Mapping[str, Figures]) -> list[list[Any]]:
    """A row for each cell of the form, a column for each unit."""
    rows = [[*cell, *(value_at(figures, cell) for figures in parts.values())] for cell in blank.cells()]
    return [["表", "项目", "栏目", *parts], *rows]


def _write(sheet: Any, rows: Iterable[Iterable[Any]]) -> None:
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(at, column)
            if isinstance(value, str):
                write_text(cell, value)
            else:
                cell.value = value


def as_json(*, blank: Blank, figures: Figures, found: Iterable[ReportCheck]) -> dict[str, Any]:
    """The contract of `manage.py annual_report`."""
    tables = {
        table.key: {
            row.key: {column: value_at(figures, ReportCell(table.key, row.key, column)) for column in row.columns}
            for row in table.rows
        }
        for table in blank.tables
    }
    told = [
        {
            "rule": f"{each.place}：{each.rule}",
            "left": each.left,
            "right": each.right,
            "ok": each.is_met,
            "severity": each.severity.value,
        }
        for each in found
    ]
    return {"form": blank.code, "tables": tables, "checks": told}


def table_as_workbook(table: BlankTable, figures: Figures) -> bytes:
    """One table alone, to be filled in elsewhere and read back."""
    book = Workbook()
    _write(book.active, _rows(table, figures))
    return saved(book)


def read_table(upload: UploadedFile[Any], table: BlankTable) -> Table:
    """The cells of such a workbook; raises ValidationError that names the cell which cannot be read."""
    data = workbook_bytes(upload, most=MOST_MEGABYTES, besides="本表")
    return cells_in(first_sheet(data, rows=MOST_ROWS, columns=MOST_COLUMNS), table)


def cells_in(rows: list[list[str]], table: BlankTable) -> Table:
    head = next((row for row in rows if row[:2] == HEAD), None)
    if head is None:
        raise ValidationError("表格里没有“编号”“项目”这一行，请下载本表填写。")
    by_key = {row[0]: row for row in rows if row}
    lacking = [name for name in table.columns if name not in head]
    lacking += [row.key for row in table.rows if row.key not in by_key.keys() | LATER]
    if lacking:  # another table, or one that was cut: its cells are not empty, they are not there
        raise ValidationError(f"这不是“{sheet_name(table)}”的全部：没有“{lacking[0]}”。请下载本表填写。")
    found: Table = {}
    for cell in table.cells():
        given = by_key.get(cell.row, [])
        at = head.index(cell.column) if cell.column in head else len(given)
        try:
            found.setdefault(cell.row, {})[cell.column] = read(given[at] if at < len(given) else "", cell)
        except NotAFigure as wrong:
            raise ValidationError(f"“{cell.row}”“{cell.column}”：{wrong}") from wrong
    return found
