"""评分细则: the office edits what inspectors mark by, until a spot check uses it; then it is copied into a new one."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from ninghai.calendar import clock
from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import TransitionError, require
from ninghai.staff_site.forms import RowsFormSet
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_path
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import Criterion, Rubric

# 评分细则: copied into a new one, since what a spot check uses is changed by nobody any more.


def is_used(rubric: Rubric) -> bool:
    return rubric.spot_checks.exists()


def why_closed(rubric: Rubric) -> str:
    """A sentence once a spot check has used it; else nothing."""
    return f"“{rubric}”已有抽查使用，不能再修改。请复制为新细则后修改。" if is_used(rubric) else ""


def hold_unused(rubric: Rubric) -> None:
    """Keep draws from choosing it while it is changed; raises TransitionError once one has. Needs a transaction."""
    Rubric.objects.select_for_update().get(pk=rubric.pk)
    if words := why_closed(rubric):
        raise TransitionError(words)


@transaction.atomic
def copy_rubric(*, rubric: Rubric, by: User, at: datetime) -> Rubric:
    """复制为新细则: the same criteria under a name of its own, to be edited before the next draw."""
    require(rules.can_edit_rubrics(by))
    copied = Rubric.objects.create(
        name=_free_name(rubric), pass_mark=rubric.pass_mark, objection_workdays=rubric.objection_workdays
    )
    Criterion.objects.bulk_create(
        Criterion(
            rubric=copied,
            position=each.position,
            kind=each.kind,
            title=each.title,
            guidance=each.guidance,
            points=each.points,
        )
        for each in rubric.criteria.all()
    )
    AuditEntry.objects.record(action="create", target=copied, by=by, at=at, detail={"copied_from": rubric.name})
    return copied


@transaction.atomic
def offer_rubric(*, rubric: Rubric, is_active: bool, by: User, at: datetime) -> None:
    """Offer it for draws (启用) or no longer (停用); spot checks that use it keep it."""
    require(rules.can_edit_rubrics(by))
    if Rubric.objects.filter(pk=rubric.pk).exclude(is_active=is_active).update(is_active=is_active):
        detail = {"is_active": is_active}
        AuditEntry.objects.record(action="edit", target=rubric, by=by, at=at, detail=detail)


def _free_name(rubric: Rubric) -> str:
    taken, number = set(Rubric.objects.values_list("name", flat=True)), 2
    while (name := f"{rubric.name[:85]}（第{number}版）") in taken:
        number += 1
    return name


# 评分细则: the office edits what inspectors mark by, until a spot check uses it; then it is copied.

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
    group = DeskGroup.CHECKS
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
        return self.has_add_permission(request)

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
        context["may_copy"] = obj is not None and self.has_add_permission(request)
        page: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return page

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
