"""A responsibility of a point: add a name that the reader did not see, correct it, take it out."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse

from ninghai.http import AuthenticatedRequest
from ninghai.office.pages import office_path
from tasks.admin.notice.frame import (
    RemoveForm,
    VersionedForm,
    correction_page,
    draft_to_correct,
    point_of,
    responsibility_of,
)
from tasks.models import Responsibility
from tasks.services import notices


class ResponsibilityForm(VersionedForm):
    """A name as the notice writes it, and its role; `version` is the point's."""

    name = forms.CharField(label="原文名称", max_length=60)
    role = forms.ChoiceField(label="角色", choices=Responsibility.Role.choices)
    is_group = forms.BooleanField(
        label="这是一组单位的统称", required=False, help_text="如“有关部门”。被点名的单位不勾选。"
    )

    @classmethod
    def showing(cls, responsibility: Responsibility, data: Any = None) -> "ResponsibilityForm":
        names = ["name", "role", "is_group"]
        initial = {name: getattr(responsibility, name) for name in names}
        return cls(data, initial={**initial, "version": responsibility.point.version})


def responsibility_add(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    blank = {"version": point.version, "role": Responsibility.Role.RESPONSIBLE}
    return correction_page(
        request,
        notice,
        ResponsibilityForm(request.POST or None, initial=blank),
        partial(notices.add_responsibility, point=point),
        title=f"要点{point.name}：添加责任单位",
        submit="添加",
        done=lambda: f"要点{point.name}的责任单位已添加。",
        point=point,
        quotes=[*point.responsibility_texts, point.text],
    )


def responsibility_edit(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    responsibility = responsibility_of(request, notice, responsibility_pk)
    point = responsibility.point
    return correction_page(
        request,
        notice,
        ResponsibilityForm.showing(responsibility, request.POST or None),
        partial(notices.edit_responsibility, responsibility=responsibility),
        title=f"要点{point.name}：修改“{responsibility.name}”",
        submit="保存",
        done=lambda: f"要点{point.name}的责任单位已修改。",
        point=point,
        quotes=point.responsibility_texts,
    )


def responsibility_remove(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    responsibility = responsibility_of(request, notice, responsibility_pk)
    point = responsibility.point
    return correction_page(
        request,
        notice,
        RemoveForm(request.POST or None, initial={"version": point.version}),
        partial(notices.remove_responsibility, responsibility=responsibility),
        title=f"要点{point.name}：删除“{responsibility.name}”",
        submit="确认删除",
        done=lambda: f"要点{point.name}的“{responsibility.name}”已删除。",
        point=point,
        quotes=point.responsibility_texts,
    )


URLS = [
    office_path("<int:pk>/points/<int:point_pk>/units/add/", responsibility_add, "tasks_responsibility_add"),
    office_path("<int:pk>/units/<int:responsibility_pk>/", responsibility_edit, "tasks_responsibility_edit"),
    office_path("<int:pk>/units/<int:responsibility_pk>/remove/", responsibility_remove, "tasks_responsibility_remove"),
]
