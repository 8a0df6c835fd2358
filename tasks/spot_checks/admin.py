"""抽查 in the admin: the office draws a sample and names inspectors; lists of what they found, of objections, of rectifications."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import require
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import Trail, office_page, office_path, was_done
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import require_seen, version_of
from tasks import rules
from tasks.assignments.admin_filters import PartFilter
from tasks.models import Drawn, Finding, Objection, Rectification, Rubric, SpotCheck, WorkPointNotice
from tasks.models.states import NoticeStatus, ObjectionStatus, RectificationStatus
from tasks.spot_checks.drawing import (
    assign_inspector,
    dealt_inspectors,
    draw_inspectors,
    draw_spot_check,
    inspectors,
    named_by_hand,
    redraw,
)
from tasks.spot_checks.finding_acts import OFFICE_ACTS
from tasks.spot_checks.finding_page import FindingPage
from tasks.spot_checks.sampling import DrawError, program

# The office's forms around a spot check.


class DrawForm(forms.Form):
    """抽取: everything that decides the sample stands in it. It cannot be undone: whose year it is, the person says."""

    notice = forms.ModelChoiceField(WorkPointNotice.objects.none(), label="通知", empty_label="请选择")
    title = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(attrs={"size": 50}))
    stratified_by = forms.MultipleChoiceField(
        label="分层依据",
        choices=SpotCheck.Stratum.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="分层后，各层按所占比例抽取；不选则不分层。",
    )
    size = forms.IntegerField(label="抽取数量", min_value=1, max_value=10000)
    seed = forms.RegexField(
        r"^[\w-]+\Z",
        label="随机种子",
        max_length=100,
        error_messages={"invalid": "随机种子只用文字、数字和连字符，方便别人照抄重算。"},
        help_text="建议用抽查当天的日期，或由在场人员当众给出。种子决定结果，事后不能更改。",
    )
    rubric = forms.ModelChoiceField(
        Rubric.objects.filter(is_active=True),
        label="评分细则",
        required=False,
        empty_label="不评分，只记录结论",
        help_text="抽取后不能更换；细则一经选用也不能再改，需要改的请复制为新细则。",
    )
    as_of = forms.DateField(label="统计日期", widget=date_input(), help_text="不早于通知下达日期，不晚于今天。")
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data: Any = None, *, today: date) -> None:
        suggested = {"title": f"{today:%Y年%-m月}抽查", "seed": f"{today:%Y%m%d}", "as_of": today, "size": 10}
        super().__init__(data, initial=suggested)
        notice: forms.ModelChoiceField[WorkPointNotice] = self.fields["notice"]  # type: ignore[assignment]
        notice.queryset = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year")


class PoolForm(forms.Form):
    """The inspectors among whom everything drawn is dealt by lot."""

    pool = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="抽查人员名册",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一名抽查人员。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool: forms.ModelMultipleChoiceField[User] = self.fields["pool"]  # type: ignore[assignment]
        pool.queryset = inspectors()


class HandForm(forms.Form):
    """Who inspects one drawn row, and why it is not left to the lot."""

    drawn = forms.ModelChoiceField(Drawn.objects.none(), label="抽中的任务分工", empty_label="请选择")
    inspector = forms.ModelChoiceField(User.objects.none(), label="抽查人员", empty_label="请选择")
    reason = forms.CharField(label="理由", max_length=200, help_text="如“随机分派的人员出差”，会印在抽查记录上。")

    def __init__(self, *args: Any, spot_check: SpotCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn: forms.ModelChoiceField[Drawn] = self.fields["drawn"]  # type: ignore[assignment]
        open_rows = spot_check.drawn.filter(finding=None).select_related("spot_check", "assignment", "inspector")
        drawn.queryset = open_rows.order_by("pk")
        drawn.label_from_instance = _with_inspector  # type: ignore[method-assign]
        inspector: forms.ModelChoiceField[User] = self.fields["inspector"]  # type: ignore[assignment]
        inspector.queryset = inspectors()


def _with_inspector(obj: Drawn) -> str:
    return f"{obj.assignment.key}（{obj.inspector or '尚未指定'}）"


# What the sheet of a draw (抽查记录) prints of each drawn row, and of the inspectors who were passed over.


@dataclass(frozen=True, slots=True)
class DrawSheetRow:
    """One drawn row: `by_lot` is whom the lot gave it to, `reason` why somebody else was named by hand."""

    drawn: Drawn
    finding: Finding | None
    by_lot: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Who was passed over (回避) for which rows, for one reason."""

    inspector: str
    reason: str
    keys: list[str]


