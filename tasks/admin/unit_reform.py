"""机构改革 and its record: the office says which unit ended and who took over, reads what becomes of its work, confirms."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role, Unit
from ninghai.moves import require
from ninghai.office.dates import date_input
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import ReadOnlyAdmin
from ninghai.office.pages import office_page, was_done
from tasks import rules
from tasks.models import UnitReform
from tasks.services.unit_reform import ReformPlan, faults, reform_unit

LIST = "admin:tasks_unitreform_changelist"


class ReformForm(forms.Form):
    unit = forms.ModelChoiceField(label="撤销单位", queryset=Unit.objects.none())
    successor = forms.ModelChoiceField(label="承接单位", queryset=Unit.objects.none())
    last_day = forms.DateField(
        label="最后存续日期", help_text="撤销单位最后存在的一天，不能晚于今天。", widget=date_input()
    )
    reason = forms.CharField(label="依据", max_length=300, help_text="如机构改革方案的名称或文号。")
    moves_people = forms.BooleanField(
        label="撤销单位的人员转到承接单位，角色不变",
        required=False,
        help_text="不勾选的，人员留在撤销单位，只能查看原来的任务。",
    )
    form_id = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        existing = Unit.objects.valid(on=clock.today()).exclude(kind=Unit.Kind.OFFICE)
        self.fields["unit"].queryset = existing.filter(successor=None)  # type: ignore[attr-defined]
        self.fields["successor"].queryset = Unit.objects.valid(on=clock.today())  # type: ignore[attr-defined]


@admin.register(UnitReform)
class UnitReformAdmin(ReadOnlyAdmin[UnitReform]):
    """Adding is doing it."""

    group = DeskGroup.UNITS
    list_display = ["done_at", "unit", "successor", "last_day", "handed_over", "merged", "reports", "memberships"]
    list_select_related = ["unit", "successor"]
    search_fields = ["unit__name", "unit__short_name", "successor__short_name", "reason"]
    fields = [
        "unit",
        "successor",
        "last_day",
        "reason",
        "handed_over",
        "merged",
        "reports",
        "memberships",
        "done_by",
        "done_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._acts_as(request, frozenset({Role.OFFICE}))

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return reform_page(request)


def reform_page(request: AuthenticatedRequest) -> HttpResponse:
    """Choose; see what becomes of each task; confirm."""
    require(rules.can_reform_units(request.user))
    form = ReformForm(request.POST or None)
    if "confirmed" in request.POST and was_done(
        form, lambda: reform_unit(by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        unit, successor = form.cleaned_data["unit"], form.cleaned_data["successor"]
        messages.success(request, f"{unit}已撤销，在办的工作由{successor}承接。")
        return redirect(LIST)
    return office_page(
        request,
        "admin/tasks/unit_reform.html",
        title="办理机构改革",
        trail=[("机构改革", reverse(LIST))],
        form=form,
        plan=_preview(form),
    )


def _preview(form: ReformForm) -> ReformPlan | None:
    """What would become of the unit's work; None while the choice is not made or cannot be."""
    if not form.is_bound or not form.is_valid():
        return None
    chosen = {name: form.cleaned_data[name] for name in ("unit", "successor", "last_day")}
    today = clock.today()
    for field, sentence in faults(**chosen, on=today).items():
        form.add_error(field, sentence)
    return None if form.errors else ReformPlan.of(chosen["unit"], successor=chosen["successor"], on=today)
