"""Whether the sheets of a workbook (xlsx) cost what they seem to (工作表的形状): counted before anything is made of them.

A program that reads a sheet makes a cell of every place up to the last one that is used, and of every place that is
merged or linked: a file of some kilobytes may name all 17 thousand million of them.
"""

import re
from collections.abc import Callable
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from ninghai.files.kinds import UnacceptableFile

SHEETS = {"worksheet", "chartsheet", "dialogsheet"}  # elements of which a sheet consists, wherever it lies
SMALL = 200_000  # places that no program minds
EMPTIEST = 50  # places for each cell that is there
MOST_CELLS = 3_000_000
MOST_RANGES = 20_000  # merged, linked, formatted or validated: programs compare each with each
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576  # of Excel
PIECE = 256 * 1024
HEAD = 1024
PLACE = re.compile(r"\$?([A-Za-z]{1,4})\$?([0-9]{1,8})")
STRANGE = "表格的内部结构不正常。请用办公软件打开后另存一份再上传。"
WHAT_TO_DO = "请删去多余的行和列（选中后点右键“删除”），另存后再上传。"


def refuse_sprawling_sheets(container: ZipFile) -> None:
    """Refuse a workbook with a sheet whose used, merged or linked area is out of proportion to its cells."""
    for name in container.namelist():
        with container.open(name) as part:
            is_sheet = _root_of(part) in SHEETS
        if is_sheet:
            with container.open(name) as part:
                _Shape().read(part)


def _root_of(part: IO[bytes]) -> str:
    """What the part's first element is called, without its language; empty where it is no XML."""
    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: names.append(name)
    try:
        while not names and (piece := part.read(HEAD)):
            parser.Parse(piece)
    except expat.ExpatError:  # what comes before is what counts
        pass
    return names[0].rpartition(" ")[2] if names else ""


class _Shape:
    """Counts one sheet while it is read, and refuses it as soon as it is too much."""

    def __init__(self) -> None:
        self.cells = self.ranges = 0
        self.row = self.column = 0
        self.last_row = self.last_column = 0
        self.areas = {"mergeCell": 0, "hyperlink": 0}
        self.seen: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._see_row,
            "c": self._see_cell,
            "col": self._see_column,
            "mergeCell": lambda attributes: self._see_area("mergeCell", attributes.get("ref", "")),
            "hyperlink": lambda attributes: self._see_area("hyperlink", attributes.get("ref", "")),
            "conditionalFormatting": lambda attributes: self._count_ranges(attributes.get("sqref", "")),
            "dataValidation": lambda attributes: self._count_ranges(attributes.get("sqref", "")),
        }

    def read(self, part: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._see
        try:
            while piece := part.read(PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise UnacceptableFile(STRANGE) from None
        self._judge()

    def _see(self, name: str, attributes: dict[str, str]) -> None:
        if see := self.seen.get(name.rpartition(" ")[2]):
            see(attributes)

    def _see_row(self, attributes: dict[str, str]) -> None:
        self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0

    def _see_cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        self.column += 1
        if "r" in attributes:
            self.column, self.row = _place(attributes["r"])
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.cells > MOST_CELLS:
            raise UnacceptableFile(f"表格的单元格超过{MOST_CELLS // 10_000}万个，请拆分后再上传。")
        if self.row > LAST_ROW or self.column > LAST_COLUMN:
            raise UnacceptableFile(STRANGE)

    def _see_column(self, attributes: dict[str, str]) -> None:
        if _number(attributes.get("max", "1")) > LAST_COLUMN:
            raise UnacceptableFile(STRANGE)

    def _see_area(self, kind: str, ref: str) -> None:
        self._count_ranges(ref)
        first, _, last = ref.partition(":")
        if last:
            (left, top), (right, bottom) = _place(first), _place(last)
            self.areas[kind] += (abs(right - left) + 1) * (abs(bottom - top) + 1)

    def _count_ranges(self, ranges: str) -> None:
        self.ranges += ranges.count(" ") + 1
        if self.ranges > MOST_RANGES:
            raise UnacceptableFile("表格中合并单元格、链接、条件格式和数据有效性的区域过多。请清除格式后另存，再上传。")

    def _judge(self) -> None:
        if self._is_out_of_proportion(self.last_row * self.last_column):
            last = f"第{self.last_row}行第{self.last_column}列"
            raise UnacceptableFile(f"表格的内容散得太开：一直用到{last}，绝大部分是空的。{WHAT_TO_DO}")
        if self._is_out_of_proportion(self.areas["mergeCell"]):
            raise UnacceptableFile("表格中合并单元格的区域过大，绝大部分是空的。请取消合并，另存后再上传。")
        if self._is_out_of_proportion(self.areas["hyperlink"]):
            raise UnacceptableFile("表格中设了链接的区域过大，绝大部分是空的。请取消链接，另存后再上传。")

    def _is_out_of_proportion(self, area: int) -> bool:
        return area > SMALL and area > EMPTIEST * self.cells


def _place(written: str) -> tuple[int, int]:
    """Column and row of A1; the end of a whole row or column counts as the sheet's."""
    found = PLACE.fullmatch(written.strip())
    if not found:
        raise UnacceptableFile(STRANGE)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])


def _number(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 9):
        raise UnacceptableFile(STRANGE)
    return int(written)
