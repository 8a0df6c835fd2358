"""拆分, 合并: where a point's text is cut and who stays with which half; which neighbour it is joined with."""

from functools import partial
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from ninghai.calendar import clock
from ninghai.models.state_machine import StaleError
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks.models import WorkPoint
from tasks.notices import services
from tasks.notices.admin.frame import PointField, VersionedForm, back_to, draft_to_correct, point_of, trail_to
from tasks.notices.drafts import neighbour_of
from tasks.notices.reshaping import SplitShare, cut_marked, cut_places


class MarkForm(VersionedForm):
    """The text, in which an empty line says where to cut."""

    typed = forms.CharField(
        label="在要拆开的地方空出一行",
        max_length=2 * (WorkPoint._meta.get_field("text").max_length or 0),  # with its line ends
        help_text="把光标放到要拆开的地方，按两次回车，只空一处，不改文字。",
        widget=forms.Textarea(attrs={"rows": 10, "cols": 80}),
        strip=False,
    )


class SplitForm(VersionedForm):
    """The new point's number, and for each name which half keeps it."""

    number = forms.CharField(
        label="后一条的序号", max_length=10, required=False, help_text="前一条的序号不变。没有序号的留空。"
    )

    def __init__(self, data: Any = None, *, point: WorkPoint) -> None:
        number = f"{point.number}之二"[:10] if point.number else ""
        super().__init__(data, initial={"version": point.version, "number": number})
        self.names = list(dict.fromkeys(point.responsibilities.order_by("position").values_list("name", flat=True)))
        for place, name in enumerate(self.names):
            self.fields[f"share-{place}"] = forms.ChoiceField(
                label=f"“{name}”负责哪一条",
                choices=SplitShare.choices,
                initial=SplitShare.BOTH,
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        shares = {name: sent.get(f"share-{place}", "") for place, name in enumerate(self.names)}
        return {"version": sent.get("version"), "number": sent.get("number"), "shares": shares}


def choose_cut(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """拆分, first step: a place behind a sentence, or an empty line put into the text."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    form = MarkForm(request.POST or None, initial={"version": point.version, "typed": point.text})
    cuts: list[int] = []
    if request.method == "POST" and was_done(form, lambda: cuts.append(_cut(point, **form.cleaned_data))):
        return redirect("admin:tasks_point_split_at", notice.pk, point.pk, cuts[0])
    places = [0, *cut_places(point.text)]
    return office_page(
        request,
        "admin/tasks/notice/split.html",
        title=f"拆分要点{point.name}",
        trail=trail_to(notice),
        notice=notice,
        point=point,
        pieces=[(point.text[start:end], end) for start, end in pairwise(places)],
        rest=point.text[places[-1] :],
        form=form,
    )


def _cut(point: WorkPoint, *, version: int, typed: str) -> int:
    if version != point.version:
        raise StaleError(point)
    try:
        return cut_marked(point.text, typed=typed)
    except ValidationError as refused:
        raise ValidationError({"typed": refused.messages}) from refused


def split_at(request: AuthenticatedRequest, pk: int, point_pk: int, cut: int) -> HttpResponse:
    """拆分, second step: both halves as they will be, and who stays with which."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    form = SplitForm(request.POST or None, point=point)
    act = partial(services.split_point, point=point, cut=cut, by=request.user, at=clock.now())
    made: list[WorkPoint] = []
    if request.method == "POST" and was_done(form, lambda: made.append(act(**form.cleaned_data))):
        return back_to(notice, made[0], request=request, done=f"要点{point.name}已拆成两条，新的一条是{made[0].name}。")
    try:
        halves = services.halves_to_be(point, cut)
    except ValidationError as refused:
        messages.warning(request, refused.messages[0])
        return redirect("admin:tasks_point_split", notice.pk, point.pk)
    return office_page(
        request,
        "admin/tasks/notice/split_at.html",
        title=f"拆分要点{point.name}",
        trail=trail_to(notice),
        notice=notice,
        point=point,
        halves=halves,
        form=form,
    )


class MergePointsForm(VersionedForm):
    """The other point, and the version in which it was seen."""

    other = PointField(widget=forms.HiddenInput)
    other_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, point: WorkPoint, other: WorkPoint | None = None) -> None:
        seen = {"other": other, "other_version": other.version} if other else {}
        super().__init__(data, initial={"version": point.version, **seen}, auto_id=False)
        mine: PointField = self.fields["other"]  # type: ignore[assignment]
        mine.queryset = point.notice.points.select_related("notice")


def merge(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """合并: with the point before or the one behind, each as it would read."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    sent = MergePointsForm(request.POST or None, point=point)
    act = partial(services.merge_points, point=point, by=request.user, at=clock.now())
    made: list[WorkPoint] = []
    if request.method == "POST" and was_done(sent, lambda: made.append(act(**sent.cleaned_data))):
        return back_to(notice, made[0], request=request, done=f"两条要点已合并为{made[0].name}。")
    return office_page(
        request,
        "admin/tasks/notice/merge.html",
        title=f"合并要点{point.name}",
        trail=trail_to(notice),
        point=point,
        errors=[error for errors in sent.errors.values() for error in errors],
        ways=[_way(point, up=up) for up in (True, False)],
    )


def _way(point: WorkPoint, *, up: bool) -> dict[str, Any]:
    """One of the two ways to merge: the pair in its order, and its form; without a neighbour, neither."""
    neighbour = neighbour_of(point, up=up)
    if neighbour is None:
        return {"up": up, "pair": []}
    pair = [neighbour, point] if up else [point, neighbour]
    return {"up": up, "pair": pair, "form": MergePointsForm(point=point, other=neighbour)}


URLS = [
    office_path("<int:pk>/points/<int:point_pk>/split/", choose_cut, "tasks_point_split"),
    office_path("<int:pk>/points/<int:point_pk>/split/<int:cut>/", split_at, "tasks_point_split_at"),
    office_path("<int:pk>/points/<int:point_pk>/merge/", merge, "tasks_point_merge"),
]
