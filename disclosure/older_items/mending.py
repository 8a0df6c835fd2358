"""The refused rows as a workbook (错误清单), each with its problems beside it: to be corrected and uploaded again as it is."""

from disclosure.models import ImportRow, ItemImport
from disclosure.older_items.layout import Column
from disclosure.older_items.template import written

ROW, PROBLEM = "原行号", "问题"


def refused_rows(item_import: ItemImport) -> bytes:
    """As .xlsx, in the template's layout; the faulty cells are coloured."""
    rows = list(item_import.rows.filter(status=ImportRow.Status.REFUSED).order_by("number"))
    return written(
        head=[ROW, PROBLEM, *Column],
        rows=[{**_texts(row), ROW: f"{row.number}", PROBLEM: told(row)} for row in rows],
        marked=[(place, problem["column"]) for place, row in enumerate(rows) for problem in row.problems],
    )


def told(row: ImportRow) -> str:
    """All that is wrong with the row, a line each."""
    return "\n".join(f"“{problem['column']}”：{problem['message']}" for problem in row.problems)


def _texts(row: ImportRow) -> dict[str, str]:
    return {column.value: row.fields[column] for column in Column if row.fields.get(column)}
