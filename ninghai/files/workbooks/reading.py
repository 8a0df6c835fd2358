"""Workbooks of one flat sheet that people fill in (用 Excel 导入): a head, a row for each record, an error at its cell.

The columns are data. What a client adds is what it knows of its records: which of them are there, and what may not stand
together. Nothing is saved of a sheet in which one cell is wrong.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from ninghai.files import Purpose, UnacceptableFile
from ninghai.files.sandbox.limits import ParsingRefused
from ninghai.files.storing import inspect
from ninghai.files.workbooks.opening import first_sheet
from ninghai.personal_data.reading.content import UnreadableFile

MEGABYTE = 1024**2
MOST_MEGABYTES = 2  # of a flat workbook
BLANK_ROWS = 100  # that may stand between and below the filled ones
OTHER_COLUMNS = 20  # that may stand beside ours

SheetRow = dict[str, str]  # text by the name of its column; under "row" its number in the sheet


class NotThisSheet(ValidationError):
    """The file is no workbook of these columns; its sentence says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class CellProblem:
    """What is wrong, and where in the sheet."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行" if self.row else ""
        return f"{where}{f'“{self.column}”' if self.column else ''}：{self.message}"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its head, the name of what stands below it, and how that is read."""

    label: str
    name: str
    parse: Callable[[str], Any] = str  # raises ValueError with a sentence
    is_required: bool = False
    longest: int = 0  # characters, if bounded
    is_prefilled: bool = False  # in the template already: a row that has nothing else says nothing


@dataclass(frozen=True)
class FlatSheet:
    columns: tuple[SheetColumn, ...]
    most_rows: int
    besides: str  # 名录: all but this can be left out of a file that is too large
    advice: str  # what to do with a file that is something else
    too_many: str
    no_rows: str = ""  # why a sheet without any is refused

    @property
    def labels(self) -> list[str]:
        return [column.label for column in self.columns]

    def read(self, data: bytes) -> list[SheetRow]:
        """The rows that say something; one that begins with # explains and is left out. Raises NotThisSheet."""
        most = self.most_rows + BLANK_ROWS
        cells = self._cells(data, rows=most + 2)
        head = cells[0] if cells else []
        if missing := [column.label for column in self.columns if column.is_required and column.label not in head]:
            raise NotThisSheet(f"第一行缺少列：{'、'.join(missing)}。{self.advice}")
        places = [(column, head.index(column.label)) for column in self.columns if column.label in head]
        rows = [
            {"row": str(number), **{column.name: texts[place] for column, place in places}}
            for number, texts in enumerate(cells[1:], start=2)
            if not texts[places[0][1]].startswith("#")
            and any(texts[place] for column, place in places if not column.is_prefilled)
        ]
        if not rows and self.no_rows:
            raise NotThisSheet(self.no_rows)
        if len(rows) > self.most_rows:
            raise NotThisSheet(self.too_many)
        if len(cells) > most + 1:
            raise NotThisSheet(f"表格超过 {most} 行，请删除其中和末尾的空行后再上传。")
        return rows

    def _cells(self, data: bytes, *, rows: int) -> list[list[str]]:
        """Without the apostrophes by which Excel is told that a cell is text."""
        try:
            cells = first_sheet(data, rows=rows, columns=len(self.columns) + OTHER_COLUMNS)
        except ParsingRefused as refused:
            if refused.kind == UnreadableFile.__name__:
                raise NotThisSheet(f"这不是可以读取的 Excel 文件（.xlsx）。{self.advice}") from refused
            raise NotThisSheet(str(refused)) from refused
        return [[text.removeprefix("'") for text in texts] for texts in cells]

    def parse(
        self, row: SheetRow, parsers: Mapping[str, Callable[[str], Any]]
    ) -> tuple[dict[str, Any], list[CellProblem]]:
        """The row's values by name, and its problems; a column that the sheet does not have is left alone.

        `parsers` read the columns for which more has to be known than the text.
        """
        values: dict[str, Any] = {}
        problems = []
        for column in self.columns:
            if (text := row.get(column.name)) is None:
                continue
            try:
                values[column.name] = self._value(column, text, parsers.get(column.name, column.parse))
            except ValueError as wrong:
                problems.append(self.problem(row, column.name, str(wrong)))
        return values, problems

    def _value(self, column: SheetColumn, text: str, parse: Callable[[str], Any]) -> Any:
        if column.is_required and not text:
            raise ValueError("还没有填写，请补上。")
        if column.longest and len(text) > column.longest:
            raise ValueError(f"不超过 {column.longest} 字。")
        return parse(text)

    def problem(self, row: SheetRow, name: str, message: str) -> CellProblem:
        label = next((column.label for column in self.columns if column.name == name), "")
        return CellProblem(int(row["row"]), label, message)

    def problems_of(self, row: SheetRow, refused: ValidationError) -> Iterable[CellProblem]:
        """What a model's own fields refuse, at the cells that they were read from."""
        return [self.problem(row, name, "".join(words)) for name, words in refused.message_dict.items()]


def refuse(problems: Iterable[CellProblem]) -> None:
    """None or all: raises ValidationError with every problem, if there is one."""
    if sentences := [str(problem) for problem in problems]:
        raise ValidationError(sentences)


class SheetField(forms.FileField):
    """The upload of a flat workbook; its value are the rows. A file that cannot be trusted is refused before it is opened."""

    def __init__(self, sheet: FlatSheet, **how: Any) -> None:
        super().__init__(**how)
        self.sheet = sheet

    def clean(self, data: Any, initial: Any = None) -> list[SheetRow]:
        upload = super().clean(data, initial)
        return self.sheet.read(workbook_bytes(upload, most=MOST_MEGABYTES, besides=self.sheet.besides))


def workbook_bytes(upload: UploadedFile[Any], *, most: int, besides: str) -> bytes:
    """The .xlsx of at most so many megabytes, found harmless. Raises UnacceptableFile, whose sentence says what to leave out
    of a larger one: all `besides` what is asked for."""
    name, size = upload.name or "", upload.size or 0
    if not name.lower().endswith(".xlsx"):
        raise UnacceptableFile("请上传 .xlsx 文件。")
    if size > most * MEGABYTE:
        raise UnacceptableFile(f"文件超过 {most} MB，请删除{besides}以外的内容。")
    stream = cast(IO[bytes], upload)
    inspect(stream, label=name, purpose=Purpose.EVIDENCE)
    upload.seek(0)
    return bytes(upload.read())


# Parsers that several sheets need.


def names_of(text: str) -> list[str]:
    """甲、乙，丙."""
    return [name for name in text.replace("，", "、").replace(",", "、").split("、") if name]


def one_of(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        if text not in choices:
            raise ValueError(f"“{text}”不能识别，应为：{'、'.join(filter(None, choices))}。")
        return choices[text]

    return parse
