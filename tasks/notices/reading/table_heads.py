"""What the columns of a breakdown (任务分解表) hold, by their heads; and which rows of a table are heads, rows of it, or text."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from tasks.notices.reading.blocks import Passage, RowCell, SourceTable, TableRow, rows_of
from tasks.notices.reading.numbering import mark_at_start
from tasks.notices.reading.parsed import NamedRole
from tasks.notices.reading.unit_names import LABEL_WORDS, ROLES_OF_UNITS, looks_like_unit, role_of


class TableColumn(Enum):
    """What a column of a breakdown holds."""

    NUMBER = "序号"
    TITLE = "类别"
    WORK = "任务"
    DUTY = "责任"
    NOTE = "备注"


LONGEST_HEADER = 30
NO_DUTY = "监督|监管|督查|督办|考核|评估|验收|审核|审批|填报|填表|制表|发文|印发|来源|联系|对口"
NO_LIMIT = "开始|启动|起始|开工|立项|印发|发布|发文|制定|填报|填表|更新|会议"
# What is due or owed, by words that alone make a row one of heads.
OWED = re.compile(
    rf"(?:{ROLES_OF_UNITS}|会办).*(?:单位|部门|主体|科室|股室|处室|机关)|分工(?:单位)?$|^(?:牵头|责任|配合|参与|指导|单位|部门|主体)$"
    r"|^(?:完成|办结|整改|落实|时限|实施|截止|报送|验收)?(?:时限|时间|期限|日期|进度)(?:节点|要求|安排)?$|时间节点"
    r"|完成(?:时限|时间|期限|日期|节点)|时限"
)
# The same by the kernel of a name, whatever qualifies it; among other heads only.
OWED_BY_KERNEL = re.compile(
    rf"^(?!.*(?:{NO_DUTY}))\S{{0,12}}(?:单位|部门|科室|股室|处室|主体)(?:名称)?$"
    rf"|^(?!.*(?:{NO_LIMIT}))\S{{0,12}}(?:时间|时限|期限|日期|节点|时点|进度)(?:节点|要求|安排)?$"
)
# The first that fits decides.
HEADERS = (
    (
        TableColumn.NOTE,
        re.compile(
            r"备注|说明|领导|联系|电话|进展|完成情况|落实情况|自评|评分|分值|得分|依据|(?<!单位及)责任人|负责人|签"
        ),
    ),
    (TableColumn.NUMBER, re.compile(r"(?:序|编|任务序|任务编|条目)?号$|No\.?$|序列$")),
    (TableColumn.DUTY, OWED),
    (
        TableColumn.TITLE,
        re.compile(r"类别|分类|领域|板块|一级|大类|部分|项目$|方面|版块|类型|门类|条线|模块|专题|章节"),
    ),
    (TableColumn.DUTY, OWED_BY_KERNEL),
    (
        TableColumn.WORK,
        re.compile(
            r"任务|要求|内容|措施|举措|事项|目标|工作|要点|项目|标准|成果|二级|三级|指标|行动|做法|安排|抓手|载体|路径|问题"
        ),
    ),
)
SAYS_WHEN = re.compile(r"时限|时间|期限|进度|日期|节点|时点")
SAYS_WHO = re.compile(r"单位|部门|主体|科室|股室|处室|机关")  # 责任单位及时限 says both
LABELS = {
    NamedRole.LEAD: "牵头单位",
    NamedRole.RESPONSIBLE: "责任单位",
    NamedRole.SUPPORTING: "配合单位",
    NamedRole.GUIDING: "指导单位",
}
# 责任单位（牵头）, but not 责任单位（列第一位者为牵头单位）
ROLE_BEHIND = re.compile(rf"[(（]((?:{ROLES_OF_UNITS})(?:单位|部门)?)[)）]$")


def column_of(header: str) -> TableColumn | None:
    """What the column with this header holds; None for a header that says nothing known."""
    words = _bare(header)
    if not words or len(words) > LONGEST_HEADER:
        return None
    return next((column for column, pattern in HEADERS if pattern.search(words)), None)


def label_of(header: str) -> str:
    """What stands before a cell's words, as a bracket would say it: 牵头单位, 责任单位, 完成时限."""
    words = _bare(header)
    if SAYS_WHEN.search(words) and not SAYS_WHO.search(words):
        return "完成时限"
    if behind := ROLE_BEHIND.search("".join(header.split())):
        return LABELS[role_of(behind[1])]
    return words if re.fullmatch(LABEL_WORDS, words) else LABELS[role_of(words)]


def _bare(header: str) -> str:
    return re.sub(r"[(（].*", "", "".join(header.split()))


def is_header(cells: Sequence[RowCell]) -> bool:
    """Does this row name work and who does it, or until when?"""
    if len(cells) < 2 or any(len(cell.text) > LONGEST_HEADER for cell in cells):
        return False
    says_work = {column_of(cell.text) for cell in cells} & {TableColumn.WORK, TableColumn.TITLE}
    return bool(says_work) and any(
        column_of(cell.text) is TableColumn.DUTY and OWED.search(_bare(cell.text)) for cell in cells
    )


