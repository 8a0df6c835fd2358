"""Which tables are breakdowns (识别任务分解表): a header row that names the work and who does it; all others are plain text."""

import re
from collections.abc import Sequence
from enum import Enum

from tasks.notices.reading.blocks import RowCell, SourceTable, TableRow, rows_of
from tasks.notices.reading.duty_words import LABEL_WORDS, ROLES_OF_UNITS, role_of
from tasks.notices.reading.names import looks_like_unit
from tasks.notices.reading.parsed import NamedRole
from tasks.notices.reading.passage import Passage

# The columns of a breakdown table (任务分解表): what each is for, by the words of its header.


class TableColumn(Enum):
    """What a column of a breakdown holds."""

    NUMBER = "序号"
    TITLE = "类别"
    WORK = "任务"
    DUTY = "责任"
    NOTE = "备注"


LONGEST_HEADER = 30
# The first that fits decides.
HEADERS = (
    (
        TableColumn.NOTE,
        re.compile(
            r"备注|说明|领导|联系|电话|进展|完成情况|落实情况|自评|评分|分值|得分|依据|(?<!单位及)责任人|负责人|签"
        ),
    ),
    (TableColumn.NUMBER, re.compile(r"(?:序|编|任务序|任务编|条目)?号$|No\.?$|序列$")),
    (
        TableColumn.DUTY,
        re.compile(
            rf"(?:{ROLES_OF_UNITS}).*(?:单位|部门|主体|科室|处室|机关)|分工(?:单位)?$|^(?:牵头|责任|配合|参与|指导|单位|部门|主体)$"
            r"|^(?:完成|办结|整改|落实|时限|实施|截止|报送|验收)?(?:时限|时间|期限|日期|进度)(?:节点|要求|安排)?$|时间节点|完成(?:时限|时间|期限|日期)|时限"
        ),
    ),
    (TableColumn.TITLE, re.compile(r"类别|分类|领域|板块|一级|大类|部分|项目$|方面|版块|类型")),
    (TableColumn.WORK, re.compile(r"任务|要求|内容|措施|举措|事项|目标|工作|要点|项目|标准|成果|举措|二级|三级")),
)
SAYS_WHEN = re.compile(r"时限|时间|期限|进度|日期")
SAYS_WHO = re.compile(r"单位|部门|主体|科室|处室|机关")  # 责任单位及时限 says both
LABELS = {
    NamedRole.LEAD: "牵头单位",
    NamedRole.RESPONSIBLE: "责任单位",
    NamedRole.SUPPORTING: "配合单位",
    NamedRole.GUIDING: "指导单位",
}


def column_of(header: str) -> TableColumn | None:
    """What the column with this header holds; None for a header that says nothing known."""
    words = re.sub(r"[(（].*", "", "".join(header.split()))
    if not words or len(words) > LONGEST_HEADER:
        return None
    return next((column for column, pattern in HEADERS if pattern.search(words)), None)


def label_of(header: str) -> str:
    """What stands before a cell's words, as a bracket would say it: 牵头单位, 责任单位, 完成时限."""
    words = re.sub(r"[(（].*", "", "".join(header.split()))
    if SAYS_WHEN.search(words) and not SAYS_WHO.search(words):
        return "完成时限"
    return words if re.fullmatch(LABEL_WORDS, words) else LABELS[role_of(words)]


def is_header(cells: Sequence[RowCell]) -> bool:
    """Does this row name work and who does it, or until when?"""
    if len(cells) < 2 or any(len(cell.text) > LONGEST_HEADER for cell in cells):
        return False
    columns = {column_of(cell.text) for cell in cells}
    return TableColumn.DUTY in columns and bool(columns & {TableColumn.WORK, TableColumn.TITLE})


Header = dict[int, str]
SEARCHED_FOR_HEADER = 30
CLOSING_ROW = re.compile(r"\s*(?:(?:备?注|说明|填表|填报|制表|联系|抄送).{0,6}[:：]|(?:19|20)\d{2}年\d)")


def lay_out(table: SourceTable, *, first_line: int, header_before: Header) -> tuple[list[Passage], Header]:
    """The table's lines, and the header under which a table right below goes on (跨页续表)."""
    rows = list(rows_of(table, first_line=first_line))
    top = next((index for index, row in enumerate(rows[:SEARCHED_FOR_HEADER]) if is_header(row.own)), None)
    if top is not None:
        below = _below_header(rows, top)
        header = _header_of(rows[top:below])
    elif header_before and _width(rows) == max(header_before) + 1:
        top, below, header = 0, 0, header_before
    else:
        return [Passage(first_line + number, 0, text) for number, text in enumerate(table.lines())], {}
    end = _end_of_rows(rows, below)
    return [
        *(Passage(row.line, 0, row.text) for row in rows[:top]),
        *rows[top:below],
        *(TableRow(row.line, 0, row.text, cells=row.cells, header=header) for row in rows[below:end]),
        *(Passage(row.line, 0, row.text) for row in rows[end:]),
    ], header


def is_breakdown(table: SourceTable) -> bool:
    return any(is_header(row.own) for row in list(rows_of(table, first_line=0))[:SEARCHED_FOR_HEADER])


def _below_header(rows: Sequence[TableRow], top: int) -> int:
    """责任分工 over 牵头单位 and 配合单位 takes two rows."""
    deep = max(cell.rows for cell in rows[top].own)
    return min(top + deep, len(rows))


def _header_of(rows: Sequence[TableRow]) -> Header:
    """By column the deepest words, for every column that a cell spans."""
    header: Header = {}
    for row in rows:
        for cell in row.own:
            if cell.text.strip():
                header.update(dict.fromkeys(range(cell.column, cell.column + cell.columns), cell.text))
    return header


def _width(rows: Sequence[TableRow]) -> int:
    return max((cell.column + cell.columns for row in rows for cell in row.cells), default=0)


def _end_of_rows(rows: Sequence[TableRow], below: int) -> int:
    """Before the notes, signature and date at the foot of a sheet."""
    end = len(rows)
    while end > below:
        words = [cell for cell in rows[end - 1].cells if cell.text.strip()]
        alone = len(words) <= 1 and all(cell.begins for cell in words)
        if not alone or (words and not (CLOSING_ROW.match(words[0].text) or looks_like_unit(words[0].text.strip()))):
            break
        if words and words[0].column and words[0].columns == 1 and not CLOSING_ROW.match(words[0].text):
            break  # a unit in its column
        end -= 1
    return end
