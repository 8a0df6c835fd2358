"""The masked words of every cell of a table, by place; cells that may stay as they are, are not named."""

from collections.abc import Sequence

from ninghai.personal_data.hit import DataKind, Hit
from ninghai.personal_data.masking import masked
from ninghai.personal_data.table import find_in_table, rows_below


def masked_cells(rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """(row, column) → what is printed instead; a sensitive column is emptied below its head, to the end of its table."""
    hits: dict[tuple[int, int], list[Hit]] = {}
    dropped: dict[tuple[int, int], str] = {}
    for found in find_in_table(rows):
        if found.hit.kind == DataKind.SENSITIVE_COLUMN:
            dropped |= {(at, found.column): "" for at in rows_below(rows, found.row, found.column)}
        else:
            hits.setdefault((found.row, found.column), []).append(found.hit)
    return {place: _replaced(rows[place[0]][place[1]], found) for place, found in hits.items()} | dropped


def _replaced(text: str, hits: Sequence[Hit]) -> str:
    for hit in reversed(hits):
        text = f"{text[: hit.start]}{masked(hit)}{text[hit.end :]}"
    return text
