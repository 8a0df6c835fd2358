"""The county's report (全县): the sum of what its units have reported; who is missing is named and never taken as 0."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from disclosure.annual_reports.blanks import ReportCell, blank_of
from disclosure.annual_reports.figures import Figures, Value, added, value_at
from disclosure.models import AnnualReport
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.models import Unit


@dataclass(frozen=True, slots=True)
class UnitShare:
    """A unit and the last edition that it has reported; `latest` is its last edition, reported or not."""

    unit: Unit
    report: AnnualReport | None
    latest: AnnualReport | None = None

    @property
    def is_in(self) -> bool:
        return self.report is not None

    def of(self, cell: ReportCell) -> Value:
        """The unit's part of a cell of the county's."""
        return value_at(self.report.figures, cell) if self.report else None


def shares(year: int) -> list[UnitShare]:
    """Every unit that existed at the end of the year, and who has reported on it although it was closed before.

    For one that was closed before it reported stands the unit that has taken over from it, whose report counts its requests; but
    not a report from before that day, which does not: the one that was closed is missing then, until the other is corrected.
    """
    reports = AnnualReport.objects.filter(year=year, unit__isnull=False).select_related("unit").order_by("edition")
    latest = {report.unit_id: report for report in reports}
    last = {report.unit_id: report for report in reports if report.is_reported}
    report_on = dict.fromkeys([*_reporting(year, last), *(report.unit for report in last.values() if report.unit)])
    return [UnitShare(unit, last.get(unit.pk), latest.get(unit.pk)) for unit in report_on]


def _reporting(year: int, last: dict[int | None, AnnualReport]) -> Iterator[Unit]:
    for unit in Unit.objects.valid(on=date(year, 12, 31)).select_related("successor"):
        heir = unit.standing_in(on=clock.today())
        yield unit if unit.pk in last or _is_older(last.get(heir.pk), unit) else heir


def _is_older(report: AnnualReport | None, closed: Unit) -> bool:
    """Whether it was reported while the other unit still stood."""
    told, until = report.reported_at if report else None, closed.valid_until
    return bool(told and until and local_day(told) <= until)


def county_figures(year: int) -> Figures:
    return sum_of(shares(year), year)


def sum_of(told: list[UnitShare], year: int) -> Figures:
    return added((share.report.figures for share in told if share.report), blank_of(year))


def missing_in(told: list[UnitShare]) -> list[str]:
    return [share.unit.short_name for share in told if not share.is_in]


def missing_units(year: int) -> list[str]:
    return missing_in(shares(year))