def sheet_rows(spot_check: SpotCheck) -> list[DrawSheetRow]:
    """The rows in drawing order."""
    rows = spot_check.drawn.select_related("assignment__task__point", "assignment__unit", "inspector", "finding")
    dealt, by_hand = dealt_inspectors(spot_check), named_by_hand(spot_check)
    names = inspector_names(spot_check.inspector_pool)
    return [
        DrawSheetRow(
            drawn=row,
            finding=getattr(row, "finding", None),
            by_lot=names.get(dealt.get(row.assignment.key, ""), ""),
            reason=by_hand.get(row.pk, ""),
        )
        for row in rows.order_by("pk")
    ]


def passed_over(spot_check: SpotCheck) -> list[PassedOver]:
    """By person and reason, as the lot was drawn."""
    names = inspector_names(spot_check.inspector_pool)
    in_order = sorted(spot_check.passed_over, key=lambda each: (each["inspector"], each["reason"]))
    return [
        PassedOver(names.get(who, who), reason, [each["key"] for each in group])
        for (who, reason), group in groupby(in_order, key=lambda each: (each["inspector"], each["reason"]))
    ]


def inspector_names(usernames: Iterable[str]) -> dict[str, str]:
    """Username → name and username, as the sheet prints them: the recipe needs the username."""
    people = User.objects.filter(username__in=list(usernames)).order_by("username")
    return {person.username: f"{person}（账号 {person.username}）" for person in people}


PAGE = "admin:tasks_spotcheck_change"


@admin.register(SpotCheck)
class SpotCheckAdmin(OfficeModelAdmin[SpotCheck]):
    """Adding is drawing; a spot check's own page is the sheet of its draw."""

    group = DeskGroup.CHECKS
    rank = 1
    list_display = ["title", "notice", "as_of", "size", "seed", "inspected"]
    list_filter = ["notice"]
    search_fields = ["title", "seed"]
    list_select_related = ["notice"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpotCheck]:
        found = Count("drawn", filter=Q(drawn__finding__isnull=False))
        return super().get_queryset(request).annotate(counted_drawn=Count("drawn"), counted_found=found)

    @admin.display(description="已有结论")
    def inspected(self, spot_check: Any) -> str:
        return f"{spot_check.counted_found} / {spot_check.counted_drawn}"

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("<int:pk>/inspectors/", by_lot, "tasks_spotcheck_by_lot"),
            office_path("<int:pk>/inspector/", by_hand, "tasks_spotcheck_by_hand"),
            *super().get_urls(),
        ]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return draw_page(request)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return sheet(request, pk)


def _trail() -> Trail:
    return [("抽查", reverse("admin:tasks_spotcheck_changelist"))]


def draw_page(request: AuthenticatedRequest) -> HttpResponse:
    """Choose what decides the sample, and draw. There is no preview: nobody shall try seeds until one pleases."""
    form = DrawForm(request.POST or None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            spot_check = draw_spot_check(by=request.user, at=clock.now(), **form.cleaned_data)
        except DrawError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"“{spot_check.title}”已抽取 {spot_check.size} 项，请指定抽查人员。")
            return redirect(PAGE, spot_check.pk)
    return office_page(request, "admin/tasks/spot_check/draw.html", title="抽取", trail=_trail(), form=form)


def sheet(
    request: AuthenticatedRequest, pk: int, *, pool_form: PoolForm | None = None, hand_form: HandForm | None = None
) -> HttpResponse:
    """The draw, recomputed from what the spot check keeps, and how anybody can recompute it; then the inspections."""
    spot_check = get_object_or_404(SpotCheck.objects.select_related("notice", "rubric", "drawn_by"), pk=pk)
    rows = sheet_rows(spot_check)
    may_assign = rules.can_assign_inspectors(request.user, spot_check)
    return office_page(
        request,
        "admin/tasks/spot_check/sheet.html",
        title=spot_check.title,
        trail=_trail(),
        spot_check=spot_check,
        stratified_by=[SpotCheck.Stratum(value).label for value in spot_check.stratified_by],
        draw=redraw(spot_check),
        rows=rows,
        passed_over=passed_over(spot_check),
        pool=inspector_names(spot_check.inspector_pool),
        pool_form=pool_form or PoolForm(),
        may_draw_inspectors=may_assign and not any(row.drawn.inspector for row in rows),
        hand_form=hand_form or HandForm(spot_check=spot_check),
        may_name=may_assign and any(row.finding is None for row in rows),
        version=version_of(spot_check, *spot_check.drawn.order_by("pk")),
        without_inspector=sum(row.drawn.inspector is None for row in rows),
        program=program(),
        show_population="population" in request.GET,
    )


