"""Plain texts and tables of separated values (.txt, .csv), in UTF-8 or GB 18030."""

import csv
import io
from collections.abc import Iterator

from ninghai.personal_data.reading.content import CellGrid, Content, FilePassage, UnreadableFile

SEPARATORS = ",;\t|"
BOM = b"\xef\xbb\xbf"


def read_text(data: bytes) -> Iterator[Content]:
    for number, line in enumerate(decoded(data).split("\n"), start=1):
        yield FilePassage(f"第{number}行", line, flows=True)  # empty ones too: they end a paragraph


def read_table(data: bytes) -> Iterator[Content]:
    yield CellGrid(rows_of(decoded(data)), lambda row, column: f"第{row + 1}行第{column + 1}列")


def decoded(data: bytes) -> str:
    """The text; raises UnreadableFile for anything that is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("文件的文字编码无法识别，请另存为UTF-8编码后再检查。")


def encoding_of(data: bytes) -> str:
    """In which encoding to write it again."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig" if data.startswith(BOM) else "utf-8"


def rows_of(text: str) -> list[list[str]]:
    return list(each_row(text))


def each_row(text: str) -> Iterator[list[str]]:
    """The rows one by one; raises UnreadableFile at a cell that has no end."""
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    except csv.Error:
        raise UnreadableFile("表格中有一格过长或者引号不成对，无法读取，请用办公软件打开后另存为CSV。") from None


def separator_of(text: str) -> str:
    """The separator that stands most often in the first lines; a comma where none does."""
    head = text[:4000]
    return max(SEPARATORS, key=lambda each: (head.count(each), -SEPARATORS.index(each)))
