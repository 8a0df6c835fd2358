"""任务分工: what every unit owes, with its light and due date."""

from functools import cache

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils.safestring import SafeString

from ninghai.calendar import clock
from ninghai.models import Role, acts_as
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from tasks.assignments import heat_map
from tasks.assignments.admin_filters import AssignmentPartFilter, LightFilter, ReportingFilter
from tasks.assignments.page import OFFICE_ACTS, AssignmentPage
from tasks.assignments.reminders import remind_units, reminder_words, with_last_reminder
from tasks.models import Assignment
from tasks.models.states import AssignmentStatus, Light


@cache
def shown(light: Light) -> SafeString:
    """A light as every page draws it; there are six of them for any number of rows."""
    return render_to_string("components/_light.html", {"light": light})


@admin.register(Assignment)
class AssignmentAdmin(WithRecordPage[Assignment], ReadOnlyAdmin[Assignment]):
    page = AssignmentPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.NOTICES
    rank = 2
    tones = {"status": {AssignmentStatus.IN_PROGRESS: "info", AssignmentStatus.COMPLETED: "good"}}
    list_display = ["point", "unit", "role", "light", "due", "status", "completed_on", "reminder"]
    list_filter = [
        LightFilter,
        ReportingFilter,
        AssignmentPartFilter,
        ("unit", admin.RelatedOnlyFieldListFilter),
        "role",
        "task__point__notice__year",
    ]
    search_fields = ["key", "unit__short_name", "task__requirement"]
    search_help_text = "按公开编号、单位简称或工作要求搜索。"
    actions = ["remind_selected"]
    ordering = ["task__point__notice", "task__point__position", "unit__position", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return with_last_reminder(Assignment.objects.for_list())

    def get_urls(self) -> list[URLPattern]:
        return [*heat_map.URLS, *super().get_urls()]

    def has_remind_permission(self, request: AuthenticatedRequest) -> bool:
        return acts_as(request.user, Role.OFFICE)

    @admin.action(description="催办所选的任务", permissions=["remind"])
    def remind_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Assignment]) -> None:
        urged = remind_units(assignments=queryset, by=request.user, at=clock.now())
        messages.add_message(request, messages.SUCCESS if urged.assignments else messages.WARNING, str(urged))

    @admin.display(description="工作要点", ordering="task__point__position")
    def point(self, assignment: Assignment) -> str:
        return str(assignment.task)

    @admin.display(description="完成时限", ordering="due_date")
    def due(self, assignment: Assignment) -> str:
        return assignment.due_words

    @admin.display(description="最近催办")
    def reminder(self, assignment: Assignment) -> str:
        return reminder_words(assignment) or "—"

    @admin.display(description="今日状态")
    def light(self, assignment: Assignment) -> SafeString:
        return shown(assignment.light(on=clock.today()))