def by_lot(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """随机分派: deal everything drawn to the chosen inspectors by the draw's own seed."""
    spot_check = get_object_or_404(SpotCheck, pk=pk)
    require(rules.can_assign_inspectors(request.user, spot_check))
    if request.method == "POST":
        require_seen(request, spot_check, *spot_check.drawn.order_by("pk"))
    form = PoolForm(request.POST)
    if request.method != "POST" or not was_done(
        form, lambda: draw_inspectors(spot_check=spot_check, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        return sheet(request, pk, pool_form=form) if request.method == "POST" else redirect(PAGE, pk)
    left = spot_check.drawn.filter(inspector=None).count()
    rest = f"；{left} 项因全部人员回避没有分派，请人工指定并写明理由。" if left else "。"
    messages.success(request, f"已按种子随机分派抽查人员{rest}")
    return redirect(PAGE, pk)


def by_hand(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """人工指定: name the inspector of one drawn row, for a reason that the sheet prints."""
    spot_check = get_object_or_404(SpotCheck, pk=pk)
    require(rules.can_assign_inspectors(request.user, spot_check))
    if request.method == "POST":
        require_seen(request, spot_check, *spot_check.drawn.order_by("pk"))
    form = HandForm(request.POST, spot_check=spot_check)
    if request.method != "POST" or not was_done(
        form, lambda: assign_inspector(by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        return sheet(request, pk, hand_form=form) if request.method == "POST" else redirect(PAGE, pk)
    drawn = form.cleaned_data["drawn"]
    messages.success(request, f"{drawn.assignment.key}由{drawn.inspector}核查。")
    return redirect(f"{reverse(PAGE, args=[pk])}#drawn-{drawn.pk}")


# --- What was found, and what followed --------------------------------------------------------------------------


OF_ASSIGNMENT = ("drawn__spot_check", "drawn__assignment__task__point__notice", "drawn__assignment__unit")


class FindingPartFilter(PartFilter):
    point = "drawn__assignment__task__point"


class ObjectionFilter(admin.SimpleListFilter):
    """How an objection stands; of one that still lies within the unit nobody else is told."""

    title = "异议"
    parameter_name = "objected"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [choice for choice in ObjectionStatus.choices if choice[0] not in ObjectionStatus.within_unit]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        known = [status for status, _ in self.lookup_choices]
        return queryset.filter(objection__status=chosen) if chosen in known else queryset


@admin.register(Finding)
class FindingAdmin(WithRecordPage[Finding], ReadOnlyAdmin[Finding]):
    page = FindingPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.CHECKS
    rank = 2
    list_display = ("drawn", "outcome", "score", "passed", "note", "rectify_by_date", "recorded_by", "recorded_at")
    list_filter = (
        "outcome",
        "passed",
        ObjectionFilter,
        "rectification__status",
        "drawn__spot_check",
        FindingPartFilter,
    )
    search_fields = ("note", "drawn__assignment__key", "drawn__assignment__unit__short_name")
    date_hierarchy = "rectify_by_date"
    list_select_related = (*OF_ASSIGNMENT, "recorded_by")


class LateFilter(admin.SimpleListFilter):
    """整改期限 against today."""

    title = "是否逾期"
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("yes", "逾期未报送"), ("was", "逾期报送"), ("no", "未逾期")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        owed = Q(status__in=RectificationStatus.owed, finding__rectify_by_date__lt=clock.today())
        was = ~Q(status__in=RectificationStatus.owed) & Q(handed_in_at__date__gt=F("finding__rectify_by_date"))
        kept: dict[str | None, Q] = {"yes": owed, "was": was, "no": ~(owed | was)}
        return queryset.filter(kept.get(self.value(), Q()))


class OfFinding(ReadOnlyAdmin[Any]):
    """What follows a finding opens on the finding's page."""

    group = DeskGroup.CHECKS
    search_fields = ("text", "finding__drawn__assignment__key", "finding__drawn__assignment__unit__short_name")
    list_select_related = tuple(f"finding__{name}" for name in OF_ASSIGNMENT)

    @admin.display(description="单位", ordering="finding__drawn__assignment__unit__position")
    def unit(self, record: Any) -> str:
        return str(record.finding.drawn.assignment.unit)

    @admin.display(description="任务", ordering="finding__drawn__assignment__task__point__position")
    def task(self, record: Any) -> str:
        return str(record.finding.drawn.assignment.task)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        return redirect("admin:tasks_finding_change", record.finding_id)


@admin.register(Objection)
class ObjectionAdmin(OfFinding):
    rank = 3
    """What units have objected; what still lies within a unit is nobody else's."""

    list_display = ("task", "unit", "status", "text", "raised_at", "decided_by", "decided_at")
    list_filter = ("status", "finding__drawn__spot_check")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(status__in=ObjectionStatus.within_unit)


@admin.register(Rectification)
class RectificationAdmin(OfFinding):
    rank = 4
    list_display = ("task", "unit", "status", "rectify_by", "handed_in_at", "checked_by", "checked_at")
    list_filter = ("status", LateFilter, "finding__drawn__spot_check")

    @admin.display(description="整改期限", ordering="finding__rectify_by_date")
    def rectify_by(self, rectification: Rectification) -> Any:
        return rectification.finding.rectify_by_date
