"""The heat map (进度图): every point of a notice by every unit, and how each assignment stands at the end of a day.
Below it, how the work of the notice went month by month (按月趋势).

However large it is, it is read in two queries: units, and assignments with their lights and what they owe.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import BooleanField, Count, DateField, Expression, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.models import Unit, User
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import Trail, office_page, office_path
from ninghai.staff_site.unit_matrix import (
    ALL,
    MatrixCell,
    MatrixLegend,
    MatrixRow,
    PlacedCell,
    UnitMatrix,
    day_words,
    matrix_page,
)
from ninghai.staff_site.years import year_links
from ninghai.web.http import AuthenticatedRequest
from tasks.assignments.lights import light_expression
from tasks.models import Assignment, ProgressReport, ReportingPeriod, WorkPoint, WorkPointNotice
from tasks.models.states import Light, NoticeStatus
from tasks.notices.editions import as_written
from tasks.periods.owing import assignments_unreported, last_ended_period

# The trend, from what the office has accepted; drawn by components/_trend.html.

MONTHS = 12  # the last that are drawn
TALL, GROUND = 72, 92  # pixels: the highest column, and where all of them stand


@dataclass(frozen=True, slots=True)
class TrendColumn:
    """A number as it is drawn (components/_trend.html)."""

    name: str  # accepted, completed
    number: int
    left: str
    width: str
    middle: str
    height: int

    @property
    def top(self) -> int:
        return GROUND - self.height


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """How many reports were accepted in a month, and how many assignments completed with them."""

    month: date
    accepted: int
    completed: int

    def __str__(self) -> str:
        return f"{self.month:%Y}年{self.month.month}月"


@dataclass(frozen=True, slots=True)
class Trend:
    months: list[TrendMonth]

    def __str__(self) -> str:
        """All that is drawn, for who does not see it."""
        return "；".join(f"{each}接收填报{each.accepted}份、办结{each.completed}项" for each in self.months)

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Each month, and the middle of its place."""
        return [(f"{each.month.month}月", self._share(at + 0.5)) for at, each in enumerate(self.months)]

    @property
    def columns(self) -> list[TrendColumn]:
        """Two beside each other for each month, on one scale."""
        top = max([1, *(number for each in self.months for number in (each.accepted, each.completed))])
        return [
            TrendColumn(
                name,
                number,
                left=self._share(at + start),
                width=self._share(0.26),
                middle=self._share(at + start + 0.13),
                height=round(TALL * number / top),
            )
            for at, each in enumerate(self.months)
            for name, number, start in (("accepted", each.accepted, 0.2), ("completed", each.completed, 0.54))
        ]

    def _share(self, months: float) -> str:
        return f"{100 * months / len(self.months):.2f}%"


def trend_of(notice: WorkPointNotice, *, on: date) -> Trend:
    """From the month of the issue to that of the day, the last twelve at most; none before it. Two queries."""
    reports = ProgressReport.objects.accepted(on=on).filter(assignment__task__point__notice=notice)
    completed = Assignment.objects.filter(task__point__notice=notice).completed(on=on)
    accepted_in = _by_month(reports, "decided_at")
    completed_in = _by_month(completed, "completion_accepted_on")
    first = timezone.localdate(notice.issued_at).replace(day=1)
    months = itertools.takewhile(
        lambda month: month <= on, (_months_later(first, count) for count in itertools.count())
    )
    drawn = [TrendMonth(month, accepted_in.get(month, 0), completed_in.get(month, 0)) for month in months]
    return Trend(drawn[-MONTHS:])


def _by_month(rows: QuerySet[Any], field: str) -> dict[date, int]:
    month = TruncMonth(field, output_field=DateField())
    return dict(rows.order_by().values_list(month).annotate(Count("pk")))


def _months_later(first: date, count: int) -> date:
    years, month = divmod(first.month - 1 + count, 12)
    return date(first.year + years, month + 1, 1)


LEGEND = MatrixLegend(
    states=list(Light),
    late=(Light.RED,),
    done=(Light.DONE, Light.DONE_LATE),
    ended=(Light.ENDED,),
    heads=("工作要点", "逾期", "办结"),
    foot=[("逾期", "late"), ("办结", "done"), ("合计", "asked")],
    summary="{0.asked}项任务分工：逾期{0.late}项，办结{0.done}项",
    row_param="point",
    state_param="light",
    cell_page="admin:tasks_assignment_change",
    mark=("owed", "本期未报送"),
)

# What is read.


@dataclass(frozen=True, slots=True)
class HeatMapFilter:
    """Which cells are wanted; what is empty narrows nothing."""

    part: str = ""  # 部分序号
    kind: str = ""  # of units
    light: str = ""
    only_owed: bool = False  # 只看本期未报送


def read_heat_map(
    *,
    notice: WorkPointNotice,
    points: Iterable[WorkPoint],
    user: User,
    on: date,
    period: ReportingPeriod | None = None,
    wanted: HeatMapFilter | None = None,
) -> UnitMatrix:
    """What this person sees of the notice's points at the end of that day.

    With a period, the cells that owe a report of it are marked.
    """
    wanted = wanted or HeatMapFilter()
    cells = list(_cells(notice, user, on=on, period=period, wanted=wanted))
    return UnitMatrix.of(LEGEND, map(_row, points), cells, f"截至{day_words(on)}", state=wanted.light)


def _row(point: WorkPoint) -> MatrixRow:
    return MatrixRow(
        pk=point.pk,
        key=point.key,
        section=point.part,
        head=point.name,
        beside=point.title,
        option=point.label,
        label=point.label,
        title=f"要点{point.label}",
        text=point.text,
    )


