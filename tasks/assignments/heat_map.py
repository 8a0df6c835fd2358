"""The heat map (进度图): every point of a notice by every unit, and how each assignment stands at the end of a day.

However large it is, it is read in two queries: units, and assignments with their lights and what they owe.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import BooleanField, Expression, ExpressionWrapper, Q, Value

from ninghai.models import Unit, User
from tasks.assignments.lights import light_expression
from tasks.models import Assignment, ReportingPeriod, WorkPoint, WorkPointNotice
from tasks.models.states import Light
from tasks.periods import assignments_unreported

DONE_LIGHTS = (Light.DONE, Light.DONE_LATE)


class HeatMapCell(NamedTuple):
    """An assignment: its number, its light, and whether its unit has not reported for the period (本期未报送)."""

    pk: int
    light: str
    is_owed: bool


@dataclass(frozen=True, slots=True)
class HeatMapFilter:
    """Which cells are wanted; what is empty narrows nothing."""

    part: str = ""  # 部分序号
    kind: str = ""  # of units
    light: str = ""
    only_owed: bool = False  # 只看本期未报送


class HeatMapTotals:
    """What stands at the end of a row or a column."""

    def __init__(self, cells: Collection[HeatMapCell]) -> None:
        self.lights = Counter(map(attrgetter("light"), cells))
        self.owed = sum(map(attrgetter("is_owed"), cells))

    @property
    def asked(self) -> int:
        """What was not ended without being done (不再办理)."""
        return self.lights.total() - self.lights[Light.ENDED]

    @property
    def red(self) -> int:
        return self.lights[Light.RED]

    @property
    def done(self) -> int:
        return sum(self.lights[light] for light in DONE_LIGHTS)

    @property
    def done_words(self) -> str:
        return f"{self.done}/{self.asked}"


@dataclass(frozen=True)
class HeatMap:
    """Points in the order of the document, units in theirs, and the cells where a unit is asked for a point."""

    points: list[WorkPoint]
    units: list[Unit]
    cells: Mapping[int, Mapping[int, HeatMapCell]]  # by point and unit

    @cached_property
    def parts(self) -> list[tuple[str, list[WorkPoint]]]:
        return [(part, list(points)) for part, points in groupby(self.points, key=lambda point: point.part)]

    def row(self, point: WorkPoint) -> Mapping[int, HeatMapCell]:
        """The point's cells by unit."""
        return self.cells.get(point.pk, {})

    def column(self, unit: Unit) -> dict[int, HeatMapCell]:
        """The unit's cells by point."""
        return {point: row[unit.pk] for point, row in self.cells.items() if unit.pk in row}

    @cached_property
    def of_units(self) -> dict[int, HeatMapTotals]:
        columns: dict[int, list[HeatMapCell]] = {}
        for row in self.cells.values():
            for unit, cell in row.items():
                columns.setdefault(unit, []).append(cell)
        return {unit: HeatMapTotals(cells) for unit, cells in columns.items()}

    @cached_property
    def total(self) -> HeatMapTotals:
        return HeatMapTotals([cell for row in self.cells.values() for cell in row.values()])


def read_heat_map(
    *,
    notice: WorkPointNotice,
    points: Iterable[WorkPoint],
    user: User,
    on: date,
    period: ReportingPeriod | None = None,
    wanted: HeatMapFilter | None = None,
) -> HeatMap:
    """What this person sees of the notice's points at the end of that day; rows and columns without a cell are left out.

    With a period, the cells say whether they owe a report of it.
    """
    cells = _cells(notice, user, on=on, period=period, wanted=wanted or HeatMapFilter())
    named = {unit for row in cells.values() for unit in row}
    return HeatMap(
        points=[point for point in points if point.pk in cells],
        units=[unit for unit in Unit.objects.order_by("position", "code") if unit.pk in named],
        cells=cells,
    )


def _cells(
    notice: WorkPointNotice, user: User, *, on: date, period: ReportingPeriod | None, wanted: HeatMapFilter
) -> dict[int, dict[int, HeatMapCell]]:
    """Of a unit that was asked twice for a point, what it is asked for now stands before what ended, the later before the earlier."""
    cells: dict[int, dict[int, HeatMapCell]] = {}
    shown = _standings(notice, user, on=on, period=period, wanted=wanted)
    for point, unit, pk, light, is_owed in sorted(shown, key=lambda row: (row[3] != Light.ENDED, row[2])):
        if is_owed or not wanted.only_owed:
            cells.setdefault(point, {})[unit] = HeatMapCell(pk, light, is_owed)
    return cells


def _standings(
    notice: WorkPointNotice, user: User, *, on: date, period: ReportingPeriod | None, wanted: HeatMapFilter
) -> Iterable[tuple[int, int, int, str, bool]]:
    """Point, unit, number and light of each assignment made by that day, and whether it owes a report of the period."""
    made = Assignment.objects.visible_to(user).filter(task__point__notice=notice, made_on__lte=on)
    rows = made.with_due(on=on).annotate(light_on_day=light_expression(on=on), is_owed=_owes(period, on=on))
    asked = {"task__point__part_number": wanted.part, "unit__kind": wanted.kind, "light_on_day": wanted.light}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    return rows.order_by().values_list("task__point_id", "unit_id", "pk", "light_on_day", "is_owed")


def _owes(period: ReportingPeriod | None, *, on: date) -> Expression:
    if period is None:
        return Value(False)
    unreported = assignments_unreported(period=period, on=on).values("pk")
    return ExpressionWrapper(Q(pk__in=unreported), output_field=BooleanField())
