"""What a table would make of the catalogue (导入预览): which rows are which duty, what changes, every error at its row and column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from disclosure.basic_catalogue import entry_rows
from disclosure.basic_catalogue.services import EntryChange, changes_between, may_keep, renumber, summary
from disclosure.basic_catalogue.time_limits import disagreement, proposed_rule
from disclosure.basic_catalogue.workbook import reading
from disclosure.basic_catalogue.workbook.reading import CatalogueSheet, CatalogueSheetRow
from disclosure.models import BasicCatalogue, CatalogueEntry, EntryUnit
from ninghai.files.workbooks.reading import CellProblem
from ninghai.models import AuditEntry, Unit, User
from ninghai.models.state_machine import StaleError, require
from ninghai.personal_data.folding import fold
from tasks.notices.responsibilities import Directory

# Which rows are which duty (一行一个事项): the path of names from the top down, the code where there is one.

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
    for entry in entry_rows.in_tree_order(entries):
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


# What a table would make of the catalogue (导入预览): the rows afterwards, what changes, every error at its row and column.

TEXTS = {
    "content": "content_elements",
    "basis": "legal_basis",
    "limit": "time_limit",
    "publisher": "publisher",
    "duration": "duration",
    "site_column": "site_column",
}
ONE_CELL: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "channels": lambda text: {"channels": reading.channels_in(text)},
    "rhythm": lambda text: {"rhythm": reading.rhythm_in(text)},
    "rule": reading.rule_in,
}
SEVERAL: tuple[tuple[frozenset[str], Callable[[Mapping[str, str]], dict[str, Any]]], ...] = (
    (frozenset({"everybody", "groups", "audience"}), reading.audience_in),
    (frozenset({"proactive", "on_request", "method"}), reading.method_in),
    (frozenset({"county", "town", "levels"}), reading.levels_in),
)
LABELS = {"name": DUTY, "code": "编码", **{field: entry_rows.BY_KEY[key].label for key, field in TEXTS.items()}}
LONGEST_CELL = 32_000


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A duty as it would be; `entry` is None for a new one, `units` None where they stay as they are."""

    row: entry_rows.CatalogueRow
    entry: CatalogueEntry | None
    was: entry_rows.CatalogueRow | None
    units: tuple[tuple[Unit, date | None, date | None], ...] | None


