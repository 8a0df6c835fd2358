"""A point of the draft: correct its words, date and heading, add, remove, move, split (拆分) and merge (合并) points."""

from functools import partial
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ninghai.calendar import clock
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks.models import Place, WorkPoint, WorkPointNotice
from tasks.notices import reshaping
from tasks.notices.admin.frame import (
    DraftCorrection,
    PointField,
    VersionedForm,
    back_to,
    draft_to_correct,
    page_of,
    point_of,
    trail_to,
)
from tasks.notices.correcting import add_point, edit_point, neighbour_of, remove_point, retitle_point
from tasks.notices.titles import LONGEST as LONGEST_TITLE

LONGEST = WorkPoint._meta.get_field("text").max_length
TITLE_HELP = f"与编号并列显示的名称，最多{LONGEST_TITLE}个字。"


class PointForm(VersionedForm):
    number = forms.CharField(
        label="序号", max_length=10, required=False, help_text="原文中的序号，如“3”。没有序号的留空。"
    )
    title = forms.CharField(
        label="短标题", max_length=LONGEST_TITLE, required=False, help_text=f"{TITLE_HELP}留空的按内容自动生成。"
    )
    text = forms.CharField(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    due_date = forms.DateField(label="完成时限", widget=date_input())


class PointTitleForm(VersionedForm):
    """Only the short title: a label, which may be put better after the notice was issued as well."""

    title = forms.CharField(label="短标题", max_length=LONGEST_TITLE, help_text=TITLE_HELP)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class DueDateForm(VersionedForm):
    """Only the date, as it stands beside each point of the tree."""

    due_date = forms.DateField(label="完成时限", widget=date_input())


class NewPointForm(forms.Form):
    after = PointField(
        label="排在哪一条之后",
        required=False,
        empty_label="最前面",
        help_text="新的要点归入同一部分、同一节。",
    )
    number = forms.CharField(label="序号", max_length=10, required=False)
    text = forms.CharField(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    due_date = forms.DateField(label="完成时限", widget=date_input())

    def __init__(self, data: Any = None, *, notice: WorkPointNotice) -> None:
        super().__init__(data, initial={"due_date": WorkPoint.default_due_date(notice.year)})
        after: PointField = self.fields["after"]  # type: ignore[assignment]
        after.queryset = notice.points.order_by("position", "pk")


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


def _edit_due_date(*, point: WorkPoint, **sent: Any) -> WorkPoint:
    """改时限: the rest of the point stays as this person saw it."""
    return edit_point(point=point, number=point.number, text=point.text, **sent)


# What is corrected of a point, one form each.

EDIT = DraftCorrection(
    record="point",
    service=edit_point,
    form=PointForm.showing,
    title="修改要点{name}",
    done="要点{point.label}已修改。",
    quotes=lambda point: point.responsibility_texts,
)
DUE_DATE = DraftCorrection(
    record="point",
    service=_edit_due_date,
    form=DueDateForm.showing,
    title="修改要点{name}的完成时限",
    done="要点{point.label}的完成时限已改为 {point.due_date:%Y-%m-%d}。",
    moves_on=True,
    quotes=lambda point: [point.text, *point.responsibility_texts],
)
ADD = DraftCorrection(
    record="notice",
    service=add_point,
    form=lambda notice, data: NewPointForm(data, notice=notice),
    title="添加要点",
    submit="添加",
    done="要点已添加，请再添加它的责任单位。",
)
TITLE = DraftCorrection(
    record="point",
    service=retitle_point,
    form=PointTitleForm.showing,
    may_be_issued=True,
    title="修改要点{name}的短标题",
    done="要点{name}的短标题已改为“{point.title}”。",
    lead="只改名称，通知的内容和任务都不变。",
    quotes=lambda point: [point.text],
)
REMOVE = DraftCorrection(
    record="point",
    service=remove_point,
    title="删除要点{name}",
    submit="确认删除",
    done="要点{name}已删除。",
    lead="删除后，这条要点和它的责任单位不再下达；原文不受影响。",
    quotes=lambda point: [point.text],
)
MOVE = DraftCorrection(
    record="point",
    service=reshaping.move_point,
    form=lambda point, data: MoveForm(data, point=point),
    title="移动要点{name}",
    submit="移动",
    done="要点{name}已移动，编号为{point.name}。",
    quotes=lambda point: [point.text],
)
HEADING = DraftCorrection(
    record="point",
    service=reshaping.change_heading,
    form=lambda point, data: HeadingForm(data, point=point),
    title="要点{name}的部分和节",
    done="要点{name}的部分和节已修改，编号为{point.name}。",
    quotes=lambda point: [point.text],
)


def step(request: AuthenticatedRequest, pk: int, point_pk: int, *, up: bool) -> HttpResponse:
    """上移, 下移: the buttons beside each point of the tree."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    version = seen_version(request)
    try:
        reshaping.move_by_one(point=point, version=version, up=up, by=request.user, at=clock.now())
    except ValidationError as refused:
        messages.warning(request, refused.messages[0])
        return redirect(page_of(notice, point))
    done = f"要点已{'上移' if up else '下移'}一步，编号为{point.name}，在“{point.section or point.part or '正文'}”中。"
    return back_to(notice, point, request=request, done=done)


# 拆分, 合并: where a point's text is cut and who stays with which half; which neighbour it is joined with.


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
                choices=reshaping.SplitShare.choices,
                initial=reshaping.SplitShare.BOTH,
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
    places = [0, *reshaping.cut_places(point.text)]
    return office_page(
        request,
        "admin/tasks/notice/split.html",
        title=f"拆分要点{point.label}",
        trail=trail_to(notice),
        notice=notice,
        point=point,
        pieces=[(point.text[start:end], end) for start, end in pairwise(places)],
        rest=point.text[places[-1] :],
        form=form,
    )


def _cut(point: WorkPoint, *, version: int, typed: str) -> int:
    point.require_version(version)
    try:
        return reshaping.cut_marked(point.text, typed=typed)
    except ValidationError as refused:
        raise ValidationError({"typed": refused.messages}) from refused


def split_at(request: AuthenticatedRequest, pk: int, point_pk: int, cut: int) -> HttpResponse:
    """拆分, second step: both halves as they will be, and who stays with which."""
    notice = draft_to_correct(request, pk)
    point = point_of(request, notice, point_pk)
    form = SplitForm(request.POST or None, point=point)
    act = partial(reshaping.split_point, point=point, cut=cut, by=request.user, at=clock.now())
    made: list[WorkPoint] = []
    if request.method == "POST" and was_done(form, lambda: made.append(act(**form.cleaned_data))):
        return back_to(
            notice, made[0], request=request, done=f"要点{point.label}已拆成两条，新的一条是{made[0].label}。"
        )
    try:
        halves = reshaping.halves_to_be(point, cut)
    except ValidationError as refused:
        messages.warning(request, refused.messages[0])
        return redirect("admin:tasks_point_split", notice.pk, point.pk)
    return office_page(
        request,
        "admin/tasks/notice/split_at.html",
        title=f"拆分要点{point.label}",
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
    act = partial(reshaping.merge_points, point=point, by=request.user, at=clock.now())
    made: list[WorkPoint] = []
    if request.method == "POST" and was_done(sent, lambda: made.append(act(**sent.cleaned_data))):
        return back_to(notice, made[0], request=request, done=f"两条要点已合并为{made[0].label}。")
    return office_page(
        request,
        "admin/tasks/notice/merge.html",
        title=f"合并要点{point.label}",
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
    office_path("<int:pk>/points/add/", ADD.view, "tasks_point_add"),
    office_path("<int:pk>/points/<int:point_pk>/", EDIT.view, "tasks_point_edit"),
    office_path("<int:pk>/points/<int:point_pk>/title/", TITLE.view, "tasks_point_title"),
    office_path("<int:pk>/points/<int:point_pk>/due/", DUE_DATE.view, "tasks_point_due"),
    office_path("<int:pk>/points/<int:point_pk>/remove/", REMOVE.view, "tasks_point_remove"),
    office_path("<int:pk>/points/<int:point_pk>/up/", require_POST(partial(step, up=True)), "tasks_point_up"),
    office_path("<int:pk>/points/<int:point_pk>/down/", require_POST(partial(step, up=False)), "tasks_point_down"),
    office_path("<int:pk>/points/<int:point_pk>/move/", MOVE.view, "tasks_point_move"),
    office_path("<int:pk>/points/<int:point_pk>/heading/", HEADING.view, "tasks_point_heading"),
    office_path("<int:pk>/points/<int:point_pk>/split/", choose_cut, "tasks_point_split"),
    office_path("<int:pk>/points/<int:point_pk>/split/<int:cut>/", split_at, "tasks_point_split_at"),
    office_path("<int:pk>/points/<int:point_pk>/merge/", merge, "tasks_point_merge"),
]
