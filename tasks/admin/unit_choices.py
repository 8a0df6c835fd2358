"""常用单位组合: the office renames what it has kept, lets it mean other units, or offers it no more."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.moves import require
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin
from ninghai.office.pages import office_page, was_done
from tasks.admin.notice.frame import VersionedForm
from tasks.admin.units_field import UnitsField
from tasks.models import UnitChoice
from tasks.services.notices import change_choice


@admin.register(UnitChoice)
class UnitChoiceAdmin(OfficeModelAdmin[UnitChoice]):
    """Choices come into being where a name is resolved."""

    group = DeskGroup.NOTICES
    editors = frozenset({Role.OFFICE})
    list_display = ["title", "name", "unit_count", "is_offered", "kept_by", "kept_at"]
    list_filter = ["is_offered", "name"]
    list_select_related = ["kept_by"]
    search_fields = ["title", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitChoice]:
        return super().get_queryset(request).annotate(counted_units=Count("units"))

    @admin.display(description="单位数")
    def unit_count(self, choice: Any) -> int:
        return int(choice.counted_units)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_change_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return choice_page(request, get_object_or_404(UnitChoice, pk=object_id))


class ChoiceForm(VersionedForm):
    title = forms.CharField(label="组合名称", max_length=60)
    units = UnitsField(label="包含单位")
    is_offered = forms.BooleanField(
        label="供选用", required=False, help_text="不再选用的取消勾选；以前用它确定的单位不受影响。"
    )


def choice_page(request: AuthenticatedRequest, choice: UnitChoice) -> HttpResponse:
    initial = {name: getattr(choice, name) for name in ("version", "title", "is_offered")}
    form = ChoiceForm(request.POST or None, initial={**initial, "units": list(choice.units.all())})
    units: UnitsField = form.fields["units"]  # type: ignore[assignment]
    units.offer(on=clock.today())
    act = partial(change_choice, choice=choice, by=request.user, at=clock.now())
    if request.method == "POST" and was_done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, f"常用单位组合“{choice.title}”已修改。")
        return redirect("admin:tasks_unitchoice_changelist")
    return office_page(
        request,
        "admin/office/form.html",
        title=f"修改常用单位组合“{choice.title}”",
        trail=[("常用单位组合", reverse("admin:tasks_unitchoice_changelist"))],
        form=form,
        lead=f"通知中出现“{choice.name}”时，可以一键选用这些单位。",
        submit="保存",
    )
