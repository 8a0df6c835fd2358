"""The printed table (标准目录): levels merged as counties print them, heads that stay and repeat, ready for the printer.

`every_row` writes each heading on a row of its own, for a workbook that is edited and read back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from disclosure.basic_catalogue.entry_rows import CatalogueRow, FormColumn, rule_text
from disclosure.basic_catalogue.public_duties import PublicDuty, duties_of
from ninghai.files.workbooks.writing import saved, write_text

SHEET = "主动公开基本目录"
NUMBER = "序号"
DUTY = "公开事项"
LEVEL_NAMES = ("一级事项", "二级事项", "三级事项", "四级事项", "五级事项", "六级事项", "七级事项", "八级事项")
TITLE_ROW, HEAD_ROW, SUB_HEAD_ROW, FIRST_ROW = 1, 2, 3, 4

THIN = Side(style="thin")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
TEXT = Alignment(vertical="center", wrap_text=True)


@dataclass(frozen=True, slots=True)
class WorkbookLine:
    """A printed row: the duty, and its headings' codes from the top down to itself."""

    duty: PublicDuty
    path: tuple[str, ...]


def write_catalogue(
    rows: Sequence[CatalogueRow], *, title: str, columns: Sequence[FormColumn], every_row: bool = False
) -> bytes:
    """The rows as .xlsx; no cell of it is a formula, whatever a text begins with."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    duties = duties_of(rows, {})
    levels = max((duty.depth for duty in duties), default=0) + 1
    _write_title(sheet, title, width=1 + levels + len(columns))
    _write_head(sheet, levels, columns)
    names = {row["code"]: row["name"] for row in rows}
    lines = list(_lines(duties, every_row=every_row))
    for number, line in enumerate(lines, start=1):
        _write_line(sheet, number, line, names, levels, columns)
    _merge_levels(sheet, lines, levels)
    _prepare_for_print(sheet)
    return saved(book)


def _lines(duties: Sequence[PublicDuty], *, every_row: bool) -> Iterator[WorkbookLine]:
    """The duties, and the headings that say something themselves."""
    paths: dict[str, tuple[str, ...]] = {"": ()}
    for duty in duties:
        code = duty.row["code"]
        paths[code] = (*paths[duty.row["parent"]], code)
        if every_row or not duty.is_heading or duty.says_something or rule_text(duty.row):
            yield WorkbookLine(duty, paths[code])


# How cells are written.


def _write(sheet: Worksheet, row: int, column: int, text: str, alignment: Alignment = TEXT) -> None:
    cell = sheet.cell(row=row, column=column)
    cell.alignment, cell.border = alignment, FRAME
    write_text(cell, text)


def _write_title(sheet: Worksheet, title: str, *, width: int) -> None:
    cell = sheet.cell(row=TITLE_ROW, column=1, value=title)
    cell.data_type, cell.alignment, cell.font = "s", CENTRED, Font(name="黑体", size=18)
    sheet.merge_cells(start_row=TITLE_ROW, end_row=TITLE_ROW, start_column=1, end_column=width)
    sheet.row_dimensions[TITLE_ROW].height = 36


def _write_head(sheet: Worksheet, levels: int, columns: Sequence[FormColumn]) -> None:
    """Two rows: what has neighbours of its kind stands below their common head, all else spans both."""
    heads = [(NUMBER, "", 6)]
    heads += [(LEVEL_NAMES[level], DUTY, 16) for level in range(levels)]
    heads += [(column.label, column.group, column.width) for column in columns]
    for place, (label, group, width) in enumerate(heads, start=1):
        _write(sheet, HEAD_ROW, place, group or label, CENTRED)
        _write(sheet, SUB_HEAD_ROW, place, label if group else "", CENTRED)
        for row in (HEAD_ROW, SUB_HEAD_ROW):
            sheet.cell(row=row, column=place).font = Font(name="黑体", bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
        if not group:
            sheet.merge_cells(start_row=HEAD_ROW, end_row=SUB_HEAD_ROW, start_column=place, end_column=place)
    for start, end in _runs([group for _, group, _ in heads]):
        sheet.merge_cells(start_row=HEAD_ROW, end_row=HEAD_ROW, start_column=start + 1, end_column=end + 1)
    sheet.row_dimensions[SUB_HEAD_ROW].height = 32


def _runs(values: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last place of each run of equal values that are not empty, two long at least."""
    start = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[start]:
            if values[start] and place - start > 1:
                yield start, place - 1
            start = place


def _write_line(
    sheet: Worksheet, number: int, line: WorkbookLine, names: dict[str, str], levels: int, columns: Sequence[FormColumn]
) -> None:
    row = FIRST_ROW + number - 1
    _write(sheet, row, 1, str(number), CENTRED)
    for level in range(levels):
        _write(sheet, row, 2 + level, names[line.path[level]] if level < len(line.path) else "", CENTRED)
    for place, column in enumerate(columns, start=2 + levels):
        _write(sheet, row, place, column.text(line.duty.row), CENTRED if column.group else TEXT)


def _merge_levels(sheet: Worksheet, lines: Sequence[WorkbookLine], levels: int) -> None:
    """A heading spans the rows below it; a duty with nothing below it spans the levels that it does not need."""
    for level in range(levels):
        codes = [line.path[level] if level < len(line.path) else "" for line in lines]
        for start, end in _runs(codes):
            column = 2 + level
            sheet.merge_cells(
                start_row=FIRST_ROW + start, end_row=FIRST_ROW + end, start_column=column, end_column=column
            )
    for number, line in enumerate(lines):
        depth = len(line.path)
        if depth < levels and not line.duty.is_heading:
            row = FIRST_ROW + number
            sheet.merge_cells(start_row=row, end_row=row, start_column=1 + depth, end_column=1 + levels)


def _prepare_for_print(sheet: Worksheet) -> None:
    sheet.freeze_panes = f"B{FIRST_ROW}"
    sheet.print_title_rows = f"{HEAD_ROW}:{SUB_HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    if sheet.oddFooter and sheet.oddFooter.center:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.page_margins.left = sheet.page_margins.right = 0.5
