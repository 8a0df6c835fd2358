"""A generated notice as a file of each format (格式): a table is a table wherever the format has one, else pipes or tabs."""

import io
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import takewhile

from docx import Document
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from weasyprint import HTML

from tests.tasks.notices.shapes.truth import Merged, Notice, Table

PAGE = """<meta charset=utf-8><style>@page{size:A4;margin:30mm 26mm}body{font:12pt "Noto Serif CJK SC",serif}
p{margin:0;text-indent:2em}table{border-collapse:collapse;width:100%;font-size:10pt}td{border:.5pt solid;padding:3pt}
.page{break-before:page}</style>"""
WIDE, NARROW = 31, 23  # characters of a line that was cut by its width, whatever stands there
Span = tuple[int, int, str, int, int]  # row and column, the words, how many rows and columns they take


def spans(table: Table) -> Iterator[Span]:
    """The cells that are cells."""
    for at, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                below = _count(each[column] is Merged.ABOVE for each in table.rows[at + 1 :])
                beside = _count(each is Merged.LEFT for each in row[column + 1 :])
                yield at, column, cell, 1 + below, 1 + beside


def _count(merged: Iterable[bool]) -> int:
    """How many in a row, from the first."""
    return sum(1 for _ in takewhile(bool, merged))


def lines_of(table: Table, mark: str) -> list[str]:
    """What was merged is blank."""
    return [mark.join(cell if isinstance(cell, str) else "" for cell in row) for row in table.rows]


def text(notice: Notice, table: Callable[[Table], list[str]], width: int = 0, indent: str = "") -> list[str]:
    """The lines; `width` cuts each paragraph there."""
    lines: list[str] = []
    for block in notice.blocks:
        lines += table(block) if isinstance(block, Table) else wrapped(f"{indent}{block}", width)
    return lines


def wrapped(paragraph: str, width: int) -> list[str]:
    """Cut wherever the width ends, but never before a blank, which nobody sets at the beginning of a line."""
    if not width or len(paragraph) <= width:
        return [paragraph]
    end = next(at for at in range(width, len(paragraph) + 1) if not paragraph[at : at + 1].isspace())
    return [paragraph[:end], *wrapped(paragraph[end:], width)] if end < len(paragraph) else [paragraph]


def as_pipes(notice: Notice) -> bytes:
    """A Markdown table, as mail programs and wikis write it."""

    def piped(table: Table) -> list[str]:
        first, *others = (f"| {line} |" for line in lines_of(table, " | "))
        return [first, f"|{'---|' * len(table.rows[0])}", *others, ""]

    return "\n".join(text(notice, piped)).encode()


def as_tabs(notice: Notice) -> bytes:
    """What Excel and WPS save as text."""
    return "\r\n".join(text(notice, lambda table: lines_of(table, "\t"))).encode("gb18030")


def as_wrapped(notice: Notice) -> bytes:
    """Copied from a page: paragraphs are indented, and cut wherever the page ended."""
    return "\n".join(text(notice, lambda table: lines_of(table, "|"), NARROW, "\u3000\u3000")).encode()


def rows_as_html(table: Table) -> str:
    rows: list[list[str]] = [[] for _ in table.rows]
    for at, _, words, down, across in spans(table):
        rows[at].append(f"<td rowspan={down} colspan={across}>{escape(words)}</td>")
    told = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table class={'page' if table.begins_page else 'here'}>{told}</table>"


def page(notice: Notice) -> str:
    told = (rows_as_html(block) if isinstance(block, Table) else f"<p>{escape(block)}</p>" for block in notice.blocks)
    return f"{PAGE}{''.join(told)}"


def as_lines_of_a_page(notice: Notice) -> bytes:
    """A web page into which somebody pasted lines that were cut before."""
    told = (
        rows_as_html(block) if isinstance(block, Table) else "<br>".join([*map(escape, wrapped(block, WIDE)), ""])
        for block in notice.blocks
    )
    return f"{PAGE}{''.join(told)}".encode()


def as_word(notice: Notice) -> bytes:
    document = Document()
    for block in notice.blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block.rows), len(block.rows[0]))
        for at, column, words, down, across in spans(block):
            table.cell(at, column).merge(table.cell(at + down - 1, column + across - 1)).text = words
    return _saved(document.save)


def as_workbook(notice: Notice) -> bytes:
    """All on one sheet, one below the other, but for what begins a new one."""
    book = Workbook()
    sheet, top = book.worksheets[0], 1
    for block in notice.blocks:
        if isinstance(block, str):
            sheet.cell(top, 1, block)
            top += 1
            continue
        sheet, top = (book.create_sheet(), 1) if block.begins_page else (sheet, top)
        _fill(sheet, block, top)
        top += len(block.rows)
    return _saved(book.save)


def _fill(sheet: Worksheet, table: Table, top: int) -> None:
    for at, column, words, down, across in spans(table):
        sheet.cell(top + at, column + 1, words)
        if down * across > 1:
            sheet.merge_cells(
                start_row=top + at, end_row=top + at + down - 1, start_column=column + 1, end_column=column + across
            )


def as_pdf(notice: Notice) -> bytes:
    return HTML(string=page(notice)).write_pdf() or b""


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


FORMATS: dict[str, Callable[[Notice], bytes]] = {
    "pipes.txt": as_pipes,
    "tabs.txt": as_tabs,
    "wrapped.txt": as_wrapped,
    "page.html": lambda notice: page(notice).encode(),
    "lines.html": as_lines_of_a_page,
    "word.docx": as_word,
    "sheet.xlsx": as_workbook,
    "print.pdf": as_pdf,
}
