"""Reading a table back (识别目录表): its rows by column, whatever the order of columns, the merging, and the depth of levels.

Any county's table will do whose head names the levels of duties and two more columns of the national form. A cell that
spans rows holds for each of them; a level that spans columns is the first of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ninghai.folding import fold
from tasks.notices.reading.blocks import TableCell
from tasks.notices.reading.in_sandbox import sheets_in_sandbox
from tasks.notices.reading.passage import PARAGRAPH_IN_CELL
from tasks.notices.reading.refusal import NotANotice
from tasks.notices.reading.text import ending_of
from tasks.notices.reading.workbook import MOST_ROWS, ReadSheet

# What a column's head says it is for (表头识别): the national form's words, and those that other counties use.

LEVEL = "level"
NUMERALS = "一二三四五六七八"
WORDS = {
    "公开内容": "content",
    "公开内容要素": "content",
    "公开要素": "content",
    "内容标准": "content",
    "公开依据": "basis",
    "设定依据": "basis",
    "依据": "basis",
    "公开时限": "limit",
    "时限": "limit",
    "公开主体": "publisher",
    "公开责任主体": "publisher",
    "公开渠道和载体": "channels",
    "公开渠道": "channels",
    "公开载体": "channels",
    "全社会": "everybody",
    "特定群体": "groups",
    "特定群众": "groups",
    "公开对象": "audience",
    "主动": "proactive",
    "主动公开": "proactive",
    "依申请公开": "on_request",
    "依申请": "on_request",
    "公开方式": "method",
    "县级": "county",
    "乡级": "town",
    "乡镇级": "town",
    "乡镇、街道级": "town",
    "公开层级": "levels",
    "更新周期": "rhythm",
    "更新频率": "rhythm",
    "责任单位": "units",
    "公开时长": "duration",
    "网站所属栏目": "site_column",
    "所属栏目": "site_column",
    "时限规则": "rule",
    "编码": "code",
    "事项编码": "code",
}
LEVEL_WORDS = {"公开事项", "事项名称", "公开事项名称"}


@dataclass(frozen=True, slots=True)
class ColumnHead:
    key: str
    label: str  # as the sheet writes it


def head_of(text: str) -> ColumnHead | None:
    """What the column is for, whatever the width and blanks of its head and the remarks in its brackets."""
    folded = fold(text)
    bare = folded.split("(")[0].strip("*:")
    if bare in LEVEL_WORDS or _is_level(bare):
        return ColumnHead(LEVEL, folded)
    key = WORDS.get(bare) or WORDS.get(folded.replace("(", "").replace(")", ""))
    return ColumnHead(key, folded) if key else None


def _is_level(bare: str) -> bool:
    """一级事项, 二级目录, 三级."""
    return len(bare) >= 2 and bare[0] in NUMERALS and bare[1] == "级" and bare[2:] in {"", "事项", "目录", "公开事项"}


SEARCHED_FOR_HEAD = 10  # rows from the top
FEWEST_COLUMNS = 3


class NotACatalogue(ValueError):
    """The file is no table of a catalogue; its message is a sentence for the screen."""


@dataclass(frozen=True, slots=True)
class CatalogueSheetRow:
    """A row that says something; `number` is Excel's own, `levels` the names from the top down, blank where none stands."""

    number: int
    levels: tuple[str, ...]
    texts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts.get(key, "")


@dataclass(frozen=True, slots=True)
class CatalogueSheet:
    """The rows of a table, the columns that it has, and remarks for the office."""

    keys: frozenset[str]
    heads: Mapping[str, str]  # what the sheet calls each column
    rows: tuple[CatalogueSheetRow, ...]
    remarks: tuple[str, ...]


