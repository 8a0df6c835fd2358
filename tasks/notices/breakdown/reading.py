"""Reading the workbook back (识别分解表): its rows by column, and what was left out of account.

Merged cells hold for every row that they span; blank rows do not count; the columns' order is free.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from ninghai.files.workbooks.reading import CellProblem
from ninghai.personal_data.folding import fold
from tasks.notices.breakdown.workbook import LISTS, BreakdownColumn, column_of, shown
from tasks.notices.editions import Point
from tasks.notices.reading.blocks import PARAGRAPH_IN_CELL, NotANotice, TableCell
from tasks.notices.reading.document import ending_of
from tasks.notices.reading.office_files import MOST_ROWS, ReadSheet
from tasks.notices.reading.reader import sheets_in_sandbox

SEARCHED_FOR_HEADER = 10  # rows from the top
OURS = {
    BreakdownColumn.KEY,
    BreakdownColumn.TEXT,
    BreakdownColumn.NAME,
    BreakdownColumn.ROLE,
    BreakdownColumn.UNIT,
}  # four of these make a header of ours
DUTIES = {
    BreakdownColumn.NAME,
    BreakdownColumn.ROLE,
    BreakdownColumn.UNIT,
}  # without one of these, nobody's duties are read


@dataclass(frozen=True, slots=True)
class BreakdownSheetRow:
    """A row that says something; `number` is Excel's own."""

    number: int
    texts: Mapping[BreakdownColumn, str]

    def __getitem__(self, column: BreakdownColumn) -> str:
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class BreakdownSheet:
    """The rows of a workbook, the columns that it has, and remarks for the office."""

    columns: frozenset[BreakdownColumn]
    rows: tuple[BreakdownSheetRow, ...]
    remarks: tuple[str, ...]

    @property
    def has_duties(self) -> bool:
        return self.columns >= DUTIES


def read_breakdown(*, data: bytes, filename: str) -> BreakdownSheet:
    """The workbook's table; raises NotANotice with a sentence when there is none."""
    if ending_of(data=data, filename=filename) != ".xlsx":
        raise NotANotice(f"“{PurePath(filename).name}”不是任务分解表，请上传导出后修改的.xlsx文件。")
    if sheet := breakdown_in(data=data, filename=filename):
        return sheet
    raise NotANotice(
        "文件里没有任务分解表：表头要有“编号”“工作要点”“原文名称”“角色”“单位”等列。请先导出分解表，在导出的文件上修改。"
    )


def breakdown_in(*, data: bytes, filename: str) -> BreakdownSheet | None:
    """The table of a workbook that was exported here, None in any other file.

    Raises NotANotice for what cannot be opened, and for such a table when it is too long or has no keys.
    """
    if ending_of(data=data, filename=filename) != ".xlsx" or not (found := _find(sheets_in_sandbox(data))):
        return None
    sheet, top, header = found
    if sheet.is_cut:
        raise NotANotice(f"工作表“{sheet.title}”超过{MOST_ROWS}行或列数过多，请删去多余的行列后再导入。")
    if BreakdownColumn.KEY not in header.values():
        raise NotANotice("表中没有“编号”列，不能对应原有要点。请恢复这一列后再导入。")
    return _read(sheet, top, header)


Header = dict[int, BreakdownColumn]


def _find(sheets: Sequence[ReadSheet]) -> tuple[ReadSheet, int, Header] | None:
    """The first sheet with a header of ours, the header's row and columns."""
    for sheet in sheets:
        for top, cells in list(enumerate(sheet.table.by_row()))[:SEARCHED_FOR_HEADER]:
            header = _header(cells)
            if len(OURS & set(header.values())) >= len(OURS) - 1:
                return sheet, top, header
    return None


def _header(cells: Sequence[TableCell]) -> Header:
    """By column what it is for; the first of two with the same header counts."""
    header: Header = {}
    for cell in cells:
        column = column_of(cell.text)
        if column and column not in header.values():
            header[cell.column] = column
    return header


