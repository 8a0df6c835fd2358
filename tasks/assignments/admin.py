"""任务分工: what every unit owes, with its light and due date."""

from functools import cache
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils.safestring import SafeString

from ninghai.accounts.roles import acts_as
from ninghai.calendar import clock
from ninghai.models import Role
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import office_path
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.assignments import heat_map
from tasks.assignments.admin_filters import AssignmentPartFilter, LightFilter, ReportingFilter
from tasks.assignments.reminders import remind_units
from tasks.models import Assignment
from tasks.models.states import Light
from tasks.petitions.admin import not_applicable


@cache
def shown(light: Light) -> SafeString:
    """A light as every page draws it; there are six of them for any number of rows."""
    return render_to_string("components/_light.html", {"light": light})


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin[Assignment]):
    group = DeskGroup.NOTICES
    rank = 2
    list_display = ["point", "unit", "role", "light", "due", "status", "completed_on"]
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
    fields = [
        "key",
        "unit",
        "role",
        "status",
        "light",
        "requirement",
        "due",
        "completed_on",
        "completion_accepted_on",
    ]
    ordering = ["task__point__notice", "task__point__position", "unit__position", "pk"]
    readonly_fields = ["light", "requirement", "due", "completed_on", "completion_accepted_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return Assignment.objects.for_list()

    def get_urls(self) -> list[URLPattern]:
        act = office_path("<int:pk>/not-applicable/", not_applicable, "tasks_assignment_na")
        return [*heat_map.URLS, act, *super().get_urls()]

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """With the way to what the office may do about it."""
        assignment = self.get_object(request, object_id)
        may = assignment is not None and rules.can_set_not_applicable(request.user, assignment)
        kwargs["extra_context"] = {**(kwargs.get("extra_context") or {}), "may_set_not_applicable": may}
        return super().change_view(request, object_id, *args, **kwargs)

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

    @admin.display(description="今日状态")
    def light(self, assignment: Assignment) -> SafeString:
        return shown(assignment.light(on=clock.today()))

    @admin.display(description="工作要求")
    def requirement(self, assignment: Assignment) -> str:
        return assignment.task.requirement
