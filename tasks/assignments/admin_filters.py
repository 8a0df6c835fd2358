"""Filters of the office's lists: the year and the part of the notice, the light of the day."""

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest

from ninghai.calendar import clock
from ninghai.staff_site.years import OfYears
from tasks.assignments.lights import OPEN_LIGHTS, light_expression
from tasks.models import Assignment, ProgressReport, WorkPoint, WorkPointNotice
from tasks.models.states import Light, ProgressStatus
from tasks.models.task import due_expression
from tasks.periods.owing import periods_unreported

M = TypeVar("M", bound=Model)


class OfIssuedYears(OfYears[M]):
    """A list that is of the years of which a notice was issued."""

    def years(self) -> list[int]:
        return WorkPointNotice.years_issued()


class OfAssignments(OfIssuedYears[M]):
    """A list of what has an `assignment`: its point and its unit are columns."""

    year_path = "assignment__task__point__notice__year"

    @admin.display(description="工作要点", ordering="assignment__task__point__position")
    def point(self, record: Any) -> str:
        return str(record.assignment.task)

    @admin.display(description="单位", ordering="assignment__unit__position")
    def unit(self, record: Any) -> str:
        return str(record.assignment.unit)


class PartFilter(admin.SimpleListFilter):
    """要点所属部分; subclasses say how their records reach the point."""

    title = "要点所属部分"
    parameter_name = "part"
    point = ""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Iterator[tuple[str, str]]:
        points = WorkPoint.objects.filter(task__isnull=False).exclude(part_number="")
        if (of_year := request.GET.get("year", "")).isdecimal():
            points = points.filter(notice__year=of_year[:4])
        parts = points.order_by("-notice__year", "position").values_list("notice__year", "part_number", "part_title")
        for year, number, title in dict.fromkeys(parts):
            yield f"{year}-{number}", f"{year}年 {number}、{title}"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year, _, number = (self.value() or "").partition("-")
        if not year.isdecimal():
            return queryset
        within = Q(**{f"{self.point}__notice__year": int(year[:4]), f"{self.point}__part_number": number})
        return queryset.filter(within)


class AssignmentPartFilter(PartFilter):
    point = "task__point"


class OfAssignmentPartFilter(PartFilter):
    point = "assignment__task__point"


class SupplementFilter(admin.SimpleListFilter):
    """首次填报, or what a unit added after it was accepted."""

    title = "填报类型"
    parameter_name = "supplement"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("no", "首次填报"), ("yes", "补充填报")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(supplement__gt=0) if self.value() == "yes" else queryset.filter(supplement=0)


class LightFilter(admin.SimpleListFilter):
    """How assignments stand today."""

    title = "今日状态"
    parameter_name = "light"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("open", "全部未办结"), *Light.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = list(OPEN_LIGHTS) if self.value() == "open" else [self.value()]
        if self.value() is None:
            return queryset
        on = clock.today()
        dated = queryset.annotate(due_on_day=due_expression(on=on))
        of_today: QuerySet[Any] = dated.annotate(light_today=light_expression(on=on))
        return of_today.filter(light_today__in=wanted)


class ReportingFilter(admin.SimpleListFilter):
    """Assignments by what is wrong with their reports today."""

    title = "报送情况"
    parameter_name = "reporting"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("owed", "有未报送的周期"), ("late", "有逾期未报的周期"), ("returned", "退回后未重报")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"owed": unreported, "late": reported_late, "returned": returned_to_unit}.get(self.value() or "")
        return wanted(queryset, on=clock.today()) if wanted else queryset


def unreported(assignments: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Still open, with a period for which nothing was handed in."""
    return _open(assignments, on=on).filter(Exists(periods_unreported(on=on)))


def reported_late(assignments: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """The same, with the period's due date over."""
    return _open(assignments, on=on).filter(Exists(periods_unreported(on=on).filter(due_date__lt=on)))


def returned_to_unit(assignments: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Still open, with a report that came back from the office (退回) and was not handed in again.

    What stayed within a unit is not told.
    """
    returned = ProgressReport.objects.filter(
        assignment=OuterRef("pk"), status=ProgressStatus.RETURNED, passed_at__isnull=False
    )
    return _open(assignments, on=on).filter(Exists(returned))


def _open(assignments: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    return assignments.filter(pk__in=Assignment.objects.open(on=on).values("pk"))
