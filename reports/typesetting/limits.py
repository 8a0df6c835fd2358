"""How much one paper may hold, so that no text anybody has typed can keep a worker for long.

WeasyPrint needs about 5 ms for a table row and keeps every page in memory until the last is written: 3,000 rows take
some 15 s. What does not fit is cut where a reader sees it (……), and stands in full in the CSV inside the PDF.
A worker's own bounds (`reports.bounds`, REPORT_SECONDS and REPORT_MEMORY) hold whatever happens here.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reports.writing.letter import Annex, Table, TypesettingError
from reports.writing.wording import excerpt

MOST_ROWS = 1_000  # of one table, a hundred pages; a paper has three tables at most
MOST_BOOKLET_ROWS = 3_000  # three times what the standard catalogues of all fields come to
LONGEST_CELL = 100  # characters; in the narrowest column still a row that fits on a page
LONGEST_HEAD = 24  # characters over a column
LONGEST_TEXT = 20_000  # characters of any one text that tables quote from; longer than all that a form takes
LONGEST_NAME = 200  # of any text that is printed whole: WeasyPrint takes the square of the length of an endless word
QUOTED = {"text", "requirement", "note", "words", "data"}  # keys of what tables quote from, and of a booklet's CSV
LONGEST = {
    "copied_to": 1_000,
    "addressee": 400,
    **dict.fromkeys(("explanation", "changes"), 1_000),
    # a booklet's columns: as much as their width holds on a page, for a row that goes over takes a minute to set
    **{"content": 500, "basis": 330, "limit": 250, "rhythm": 30, "publisher": 280},
    **dict.fromkeys(("audience", "method", "levels"), 100),
}
MOST_CHARACTERS = 4_000_000  # of a snapshot; 100,000 assignments have fewer


def bounded(value: Any, *, key: str = "") -> Any:
    """The same JSON with every text within its length; what was cut ends in ……."""
    if isinstance(value, str):
        limit = LONGEST_TEXT if key in QUOTED else LONGEST.get(key, LONGEST_NAME)
        return value if len(value) <= limit else f"{value[: limit - 2]}……"
    if isinstance(value, dict):
        return {name: bounded(item, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [bounded(item, key=key) for item in value]
    return value


def refuse_too_much(value: Any) -> None:
    """Raises TypesettingError for more than a worker can set in its time."""
    if (count := sum(_lengths(value))) > MOST_CHARACTERS:
        raise TypesettingError(
            f"这份报告的数据共{count}字，超过一份文件可以排印的{MOST_CHARACTERS}字。请检查有没有误贴的超长文字，或按单位分别制作。"
        )


def _lengths(value: Any) -> Iterator[int]:
    if isinstance(value, str):
        yield len(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _lengths(item)
    elif isinstance(value, list):
        for item in value:
            yield from _lengths(item)


def printable_annex(annex: Annex) -> Annex:
    """The annex with as many rows, and as much of each cell, as print can hold; its CSV keeps all."""
    columns = [excerpt(column, limit=LONGEST_HEAD) for column in annex.table.columns]
    table = Table(columns, [[_cell(cell) for cell in row] for row in annex.table.rows[:MOST_ROWS]])
    if len(annex.table.rows) <= MOST_ROWS:
        return replace(annex, table=table)
    rest = f"本表共{len(annex.table.rows)}行，此处列出前{MOST_ROWS}行，全部数据见本文件所附CSV数据文件。"
    return replace(annex, table=table, note=f"{rest}{annex.note}")


def _cell(cell: str | int) -> str | int:
    return excerpt(cell, limit=LONGEST_CELL) if isinstance(cell, str) and len(cell) > LONGEST_CELL else cell