def _read(sheet: ReadSheet, top: int, header: Header) -> BreakdownSheet:
    by_row: dict[int, dict[BreakdownColumn, str]] = {}
    for cell in sheet.table.cells:
        text = cell.text.replace(PARAGRAPH_IN_CELL, "\n")
        if text and cell.row > top:
            for row in range(cell.row, cell.row + cell.rows):
                cells_of = {
                    header[place]: text for place in range(cell.column, cell.column + cell.columns) if place in header
                }
                by_row.setdefault(row, {}).update(cells_of)
    return BreakdownSheet(
        columns=frozenset(header.values()),
        rows=tuple(BreakdownSheetRow(row + 1, texts) for row, texts in sorted(by_row.items()) if texts),
        remarks=tuple(_remarks(sheet, top, header)),
    )


def _remarks(sheet: ReadSheet, top: int, header: Header) -> list[str]:
    titles = [cell.text for cell in sheet.table.cells if cell.row == top and cell.text and cell.column not in header]
    lacking = [column.value for column in BreakdownColumn if column not in header.values()]
    remarks = [each for each in sheet.remarks if f"“{LISTS}”" not in each]
    if lacking:
        remarks.append(f"表中没有{'、'.join(f'“{each}”' for each in lacking)}列，这些内容保持不变。")
    if not set(header.values()) >= DUTIES:
        remarks.append("“原文名称”“角色”“单位”三列不全，各要点的责任单位保持不变。")
    if titles:
        remarks.append(f"另加的{'、'.join(f'“{each}”' for each in titles)}列没有读取。")
    return remarks


# Which rows are one point's (一条要点的各行): found by their number, or standing below a new point's first row.


@dataclass(slots=True, eq=False)
class BreakdownEntry:
    """A point as the sheet has it: one that is there already, or a new one behind another."""

    current: Point | None = None
    behind: "BreakdownEntry | None" = None
    rows: list[BreakdownSheetRow] = field(default_factory=list)

    def written(self, column: BreakdownColumn) -> list[BreakdownSheetRow]:
        """The rows that say something in this column."""
        return [row for row in self.rows if row[column]]

    @property
    def first_row(self) -> int:
        return self.rows[0].number


class EntryReader:
    """Gives each row to its point, from top to bottom."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.there = {shown(point.key): BreakdownEntry(current=point) for point in points}
        self.folded = {fold(key): entry for key, entry in self.there.items()}
        self.new: list[BreakdownEntry] = []
        self.above: BreakdownEntry | None = None
        self.problems: list[CellProblem] = []

    def read(self, rows: Iterable[BreakdownSheetRow]) -> list[BreakdownEntry]:
        """The points that have rows: in the order of the notice, a new one behind the one above it in the sheet."""
        for row in rows:
            if entry := self._entry_of(row):
                entry.rows.append(row)
                self.above = entry
        entries = [entry for entry in self.there.values() if entry.rows]
        for entry in self.new:
            place = entries.index(entry.behind) + 1 if entry.behind else 0
            entries.insert(place, entry)
        return entries

    def _entry_of(self, row: BreakdownSheetRow) -> BreakdownEntry | None:
        if key := row[BreakdownColumn.KEY]:
            entry = self.there.get(key) or self.folded.get(fold(key))
            if entry is None:
                self._refuse(row, f"通知里没有编号为“{key}”的要点。新增的要点，编号留空。")
            return entry
        if self.above and row[BreakdownColumn.TEXT] in {"", *(each[BreakdownColumn.TEXT] for each in self.above.rows)}:
            return self.above
        if not row[BreakdownColumn.TEXT]:
            self._refuse(row, "请填写编号；新增的要点请填写工作要点。")
            return None
        self.new.append(BreakdownEntry(behind=self.above))
        return self.new[-1]

    def _refuse(self, row: BreakdownSheetRow, message: str) -> None:
        self.problems.append(CellProblem(row.number, BreakdownColumn.KEY, message))
