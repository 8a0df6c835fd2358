"""任务分工: what every unit owes, with its light and due date, what it last reported and when it was last urged."""

from collections.abc import Mapping
from functools import cache, partial
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from ninghai.calendar import clock
from ninghai.models import Role, acts_as
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeChangeList, ReadOnlyAdmin
from ninghai.staff_site.pages import Tab
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from tasks.assignments import heat_map, urging
from tasks.assignments.admin_filters import AssignmentPartFilter, LightFilter, OfIssuedYears, ReportingFilter
from tasks.assignments.lights import OPEN_LIGHTS, percent_of, with_last_report
from tasks.assignments.page import OFFICE_ACTS, AssignmentPage
from tasks.assignments.urging import WORDS, UrgingForm, reminder_words, urging_page, with_last_reminder
from tasks.models import Assignment
from tasks.models.states import Light, ProgressStatus

BY_POINT, BY_UNIT = "point", "unit"  # ?by=
ARRANGED = {BY_POINT: "按要点", BY_UNIT: "按单位"}
ORDERS = {
    BY_POINT: ["task__point__notice", "task__point__position", "unit__position", "pk"],
    BY_UNIT: ["unit__position", "unit", "task__point__notice", "task__point__position", "pk"],
}
SAID_BESIDE = ("role", "status", "completed_on")  # columns of the file alone: on the screen unit and light say them


def arranged_by(params: Mapping[str, Any]) -> str:
    """How the list is grouped; not at all where it is sorted by a column."""
    if params.get(ORDER_VAR):
        return ""
    return BY_UNIT if params.get("by") == BY_UNIT else BY_POINT


@cache
def shown(light: Light) -> SafeString:
    """A light as every page draws it; there are six of them for any number of rows."""
    return render_to_string("components/_light.html", {"light": light})


def report_words(assignment: Any) -> str:
    """2018-11-05 已接收; empty where the unit has not reported."""
    if assignment.reported_at is None:
        return ""
    return f"{timezone.localtime(assignment.reported_at):%Y-%m-%d} {ProgressStatus(assignment.reported_status).label}"


class OfficeRow(NamedTuple):
    """An assignment as the list shows it."""

    assignment: Assignment
    url: str
    light: SafeString
    percent: int | None
    reported: str
    reminder: str
    is_open: bool


def _row(assignment: Assignment, *, filters: str) -> OfficeRow:
    light, page = assignment.light(on=clock.today()), reverse("admin:tasks_assignment_change", args=[assignment.pk])
    return OfficeRow(
        assignment,
        f"{page}?{filters}" if filters else page,
        shown(light),
        percent_of(assignment),
        report_words(assignment),
        reminder_words(assignment),
        is_open=light in OPEN_LIGHTS,
    )


class AssignmentList(OfficeChangeList):
    """In groups: the units of each point, or the points of each unit (`?by=`); without any where it is sorted otherwise."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        kept: dict[str, Any] = super().get_filters_params(params)
        kept.pop("by", None)
        return kept

    @property
    def by(self) -> str:
        return arranged_by(self.params)

    @property
    def groups(self) -> list[tuple[Any, list[OfficeRow]]]:
        """(point or unit, its rows) as they follow each other on the page."""
        of = {BY_POINT: lambda each: each.task.point, BY_UNIT: lambda each: each.unit, "": lambda each: None}[self.by]
        row = partial(_row, filters=self.preserved_filters)
        return [(head, list(map(row, rows))) for head, rows in groupby(self.result_list, key=of)]

    @property
    def arrangements(self) -> list[Tab]:
        return [
            Tab(key, label, self.get_query_string({"by": key, ORDER_VAR: None}), key == self.by)
            for key, label in ARRANGED.items()
        ]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Of the columns that stand in the table; what the head of a group or another column says has none."""
        without = {self.by, *SAID_BESIDE}
        columns = zip(self.list_display, result_headers(self), strict=True)
        return [{**head, "name": name} for name, head in columns if name not in without]

    @property
    def is_of_one_year(self) -> bool:
        """Whether the page needs not say of which year each point is."""
        return len({each.task.point.notice.year for each in self.result_list}) < 2


@admin.register(Assignment)
class AssignmentAdmin(WithRecordPage[Assignment], OfIssuedYears[Assignment], ReadOnlyAdmin[Assignment]):
    page = AssignmentPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.NOTICES
    rank = 2
    year_path = "task__point__notice__year"
    arranging = frozenset({"by"})
    list_per_page = 30
    list_display = ["point", "unit", "light", "percent", "report", "reminder", "due", *SAID_BESIDE]
    list_filter = [
        LightFilter,
        ("unit", admin.RelatedOnlyFieldListFilter),
        AssignmentPartFilter,
        ReportingFilter,
        "role",
    ]
    search_fields = ["key", "unit__short_name", "task__requirement", "task__point__title"]
    search_help_text = "按短标题、公开编号、单位简称或工作要求搜索。"
    actions = ["remind_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return with_last_report(with_last_reminder(Assignment.objects.for_list()))

    def get_ordering(self, request: HttpRequest) -> Any:
        return ORDERS[BY_UNIT if request.GET.get("by") == BY_UNIT else BY_POINT]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return AssignmentList

    def get_urls(self) -> list[URLPattern]:
        return [*heat_map.URLS, *urging.URLS, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The button of one row is the list's action for that row alone."""
        if row := request.POST.get("remind"):
            only = request.POST.copy()
            only.setlist(ACTION_CHECKBOX_NAME, [row])
            only.update({"index": "0"})
            only["action"], only["select_across"] = "remind_selected", "0"
            request.POST = only  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def has_remind_permission(self, request: AuthenticatedRequest) -> bool:
        return acts_as(request.user, Role.OFFICE)

    @admin.action(description="催办所选的任务", permissions=["remind"])
    def remind_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Assignment]) -> HttpResponse:
        """First a page that shows to whom and in which words; sent from there."""
        chosen = list(queryset.order_by().values_list("pk", flat=True))
        return urging_page(request, UrgingForm({"assignments": chosen, "words": WORDS}))

    @admin.display(description="任务", ordering="task__point__position")
    def point(self, assignment: Assignment) -> str:
        return str(assignment.task)

    @admin.display(description="完成时限", ordering="due_date")
    def due(self, assignment: Assignment) -> str:
        return assignment.due_words

    @admin.display(description="完成比例", ordering="reported_percent")
    def percent(self, assignment: Assignment) -> str:
        percent = percent_of(assignment)
        return "" if percent is None else f"{percent}%"

    @admin.display(description="最近填报", ordering="reported_at")
    def report(self, assignment: Assignment) -> str:
        return report_words(assignment)

    @admin.display(description="最近催办", ordering="reminded_at")
    def reminder(self, assignment: Assignment) -> str:
        return reminder_words(assignment)

    @admin.display(description="今日状态")
    def light(self, assignment: Assignment) -> SafeString:
        return shown(assignment.light(on=clock.today()))
