"""A document of the set as a file: .txt, .csv, .pdf and .zip here; the office formats are next door."""

import csv
import io
from collections.abc import Iterator
from unicodedata import east_asian_width
from zipfile import ZipFile

from tests.ninghai.personal_data.shapes import office, pdf_pages
from tests.ninghai.personal_data.shapes.documents import Aside, Document, Lines, Link, Table
from tests.ninghai.personal_data.shapes.values import Values

GAP = 14.0  # points between columns without rules
LONGEST = 90  # half-width characters of a line in a PDF


def written(document: Document, suffix: str, values: Values) -> tuple[str, bytes]:
    """The file's name and its bytes."""
    if suffix == ".zip":
        inner = (
            values.one(".docx", ".xlsx") if _is_for_office(document) else values.one(".docx", ".txt", ".csv", ".pdf")
        )
        packed = io.BytesIO()
        with ZipFile(packed, "w") as archive:
            archive.writestr(f"附件{inner}", written(document, inner, values)[1])
        return "材料.zip", packed.getvalue()
    make = {
        ".txt": text,
        ".csv": separated,
        ".pdf": pdf,
        ".ofd": ofd,
        ".docx": office.document,
        ".xlsx": office.workbook,
        ".pptx": office.slides,
    }
    return f"材料{suffix}", make[suffix](document, values)


def _is_for_office(document: Document) -> bool:
    return any(isinstance(block, Link | Aside) for block in document.blocks)


def text(document: Document, values: Values) -> bytes:
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Lines):
            lines += [*block.lines, *[""] * values.rng.randint(0, 1)]
        elif isinstance(block, Table):
            lines += [*(aligned(block) if not block.has_rules else tabbed(block, values.one("\t", "\t", "|"))), ""]
    mark = values.one("\n", "\r\n")
    return mark.join(lines).encode(values.one("utf-8", "gb18030"))


def tabbed(table: Table, mark: str) -> Iterator[str]:
    return (mark.join(row) for row in table.rows)


def aligned(table: Table) -> Iterator[str]:
    """Columns held apart by blanks; what is too wide goes on in a line below, in its column."""
    rows = [[pieces(cell, table.widest) for cell in row] for row in table.rows]
    widths = [max(_width(piece) for row in rows for piece in row[at]) + 3 for at in range(len(rows[0]))]
    for row in rows:
        for line in range(max(map(len, row))):
            cells = [cell[line] if line < len(cell) else "" for cell in row]
            yield "".join(
                f"{cell}{' ' * (width - _width(cell))}" for cell, width in zip(cells, widths, strict=True)
            ).rstrip()


def pieces(cell: str, widest: int) -> list[str]:
    if not widest:
        return [cell]
    return [cell[at : at + widest] for at in range(0, len(cell), widest)] or [""]


def _width(words: str) -> int:
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in words)


def separated(document: Document, values: Values) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=values.one(",", ";", "\t"))
    for block in document.blocks:
        if isinstance(block, Lines):
            writer.writerows([["\n".join(block.lines)]] if block.is_wrapped else [[line] for line in block.lines])
        elif isinstance(block, Table):
            writer.writerows(["\n".join(pieces(cell, block.widest)) for cell in row] for row in block.rows)
        writer.writerow([])
    return out.getvalue().encode(values.one("utf-8-sig", "gb18030"))


def pdf(document: Document, values: Values) -> bytes:
    return _set(document, values, pdf_pages.Pages())


def ofd(document: Document, values: Values) -> bytes:
    return _set(document, values, pdf_pages.OfdPages())


def _set(document: Document, values: Values, pages: pdf_pages.Pages) -> bytes:
    for block in document.blocks:
        if isinstance(block, Lines):
            for line in block.lines:
                for piece in [line[at : at + LONGEST] for at in range(0, len(line), LONGEST)]:
                    pages.line(piece)
            pages.down(values.rng.choice([0.0, 6.0]))
        elif isinstance(block, Table):
            _draw_table(pages, block)
        elif isinstance(block, Link):
            pages.link(block.words, block.target)
    return pages.made()


def _draw_table(pages: pdf_pages.Pages, table: Table) -> None:
    rows = [[pieces(cell, table.widest) for cell in row] for row in table.rows]
    widths = [_column_width(table, rows, at) for at in range(len(rows[0]))]
    for at, row in enumerate(rows):
        if at and at == table.break_before:
            pages.new_page()
        _draw_row(
            pages, row, widths, has_rules=table.has_rules, merged=[each for each in table.merged if each[0] == at]
        )
    pages.down(pdf_pages.LEADING)


def _column_width(table: Table, rows: list[list[list[str]]], at: int) -> float:
    merged = {row for row, first, last in table.merged if first <= at <= last}
    return (
        max(pdf_pages.width_of(piece) for row in range(len(rows)) if row not in merged for piece in rows[row][at]) + GAP
    )


def _draw_row(
    pages: pdf_pages.Pages,
    row: list[list[str]],
    widths: list[float],
    *,
    has_rules: bool,
    merged: list[tuple[int, int, int]],
) -> None:
    height = pdf_pages.LEADING * max(map(len, row))
    top, x = pages.place, pdf_pages.LEFT
    inner = {at for _, first, last in merged for at in range(first + 1, last + 1)}
    right = pdf_pages.LEFT + sum(widths)
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        for line, words in enumerate(cell):
            pages.text(x + 3, top - 10 - line * pdf_pages.LEADING, words)
        if has_rules and at not in inner:
            pages.rule(x, top, x, top - height)
        x += width
    if has_rules:
        pages.rule(right, top, right, top - height)
        for y in (top, top - height):
            pages.rule(pdf_pages.LEFT, y, right, y)
    pages.down(height)
