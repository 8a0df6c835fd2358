"""Which module writes which masked copy, by the end of the file's name."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from ninghai.files.sandbox.limits import COPY, ParsingRefused
from ninghai.files.sandbox.running import read_for_import
from ninghai.files.sanitizing.rewriting import rewritten
from ninghai.files.workbooks.writing import defused, starts_formula
from ninghai.personal_data.masking import masked_cells, replaced
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.plain import decoded, encoding_of, rows_of, separator_of
from ninghai.personal_data.reading.reader import suffix
from ninghai.personal_data.rewriting import pdf, word, workbook
from ninghai.personal_data.scan import findings

# A masked copy of a table of separated values, in the encoding and with the separator that it has; no cell is a formula.


def rewrite_table(data: bytes) -> bytes:
    text = decoded(data)
    rows = rows_of(text)
    for (row, column), words in masked_cells(rows).items():
        rows[row][column] = words
    rows = [[defused(cell) if starts_formula(cell) else cell for cell in row] for row in rows]
    copy = io.StringIO(newline="")
    csv.writer(copy, delimiter=separator_of(text), lineterminator="\r\n").writerows(rows)
    return copy.getvalue().encode(encoding_of(data))


# A masked copy of a plain text: everything personal replaced where it stands, sensitive columns emptied.

LEFT = "“{}”等内容没有能够自动去标识化。请在原稿中修改后重新上传。"


def rewrite_text(data: bytes) -> bytes:
    copy = replaced(decoded(data)).encode(encoding_of(data))
    _refuse_what_is_left(data, copy)
    return copy


def _refuse_what_is_left(data: bytes, copy: bytes) -> None:
    """Whatever the finder knows of the text must not be found in its copy."""
    before = {each.text for each in findings(name="a.txt", data=data) if each.certain}
    left = [each.text for each in findings(name="a.txt", data=copy) if each.certain and each.text in before]
    if left:
        raise UnreadableFile(LEFT.format(left[0][:2] + "…"))


REWRITERS: dict[str, Callable[[bytes], bytes]] = {
    ".xlsx": workbook.rewrite,
    ".docx": word.rewrite,
    ".csv": rewrite_table,
    ".txt": rewrite_text,
    ".pdf": pdf.rewrite,
}


def masked_copy(*, name: str, data: bytes) -> bytes:
    """The file with everything personal masked and nothing hidden left; raises UnreadableFile where that cannot be done."""
    rewrite = REWRITERS.get(suffix(name))
    if rewrite is None:
        raise UnreadableFile(
            f"“{name}”不能自动生成去标识化副本，只能处理{'、'.join(REWRITERS)}文件。请修改原稿后重新生成。"
        )
    return rewrite(data)


# Masked copies made in the sandbox (受限进程中制作), while somebody waits.


def masked_in_sandbox(*, name: str, source: bytes | Path) -> bytes:
    """The file with everything personal masked; raises UnreadableFile with a sentence where that cannot be done."""
    try:
        return read_for_import(f"{__name__}:masked", source, limits=COPY, name=name).data
    except ParsingRefused as refused:
        raise UnreadableFile(str(refused)) from refused


def masked(data: bytes, *, name: str) -> bytes:
    """For the sandbox. A masked copy is a public one: written anew, or refused, as any other."""
    return rewritten(masked_copy(name=name, data=data), name=name)