def _cells(
    notice: WorkPointNotice, user: User, *, on: date, period: ReportingPeriod | None, wanted: HeatMapFilter
) -> Iterator[PlacedCell]:
    """Of any light. Of a unit that was asked twice for a point, what it is asked for now stands over what ended, the later over the
    earlier."""
    shown = _standings(notice, user, on=on, period=period, wanted=wanted)
    for point, unit, pk, light, is_owed in sorted(shown, key=lambda row: (row[3] != Light.ENDED, row[2])):
        if is_owed or not wanted.only_owed:
            yield point, unit, MatrixCell(pk, light, is_owed)


def _standings(
    notice: WorkPointNotice, user: User, *, on: date, period: ReportingPeriod | None, wanted: HeatMapFilter
) -> Iterable[tuple[int, int, int, str, bool]]:
    """Point, unit, number and light of each assignment made by that day, and whether it owes a report of the period."""
    made = Assignment.objects.visible_to(user).filter(task__point__notice=notice, made_on__lte=on)
    rows = made.with_due(on=on).annotate(light_on_day=light_expression(on=on), is_owed=_owes(period, on=on))
    asked = {"task__point__part_number": wanted.part, "unit__kind": wanted.kind}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    return rows.order_by().values_list("task__point_id", "unit_id", "pk", "light_on_day", "is_owed")


def _owes(period: ReportingPeriod | None, *, on: date) -> Expression:
    if period is None:
        return Value(False)
    unreported = assignments_unreported(period=period, on=on).values("pk")
    return ExpressionWrapper(Q(pk__in=unreported), output_field=BooleanField())


# The page, and how it is narrowed; every choice is closed, and what is none of them shows nothing and says so.


class HeatMapForm(forms.Form):
    """进度图的筛选: as of which day, which part, kind of units and light, and whether to look at reports."""

    as_of = forms.DateField(label="截至", required=False, widget=date_input())
    part = forms.ChoiceField(label="所属部分", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False, choices=[ALL, *Unit.Kind.choices])
    light = forms.ChoiceField(label="进度灯", required=False, choices=[ALL, *Light.choices])
    report = forms.ChoiceField(
        label="本期报送", required=False, choices=[("", "不标出"), ("mark", "标出未报送"), ("only", "只看未报送")]
    )

    def __init__(self, data: Mapping[str, Any], *, points: Iterable[WorkPoint], today: date) -> None:
        super().__init__({"as_of": today.isoformat(), **data})
        self.today = today
        part: forms.ChoiceField = self.fields["part"]  # type: ignore[assignment]
        parts = dict.fromkeys((point.part_number, point.part) for point in points if point.part_number)
        part.choices = [ALL, *parts]
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def clean_as_of(self) -> date:
        """Today, unless an earlier day is asked for."""
        day: date = self.cleaned_data["as_of"] or self.today
        if day > self.today:
            raise forms.ValidationError(f"截至日期不能晚于今天（{self.today:%Y-%m-%d}）。")
        return day

    @property
    def wanted(self) -> HeatMapFilter:
        chosen = self.cleaned_data
        return HeatMapFilter(
            part=chosen["part"], kind=chosen["kind"], light=chosen["light"], only_owed=chosen["report"] == "only"
        )

    @property
    def looks_at_reports(self) -> bool:
        return bool(self.cleaned_data["report"])


@require_safe
def years(request: AuthenticatedRequest) -> HttpResponse:
    """The years that have a heat map, newest first."""
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).defer("source_text", "other", "warnings")
    return office_page(
        request, "admin/tasks/heat_map/years.html", title="进度图", trail=_trail(), notices=issued.order_by("-year")
    )


@require_safe
def heat_map(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """The year's heat map as it is narrowed; `?unit=` and `?point=` choose one column or one row of it."""
    points = points_of(year)
    form = HeatMapForm(request.GET.dict(), points=points, today=clock.today())
    shown = period = trend = None
    if form.is_valid():
        day, notice = form.cleaned_data["as_of"], points[0].notice
        if day < clock.today():  # what is written today is in the records themselves
            points = as_written(points, on=day)
        trend = trend_of(notice, on=day)
        period = last_ended_period(notice=notice, on=day) if form.looks_at_reports else None
        shown = read_heat_map(
            notice=notice, points=points, user=request.user, on=day, period=period, wanted=form.wanted
        )
    return matrix_page(
        request,
        "admin/tasks/heat_map/map.html",
        name="进度图",
        title=f"{year}年进度图",
        trail=[*_trail(), ("进度图", reverse("admin:tasks_heat_map_years"))],
        form=form,
        shown=shown,
        year=year,
        year_links=year_links(
            WorkPointNotice.years_issued(), chosen=year, url=lambda each: reverse("admin:tasks_heat_map", args=[each])
        ),
        period=period,
        trend=trend,
    )


def _trail() -> Trail:
    return [("任务分工", reverse("admin:tasks_assignment_changelist"))]


def points_of(year: int) -> list[WorkPoint]:
    """The points of the year's issued notice in their order, with the notice, or 404."""
    issued = WorkPoint.ever.filter(notice__year=year, notice__status=NoticeStatus.ISSUED).select_related("notice")
    points = list(issued.defer(*WorkPointNotice.whole_text("notice")).order_by("position"))
    if not points:
        raise Http404
    return points


URLS = [
    office_path("map/", years, "tasks_heat_map_years"),
    office_path("map/<int:year>/", heat_map, "tasks_heat_map"),
]
