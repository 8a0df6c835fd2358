"""The finished PDF read back: its running text, and its tables cell by cell."""

import re
from collections.abc import Iterator

from tests.reports.every_number.printed import flat
from tests.reports.reading import opened

PAGE_NUMBER = re.compile(r"— ?\d+ ?—")
ANNEX = re.compile(r"(?:草稿|演示数据)*附件\d?(\w+?[表图]|逾期任务清单)")
FIRST_COLUMN = {"序号", "名次"}


def read_pdf(pdf: bytes) -> tuple[str, dict[str, list[list[str]]], str]:
    """The running text, each table under its annex's title, rows over pages joined, and the words of the charts' pages.

    Without page numbers; what a chart draws is no table.
    """
    text, tables, charts, title = "", {}, "", ""
    with opened(pdf) as document:
        for page in document.pages:
            whole = flat(page.extract_text() or "")
            if match := ANNEX.match(whole):
                title = match[1]
            if title.endswith("图"):
                charts += PAGE_NUMBER.sub("", " ".join(word["text"] for word in page.extract_words())) + " "
                continue
            found = page.find_tables()
            outside = page
            for table in found:
                outside = outside.outside_bbox(table.bbox)
            text += PAGE_NUMBER.sub("", flat(outside.extract_text() or ""))
            for table in found:
                tables.setdefault(title, []).extend(body_of(table.extract()))
    return text, tables, charts


def body_of(rows: list[list[str | None]]) -> Iterator[list[str]]:
    """Without the repeated heads."""
    for row in rows:
        cells = [cell or "" for cell in row]
        if cells[0].strip() not in FIRST_COLUMN:
            yield cells
