"""Tables of separated values (.csv): really text, and without a cell that a spreadsheet would take for a formula."""

import re
from collections.abc import Iterable
from typing import IO

from ninghai.files.refusal import UnacceptableFile
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.plain import decoded, each_row
from ninghai.spreadsheets import starts_formula

PROGRAM = re.compile(
    r"<(?:\?(?:php|=|xml)|%|!doctype|html|script|svg|iframe|object|body)\b|<%|<\?=|%PDF-|GIF8[79]a", re.IGNORECASE
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_table(stream: IO[bytes], *, label: str) -> None:
    """Refuse what is no table of text, and formulas: whoever opens the published file must not run anything by it."""
    stream.seek(0)
    try:
        text = decoded(stream.read())
        if not text.strip():
            raise UnacceptableFile(f"“{label}”里没有内容，请重新选择文件。")
        if CONTROL.search(text) or PROGRAM.search(text):
            raise UnacceptableFile(f"“{label}”的内容不是CSV格式，与扩展名不一致。请用原来的软件打开后另存再上传。")
        _refuse_formulas(each_row(text))
    except UnreadableFile as refused:
        raise UnacceptableFile(str(refused)) from None


def _refuse_formulas(rows: Iterable[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row, start=1):
            if starts_formula(cell):
                raise UnacceptableFile(
                    f"第{number}行第{place}列以“{cell.strip()[:1]}”开头，表格软件会当作公式。请改成文字或者数值后再上传。"
                )
