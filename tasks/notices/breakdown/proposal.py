"""From the rows of a workbook to the points that they propose (拟导入的要点), with every error at its row and column."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from openpyxl.utils.datetime import from_excel

from ninghai.files.workbooks.reading import CellProblem
from ninghai.models import Unit, UnitGroup
from ninghai.personal_data.folding import fold
from tasks.models import Responsibility, WorkPoint
from tasks.notices.breakdown.reading import BreakdownEntry, BreakdownSheet, BreakdownSheetRow, EntryReader
from tasks.notices.breakdown.workbook import GROUP, KINDS, PLACE, ROLES, TRUTHS, BreakdownColumn, shown
from tasks.notices.editions import PLACE as PLACE_FIELDS
from tasks.notices.editions import NamedUnits, Point, match
from tasks.notices.reading.deadlines import read_times
from tasks.notices.reading.parsed import Times
from tasks.notices.responsibilities import Directory

# The names, roles and units of a point's rows (责任分工): what each cell means, or why it cannot mean anything.

BETWEEN_UNITS = re.compile(r"[、，,；;\n]")
LONGEST_NAME = Responsibility._meta.get_field("name").max_length or 0


@dataclass(slots=True)
class ProposedName:
    """What the rows of one name in one role say together."""

    name: str
    role: str
    is_group: bool | None = None
    units: dict[Unit, None] = field(default_factory=dict)


@dataclass(slots=True)
class DutyReader:
    """Reads the duties of one point after the other; `problems` grows."""

    directory: Directory
    on: date
    problems: list[CellProblem] = field(default_factory=list)

    def read(self, entry: BreakdownEntry) -> tuple[NamedUnits, ...]:
        """The point's names in their order: those that are there already first."""
        before = {each.identity: each for each in entry.current.names} if entry.current else {}
        names = {fold(shown(each.name)): each.name for each in before.values()}
        written: dict[tuple[str, str], ProposedName] = {}
        for row in entry.rows:
            for each in self._of_row(row, entry.current, names):
                held = written.setdefault((each.name, each.role), each)
                held.units |= each.units
                held.is_group = each.is_group if held.is_group is None else held.is_group
        in_order = [
            *(identity for identity in before if identity in written),
            *(each for each in written if each not in before),
        ]
        return tuple(self._named(written[identity], before.get(identity)) for identity in in_order)

    def _of_row(self, row: BreakdownSheetRow, current: Point | None, names: dict[str, str]) -> Iterator[ProposedName]:
        """Usually one name; several units in one cell without a name are several names."""
        if not any(row[column] for column in (BreakdownColumn.NAME, BreakdownColumn.ROLE, BreakdownColumn.UNIT)):
            return
        role, is_group = self._role(row), self._is_group(row)
        meant = list(self._units(row, current))
        if role is None:
            return
        if name := " ".join(row[BreakdownColumn.NAME].split()):
            name = names.get(fold(name), name)
            if len(name) > LONGEST_NAME:
                self._refuse(row, BreakdownColumn.NAME, f"有{len(name)}个字，不能超过{LONGEST_NAME}个字。")
            yield ProposedName(name, role, is_group, dict.fromkeys(unit for _, units in meant for unit in units))
        elif meant:
            for sentence, units in meant:
                yield ProposedName(sentence, role, is_group, dict.fromkeys(units))
        elif not row[BreakdownColumn.UNIT]:
            self._refuse(row, BreakdownColumn.NAME, "请填写原文名称，或选择单位。")

    def _named(self, written: ProposedName, before: NamedUnits | None) -> NamedUnits:
        """A name without units keeps its open end, or means what the directory is sure of."""
        meaning = self.directory.look_up(written.name)
        units: Iterable[Unit] = written.units
        if not written.units and (before is None or before.units):
            units = meaning.units
        default = before.is_group if before else meaning.group is not None
        return NamedUnits(
            name=written.name,
            role=written.role,
            is_group=default if written.is_group is None else written.is_group,
            units=tuple(sorted(units, key=lambda unit: (unit.position, unit.code))),
            group=before.group if before else meaning.group,
        )

    # Cells.

    def _role(self, row: BreakdownSheetRow) -> str | None:
        text = fold(row[BreakdownColumn.ROLE])
        role = ROLES.get(text) or ROLES.get(text.removesuffix("单位"))
        if role is None:
            sentence = f"“{row[BreakdownColumn.ROLE]}”不能识别，请" if text else "请"
            self._refuse(row, BreakdownColumn.ROLE, f"{sentence}选择：{'、'.join(ROLES)}。")
        return role

    def _is_group(self, row: BreakdownSheetRow) -> bool | None:
        text = fold(row[BreakdownColumn.IS_GROUP])
        if text and text not in TRUTHS:
            self._refuse(
                row,
                BreakdownColumn.IS_GROUP,
                f"“{row[BreakdownColumn.IS_GROUP]}”不能识别，请选择：{'、'.join(TRUTHS)}。",
            )
        return TRUTHS.get(text)

    def _units(self, row: BreakdownSheetRow, current: Point | None) -> Iterator[tuple[str, tuple[Unit, ...]]]:
        """Each unit or closed group of the cell, under its own name."""
        kind = fold(row[BreakdownColumn.KIND])
        if kind and kind not in KINDS:
            self._refuse(
                row, BreakdownColumn.KIND, f"“{row[BreakdownColumn.KIND]}”不能识别，请选择：{'、'.join(KINDS)}。"
            )
            return
        for text in filter(None, (part.strip() for part in BETWEEN_UNITS.split(row[BreakdownColumn.UNIT]))):
            if unit := _unit_there(text, current):
                yield unit.short_name, (unit,)
            else:
                yield from self._looked_up(row, text, kind)

    def _looked_up(self, row: BreakdownSheetRow, text: str, kind: str) -> Iterator[tuple[str, tuple[Unit, ...]]]:
        meaning = self.directory.look_up(text)
        if meaning.group and meaning.group.is_open:
            self._refuse(row, BreakdownColumn.UNIT, f"“{text}”要逐条确定，请逐行选择具体单位。")
        elif not meaning.units:
            self._refuse(
                row, BreakdownColumn.UNIT, f"名录中{self.on:%Y-%m-%d}没有名为“{text}”的单位，请从下拉列表选择。"
            )
        elif kind and kind != (sentence := _kind_of(meaning.units[0], meaning.group)):
            self._refuse(row, BreakdownColumn.UNIT, f"“{text}”的单位类型是“{sentence}”，不是“{kind}”，请改正其中一项。")
        else:
            yield (meaning.group.name if meaning.group else meaning.units[0].short_name), meaning.units

    def _refuse(self, row: BreakdownSheetRow, column: BreakdownColumn, message: str) -> None:
        self.problems.append(CellProblem(row.number, column, message))


