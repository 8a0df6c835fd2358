"""Reading a filled workbook (读取历史信息表): its rows as text by column; blank rows do not count, the columns' order is free."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from disclosure.legacy_import.columns import REQUIRED, LegacyColumn, LegacyProblem, column_of
from ninghai.files.sandbox.limits import ParsingRefused
from ninghai.files.sandbox.plain_values import from_plain, to_plain
from ninghai.files.sandbox.running import read_for_import
from ninghai.files.workbooks.opening import cell_text, open_workbook, readable

MOST_ROWS = 10_000
MOST_COLUMNS = 60
SEARCHED_FOR_HEAD = 10  # rows from the top
SAFE_DIGITS = 10**15  # Excel keeps no more than 15 digits of a number
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
MERGED_DOWN = re.compile(rb'<mergeCell ref="[A-Z]+(\d+):[A-Z]+(\d+)"')


class NotAnItemWorkbook(ValueError):
    """The file is no workbook of items; its message is a sentence for the screen."""


@dataclass(frozen=True, slots=True)
class LegacySheetRow:
    """A row that says something; `number` is Excel's own. `problems` are what the cells themselves have wrong."""

    number: int
    texts: Mapping[LegacyColumn, str]
    problems: tuple[LegacyProblem, ...]


@dataclass(frozen=True, slots=True)
class OlderSheet:
    rows: tuple[LegacySheetRow, ...]
    remarks: tuple[str, ...]


Head = dict[int, LegacyColumn]
Cells = Sequence[Any]


def read_in_sandbox(source: bytes | Path) -> OlderSheet:
    """As `read_workbook`; raises NotAnItemWorkbook also for a file that costs too much."""
    try:
        return from_plain(OlderSheet, read_for_import(f"{__name__}:sheet", source).value)
    except ParsingRefused as refused:
        raise NotAnItemWorkbook(str(refused)) from refused


def sheet(data: bytes) -> Any:
    """For the sandbox."""
    return to_plain(read_workbook(io.BytesIO(data)))


def read_workbook(stream: IO[bytes]) -> OlderSheet:
    """The first sheet that has our columns; raises NotAnItemWorkbook."""
    with readable(NotAnItemWorkbook("这不是可以读取的 Excel 文件（.xlsx）。请下载模板，填写后再上传。")):
        book = open_workbook(stream, read_only=True, data_only=True)
        found = next(filter(None, (_table_of(sheet) for sheet in book.worksheets)), None)
    if found is None:
        wanted = "、".join(REQUIRED)
        raise NotAnItemWorkbook(f"表中没有找到表头。表头要有“{wanted}”等列，请下载模板，按模板填写。")
    sheet, head, rows = found
    if len(rows) > MOST_ROWS:
        raise NotAnItemWorkbook(f"超过 {MOST_ROWS} 行，请分成几个文件导入。")
    if not rows:
        raise NotAnItemWorkbook("表头下面没有内容，请填写后再上传。")
    _refuse_merged(stream, sheet, top=rows[0].number)
    return OlderSheet(rows=tuple(rows), remarks=tuple(_remarks(book, sheet, head)))


def _table_of(sheet: Any) -> tuple[Any, Head, list[LegacySheetRow]] | None:
    """The sheet, its head and its rows; None where no row among the first ones is a head of ours."""
    sheet.reset_dimensions()  # what the file says of its size need not be true
    lines = enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1)
    for number, cells in lines:
        head = _head(cells)
        if set(REQUIRED) <= set(head.values()):
            return sheet, head, list(islice(_rows(lines, head), MOST_ROWS + 1))
        if number == SEARCHED_FOR_HEAD:
            break
    return None


def _head(cells: Cells) -> Head:
    """By place what its column is for; the first of two with the same head counts."""
    head: Head = {}
    for place, cell in enumerate(cells):
        column = column_of(str(cell)) if cell is not None else None
        if column and column not in head.values():
            head[place] = column
    return head


def _rows(lines: Iterable[tuple[int, Cells]], head: Head) -> Iterator[LegacySheetRow]:
    for number, cells in lines:
        by_column = {column: cells[place] for place, column in head.items() if place < len(cells)}
        texts = {column: text for column, cell in by_column.items() if (text := _text(cell))}
        if texts:
            problems = tuple(_problems(by_column))
            yield LegacySheetRow(number=number, texts=texts, problems=problems)


def _text(cell: Any) -> str:
    return cell_text(cell).replace("_x000D_", "").strip()


def _problems(by_column: Mapping[LegacyColumn, Any]) -> Iterator[LegacyProblem]:
    for column, cell in by_column.items():
        if isinstance(cell, str) and cell.strip() in ERRORS:
            yield LegacyProblem(column, f"单元格是公式错误“{cell.strip()}”，请改成文字。")
        if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= SAFE_DIGITS:
            yield LegacyProblem(
                column, "单元格是数字格式，超过15位的数字会丢失末位。请把单元格改成文本格式，重新填写。"
            )


def _refuse_merged(stream: IO[bytes], sheet: Any, *, top: int) -> None:
    """A cell that spans rows says to a reader what the file says of its first row only."""
    with ZipFile(stream) as parts:
        spans = MERGED_DOWN.findall(parts.read(sheet._worksheet_path))
    merged = sorted({int(first) for first, last in spans if int(last) > int(first) and int(last) > top})
    if merged:
        row_numbers = "、".join(f"{row}" for row in merged[:5])
        raise NotAnItemWorkbook(f"第{row_numbers}行有跨行合并的单元格。请取消合并，把内容填到每一行后再上传。")


def _remarks(book: Any, sheet: Any, head: Head) -> Iterator[str]:
    others = [other.title for other in book.worksheets if other is not sheet and other.sheet_state == "visible"]
    unread = [title for title in others if title != "填写说明"]
    if unread:
        yield f"只读取了工作表“{sheet.title}”，没有读取{'、'.join(f'“{title}”' for title in unread)}。"
    if sheet.sheet_state != "visible":
        yield f"工作表“{sheet.title}”是隐藏的，已读取，请核对。"
