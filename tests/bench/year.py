"""A year of work of any size: a notice whose every point is asked of every unit, issued by the service.

Then its reports and completions, written in bulk: a day in its second half finds assignments of every light.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from django.db import connection

from ninghai.files import store_bytes
from ninghai.models import Unit, User
from ninghai.operations.database.connections import as_owner
from tasks.models import Assignment, ProgressReport, ReportingPeriod, Responsibility, WorkPoint, WorkPointNotice
from tasks.models.states import AssignmentStatus, ProgressStatus
from tasks.notices.issuing import issue_notice

UNITS, POINTS = 500, 200  # 100,000 assignments
COUNTY_TIME = ZoneInfo("Asia/Shanghai")
KINDS = [Unit.Kind.DEPARTMENT] * 3 + [Unit.Kind.TOWN] * 2
POINTS_OF_A_SECTION, SECTIONS_OF_A_PART = 5, 3
NUMERALS = "一二三四五六七八九十"
PIECE = 5000  # rows written at once


def seed_year(*, by: User, units: int = UNITS, points: int = POINTS, year: int = 2017) -> WorkPointNotice:
    """The notice, issued on 2 March of its year, with reports; the units are made for it."""
    notice = draft_year(by=by, units=units, points=points, year=year)
    issue_notice(notice=notice, by=by, at=moment(year, 3, 2))
    report_year(notice, by=by)
    return notice


def moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=COUNTY_TIME)


# --- The notice ---------------------------------------------------------------------------------------


def draft_year(*, by: User, units: int = UNITS, points: int = POINTS, year: int = 2017) -> WorkPointNotice:
    """The notice as it stands before it is issued, everything resolved."""
    at = moment(year, 3, 1)
    notice = WorkPointNotice.objects.create(
        title=f"{year}年政务公开工作要点（测速用）",
        issued_on=at.date(),
        year=year,
        source_file=store_bytes(data=b"notice", name="notice.txt", media_type="text/plain", by=by, at=at),
        imported_by=by,
        imported_at=at,
    )
    made = WorkPoint.objects.bulk_create(_points(notice, points))
    named = Responsibility.objects.bulk_create(
        Responsibility(point=point, position=0, name="各单位", role=Responsibility.Role.RESPONSIBLE, is_resolved=True)
        for point in made
    )
    everybody = Unit.objects.bulk_create(_units(units, year=year))
    resolved = Responsibility.units.through
    pairs = (resolved(responsibility=name, unit=unit) for name in named for unit in everybody)
    resolved.objects.bulk_create(pairs, batch_size=PIECE)
    return notice


def _units(count: int, *, year: int) -> Iterator[Unit]:
    """Units of the year's own: several years may lie beside each other."""
    for number, kind in enumerate(islice(cycle(KINDS), count), start=1):
        name = f"{year}年测速单位{number:03}"
        yield Unit(code=f"T{year}-{number:03}", name=name, short_name=name, kind=kind, position=1000 + number)


def _points(notice: WorkPointNotice, count: int) -> Iterator[WorkPoint]:
    """In parts of some sections of some points; due dates from the end of June over eighteen months."""
    for position in range(count):
        section, number = divmod(position, POINTS_OF_A_SECTION)
        part, section = divmod(section, SECTIONS_OF_A_PART)
        part_number, section_number = _numeral(part), f"({_numeral(section)})"
        yield WorkPoint(
            notice=notice,
            position=position,
            key=f"{part_number}{section_number}{number + 1}",
            part_number=part_number,
            part_title=f"第{part + 1}部分",
            section_number=section_number,
            section_title=f"第{section + 1}节",
            number=str(number + 1),
            text=f"第{position + 1}条要做的工作，逐项公开办理情况和结果。",
            due_date=date(notice.year, 6, 30) + timedelta(days=540 * position // count),
        )


def _numeral(number: int) -> str:
    tens, ones = divmod(number, len(NUMERALS))
    return (NUMERALS[tens - 1] if tens else "") + NUMERALS[ones]


# --- What units did --------------------------------------------------------------------------------------


def report_year(notice: WorkPointNotice, *, by: User) -> None:
    """Of each period, two in three of the assignments: one accepted report, of which each third completes."""
    rows = Assignment.objects.filter(task__point__notice=notice).order_by("pk")
    periods = list(notice.periods.order_by("start"))
    reported = [(row, periods[row.pk % len(periods)]) for row in rows if row.pk % 3]
    ProgressReport.objects.bulk_create((_report(row, period, by) for row, period in reported), batch_size=PIECE)
    Assignment.objects.filter(pk__in=[row.pk for row, _ in reported]).update(status=AssignmentStatus.IN_PROGRESS)
    for period in periods:
        _complete([row.pk for row, of in reported if of == period and _completes(row)], period)


def gather_statistics() -> None:
    """As PostgreSQL does by itself a minute after so many rows have come; until then it plans as if there were none."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _report(assignment: Assignment, period: ReportingPeriod, by: User) -> ProgressReport:
    return ProgressReport(
        assignment=assignment,
        period=period,
        status=ProgressStatus.ACCEPTED,
        text="已按要求公开，见网站专栏。",
        percent=100 if _completes(assignment) else 50,
        claims_completion=_completes(assignment),
        drafted_by=by,
        drafted_at=_handed_in(period),
        passed_by=by,
        passed_at=_handed_in(period),
        decided_by=by,
        decided_at=_handed_in(period) + timedelta(days=1),
    )


def _complete(pks: list[int], period: ReportingPeriod) -> None:
    day = _handed_in(period).date()
    days = {"completed_on": day, "completion_accepted_on": day + timedelta(days=1)}
    Assignment.objects.filter(pk__in=pks).update(status=AssignmentStatus.COMPLETED, **days)


def _completes(assignment: Assignment) -> bool:
    return assignment.pk % 9 in {1, 4}


def _handed_in(period: ReportingPeriod) -> datetime:
    """Two days after the period's end."""
    day = period.end + timedelta(days=2)
    return moment(day.year, day.month, day.day)
