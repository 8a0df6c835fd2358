"""Who is named at a point: add a name, correct it, say which units it means (确定单位), and keep that for the next time (常用单位组合).

One unit is added to several points at once (批量添加责任单位).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple, Self

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Unit
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import status_of
from ninghai.web.template_filters import undo_tag
from tasks.handovers.unit_reform import UnitsField
from tasks.models import Responsibility, UnitChoice, WorkPoint, WorkPointNotice
from tasks.models.notice import name_of_point
from tasks.notices import correcting, reshaping
from tasks.notices.admin.frame import (
    DraftCorrection,
    VersionedForm,
    back_to,
    draft_to_correct,
    is_open,
    page_of,
    responsibility_of,
    trail_to,
)
from tasks.notices.issuing import count_assignments, preview_assignments
from tasks.notices.responsibilities import guesses
from tasks.notices.taking_back import resolved_just_now, take_back_resolving

# 确定单位: which units a name means, with what the office has kept for it, and a preview of the assignments.


class ResolveForm(VersionedForm):
    """确定单位: which units a name means here, and whether that holds wherever the notice still leaves it open."""

    units = UnitsField(label="对应单位")
    all_alike = forms.BooleanField(label="同名全部采用：用于本通知中还没有确定单位的同一名称", required=False)
    learn_name = forms.BooleanField(
        label="记为该单位的其他叫法",
        required=False,
        help_text="只对应一个单位时可用；以后的通知出现这个名称会自动识别。",
    )
    keep_as = forms.CharField(
        label="把所选单位存为常用组合",
        max_length=60,
        required=False,
        help_text="填写组合名称，如“财经类部门”，下次遇到同样的名称可以一键选用。",
    )

    def __init__(self, data: Any = None, *, responsibility: Responsibility, on: date) -> None:
        chosen = list(responsibility.units.all()) or _proposal(responsibility)
        super().__init__(data, initial={"units": chosen, "version": responsibility.point.version})
        units: UnitsField = self.fields["units"]  # type: ignore[assignment]
        units.offer(on=on)
        if responsibility.group_id:
            del self.fields["learn_name"]


class OfferedChoice(NamedTuple):
    """A kept choice, with its units that exist on the notice's day."""

    choice: UnitChoice
    units: list[Unit]


@dataclass(frozen=True, slots=True)
class UnitChooser:
    """What a name may mean (选择单位), offered in place: likely units, kept choices, every unit; and where else it is open."""

    responsibility: Responsibility
    form: ResolveForm
    alike: list[str]  # the names of the other points that leave the same name open
    offers: list[OfferedChoice]
    guesses: list[Unit]
    units: list[Unit]

    @classmethod
    def of(cls, responsibility: Responsibility, *, sent: QueryDict | None = None, on: date) -> Self:
        units = list(Unit.objects.valid(on=on))
        offers = _offers(responsibility, units)
        is_unknown = not responsibility.is_resolved
        keys = _alike(responsibility).order_by("point__position").values_list("point__key", flat=True)
        return cls(
            responsibility=responsibility,
            form=ResolveForm(_sent(sent, offers) if sent else None, responsibility=responsibility, on=on),
            alike=[name_of_point(key) for key in keys] if is_unknown else [],
            offers=offers,
            guesses=guesses(responsibility.name, units) if is_unknown else [],
            units=units,
        )


