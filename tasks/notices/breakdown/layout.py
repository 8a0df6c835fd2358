"""The columns of the workbook (任务分解表), and a point written into its rows: one for each name and unit.

The 编号 stands in every row and finds the point again, however the rows are sorted; the rest of a point stands in its
first row. A name that means a whole closed group is one row of the type 单位组.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ninghai.folding import fold
from ninghai.models import Unit
from tasks.models import Responsibility
from tasks.notices.difference import NamedUnits, Point
from tasks.notices.resolution import Directory

GROUP = "单位组"
KINDS = [*map(str, Unit.Kind.labels), GROUP]
ROLES = {str(role.label): role.value for role in Responsibility.Role}
TRUTHS = {"是": True, "否": False}
MANY = 30  # more units than this stand in one cell
LONGEST_CELL = 32_000  # characters; Excel cuts what is longer than 32,767


class BreakdownColumn(StrEnum):
    """A column by its header."""

    KEY = "编号"
    PART_NUMBER = "部分序号"
    PART_TITLE = "部分"
    SECTION_NUMBER = "节序号"
    SECTION_TITLE = "节"
    NUMBER = "序号"
    TEXT = "工作要点"
    DUE_DATE = "完成时限"
    NAME = "原文名称"
    ROLE = "角色"
    IS_GROUP = "统称"
    KIND = "单位类型"
    UNIT = "单位"


PLACE = {  # where a point stands, by the point's field
    BreakdownColumn.PART_NUMBER: "part_number",
    BreakdownColumn.PART_TITLE: "part_title",
    BreakdownColumn.SECTION_NUMBER: "section_number",
    BreakdownColumn.SECTION_TITLE: "section_title",
    BreakdownColumn.NUMBER: "number",
}
ALSO_CALLED = {
    "要点编号": BreakdownColumn.KEY,
    "部分标题": BreakdownColumn.PART_TITLE,
    "节标题": BreakdownColumn.SECTION_TITLE,
    "要点": BreakdownColumn.TEXT,
    "时限": BreakdownColumn.DUE_DATE,
    "名称": BreakdownColumn.NAME,
    "责任角色": BreakdownColumn.ROLE,
    "是否统称": BreakdownColumn.IS_GROUP,
    "责任单位": BreakdownColumn.UNIT,
}
BY_HEADER = {**ALSO_CALLED, **{column.value: column for column in BreakdownColumn}}

CellText = str | date
RowOfCells = Mapping[BreakdownColumn, CellText]


def column_of(header: str) -> BreakdownColumn | None:
    """The column with this header, whatever its width, blanks and remarks in brackets."""
    words = unicodedata.normalize("NFKC", header).split("(")[0].strip("*")
    return BY_HEADER.get(fold(words))


def shown(text: str) -> str:
    """The text as a cell can hold it and gives it back: without blank lines, control characters, and what is too long."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())[:LONGEST_CELL].rstrip()


def rows_of(point: Point, *, directory: Directory) -> Iterator[RowOfCells]:
    """The point's rows; the first one holds what belongs to the point."""
    own: RowOfCells = {
        **{column: shown(getattr(point, field)) for column, field in PLACE.items()},
        BreakdownColumn.TEXT: shown(point.text),
        BreakdownColumn.DUE_DATE: point.due_date,
    }
    for named in _rows_of_names(point, directory) or [{}]:
        yield {BreakdownColumn.KEY: shown(point.key), **own, **named}
        own = {}


def _rows_of_names(point: Point, directory: Directory) -> list[RowOfCells]:
    roles = {value: label for label, value in ROLES.items()}
    return [
        {
            BreakdownColumn.NAME: shown(each.name),
            BreakdownColumn.ROLE: roles[each.role],
            BreakdownColumn.IS_GROUP: "是" if each.is_group else "否",
            BreakdownColumn.KIND: kind,
            BreakdownColumn.UNIT: unit,
        }
        for each in point.names
        for kind, unit in _units_in_cells(each, directory)
    ]


def _units_in_cells(named: NamedUnits, directory: Directory) -> list[tuple[str, str]]:
    """Type and unit of each row; a closed group that is meant as a whole stays one."""
    group = named.group
    if group and named.units and set(named.units) == set(directory.look_up(group.name).units):
        return [(GROUP, group.name)]
    if len(named.units) > MANY:
        return [("", "、".join(unit.short_name for unit in named.units))]
    return [(unit.get_kind_display(), unit.short_name) for unit in named.units] or [("", "")]
