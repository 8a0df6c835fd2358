"""A point of the draft: correct its words and date, add one, take one out."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse

from ninghai.http import AuthenticatedRequest
from ninghai.long_text import LongText
from ninghai.office.dates import date_input
from ninghai.office.pages import office_path
from tasks.admin.notice.frame import PointField, RemoveForm, VersionedForm, correction_page, draft_to_correct, point_of
from tasks.models import WorkPoint, WorkPointNotice
from tasks.services import notices

LONGEST = WorkPoint._meta.get_field("text").max_length


class PointForm(VersionedForm):
    number = forms.CharField(
        label="序号", max_length=10, required=False, help_text="原文中的序号，如“3”。没有序号的留空。"
    )
    text = LongText(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    due_date = forms.DateField(label="完成时限", widget=date_input())

    @classmethod
    def showing(cls, point: WorkPoint, data: Any = None) -> "PointForm":
        names = ["version", "number", "text", "due_date"]
        return cls(data, initial={name: getattr(point, name) for name in names})


def point_edit(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    form = PointForm.showing(point, request.POST or None)
    return correction_page(
        request,
        notice,
        form,
        partial(notices.edit_point, point=point),
        title=f"修改要点{point.name}",
        submit="保存",
        done=lambda: f"要点{point.name}已修改。",
        point=point,
        quotes=point.responsibility_texts,
    )


class DueDateForm(VersionedForm):
    """Only the date, as it stands beside each point of the tree."""

    due_date = forms.DateField(label="完成时限", widget=date_input())


def point_due(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """改时限: the rest of the point stays as this person saw it."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    initial = {"version": point.version, "due_date": point.due_date}
    return correction_page(
        request,
        notice,
        DueDateForm(request.POST or None, initial=initial),
        partial(notices.edit_point, point=point, number=point.number, text=point.text),
        title=f"修改要点{point.name}的完成时限",
        submit="保存",
        done=lambda: f"要点{point.name}的完成时限已改为 {point.due_date:%Y-%m-%d}。",
        quotes=[point.text, *point.responsibility_texts],
    )


class NewPointForm(forms.Form):
    after = PointField(
        label="排在哪一条之后",
        required=False,
        empty_label="最前面",
        help_text="新的要点归入同一部分、同一节。",
    )
    number = forms.CharField(label="序号", max_length=10, required=False)
    text = LongText(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    due_date = forms.DateField(label="完成时限", widget=date_input())

    def __init__(self, data: Any = None, *, notice: WorkPointNotice) -> None:
        super().__init__(data, initial={"due_date": WorkPoint.default_due_date(notice.year)})
        after: PointField = self.fields["after"]  # type: ignore[assignment]
        after.queryset = notice.points.order_by("position", "pk")


def point_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    form = NewPointForm(request.POST or None, notice=notice)
    act = partial(notices.add_point, notice=notice)
    return correction_page(
        request, notice, form, act, title="添加要点", submit="添加", done=lambda: "要点已添加，请再添加它的责任单位。"
    )


def point_remove(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    return correction_page(
        request,
        notice,
        RemoveForm(request.POST or None, initial={"version": point.version}),
        partial(notices.remove_point, point=point),
        title=f"删除要点{point.name}",
        submit="确认删除",
        done=lambda: f"要点{point.name}已删除。",
        quotes=[point.text],
        lead="删除后，这条要点和它的责任单位不再下达；原文不受影响。",
    )


URLS = [
    office_path("<int:pk>/points/add/", point_add, "tasks_point_add"),
    office_path("<int:pk>/points/<int:point_pk>/", point_edit, "tasks_point_edit"),
    office_path("<int:pk>/points/<int:point_pk>/due/", point_due, "tasks_point_due"),
    office_path("<int:pk>/points/<int:point_pk>/remove/", point_remove, "tasks_point_remove"),
]
