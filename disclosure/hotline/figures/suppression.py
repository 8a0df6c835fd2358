"""What a public table may tell (小数保护): no count of one or two, and none from whose column and total such a count could be reckoned.

A column of several numbers is shown or hidden as one; what its share leaves over counts, too, where it is what people said: of seven
who rated, six content tell that one was not. Who was late is told: that is the unit's doing, and of no caller. Where a row is hidden, so many others are hidden with it in that column that
the total tells nothing of them: at least two that count, and more than one each.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from disclosure.hotline.figures.counting import COLUMNS, RATES, Counts, Key

LEAST = 3
TELLS = {"sign": "handed", "return": "handed", "redo": "content"}  # whoever reads the first could reckon the second
GUARDED = COLUMNS | {rate.code: (*COLUMNS[rate.code], rate.rest) for rate in RATES if rate.rest}

Rows = Mapping[Key, Counts]


@dataclass(slots=True)
class Hidden:
    """By column the rows that are hidden; and the columns of which nothing can be told at all."""

    rows: dict[str, set[Key]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)


def is_small(counts: Counts, column: str) -> bool:
    return any(0 < counts[name] < LEAST for name in GUARDED[column])


def hide_small(rows: Rows, total: Counts, columns: Iterable[str]) -> Hidden:
    """What of a table with this total may not be shown; what is told by a column has its turn before that column."""
    hidden = Hidden()
    for column in columns:
        small = {key for key, counts in rows.items() if is_small(counts, column)}
        small |= hidden.rows.get(TELLS.get(column, ""), set())
        hidden.rows[column] = small
        if is_small(total, column) or TELLS.get(column) in hidden.dropped or not _cover(rows, small, GUARDED[column]):
            hidden.dropped.add(column)
    return hidden


def _cover(rows: Rows, hidden: set[Key], names: Sequence[str]) -> bool:
    """Hide more rows, the smallest that count first, until nothing can be told; False where even all of them are too few."""
    while told := _told_by_total(rows, hidden, names):
        shown = [key for key in rows if key not in hidden]
        if not shown:
            return False
        hidden.add(min(shown, key=lambda key: (rows[key][told] == 0, rows[key][told], key or 0)))
    return True


def _told_by_total(rows: Rows, hidden: Set[Key], names: Iterable[str]) -> str:
    """The first number of which the total would tell a small one that is hidden; empty where there is none."""
    for name in names:
        counts = [rows[key][name] for key in hidden if rows[key][name]]
        if min(counts, default=LEAST) < LEAST and (len(counts) == 1 or sum(counts) == len(counts)):
            return name
    return ""