Header = dict[int, str]
SEARCHED_FOR_HEADER = 30
LONGEST_HEAD = 12  # below another, or below a table
IN_NO_HEAD = re.compile(r"[\d、，。；：,;:]")
GOES_ON = re.compile(r"\s*(?:[(（【]?(?:表\d{0,2}续|续表?\s*\d{0,2}|续上表|接上[页表])[)）】]?\s*)?")  # or nothing
CLOSING_ROW = re.compile(r"\s*(?:(?:备?注|说明|填表|填报|制表|联系|抄送).{0,6}[:：]|(?:19|20)\d{2}年\d)")


def lay_out(table: SourceTable, *, first_line: int, header_before: Header) -> tuple[list[Passage], Header]:
    """The table's lines, and the header under which a table right below goes on (跨页续表).

    Several tables may stand one below the other, as on a sheet; what stands alone between them is text.
    """
    rows = list(rows_of(table, first_line=first_line))
    heads = list(_heads(rows))
    if not heads and header_before and _width(rows) == max(header_before) + 1:
        heads = [range(0)]
    if not heads:
        return [Passage(first_line + number, 0, text) for number, text in enumerate(table.lines())], {}
    laid, header = list(_as_text(rows[: heads[0].start])), header_before
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        header = _header_of(rows[head.start : head.stop]) or header
        below = rows[head.stop : following.start if following else None]
        end = _end_of_rows(below, is_last=following is None)
        laid += rows[head.start : head.stop]
        laid += (TableRow(row.line, 0, row.text, cells=row.cells, header=header) for row in below[:end])
        laid += _as_text(below[end:])
    return laid, header


def is_breakdown(table: SourceTable) -> bool:
    return any(True for _ in _heads(list(rows_of(table, first_line=0))))


def _as_text(rows: Sequence[TableRow]) -> Iterator[Passage]:
    return (Passage(row.line, 0, row.text) for row in rows)


def _heads(rows: Sequence[TableRow]) -> Iterator[range]:
    """The rows of heads: the first is looked for at the top; a later one is nothing but heads."""
    place, is_first = 0, True
    while place < (min(len(rows), SEARCHED_FOR_HEADER) if is_first else len(rows)):
        below = _heads_below(rows, place)
        own = rows[place].own if below is None else [*_filled(rows[place]), *_filled(rows[below])]
        end = place + 1
        if is_header(own) and (is_first or _is_all_heads(rows[place], [] if below is None else _filled(rows[below]))):
            end = max(below or 0, place + max(cell.rows for cell in rows[place].own) - 1) + 1
            yield range(place, min(end, len(rows)))
            is_first = False
        place = end


def _heads_below(rows: Sequence[TableRow], top: int) -> int | None:
    """The row that goes on with these heads, 牵头单位 and 配合单位 below 责任分工; the rule of a text table may stand between."""
    below = next((at for at in range(top + 1, min(top + 3, len(rows))) if _filled(rows[at])), None)
    return below if below is not None and _filled(rows[top]) and _go_on_below(rows[top], rows[below]) else None


def _go_on_below(upper: TableRow, lower: TableRow) -> bool:
    """Has the lower row nothing but heads, some below a blank or a wide one, and none below each of the others?"""
    heads = _filled(lower)
    above = {cell.column for cell in _filled(upper)}
    return (
        len(heads) > 1
        and all(map(_is_head, heads))
        and any(column_of(cell.text) is TableColumn.DUTY for cell in heads)
        and not above.issubset(cell.column for cell in heads)
        and not any(map(_is_number, _filled(upper)))
    )


def _is_all_heads(row: TableRow, below: Sequence[RowCell]) -> bool:
    """What has heads below it may be called anything."""
    named_below = {cell.column for cell in below}
    return all(_is_head(cell) or cell.column in named_below for cell in _filled(row))


def _filled(row: TableRow) -> list[RowCell]:
    return [cell for cell in row.own if cell.text.strip()]


def _is_head(cell: RowCell) -> bool:
    words = "".join(cell.text.split())
    return len(words) <= LONGEST_HEAD and not IN_NO_HEAD.search(words) and column_of(words) is not None


def _is_number(cell: RowCell) -> bool:
    return mark_at_start(cell.passage) is not None or cell.text.strip().isdecimal()


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


def _end_of_rows(rows: Sequence[TableRow], *, is_last: bool) -> int:
    """Before the notes, signature and date at the foot of a sheet, or the heading of the next table."""
    end = len(rows)
    while end:
        words = [cell for cell in rows[end - 1].cells if cell.text.strip()]
        alone = len(words) <= 1 and all(cell.begins for cell in words)
        if not alone or (words and is_last and not _closes(words[0])):
            break
        if words and words[0].column and words[0].columns == 1 and not CLOSING_ROW.match(words[0].text):
            break  # a unit in its column
        end -= 1
    return end


def _closes(cell: RowCell) -> bool:
    return bool(CLOSING_ROW.match(cell.text) or GOES_ON.fullmatch(cell.text)) or looks_like_unit(cell.text.strip())