def read_catalogue(*, data: bytes, filename: str) -> CatalogueSheet:
    """The first table of the workbook; raises NotACatalogue with a sentence when there is none."""
    try:
        if ending_of(data=data, filename=filename) != ".xlsx":
            raise NotACatalogue(f"“{PurePath(filename).name}”不是Excel工作簿，请上传.xlsx文件。")
        sheets = sheets_in_sandbox(data)
    except NotANotice as refused:
        raise NotACatalogue(str(refused)) from refused
    for sheet in sheets:
        if found := _find(sheet):
            if sheet.is_cut:
                raise NotACatalogue(f"工作表“{sheet.title}”超过{MOST_ROWS}行或列数过多，请删去多余的行列后再导入。")
            return _read(sheet, *found)
    raise NotACatalogue(
        "文件里没有目录表：表头要有“一级事项”或“公开事项”，以及“公开内容”“公开依据”“公开时限”“公开主体”中的两列。"
    )


Columns = dict[int, ColumnHead]


def _find(sheet: ReadSheet) -> tuple[int, Columns] | None:
    """The last row of the head, and what its columns are for."""
    rows: dict[int, list[TableCell]] = {}
    for cell in sheet.table.cells:
        if cell.row < SEARCHED_FOR_HEAD + 1 and cell.text:
            rows.setdefault(cell.row, []).append(cell)
    for top in range(SEARCHED_FOR_HEAD):
        upper, lower = rows.get(top, []), rows.get(top + 1, [])
        columns = _columns(upper, [])
        if len({head.key for head in columns.values()} - {LEVEL}) < FEWEST_COLUMNS - 1:
            continue
        both = _columns(upper, lower)
        is_double = any(cell.rows > 1 for cell in upper) or len(both) > len(columns)
        found = both if is_double else columns
        if any(head.key == LEVEL for head in found.values()):
            return top + is_double, found
    return None


def _columns(upper: Sequence[TableCell], lower: Sequence[TableCell]) -> Columns:
    """By column what it is for: what stands below a common head is told apart there."""
    columns: Columns = {}
    for cell in upper:
        for place in range(cell.column, cell.column + cell.columns):
            if head := head_of(cell.text):
                columns[place] = head
    for cell in lower:
        if head := head_of(cell.text):
            columns[cell.column] = head
    return _without_doubles(columns)


def _without_doubles(columns: Columns) -> Columns:
    """The first of two columns with the same purpose counts; levels are as many as there are."""
    seen: set[str] = set()
    kept: Columns = {}
    for place, head in sorted(columns.items()):
        if head.key == LEVEL or head.key not in seen:
            kept[place] = head
            seen.add(head.key)
    return kept


def _read(sheet: ReadSheet, last_head_row: int, columns: Columns) -> CatalogueSheet:
    levels = [place for place, head in sorted(columns.items()) if head.key == LEVEL]
    texts: dict[int, dict[int, str]] = {}
    for cell in sheet.table.cells:
        if cell.row > last_head_row and cell.text:
            for row, place in _places(cell, levels):
                texts.setdefault(row, {})[place] = cell.text.replace(PARAGRAPH_IN_CELL, "\n")
    rows = [
        CatalogueSheetRow(
            number=row + 1,
            levels=tuple(" ".join(by_place.get(place, "").split()) for place in levels),
            texts={
                head.key: by_place[place] for place, head in columns.items() if head.key != LEVEL and place in by_place
            },
        )
        for row, by_place in sorted(texts.items())
        if by_place.keys() & columns.keys()
    ]
    unread = [cell.text for cell in sheet.table.cells if cell.row == last_head_row and cell.column not in columns]
    return CatalogueSheet(
        keys=frozenset(head.key for head in columns.values()),
        heads={head.key: head.label for head in columns.values()},
        rows=tuple(rows),
        remarks=tuple(_remarks(sheet, unread)),
    )


def _places(cell: TableCell, levels: Sequence[int]) -> Iterator[tuple[int, int]]:
    across = 1 if cell.column in levels else cell.columns
    for row in range(cell.row, cell.row + cell.rows):
        yield from ((row, place) for place in range(cell.column, cell.column + across))


def _remarks(sheet: ReadSheet, unread: Sequence[str]) -> Iterator[str]:
    yield from sheet.remarks
    others = [f"“{text}”" for text in unread if text and fold(text) != "序号"]
    if others:
        yield f"{'、'.join(others)}列没有读取。"
