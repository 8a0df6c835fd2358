"""An Excel workbook (.xlsx): every sheet and its name, what is hidden in it, comments, headers and footers, and its properties."""

import io
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.files.refusal import UnacceptableFile
from ninghai.files.sheet_shape import refuse_sprawling_sheets
from ninghai.personal_data.reading.content import SHEET_NAME, Content, Grid, Passage, UnreadableFile, author
from ninghai.personal_data.reading.package import drawn_in, links_of, pictures_of

BROKEN = (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError)
AUTHORS = {"creator", "lastModifiedBy"}
PROPERTIES = {
    "creator": "作者",
    "lastModifiedBy": "最后修改人",
    "title": "标题",
    "subject": "主题",
    "keywords": "关键词",
    "description": "备注",
    "category": "类别",
}


DRAWN_IN = ("xl/drawings/", "xl/charts/", "xl/diagrams/")


def read(data: bytes) -> Iterator[Content]:
    yield from pictures_of(data, folder="xl/media/")
    yield from links_of(data)
    yield from drawn_in(data, folders=DRAWN_IN)
    workbook = opened(data)
    for title in workbook.sheetnames:
        yield Passage(SHEET_NAME, title)
    for sheet in workbook.worksheets:
        yield _grid(sheet)
        yield from _hidden(sheet)
        yield from _comments(sheet)
        yield from _margins(sheet)
    for name, label in PROPERTIES.items():
        if value := getattr(workbook.properties, name):
            place = f"文件属性“{label}”"
            yield author(place, str(value)) if name in AUTHORS else Passage(place, str(value))
    for prop in workbook.custom_doc_props.props:  # type: ignore[attr-defined]  # newer than its stubs
        yield Passage(f"文件属性“{prop.name}”", str(prop.value))
    for name, defined in workbook.defined_names.items():
        yield Passage(f"名称“{name}”", str(defined.value or ""))


def opened(data: bytes) -> Workbook:
    """The workbook with its formulas; raises UnreadableFile."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            refuse_sprawling_sheets(package)
        return load_workbook(io.BytesIO(data))
    except UnacceptableFile as refused:
        raise UnreadableFile(str(refused.message)) from refused
    except BROKEN as error:
        raise UnreadableFile("表格打不开，可能已损坏或加了密码，请另存为.xlsx文件后再检查。") from error


def place_of(title: str, row: int, column: int) -> str:
    """As a clerk finds it: 工作表“名单”B3."""
    return f"工作表“{title}”{get_column_letter(column + 1)}{row + 1}"


def _grid(sheet: Worksheet) -> Grid:
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return Grid(rows, lambda row, column: place_of(sheet.title, row, column))


def _hidden(sheet: Worksheet) -> Iterator[Passage]:
    if sheet.sheet_state != "visible":
        yield Passage(f"工作表“{sheet.title}”", "", hidden="隐藏的工作表")
    for number, row in sheet.row_dimensions.items():
        if row.hidden:
            yield Passage(f"工作表“{sheet.title}”第{number}行", "", hidden="隐藏的行")
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            yield Passage(f"工作表“{sheet.title}”{letter}列", "", hidden="隐藏的列")


def _comments(sheet: Worksheet) -> Iterator[Passage]:
    for (row, column), cell in sorted(sheet._cells.items()):  # only those that are there
        if cell.comment is not None:
            place = f"{place_of(sheet.title, row - 1, column - 1)}的批注"
            yield Passage(place, f"{cell.comment.author or ''} {cell.comment.text or ''}", hidden="批注")


def _margins(sheet: Worksheet) -> Iterator[Passage]:
    margins = (
        (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader),
        (sheet.oddFooter, sheet.evenFooter, sheet.firstFooter),
    )
    for name, margin in [
        (name, each) for name, all_of in zip(("页眉", "页脚"), margins, strict=True) for each in all_of
    ]:
        parts = (margin.left, margin.center, margin.right) if margin else ()
        words = " ".join(part.text for part in parts if part.text)
        if words:
            yield Passage(f"工作表“{sheet.title}”的{name}", words)
