"""A masked copy of a plain text: everything personal replaced where it stands, tables of tabs by what their heads tell."""

from itertools import groupby

from ninghai.personal_data.body import find_in_body
from ninghai.personal_data.hit import Kind
from ninghai.personal_data.masking import masked
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.plain import decoded, encoding_of
from ninghai.personal_data.rewriting.cells import masked_cells
from ninghai.personal_data.scan import findings

LEFT = "“{}”等内容没有能够自动去标识化。请在原稿中修改后重新上传。"


def rewrite(data: bytes) -> bytes:
    text = _masked_body(_without_columns(decoded(data)))
    copy = text.encode(encoding_of(data))
    _refuse_what_is_left(data, copy)
    return copy


def _without_columns(text: str) -> str:
    """Neighbouring lines with tabs are a table: columns that must go altogether go here, what heads tell is masked."""
    lines: list[str] = []
    for is_table, grouped in groupby(text.split("\n"), key=lambda line: "\t" in line):
        block = list(grouped)
        lines += _masked_table(block) if is_table else block
    return "\n".join(lines)


def _masked_table(lines: list[str]) -> list[str]:
    rows = [line.split("\t") for line in lines]
    for (row, column), words in masked_cells(rows).items():
        rows[row][column] = words
    return ["\t".join(row) for row in rows]


def _masked_body(text: str) -> str:
    for hit in sorted(find_in_body(text), key=lambda each: -each.start):
        if hit.kind != Kind.SENSITIVE_COLUMN:
            text = f"{text[: hit.start]}{masked(hit)}{text[hit.end :]}"
    return text


def _refuse_what_is_left(data: bytes, copy: bytes) -> None:
    """Whatever the finder knows of the text must not be found in its copy."""
    before = {each.text for each in findings(name="a.txt", data=data) if each.certain}
    left = [each.text for each in findings(name="a.txt", data=copy) if each.certain and each.text in before]
    if left:
        raise UnreadableFile(LEFT.format(left[0][:2] + "…"))
