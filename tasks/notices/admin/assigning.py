"""批量添加责任单位: several points of a draft are asked of one more unit, which the office sees point by point before it confirms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.notices import reshaping
from tasks.notices.admin.frame import draft_to_correct, page_of, trail_to

PREVIEW = SealedPreview(
    salt="tasks.notices.assigning",
    field="assigned",
    page="admin:tasks_notice_assign",
    in_vain="没有添加：",
    expired="预览已过期，请重新选择。",
)

NAMED = 5  # points of a reason that are named, the others are counted
NOBODY, WANTING = "还没有责任单位", "wanting"  # the group of these points, and the address that has them ticked


class AssignForm(forms.Form):
    """Which points, which unit, in which role."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位", empty_label="请选择单位")
    role = forms.ChoiceField(label="角色", choices=[("", "请选择角色"), *Responsibility.Role.choices])
    points = forms.ModelMultipleChoiceField(WorkPoint.objects.none(), label="要点", widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, notice: WorkPointNotice, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.valid(on=clock.today())
        points: Any = self.fields["points"]
        points.queryset = notice.points.select_related("notice").order_by("position", "pk")
        points.choices = list(_choices(points.queryset.annotate(names=Count("responsibilities"))))


def _choices(points: Iterable[Any]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Those that nobody is responsible for first, the others by their part with how many are."""
    known = list(points)
    if wanting := [point for point in known if not point.names]:
        yield NOBODY, [(point.pk, point.label) for point in wanting]
    others = (point for point in known if point.names)
    for part, members in groupby(others, key=lambda point: point.part):
        yield part or "要点", [(point.pk, f"{point.label}（{point.names}个责任单位）") for point in members]


def _wanting(notice: WorkPointNotice) -> list[int]:
    return list(notice.points.filter(responsibilities=None).values_list("pk", flat=True))


def assign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Choose, look at what would come of it, confirm."""
    notice = draft_to_correct(request, pk)
    if PREVIEW.field in request.POST:
        return PREVIEW.confirm(request, lambda shown: _add(request, notice, shown), pk=notice.pk)
    wanting = _wanting(notice)
    are_ticked = WANTING in request.GET
    form = AssignForm(request.POST or None, notice=notice, initial={"points": wanting} if are_ticked else {})
    shown = _preview(notice, **form.cleaned_data) if form.is_valid() else {}
    return office_page(
        request,
        "admin/tasks/notice/assign.html",
        title="批量添加责任单位",
        trail=trail_to(notice),
        form=form,
        wanting=0 if are_ticked else len(wanting),
        **shown,
    )


def _preview(notice: WorkPointNotice, *, unit: Unit, role: str, points: Iterable[WorkPoint]) -> dict[str, Any]:
    """The points that would be asked of the unit; those that are left out, with why; all of it sealed."""
    asked = list(points)
    why_not = reshaping.why_not_add([point.pk for point in asked], unit, role=role)
    chosen = [point for point in asked if point.pk not in why_not]
    sealed = {"notice": notice.pk, "unit": unit.pk, "role": role, "points": {each.pk: each.version for each in chosen}}
    return {
        "is_preview": True,
        "unit": unit,
        "role": Responsibility.Role(role).label,
        "chosen": chosen,
        "left": [(point, why_not[point.pk]) for point in asked if point.pk in why_not],
        "sealed": PREVIEW.seal(sealed),
    }


def _add(request: AuthenticatedRequest, notice: WorkPointNotice, shown: Any) -> HttpResponse:
    """Each point in the version that was shown; those that were refused are named in one sentence."""
    unit = get_object_or_404(Unit, pk=shown["unit"])
    seen = {int(pk): version for pk, version in shown["points"].items()} if shown["notice"] == notice.pk else {}
    left = reshaping.add_unit(notice=notice, seen=seen, unit=unit, role=shown["role"], by=request.user, at=clock.now())
    if done := len(seen) - len(left):
        role = Responsibility.Role(shown["role"]).label
        messages.success(request, f"{done} 条要点已添加{unit}（{role}）。")
    if left:
        labels = {each.pk: each.label for each in notice.points.select_related("notice").filter(pk__in=left)}
        messages.warning(request, _left_words(unit, left, labels))
    return redirect(page_of(notice))


def _left_words(unit: Unit, left: Mapping[int, str], labels: Mapping[int, str]) -> str:
    """Which points, and why, the same reason once: 3 条要点没有添加县财政局。要点一(一)1等2条：……"""
    by_reason: dict[str, list[str]] = {}
    for pk, why_not in left.items():
        by_reason.setdefault(why_not, []).append(labels.get(pk, ""))
    return f"{len(left)} 条要点没有添加{unit}。" + "".join(
        f"{_names(found)}：{why_not}" for why_not, found in by_reason.items()
    )


def _names(labels: Sequence[str]) -> str:
    shown = "、".join(filter(None, labels[:NAMED]))
    return f"要点{shown}{f'等{len(labels)}条' if len(labels) > NAMED else ''}" if shown else f"{len(labels)}条"


URLS = [office_path("<int:pk>/assign/", assign, "tasks_notice_assign")]
