"""移动: a point one step up or down, behind another one, or under another heading of part and section."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.office.pages import office_path
from tasks.admin.notice.frame import (
    PointField,
    VersionedForm,
    back_to,
    correction_page,
    draft_to_correct,
    page_of,
    point_of,
)
from tasks.models import Place, WorkPoint
from tasks.services import notices
from tasks.services.notices.ordering import neighbour_of
from tasks.views.sent import sent_number


def step(request: AuthenticatedRequest, pk: int, point_pk: int, *, up: bool) -> HttpResponse:
    """上移, 下移: the buttons beside each point of the tree."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    version = sent_number(request.POST, "version") or 0
    try:
        notices.step_point(point=point, version=version, up=up, by=request.user, at=clock.now())
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
        partial(notices.move_point, point=point),
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
        partial(notices.head_point, point=point),
        title=f"要点{name}的部分和节",
        submit="保存",
        done=lambda: f"要点{name}的部分和节已修改，编号为{point.name}。",
        quotes=[point.text],
    )


URLS = [
    office_path("<int:pk>/points/<int:point_pk>/up/", require_POST(partial(step, up=True)), "tasks_point_up"),
    office_path("<int:pk>/points/<int:point_pk>/down/", require_POST(partial(step, up=False)), "tasks_point_down"),
    office_path("<int:pk>/points/<int:point_pk>/move/", move, "tasks_point_move"),
    office_path("<int:pk>/points/<int:point_pk>/heading/", heading, "tasks_point_heading"),
]
