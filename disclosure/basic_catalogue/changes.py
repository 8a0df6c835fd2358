"""What has changed between two states of a catalogue (变更): duties added, removed, moved, and columns old → new."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypedDict

from disclosure.basic_catalogue.columns import COMPARED
from disclosure.basic_catalogue.rows import Row

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
KINDS = {ADDED: "新增", REMOVED: "取消", CHANGED: "修改", MOVED: "调整次序"}


class ChangedColumn(TypedDict):
    label: str
    old: str
    new: str


class Change(TypedDict):
    """One duty's change; `columns` says what was changed in it."""

    kind: str
    code: str
    name: str
    columns: list[ChangedColumn]


def changes_between(before: Sequence[Row], after: Sequence[Row]) -> list[Change]:
    """In the order of the new catalogue, then what is no longer in it."""
    old, new = {row["code"]: row for row in before}, {row["code"]: row for row in after}
    moved = _moved(before, after)
    found = [change for row in after for change in _change(old.get(row["code"]), row, old, new, moved)]
    return found + [_told(REMOVED, row) for row in before if row["code"] not in new]


def _change(was: Row | None, row: Row, old: dict[str, Row], new: dict[str, Row], moved: set[str]) -> Iterator[Change]:
    if was is None:
        yield _told(ADDED, row)
    elif columns := [*_columns(was, row), *_heading(was, row, old, new)]:
        yield _told(CHANGED, row, columns)
    elif row["code"] in moved:
        yield _told(MOVED, row)


def _columns(was: Row, row: Row) -> Iterator[ChangedColumn]:
    for label, text in COMPARED.items():
        if text(was) != text(row):
            yield ChangedColumn(label=label, old=text(was), new=text(row))


def _heading(was: Row, row: Row, old: dict[str, Row], new: dict[str, Row]) -> Iterator[ChangedColumn]:
    if was["parent"] != row["parent"]:
        above = (
            old[was["parent"]]["name"] if was["parent"] else "",
            new[row["parent"]]["name"] if row["parent"] else "",
        )
        yield ChangedColumn(label="上级事项", old=above[0] or "（一级事项）", new=above[1] or "（一级事项）")


def _moved(before: Sequence[Row], after: Sequence[Row]) -> set[str]:
    """The fewest duties that must have been moved to come from the old order to the new one."""
    common = {row["code"] for row in before} & {row["code"] for row in after}
    old, new = ([row["code"] for row in rows if row["code"] in common] for rows in (before, after))
    stayed = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return common - {code for block in stayed for code in new[block.b : block.b + block.size]}


def _told(kind: str, row: Row, columns: list[ChangedColumn] | None = None) -> Change:
    return Change(kind=kind, code=row["code"], name=row["name"], columns=columns or [])


def summary(changes: Sequence[Change]) -> str:
    """新增 2 项，修改 1 项."""
    counts = {label: sum(change["kind"] == kind for change in changes) for kind, label in KINDS.items()}
    return "，".join(f"{label} {count} 项" for label, count in counts.items() if count) or "没有变化"