def _unit_there(text: str, current: Point | None) -> Unit | None:
    """A unit that the point has already, also when it has ceased since."""
    there = (unit for each in (current.names if current else ()) for unit in each.units)
    return next((unit for unit in there if fold(unit.short_name) == fold(text)), None)


def _kind_of(unit: Unit, group: UnitGroup | None) -> str:
    return GROUP if group else str(unit.get_kind_display())


LIMITS = {
    field: WorkPoint._meta.get_field(field).max_length or 0  # type: ignore[union-attr]
    for field in ("key", "text", *PLACE_FIELDS)
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """The notice for which a workbook is read: what its dates and names are understood by."""

    year: int
    issued_on: date | None
    on: date  # whose units count


@dataclass(frozen=True, slots=True)
class BreakdownProposal:
    """The points that the workbook proposes, in their order; each pair is (there already, proposed)."""

    points: tuple[Point, ...]
    pairs: tuple[tuple[Point | None, Point | None], ...]
    problems: tuple[CellProblem, ...]


def propose(
    sheet: BreakdownSheet, *, points: Sequence[Point], directory: Directory, occasion: Occasion
) -> BreakdownProposal:
    """Understand the sheet beside the points that are there; with problems nothing of it may be saved."""
    reader = ProposalReader(sheet, points, directory, occasion)
    return reader.proposal()


class ProposalReader:
    """Makes a point of each entry."""

    def __init__(
        self, sheet: BreakdownSheet, points: Sequence[Point], directory: Directory, occasion: Occasion
    ) -> None:
        self.sheet, self.points, self.occasion = sheet, points, occasion
        self.entry_reader = EntryReader(points)
        self.duty_reader = DutyReader(directory, on=occasion.on)
        self.problems: list[CellProblem] = []
        self.proposed: dict[int, Point] = {}  # by the entry's identity

    def proposal(self) -> BreakdownProposal:
        entries = self.entry_reader.read(self.sheet.rows)
        if not entries and not self.entry_reader.problems:
            self.problems.append(CellProblem(2, BreakdownColumn.KEY, "表里没有要点。"))
        for entry in entries:
            self.proposed[id(entry)] = self._point(entry)
        made = self._with_keys(entries)
        return BreakdownProposal(
            points=tuple(made),
            pairs=tuple(self._pairs(entries, made)),
            problems=tuple(sorted([*self.problems, *self.entry_reader.problems, *self.duty_reader.problems])),
        )

    def _pairs(
        self, entries: Sequence[BreakdownEntry], made: Sequence[Point]
    ) -> list[tuple[Point | None, Point | None]]:
        """By number; what is new may be a point whose rows have gone, under other words."""
        known = [(entry.current, point) for entry, point in zip(entries, made, strict=True) if entry.current]
        new = [point for entry, point in zip(entries, made, strict=True) if not entry.current]
        left = {before.key for before, _ in known if before}
        return [*known, *match([point for point in self.points if point.key not in left], new)]

    # One point.

    def _point(self, entry: BreakdownEntry) -> Point:
        text = self._text(entry)
        times = self._times(text, entry)
        due_date, is_default = self._due(entry, times)
        current = entry.current
        names = self.duty_reader.read(entry) if self.sheet.has_duties else current.names if current else ()
        return Point(
            key="",
            **self._place(entry),
            title=current.title if current and current.text == text else "",
            text=text,
            due_date=due_date,
            due_date_is_default=is_default,
            names=names,
            responsibility_texts=current.responsibility_texts if current else (),
            limits=current.limits if current and current.text == text else times.as_json(),
            pk=current.pk if current else None,
        )

    def _text(self, entry: BreakdownEntry) -> str:
        current = entry.current.text if entry.current else ""
        if BreakdownColumn.TEXT not in self.sheet.columns and entry.current:
            return current
        written = self._one(entry, BreakdownColumn.TEXT)
        if not written:
            self._refuse(entry.first_row, BreakdownColumn.TEXT, "不能为空。要删除这条要点，请删去它的各行。")
        if written == shown(current):
            return current
        if len(written) > LIMITS["text"]:
            self._refuse(entry.first_row, BreakdownColumn.TEXT, f"有{len(written)}个字，不能超过{LIMITS['text']}个字。")
        return written

    def _place(self, entry: BreakdownEntry) -> Mapping[str, str]:
        """Where the point stands; a new one that says nothing of it stands where the one above it does."""
        written = {field: self._one(entry, column) for column, field in PLACE.items()}
        above = self.proposed.get(id(entry.behind)) if entry.behind else None
        if entry.current is None and above and not any(written[field] for field in PLACE_FIELDS[:-1]):
            return {**{field: getattr(above, field) for field in PLACE_FIELDS}, "number": written["number"]}
        for column, name in PLACE.items():
            before = getattr(entry.current, name) if entry.current else ""
            if column not in self.sheet.columns or fold(written[name]) == fold(shown(before)):
                written[name] = before
            elif len(written[name]) > LIMITS[name]:
                row = entry.written(column)[0].number
                self._refuse(row, column, f"有{len(written[name])}个字，不能超过{LIMITS[name]}个字。")
        return written

    def _times(self, text: str, entry: BreakdownEntry) -> Times:
        brackets = entry.current.responsibility_texts if entry.current else ()
        words = "\n".join([text, *brackets])
        return read_times(words, year=self.occasion.year, issued_on=self.occasion.issued_on)

    def _due(self, entry: BreakdownEntry, times: Times) -> tuple[date, bool]:
        """The due date, and whether it is only the default (默认为当年12月31日)."""
        current, default = entry.current, WorkPoint.default_due_date(self.occasion.year)
        if current and BreakdownColumn.DUE_DATE not in self.sheet.columns:
            return current.due_date, current.due_date_is_default
        written = self._one(entry, BreakdownColumn.DUE_DATE)
        if not written:
            named = [] if current else [deadline.date for deadline in times.deadlines]
            return (max(named), False) if named else (default, True)
        day = self._day(written)
        if day is None:
            row = entry.written(BreakdownColumn.DUE_DATE)[0].number
            sentence = f"“{written}”看不出是哪一天，请写成 2018-11-30 的形式，或“2018年11月底前”；没有时限的留空。"
            self._refuse(row, BreakdownColumn.DUE_DATE, sentence)
            return default, True
        return day, bool(current and current.due_date_is_default and current.due_date == day)

    def _day(self, text: str) -> date | None:
        """A day as Excel holds it, or as people write it."""
        if text.isascii() and text.isdecimal() and len(text) == 5:  # a date in a cell that shows numbers
            counted = from_excel(int(text))
            return counted.date() if isinstance(counted, datetime) else None
        read = read_times("", year=self.occasion.year, issued_on=self.occasion.issued_on, due=text)
        return max((deadline.date for deadline in read.deadlines), default=None)

    def _one(self, entry: BreakdownEntry, column: BreakdownColumn) -> str:
        """What the rows say in this column; two different things are told as a problem at the second."""
        written = entry.written(column)
        for row in written[1:]:
            if row[column] != written[0][column]:
                self._refuse(row.number, column, f"与第{written[0].number}行不一致，同一条要点请只写一处。")
        return written[0][column] if written else ""

    # Numbers.

    def _with_keys(self, entries: Sequence[BreakdownEntry]) -> list[Point]:
        """Each with its 编号: as it is where nothing of it changed, else made of part, section and number, unique."""
        made = [self.proposed[id(entry)] for entry in entries]
        kept = [_kept_key(entry.current, point) for entry, point in zip(entries, made, strict=True)]
        taken = {key for key in kept if key}
        keyed = []
        for place, (entry, point, key) in enumerate(zip(entries, made, kept, strict=True), start=1):
            if not key:
                key = free_key(point, taken, place=place)
                taken.add(key)
                if len(key) > LIMITS["key"]:
                    self._refuse(entry.first_row, BreakdownColumn.NUMBER, "部分、节和序号合在一起过长，请改短。")
            keyed.append(replace(point, key=key))
        return keyed

    def _refuse(self, row: int, column: BreakdownColumn, message: str) -> None:
        self.problems.append(CellProblem(row, column, message))


def free_key(point: Point, taken: set[str], *, place: int) -> str:
    """What the document itself would call the point, with #2 where that is taken."""
    plain = f"{point.part_number}{point.section_number}{point.number}" or f"第{place}项"
    keys = (plain, *(f"{plain}#{count}" for count in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)


def _kept_key(current: Point | None, proposed: Point) -> str:
    numbers = ("part_number", "section_number", "number")
    if current and all(getattr(current, name) == getattr(proposed, name) for name in numbers):
        return current.key
    return ""
