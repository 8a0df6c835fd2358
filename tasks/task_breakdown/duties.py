"""The names, roles and units of a point's rows (责任分工): what each cell means, or why it cannot mean anything."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ninghai.models import Unit, UnitGroup
from tasks.models import Responsibility
from tasks.points.difference import NamedUnits, Point
from tasks.points.resolution import Directory, fold
from tasks.task_breakdown.entries import Entry
from tasks.task_breakdown.layout import GROUP, KINDS, ROLES, TRUTHS, Column, shown
from tasks.task_breakdown.problems import Problem
from tasks.task_breakdown.reading import SheetRow

BETWEEN_UNITS = re.compile(r"[、，,；;\n]")
LONGEST_NAME = Responsibility._meta.get_field("name").max_length or 0


@dataclass(slots=True)
class Said:
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
    problems: list[Problem] = field(default_factory=list)

    def read(self, entry: Entry) -> tuple[NamedUnits, ...]:
        """The point's names in their order: those that are there already first."""
        before = {each.identity: each for each in entry.current.names} if entry.current else {}
        names = {fold(shown(each.name)): each.name for each in before.values()}
        said: dict[tuple[str, str], Said] = {}
        for row in entry.rows:
            for each in self._of_row(row, entry.current, names):
                held = said.setdefault((each.name, each.role), each)
                held.units |= each.units
                held.is_group = each.is_group if held.is_group is None else held.is_group
        in_order = [
            *(identity for identity in before if identity in said),
            *(each for each in said if each not in before),
        ]
        return tuple(self._named(said[identity], before.get(identity)) for identity in in_order)

    def _of_row(self, row: SheetRow, current: Point | None, names: dict[str, str]) -> Iterator[Said]:
        """Usually one name; several units in one cell without a name are several names."""
        if not any(row[column] for column in (Column.NAME, Column.ROLE, Column.UNIT)):
            return
        role, is_group = self._role(row), self._is_group(row)
        meant = list(self._units(row, current))
        if role is None:
            return
        if name := " ".join(row[Column.NAME].split()):
            name = names.get(fold(name), name)
            if len(name) > LONGEST_NAME:
                self._refuse(row, Column.NAME, f"有{len(name)}个字，不能超过{LONGEST_NAME}个字。")
            yield Said(name, role, is_group, dict.fromkeys(unit for _, units in meant for unit in units))
        elif meant:
            for told, units in meant:
                yield Said(told, role, is_group, dict.fromkeys(units))
        elif not row[Column.UNIT]:
            self._refuse(row, Column.NAME, "请填写原文名称，或选择单位。")

    def _named(self, said: Said, before: NamedUnits | None) -> NamedUnits:
        """A name without units keeps its open end, or means what the directory is sure of."""
        meaning = self.directory.look_up(said.name)
        units: Iterable[Unit] = said.units
        if not said.units and (before is None or before.units):
            units = meaning.units
        default = before.is_group if before else meaning.group is not None
        return NamedUnits(
            name=said.name,
            role=said.role,
            is_group=default if said.is_group is None else said.is_group,
            units=tuple(sorted(units, key=lambda unit: (unit.position, unit.code))),
            group=before.group if before else meaning.group,
        )

    # --- Cells ------------------------------------------------------------------------------------------

    def _role(self, row: SheetRow) -> str | None:
        text = fold(row[Column.ROLE])
        role = ROLES.get(text) or ROLES.get(text.removesuffix("单位"))
        if role is None:
            told = f"“{row[Column.ROLE]}”不能识别，请" if text else "请"
            self._refuse(row, Column.ROLE, f"{told}选择：{'、'.join(ROLES)}。")
        return role

    def _is_group(self, row: SheetRow) -> bool | None:
        text = fold(row[Column.IS_GROUP])
        if text and text not in TRUTHS:
            self._refuse(row, Column.IS_GROUP, f"“{row[Column.IS_GROUP]}”不能识别，请选择：{'、'.join(TRUTHS)}。")
        return TRUTHS.get(text)

    def _units(self, row: SheetRow, current: Point | None) -> Iterator[tuple[str, tuple[Unit, ...]]]:
        """Each unit or closed group of the cell, under its own name."""
        kind = fold(row[Column.KIND])
        if kind and kind not in KINDS:
            self._refuse(row, Column.KIND, f"“{row[Column.KIND]}”不能识别，请选择：{'、'.join(KINDS)}。")
            return
        for text in filter(None, (part.strip() for part in BETWEEN_UNITS.split(row[Column.UNIT]))):
            if unit := _unit_there(text, current):
                yield unit.short_name, (unit,)
            else:
                yield from self._looked_up(row, text, kind)

    def _looked_up(self, row: SheetRow, text: str, kind: str) -> Iterator[tuple[str, tuple[Unit, ...]]]:
        meaning = self.directory.look_up(text)
        if meaning.group and meaning.group.is_open:
            self._refuse(row, Column.UNIT, f"“{text}”要逐条确定，请逐行选择具体单位。")
        elif not meaning.units:
            self._refuse(row, Column.UNIT, f"名录中{self.on:%Y-%m-%d}没有名为“{text}”的单位，请从下拉列表选择。")
        elif kind and kind != (told := _kind_of(meaning.units[0], meaning.group)):
            self._refuse(row, Column.UNIT, f"“{text}”的单位类型是“{told}”，不是“{kind}”，请改正其中一项。")
        else:
            yield (meaning.group.name if meaning.group else meaning.units[0].short_name), meaning.units

    def _refuse(self, row: SheetRow, column: Column, message: str) -> None:
        self.problems.append(Problem(row.number, column, message))


def _unit_there(text: str, current: Point | None) -> Unit | None:
    """A unit that the point has already, also when it has ceased since."""
    there = (unit for each in (current.names if current else ()) for unit in each.units)
    return next((unit for unit in there if fold(unit.short_name) == fold(text)), None)


def _kind_of(unit: Unit, group: UnitGroup | None) -> str:
    return GROUP if group else str(unit.get_kind_display())
