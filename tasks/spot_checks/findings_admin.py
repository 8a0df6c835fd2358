"""抽查结论 in the admin: the office reads what was found, decides objections, and looks at rectifications again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from ninghai.calendar import clock
from ninghai.models import Role
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.assignments.admin_filters import PartFilter
from tasks.models import Finding, Objection, Rectification
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.spot_checks.finding_page import show_finding
from tasks.spot_checks.finding_views import visible_finding
from tasks.spot_checks.findings import FindingFields, check_bases, given_marks
from tasks.spot_checks.forms import ObjectionDecisionForm, RecheckForm, initial_of, marks_of
from tasks.spot_checks.objections import decide_objection
from tasks.spot_checks.rectifications import recheck_rectification

PAGE = "admin:tasks_finding_change"
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
class FindingAdmin(ReadOnlyAdmin[Finding]):
    group = DeskGroup.SPOT_CHECKS
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

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("<int:pk>/decide/", decide, "tasks_finding_decide"),
            office_path("<int:pk>/recheck/", recheck, "tasks_finding_recheck"),
            *super().get_urls(),
        ]

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return finding_page(request, int(object_id))


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

    group = DeskGroup.SPOT_CHECKS
    search_fields = ("text", "finding__drawn__assignment__key", "finding__drawn__assignment__unit__short_name")
    list_select_related = tuple(f"finding__{name}" for name in OF_ASSIGNMENT)

    @admin.display(description="单位", ordering="finding__drawn__assignment__unit__position")
    def unit(self, record: Any) -> str:
        return str(record.finding.drawn.assignment.unit)

    @admin.display(description="任务", ordering="finding__drawn__assignment__task__point__position")
    def task(self, record: Any) -> str:
        return str(record.finding.drawn.assignment.task)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        record = get_object_or_404(self.get_queryset(request), pk=int(object_id))
        return redirect(PAGE, record.finding_id)


@admin.register(Objection)
class ObjectionAdmin(OfFinding):
    """What units have objected; what still lies within a unit is nobody else's."""

    list_display = ("task", "unit", "status", "text", "raised_at", "decided_by", "decided_at")
    list_filter = ("status", "finding__drawn__spot_check")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(status__in=ObjectionStatus.within_unit)


@admin.register(Rectification)
class RectificationAdmin(OfFinding):
    list_display = ("task", "unit", "status", "rectify_by", "handed_in_at", "checked_by", "checked_at")
    list_filter = ("status", LateFilter, "finding__drawn__spot_check")

    @admin.display(description="整改期限", ordering="finding__rectify_by_date")
    def rectify_by(self, rectification: Rectification) -> Any:
        return rectification.finding.rectify_by_date


def decide(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """处理异议: dismiss it, or uphold it and correct the finding in the same act."""
    finding = visible_finding(request, pk)
    objection = get_object_or_404(Objection, finding=finding)
    objection.finding = finding
    if request.method != "POST":
        return redirect(PAGE, pk)
    require(rules.can_decide_objection(request.user, objection))
    form = _decision_form(finding, data=request.POST)
    if not was_done(form, lambda: _decide(request, objection, form)):
        return finding_page(request, pk, decision_form=form)
    messages.success(request, f"异议已处理：{objection.get_status_display()}。单位和抽查人员已收到通知。")
    return redirect(PAGE, pk)


def _decide(request: AuthenticatedRequest, objection: Objection, form: ObjectionDecisionForm) -> None:
    words = form.words
    is_upheld = form.cleaned_data["verdict"] == "upheld"
    if is_upheld:
        standing = objection.finding.marks.all()
        check_bases(words.marks, before={str(mark.criterion_id): mark.note for mark in standing})
    found = FindingFields(
        outcome=words.outcome,
        note=words.note,
        rectify_by_date=words.rectify_by_date,
        marks=given_marks(words.marks, drawn=objection.finding.drawn),
    )
    decide_objection(
        objection=objection,
        found=found if is_upheld else None,
        decision=form.cleaned_data["decision"],
        version=form.cleaned_data["version"],
        by=request.user,
        at=clock.now(),
    )


def recheck(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """复查 by the office, where the inspector does not."""
    finding = visible_finding(request, pk)
    rectification = get_object_or_404(Rectification, finding=finding)
    require(request.user.acting is not None and request.user.acting.role == Role.OFFICE)
    form = RecheckForm(request.POST)
    version = seen_version(request)
    if request.method != "POST":
        return redirect(PAGE, pk)
    if not was_done(
        form,
        lambda: recheck_rectification(
            rectification=rectification, version=version, by=request.user, at=clock.now(), **form.cleaned_data
        ),
    ):
        return finding_page(request, pk, recheck_form=form)
    messages.success(request, "复查结果已记录，单位已收到通知。")
    return redirect(PAGE, pk)


def finding_page(
    request: AuthenticatedRequest,
    pk: int,
    *,
    decision_form: ObjectionDecisionForm | None = None,
    recheck_form: RecheckForm | None = None,
) -> HttpResponse:
    """The finding with everything that followed, and what this person may decide."""
    finding = visible_finding(request, pk)
    now = clock.now()
    return office_page(
        request,
        "admin/tasks/finding.html",
        title=f"抽查结论：{finding.drawn.assignment}",
        trail=[("抽查结论", reverse("admin:tasks_finding_changelist"))],
        shown=show_finding(finding, user=request.user, on=now.date(), at=now),
        finding=finding,
        assignment=finding.drawn.assignment,
        decision_form=decision_form or _decision_form(finding),
        recheck_form=recheck_form or RecheckForm(),
    )


def _decision_form(finding: Finding, data: Any = None) -> ObjectionDecisionForm:
    """The finding as it stands, to be corrected."""
    initial = initial_of(
        outcome=finding.outcome, note=finding.note, rectify_by_date=finding.rectify_by_date, marks=marks_of(finding)
    )
    objection: Objection | None = getattr(finding, "objection", None)
    initial["version"] = objection.version if objection else 1
    return ObjectionDecisionForm(data, rubric=finding.drawn.spot_check.rubric, initial=initial)