@dataclass(slots=True)
class Import:
    """The whole of it; with problems nothing may be saved."""

    before: list[entry_rows.CatalogueRow]
    planned: list[PlannedRow] = field(default_factory=list)
    missing: list[CatalogueEntry] = field(default_factory=list)  # living duties that the table does not have
    problems: list[CellProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    is_retiring: bool = False

    @property
    def after(self) -> list[entry_rows.CatalogueRow]:
        kept = [] if self.is_retiring else [entry_rows.row_of(entry) for entry in self.missing]
        return [*(each.row for each in self.planned), *kept]

    @property
    def changes(self) -> list[EntryChange]:
        return changes_between(self.before, self._ordered_after())

    def _ordered_after(self) -> list[entry_rows.CatalogueRow]:
        """As the tree would read: what the table does not have stays behind what stood before it."""
        rows = {row["code"]: row for row in self.after}
        order = self.order()
        return [rows[code] for code in order if code in rows]

    def order(self) -> list[str]:
        """The codes in the order in which they would stand."""
        order = [each.row["code"] for each in self.planned]
        known, last = set(order), ""
        for row in self.before:
            if row["code"] not in known:
                order.insert(order.index(last) + 1 if last else 0, row["code"])
                known.add(row["code"])
            last = row["code"]
        return order

    @property
    def seen(self) -> str:
        return entry_rows.fingerprint([self.before, self.after, self.order()])


def propose(sheet: CatalogueSheet, *, catalogue: BasicCatalogue, on: date, is_retiring: bool = False) -> Import:
    """Read the table against the catalogue as it is; nothing is saved."""
    entries = list(
        catalogue.entries.order_by("position", "code").select_related("parent").prefetch_related("owed_by__unit")
    )
    living = [entry for entry in entry_rows.in_tree_order(entries) if not entry.retired_on]
    forest = Forest.grown_from(sheet.rows)
    elsewhere = CatalogueEntry.objects.exclude(catalogue=catalogue).values_list("code", flat=True)
    forest.match(entries, taken_elsewhere=set(elsewhere))
    found = Import(
        before=[entry_rows.row_of(entry) for entry in living], remarks=list(sheet.remarks), is_retiring=is_retiring
    )
    reader = _RowReader(sheet, Directory.load(on=on), found)
    used = {*elsewhere, *(entry.code for entry in entries), *(node.code for node in forest.nodes)}
    stem = "" if catalogue.position == 0 else f"{catalogue.code}-"
    codes: dict[int, str] = {}
    for node, code in codes_for(forest.nodes, used=used, stem=stem):
        codes[id(node)] = code
        found.planned.append(reader.read(node, code, codes[id(node.above)] if node.above else ""))
    there = {each.entry.pk for each in found.planned if each.entry}
    found.missing = [entry for entry in living if entry.pk not in there]
    found.problems = sorted([*forest.problems, *found.problems], key=lambda problem: problem.row)
    return found


@dataclass(slots=True)
class _RowReader:
    sheet: CatalogueSheet
    directory: Directory
    found: Import

    def read(self, node: Node, code: str, parent: str) -> PlannedRow:
        was = entry_rows.row_of(node.entry) if node.entry else None
        row = cast(entry_rows.CatalogueRow, {**(was or _blank()), "code": code, "parent": parent})
        units = None
        row["name"] = node.path[-1] if was is None or fold(was["name"]) != fold(node.path[-1]) else was["name"]
        if node.row:
            self._set_texts(row, node)
            self._set_values(row, node, is_new=was is None)
            units = self._units(row, node, is_new=was is None)
        self._check(row, node)
        return PlannedRow(row=row, entry=node.entry, was=was, units=units)

    def _set_texts(self, row: entry_rows.CatalogueRow, node: Node) -> None:
        """A text that says the same stays as it is, whatever its blank lines."""
        for key, name in TEXTS.items():
            if key in self.sheet.keys and node.row:
                text = shown(node.row[key])
                if shown(cast(str, row[name])) != text:  # type: ignore[literal-required]
                    row[name] = text  # type: ignore[literal-required]

    def _set_values(self, row: entry_rows.CatalogueRow, node: Node, *, is_new: bool) -> None:
        if node.row is None:
            return
        for key, read in ONE_CELL.items():
            if key in self.sheet.keys and not (key == "rule" and node.row[key] == str(entry_rows.rule_of(row))):
                self._try(node, key, lambda key=key, read=read: row.update(read(node.row[key])))  # type: ignore[misc]
        for keys, read_several in SEVERAL:
            if keys & self.sheet.keys:
                texts = {key: node.row[key] for key in keys & self.sheet.keys}
                row.update(cast(entry_rows.CatalogueRow, read_several(texts)))
        if is_new and "rule" not in self.sheet.keys:
            row.update(cast(entry_rows.CatalogueRow, reading.rule_fields(proposed_rule(row["time_limit"]))))
        if warning := disagreement(row["time_limit"], entry_rows.rule_of(row)):
            self.found.remarks.append(f"第 {node.number} 行：{warning}")

    def _try(self, node: Node, key: str, act: Callable[[], object]) -> None:
        try:
            act()
        except ValueError as refused:
            self.found.problems.append(CellProblem(node.number, self.sheet.heads.get(key, key), str(refused)))

    # Units.

    def _units(
        self, row: entry_rows.CatalogueRow, node: Node, *, is_new: bool
    ) -> tuple[tuple[Unit, date | None, date | None], ...] | None:
        """From 责任单位; a table without it gives a new duty those units of 公开主体 that are known."""
        if node.row is None or ("units" not in self.sheet.keys and not (is_new and "publisher" in self.sheet.keys)):
            return None
        key = "units" if "units" in self.sheet.keys else "publisher"
        owing: dict[Unit, tuple[date | None, date | None]] = {}
        try:
            for name, since, until in reading.owing_in(node.row[key]):
                for unit in self._named(node, name, is_sure=key == "units"):
                    owing[unit] = (since, until)
        except ValueError as refused:
            self.found.problems.append(CellProblem(node.number, self.sheet.heads[key], str(refused)))
        in_order = sorted(owing, key=lambda unit: (unit.position, unit.code))
        row["units"] = [
            entry_rows.OwingUnit(
                code=unit.code, name=unit.short_name, since=_iso(owing[unit][0]), until=_iso(owing[unit][1])
            )
            for unit in in_order
        ]
        return tuple((unit, *owing[unit]) for unit in in_order)

    def _named(self, node: Node, name: str, *, is_sure: bool) -> tuple[Unit, ...]:
        """A unit that the duty has already, also when it has ceased since; else as the directory knows it."""
        there = (each.unit for each in node.entry.owed_by.all()) if node.entry else ()
        if own := next((unit for unit in there if fold(unit.short_name) == fold(name)), None):
            return (own,)
        meaning = self.directory.look_up(name)
        if not meaning.units and is_sure:
            what = "要逐个填写具体单位" if meaning.group else "不在单位名录中，请改为名录中的名称"
            raise ValueError(f"“{name}”{what}。")
        if not meaning.units:
            self.found.remarks.append(f"第 {node.number} 行：公开主体“{name}”没有对应的责任单位，请在导入后补充。")
        return meaning.units

    def _check(self, row: entry_rows.CatalogueRow, node: Node) -> None:
        """What the model itself refuses, such as a name that is too long."""
        fields: dict[str, Any] = {name: row[name] for name in entry_rows.PLAIN}  # type: ignore[literal-required]
        try:
            CatalogueEntry(**fields).clean_fields(exclude=["catalogue", "parent"])
        except ValidationError as refused:
            for name, words in refused.message_dict.items():
                self.found.problems.append(CellProblem(node.number, LABELS.get(name, DUTY), "".join(words)))


def _blank() -> entry_rows.CatalogueRow:
    entry = CatalogueEntry()
    return cast(
        entry_rows.CatalogueRow,
        {"parent": "", "units": [], **{name: getattr(entry, name) for name in entry_rows.PLAIN}},
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def shown(text: str) -> str:
    """The text as a cell can hold it and gives it back: without blank lines, control characters, and what is too long."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())[:LONGEST_CELL].rstrip()


# Importing a table (导入目录): applied whole or not at all, and only as it was shown.


@transaction.atomic
def import_catalogue(
    *, catalogue: BasicCatalogue, sheet: CatalogueSheet, is_retiring: bool, seen: str, by: User, at: datetime
) -> Import:
    """Make the catalogue what the table says; with `is_retiring` what the table does not have is ended (停用).

    `seen` is the preview that the person was shown: StaleError when the catalogue has changed since then. Raises
    ValidationError with every error when the table has any.
    """
    require(may_keep(by))
    locked = BasicCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    today = timezone.localtime(at).date()
    found = propose(sheet, catalogue=locked, on=today, is_retiring=is_retiring)
    if found.problems:
        raise ValidationError([str(problem) for problem in found.problems])
    if found.seen != seen:
        raise StaleError(catalogue)
    changes = found.changes
    known = {entry.code: entry for entry in locked.entries.all()}
    for planned in found.planned:
        known[planned.row["code"]] = _keep(locked, planned, known)
    if is_retiring:
        CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in found.missing]).update(retired_on=today)
    _order(found, known)
    renumber(locked)
    detail = {"changes": summary(changes), "codes": [change["code"] for change in changes][:500]}
    AuditEntry.objects.record(action="import_catalogue", target=locked, by=by, at=at, detail=detail)
    return found


def _keep(catalogue: BasicCatalogue, planned: PlannedRow, known: dict[str, CatalogueEntry]) -> CatalogueEntry:
    if planned.entry and planned.row == planned.was:
        return planned.entry
    entry = planned.entry or CatalogueEntry(catalogue=catalogue)
    entry.parent = known[planned.row["parent"]] if planned.row["parent"] else None
    for name in entry_rows.PLAIN:
        setattr(entry, name, planned.row[name])  # type: ignore[literal-required]
    entry.save()
    if planned.units is not None and (planned.was is None or planned.was["units"] != planned.row["units"]):
        entry.owed_by.all().delete()
        EntryUnit.objects.bulk_create(
            EntryUnit(entry=entry, unit=unit, since=since, until=until) for unit, since, until in planned.units
        )
    return entry


def _order(found: Import, known: dict[str, CatalogueEntry]) -> None:
    moved = []
    for position, code in enumerate(found.order(), start=1):
        known[code].position = position
        moved.append(known[code])
    CatalogueEntry.objects.bulk_update(moved, ["position"])
