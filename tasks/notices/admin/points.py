"""A point of the draft: correct its words and date, add one, take one out, move it."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ninghai.calendar import clock
from ninghai.staff_site.forms import LongText, date_input
from ninghai.staff_site.pages import office_path
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks.models import Place, WorkPoint, WorkPointNotice
from tasks.notices import services
from tasks.notices.admin.frame import (
    PointField,
    RemovePointForm,
    VersionedForm,
    back_to,
    correction_page,
    draft_to_correct,
    page_of,
    point_of,
)
from tasks.notices.drafts import neighbour_of

# A point of the draft: correct its words and date, add one, take one out.

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
        partial(services.edit_point, point=point),
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
        partial(services.edit_point, point=point, number=point.number, text=point.text),
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
    act = partial(services.add_point, notice=notice)
    return correction_page(
        request, notice, form, act, title="添加要点", submit="添加", done=lambda: "要点已添加，请再添加它的责任单位。"
    )


def point_remove(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    return correction_page(
        request,
        notice,
        RemovePointForm(request.POST or None, initial={"version": point.version}),
        partial(services.remove_point, point=point),
        title=f"删除要点{point.name}",
        submit="确认删除",
        done=lambda: f"要点{point.name}已删除。",
        quotes=[point.text],
        lead="删除后，这条要点和它的责任单位不再下达；原文不受影响。",
    )


POINTS_URLS = [
    office_path("<int:pk>/points/add/", point_add, "tasks_point_add"),
    office_path("<int:pk>/points/<int:point_pk>/", point_edit, "tasks_point_edit"),
    office_path("<int:pk>/points/<int:point_pk>/due/", point_due, "tasks_point_due"),
    office_path("<int:pk>/points/<int:point_pk>/remove/", point_remove, "tasks_point_remove"),
]


# 移动: a point one step up or down, behind another one, or under another heading of part and section.


def step(request: AuthenticatedRequest, pk: int, point_pk: int, *, up: bool) -> HttpResponse:
    """上移, 下移: the buttons beside each point of the tree."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    version = seen_version(request)
    try:
        services.step_point(point=point, version=version, up=up, by=request.user, at=clock.now())
    except ValidationError as refused:
        messages.warning(request, refused.messages[0])
        return redirect(page_of(notice, point))
    done = f"要点已{'上移' if up else '下移'}一步，编号为{point.name}，在“{point.section or point.part or '正文'}”中。"
    return back_to(notice, point, request=request, done=done)


class MoveForm(VersionedForm):
    after = PointField(
        label="移到哪一条之后",
        required=False,
        empty_label="最前面",
        help_text="移过去以后，归入那一条所在的部分和节，编号随之改变。",
    )

    def __init__(self, data: Any = None, *, point: WorkPoint) -> None:
        super().__init__(data, initial={"version": point.version, "after": neighbour_of(point, up=True)})
        after: PointField = self.fields["after"]  # type: ignore[assignment]
        after.queryset = point.notice.points.exclude(pk=point.pk).order_by("position", "pk")


def move(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """移到…之后."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    name = point.name
    return correction_page(
        request,
        notice,
        MoveForm(request.POST or None, point=point),
        partial(services.move_point, point=point),
        title=f"移动要点{name}",
        submit="移动",
        done=lambda: f"要点{name}已移动，编号为{point.name}。",
        quotes=[point.text],
    )


class HeadingForm(VersionedForm):
    """An existing heading, or one that is typed; only for this point or for those that follow it as well."""

    existing = forms.ChoiceField(
        label="归入已有的部分和节", required=False, help_text="选了这一项，下面四格不起作用。要点排到那一处的最后。"
    )
    part_number = forms.CharField(label="部分序号", max_length=10, required=False, help_text="如“一”。")
    part_title = forms.CharField(
        label="部分标题", max_length=200, required=False, widget=forms.TextInput(attrs={"size": 60})
    )
    section_number = forms.CharField(label="节序号", max_length=10, required=False, help_text="如“（一）”。")
    section_title = forms.CharField(
        label="节标题", max_length=200, required=False, widget=forms.TextInput(attrs={"size": 60})
    )
    with_following = forms.BooleanField(
        label="后面同一标题下的要点一并改",
        required=False,
        help_text="改正标题中的错字，或者补上漏识别的标题时勾选。",
    )

    def __init__(self, data: Any = None, *, point: WorkPoint) -> None:
        super().__init__(data, initial={"version": point.version, **point.place._asdict()})
        self.places = _places_beside(point)
        labels = {key: f"{place.part} {place.section}".strip() for key, place in self.places.items()}
        existing: forms.ChoiceField = self.fields["existing"]  # type: ignore[assignment]
        existing.choices = [("", "不选，按下面填写"), *((key, label or "没有标题") for key, label in labels.items())]

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        typed = Place(*(sent.get(name, "") for name in Place._fields))
        place = self.places.get(sent.get("existing", ""), typed)
        return {"version": sent.get("version"), "place": place, "with_following": sent.get("with_following", False)}


def _places_beside(point: WorkPoint) -> dict[str, Place]:
    """The notice's other headings, each by the id of the first point under it."""
    first: dict[Place, str] = {}
    for each in point.notice.points.only("notice", *Place._fields).order_by("position", "pk"):
        first.setdefault(each.place, str(each.pk))
    return {key: place for place, key in first.items() if place != point.place}


def heading(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """修改部分和节."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    name = point.name
    return correction_page(
        request,
        notice,
        HeadingForm(request.POST or None, point=point),
        partial(services.head_point, point=point),
        title=f"要点{name}的部分和节",
        submit="保存",
        done=lambda: f"要点{name}的部分和节已修改，编号为{point.name}。",
        quotes=[point.text],
    )


MOVING_URLS = [
    office_path("<int:pk>/points/<int:point_pk>/up/", require_POST(partial(step, up=True)), "tasks_point_up"),
    office_path("<int:pk>/points/<int:point_pk>/down/", require_POST(partial(step, up=False)), "tasks_point_down"),
    office_path("<int:pk>/points/<int:point_pk>/move/", move, "tasks_point_move"),
    office_path("<int:pk>/points/<int:point_pk>/heading/", heading, "tasks_point_heading"),
]

URLS = [*POINTS_URLS, *MOVING_URLS]
