"""评分细则: the office edits what inspectors mark by, until a spot check uses it; then it is copied."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin
from ninghai.office.pages import office_path
from ninghai.office.rows import RowsFormSet
from tasks.models import Criterion, Rubric
from tasks.services.rubrics import copy_rubric, hold_unused, is_used, offer_rubric, why_closed

PAGE = "admin:tasks_rubric_change"


class CriterionInline(admin.StackedInline[Criterion, Rubric]):
    """The rubric's lines; the office adds, changes and removes them while the rubric is its own."""

    model = Criterion
    formset = RowsFormSet
    extra = 0
    min_num = 1
    fields = (("position", "kind", "points"), "title", "guidance")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the rubric

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)


@admin.register(Rubric)
class RubricAdmin(OfficeModelAdmin[Rubric]):
    group = DeskGroup.SPOT_CHECKS
    editors = frozenset({Role.OFFICE})
    list_display = ("name", "pass_mark", "objection_workdays", "criteria_count", "uses", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "pass_mark", "objection_workdays", "is_active")
    inlines = (CriterionInline,)
    actions = ("offer", "withdraw")
    change_form_template = "admin/tasks/rubric/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rubric]:
        counted = {"counted": Count("criteria", distinct=True), "used": Count("spot_checks", distinct=True)}
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description="评分项")
    def criteria_count(self, rubric: Any) -> int:
        return int(rubric.counted)

    @admin.display(description="使用它的抽查")
    def uses(self, rubric: Any) -> int:
        return int(rubric.used)

    def has_change_permission(self, request: HttpRequest, obj: Rubric | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not is_used(obj))

    def why_closed(self, obj: Rubric) -> str:
        return why_closed(obj)

    def has_offer_permission(self, request: HttpRequest) -> bool:
        return self._acts_as(request, self.editors)

    def save_model(self, request: HttpRequest, obj: Rubric, form: ModelForm[Rubric], change: bool) -> None:
        if change:
            hold_unused(obj)
        super().save_model(request, obj, form, change)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Rubric | None = None,
    ) -> HttpResponse:
        context["is_used"] = obj is not None and is_used(obj)
        context["may_copy"] = obj is not None and self._acts_as(request, self.editors)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.action(description="启用所选的细则", permissions=["offer"])
    def offer(self, request: AuthenticatedRequest, queryset: QuerySet[Rubric]) -> None:
        self._offer(request, queryset, is_active=True)

    @admin.action(description="停用所选的细则", permissions=["offer"])
    def withdraw(self, request: AuthenticatedRequest, queryset: QuerySet[Rubric]) -> None:
        self._offer(request, queryset, is_active=False)

    def _offer(self, request: AuthenticatedRequest, rubrics: QuerySet[Rubric], *, is_active: bool) -> None:
        for rubric in rubrics:
            offer_rubric(rubric=rubric, is_active=is_active, by=request.user, at=clock.now())
        messages.success(request, "所选的细则已启用。" if is_active else "所选的细则已停用，新的抽查不再列出。")

    def get_urls(self) -> list[URLPattern]:
        return [office_path("<int:pk>/copy/", copy, "tasks_rubric_copy"), *super().get_urls()]


@require_POST
def copy(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """复制为新细则."""
    copied = copy_rubric(rubric=get_object_or_404(Rubric, pk=pk), by=request.user, at=clock.now())
    messages.success(request, f"已复制为“{copied}”，请修改后在抽取时选用。")
    return redirect(PAGE, copied.pk)


def _may_edit(request: HttpRequest, rubric: Rubric | None) -> bool:
    return RubricAdmin(Rubric, admin.site).has_change_permission(request, rubric)
