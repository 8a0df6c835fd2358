"""Which rows are which duty (一行一个事项): the path of names from the top down, the code where there is one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from disclosure.basic_catalogue.rows import in_tree_order
from disclosure.basic_catalogue.workbook.reading import CatalogueSheetRow
from disclosure.models import CatalogueEntry
from ninghai.folding import fold
from ninghai.workbooks.reading import CellProblem

DUTY = "公开事项"
CODE = "编码"
Path = tuple[str, ...]


@dataclass(slots=True, eq=False)
class Node:
    """A duty or heading as the sheet has it; a heading may have no row of its own."""

    path: Path
    above: "Node | None"
    row: CatalogueSheetRow | None = None
    entry: CatalogueEntry | None = None
    code: str = ""

    @property
    def number(self) -> int:
        return self.row.number if self.row else 0


@dataclass(slots=True)
class Forest:
    """The nodes in the sheet's order, and what kept rows from becoming one."""

    nodes: list[Node] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    _at: dict[Path, Node] = field(default_factory=dict)

    @classmethod
    def grown_from(cls, rows: Iterable[CatalogueSheetRow]) -> "Forest":
        forest = cls()
        last: Path = ()
        for row in rows:
            path = _path(row.levels, last)
            if path is None:
                forest._refuse(row, DUTY, "没有公开事项，或者缺少它的上级事项。请填写事项名称，并补上左边各级。")
                continue
            forest._add(path, row)
            last = path
        return forest

    def _add(self, path: Path, row: CatalogueSheetRow) -> None:
        there = self._at.get(_folded(path))
        if there and there.row is None:
            there.row, there.code = row, row["code"].strip()
        elif there and there.row and (not row["code"] or row["code"].strip() == there.code):
            self._refuse(row, DUTY, f"“{path[-1]}”在第 {there.row.number} 行已经有了。请合成一行，或者改名。")
        else:
            self._new(path, row)

    def _new(self, path: Path, row: CatalogueSheetRow | None) -> Node:
        above = self._heading(path[:-1]) if len(path) > 1 else None
        node = Node(path, above, row, code=row["code"].strip() if row else "")
        self.nodes.append(node)
        self._at[_folded(path)] = node
        return node

    def _heading(self, path: Path) -> Node:
        return self._at.get(_folded(path)) or self._new(path, None)

    def _refuse(self, row: CatalogueSheetRow, column: str, message: str) -> None:
        self.problems.append(CellProblem(row.number, column, message))

    def match(self, entries: Sequence[CatalogueEntry], *, taken_elsewhere: set[str]) -> None:
        """Find each duty again: by its code, else by the names from the top down."""
        by_code = {entry.code: entry for entry in entries}
        by_path = _by_path(entries)
        found: dict[int, Node] = {}
        for node in self.nodes:
            entry = by_code.get(node.code) if node.code else by_path.get(_folded(node.path))
            if node.code in taken_elsewhere and node.row:
                self._refuse(node.row, CODE, f"编码“{node.code}”是另一个目录的事项，请留空或换一个编码。")
            elif entry and entry.pk in found and node.row:
                self._refuse(node.row, CODE, f"编码“{entry.code}”与第 {found[entry.pk].number} 行重复。")
            elif entry and entry.retired_on and node.row:
                self._refuse(
                    node.row, DUTY, f"“{entry}”（{entry.code}）已经停用，请先在后台恢复，或者从表中删去这一行。"
                )
            elif entry:
                node.entry, found[entry.pk] = entry, node


def _path(levels: Path, last: Path) -> Path | None:
    """The names down to the row's deepest level; what is left blank before it is as in the row above."""
    filled = [place for place, name in enumerate(levels) if name]
    if not filled:
        return None
    path: list[str] = []
    for place in range(filled[-1] + 1):
        name = levels[place]
        if not name and tuple(path) == last[:place] and len(last) > place:
            name = last[place]
        if not name:
            return None
        path.append(name)
    return tuple(path)


def _folded(path: Path) -> Path:
    return tuple(map(fold, path))


def _by_path(entries: Sequence[CatalogueEntry]) -> dict[Path, CatalogueEntry]:
    """The living duties by their names; of two with one path, the first."""
    paths: dict[int, Path] = {}
    found: dict[Path, CatalogueEntry] = {}
    for entry in in_tree_order(entries):
        above = paths[entry.parent_id] if entry.parent_id else ()
        paths[entry.pk] = (*above, fold(entry.name))
        if not entry.retired_on:
            found.setdefault(paths[entry.pk], entry)
    return found


def codes_for(nodes: Iterable[Node], *, used: set[str], stem: str) -> Iterator[tuple[Node, str]]:
    """A code for each new duty without one: its heading's and the next free number."""
    codes: dict[int, str] = {}
    children: dict[int, int] = {}
    for node in nodes:
        above = id(node.above) if node.above else 0
        children[above] = number = children.get(above, 0) + 1
        code = node.entry.code if node.entry else node.code
        if not code:
            start = codes[above] if node.above else stem
            while f"{start}{number:02}" in used:
                number += 1
            code = f"{start}{number:02}"
        used.add(code)
        codes[id(node)] = code
        yield node, code