def resolve(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    """One tap on a unit that is likely or on a kept choice resolves the name; else units are ticked, tried and sent."""
    notice = draft_to_correct(request, pk)
    responsibility = responsibility_of(request, notice, responsibility_pk)
    decided, at = responsibility if is_open(responsibility) else None, clock.now()
    chooser = UnitChooser.of(responsibility, sent=request.POST, on=timezone.localdate(at))
    form = chooser.form
    act = partial(correcting.resolve_responsibility, responsibility=responsibility, by=request.user, at=at)
    wants_preview = "preview" in request.POST
    counted: list[int] = []
    if (
        request.method == "POST"
        and not wants_preview
        and was_done(form, lambda: counted.append(act(**form.cleaned_data)))
    ):
        done = f"“{responsibility.name}”已确定单位，共 {counted[0]} 处。"
        resolved = resolved_just_now(notice, request.user, at=at) if _is_undoable(form) else None
        undo = undo_tag(reverse("admin:tasks_responsibility_take-back", args=[pk, resolved.pk])) if resolved else ""
        return back_to(notice, responsibility.point, request=request, done=done, decided=decided, undo=undo)
    return office_page(
        request,
        "admin/tasks/notice/resolve.html",
        title=f"要点{responsibility.point.label}：确定“{responsibility.name}”",
        trail=trail_to(notice),
        chooser=chooser,
        preview=_preview(form, responsibility) if wants_preview and form.is_valid() else None,
        status=status_of(request, [form]),
    )


def _is_undoable(form: Form) -> bool:
    """What outlasts the notice, a name that was learnt or a choice that was kept, is changed where it is kept."""
    return not any(form.cleaned_data.get(name) for name in ("learn_name", "keep_as"))


@require_POST
def resolve_back(request: AuthenticatedRequest, pk: int, row: int) -> HttpResponse:
    """撤销 from beside the sentence that says what was resolved; back at the point."""
    notice = draft_to_correct(request, pk)
    try:
        places = take_back_resolving(notice=notice, row=row, by=request.user, at=clock.now())
    except AuditEntry.DoesNotExist as unknown:
        raise Http404 from unknown
    messages.success(request, f"已撤销，{len(places)} 处“{places[0].name}”恢复为确定单位以前的样子。")
    return redirect(page_of(notice, places[0].point))


def _proposal(responsibility: Responsibility) -> list[Unit]:
    """The group's members, which the office may take as they are or change for this point."""
    return list(responsibility.group.members.all()) if responsibility.group else []


def _offers(responsibility: Responsibility, valid: Collection[Unit]) -> list[OfferedChoice]:
    kept = [
        OfferedChoice(choice, [unit for unit in choice.units.all() if unit in valid])
        for choice in correcting.choices_for(responsibility.name)
    ]
    return [offer for offer in kept if offer.units]


def _sent(data: QueryDict, offers: list[OfferedChoice]) -> QueryDict:
    """What was typed; with a tap on a likely unit or on a kept choice, that instead of the ticks."""
    tapped = next((offer.units for offer in offers if str(offer.choice.pk) == data.get("choice")), [])
    instead = data.getlist("unit") or [str(unit.pk) for unit in tapped]
    if instead:
        data = data.copy()
        data.setlist("units", instead)
    return data


def _alike(responsibility: Responsibility) -> QuerySet[Responsibility]:
    open_ones = Responsibility.objects.filter(point__notice=responsibility.point.notice, is_resolved=False)
    return open_ones.filter(name=responsibility.name).exclude(pk=responsibility.pk)


def _preview(form: Form, responsibility: Responsibility) -> dict[str, int]:
    """Assignments of this point and of the whole notice, now and with the choice."""
    notice, point = responsibility.point.notice, responsibility.point
    units: list[Unit] = list(form.cleaned_data["units"])
    places = [responsibility, *(_alike(responsibility) if form.cleaned_data["all_alike"] else [])]
    touched = {place.point_id for place in places}
    now = preview_assignments(notice, points=touched)
    then = preview_assignments(notice, points=touched, instead={place.pk: units for place in places})
    total = count_assignments(notice)
    return {
        "places": len(places),
        "point_now": now[point.pk],
        "point_then": then[point.pk],
        "total_now": total,
        "total_then": total + sum(then.values()) - sum(now.values()),
    }


# A responsibility of a point: add a name that the reader did not see, correct it, take it out.


class ResponsibilityForm(VersionedForm):
    """A name as the notice writes it, and its role; `version` is the point's."""

    name = forms.CharField(label="原文名称", max_length=60)
    role = forms.ChoiceField(label="角色", choices=Responsibility.Role.choices)
    is_group = forms.BooleanField(
        label="这是一组单位的统称", required=False, help_text="如“有关部门”。被点名的单位不勾选。"
    )


class RemoveForm(VersionedForm):
    """Out of this point, or out of all that leave the same name open."""

    all_alike = forms.BooleanField(label="同名全部删除：本通知中还没有确定单位的同一名称", required=False)


def _form(responsibility: Responsibility, data: QueryDict | None) -> ResponsibilityForm:
    return ResponsibilityForm.showing(responsibility, data, version=responsibility.point.version)


def _new_form(point: WorkPoint, data: QueryDict | None) -> ResponsibilityForm:
    return _form(Responsibility(point=point, role=Responsibility.Role.RESPONSIBLE), data)


ADD = DraftCorrection(
    record="point",
    service=correcting.add_responsibility,
    form=_new_form,
    title="要点{name}：添加责任单位",
    submit="添加",
    done="要点{name}已添加“{made.with_meaning}”。",
    quotes=lambda point: [*point.responsibility_texts, point.text],
)
EDIT = DraftCorrection(
    record="responsibility",
    service=correcting.edit_responsibility,
    form=_form,
    title="要点{name}：修改“{record.name}”",
    done="要点{name}的责任单位已修改。",
    quotes=lambda point: point.responsibility_texts,
)
REMOVE = DraftCorrection(
    record="responsibility",
    service=correcting.remove_responsibility,
    form=lambda responsibility, data: RemoveForm(data, initial={"version": responsibility.point.version}),
    title="要点{name}：删除“{record.name}”",
    submit="确认删除",
    done="要点{name}的“{record.name}”已删除，共 {made} 处。",
    moves_on=True,
    quotes=lambda point: point.responsibility_texts,
)


# 常用单位组合: the office renames what it has kept, lets it mean other units, or offers it no more.


@admin.register(UnitChoice)
class UnitChoiceAdmin(OfficeModelAdmin[UnitChoice]):
    """Choices come into being where a name is resolved."""

    group = DeskGroup.NOTICES
    list_display = ["title", "name", "unit_count", "is_offered", "kept_by", "kept_at"]
    list_filter = ["is_offered", "name"]
    list_select_related = ["kept_by"]
    search_fields = ["title", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitChoice]:
        return super().get_queryset(request).annotate(counted_units=Count("units"))

    @admin.display(description="单位数")
    def unit_count(self, choice: Any) -> int:
        return int(choice.counted_units)

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
    act = partial(correcting.change_choice, choice=choice, by=request.user, at=clock.now())
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


# 批量添加责任单位: several points of a draft are asked of one more unit, which is seen point by point before it is confirmed.

ASSIGNING = SealedPreview(
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
    if ASSIGNING.field in request.POST:
        return ASSIGNING.confirm(request, lambda shown: _add(request, notice, shown), pk=notice.pk)
    wanting = _wanting(notice)
    are_ticked = WANTING in request.GET
    form = AssignForm(request.POST or None, notice=notice, initial={"points": wanting} if are_ticked else {})
    shown = _would_assign(notice, **form.cleaned_data) if form.is_valid() else {}
    return office_page(
        request,
        "admin/tasks/notice/assign.html",
        title="批量添加责任单位",
        trail=trail_to(notice),
        form=form,
        wanting=0 if are_ticked else len(wanting),
        **shown,
    )


def _would_assign(notice: WorkPointNotice, *, unit: Unit, role: str, points: Iterable[WorkPoint]) -> dict[str, Any]:
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
        "sealed": ASSIGNING.seal(sealed),
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


URLS = [
    office_path("<int:pk>/units/<int:responsibility_pk>/resolve/", resolve, "tasks_responsibility_resolve"),
    office_path("<int:pk>/resolved/<int:row>/take-back/", resolve_back, "tasks_responsibility_take-back"),
    office_path("<int:pk>/points/<int:point_pk>/units/add/", ADD.view, "tasks_responsibility_add"),
    office_path("<int:pk>/units/<int:responsibility_pk>/", EDIT.view, "tasks_responsibility_edit"),
    office_path("<int:pk>/units/<int:responsibility_pk>/remove/", REMOVE.view, "tasks_responsibility_remove"),
    office_path("<int:pk>/assign/", assign, "tasks_notice_assign"),
]
