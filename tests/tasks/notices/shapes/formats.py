"""A generated notice as a file of each format (格式): a table is a table wherever the format has one, else pipes or tabs."""

import io
from collections.abc import Callable
from html import escape

from docx import Document
from openpyxl import Workbook
from weasyprint import HTML

from tests.tasks.notices.shapes.truth import Notice

PAGE = """<meta charset=utf-8><style>@page{size:A4;margin:30mm 26mm}body{font:12pt "Noto Serif CJK SC",serif}
p{margin:0;text-indent:2em}table{border-collapse:collapse;width:100%;font-size:10pt}td{border:.5pt solid;padding:3pt}</style>"""


def spans(notice: Notice) -> list[list[tuple[str, int] | None]]:
    """The rows, each own cell with the number of rows that it covers."""
    rows: list[list[tuple[str, int] | None]] = []
    for number, row in enumerate(notice.table):
        told: list[tuple[str, int] | None] = []
        for column, cell in enumerate(row):
            below = 1
            while number + below < len(notice.table) and notice.table[number + below][column] is None:
                below += 1
            told.append(None if cell is None else (cell, below))
        rows.append(told)
    return rows


def as_pipes(notice: Notice) -> bytes:
    """A Markdown table, as mail programs and wikis write it; merged cells are blank."""
    lines = [f"| {' | '.join(cell or '' for cell in row)} |" for row in notice.table]
    rule = [f"|{'---|' * len(notice.table[0])}"] if lines else []
    return "\n".join([*notice.before, *lines[:1], *rule, *lines[1:], *notice.after]).encode()


def as_tabs(notice: Notice) -> bytes:
    """What Excel and WPS save as text: merged cells are blank."""
    lines = ["\t".join(cell or "" for cell in row) for row in notice.table]
    return "\r\n".join([*notice.before, *lines, *notice.after]).encode("gb18030")


def page(notice: Notice) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td rowspan={cell[1]}>{escape(cell[0])}</td>" for cell in row if cell) + "</tr>"
        for row in spans(notice)
    )
    table = f"<table>{rows}</table>" if rows else ""
    before, after = ("".join(f"<p>{escape(line)}</p>" for line in lines) for lines in (notice.before, notice.after))
    return f"{PAGE}{before}{table}{after}"


def as_word(notice: Notice) -> bytes:
    document = Document()
    for line in notice.before:
        document.add_paragraph(line)
    if notice.table:
        table = document.add_table(len(notice.table), len(notice.table[0]))
        for number, row in enumerate(spans(notice)):
            for column, cell in enumerate(row):
                if cell:
                    table.cell(number, column).merge(table.cell(number + cell[1] - 1, column)).text = cell[0]
    for line in notice.after:
        document.add_paragraph(line)
    return _saved(document.save)


def as_workbook(notice: Notice) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in notice.before:
        sheet.append([line])
    top = len(notice.before) + 1
    for number, row in enumerate(spans(notice), start=top):
        for column, cell in enumerate(row, start=1):
            if cell:
                sheet.cell(number, column, cell[0])
                if cell[1] > 1:
                    sheet.merge_cells(
                        start_row=number, end_row=number + cell[1] - 1, start_column=column, end_column=column
                    )
    for number, line in enumerate(notice.after, start=top + len(notice.table)):
        sheet.cell(number, 1, line)
    return _saved(book.save)


def as_pdf(notice: Notice) -> bytes:
    return HTML(string=page(notice)).write_pdf() or b""


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


FORMATS: dict[str, Callable[[Notice], bytes]] = {
    "pipes.txt": as_pipes,
    "tabs.txt": as_tabs,
    "page.html": lambda notice: page(notice).encode(),
    "word.docx": as_word,
    "sheet.xlsx": as_workbook,
    "print.pdf": as_pdf,
}
