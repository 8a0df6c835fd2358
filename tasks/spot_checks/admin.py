"""抽查 in the admin: the lists of draws, of what they found, of objections and of rectifications."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString

from ninghai.calendar import clock
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.staff_site.result_list import chip
from ninghai.web.http import AuthenticatedRequest
from tasks.assignments.admin_filters import OfAssignmentPartFilter, OfIssuedYears, PartFilter
from tasks.models import Drawn, Finding, Objection, Rectification, SpotCheck
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.spot_checks import views
from tasks.spot_checks.finding_acts import OFFICE_ACTS
from tasks.spot_checks.finding_page import OBJECTION_TONES, OUTCOME_TONES, RECTIFICATION_TONES, FindingPage
from tasks.spot_checks.spot_check_page import office_pages
from tasks.spot_checks.subjects import SUBJECTS


@admin.register(SpotCheck)
class SpotCheckAdmin(WithRecordPage[SpotCheck], OfIssuedYears[SpotCheck]):
    """Adding is drawing; a spot check's own page shows what was drawn."""

    page = office_pages
    group = DeskGroup.CHECKS
    rank = 1
    year_path = "notice__year"
    list_display = ["title", "subject", "notice", "as_of", "size", "seed", "inspected"]
    list_filter = ["subject"]
    search_fields = ["title", "seed"]
    list_select_related = ["notice"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpotCheck]:
        found = Count("drawn", filter=Q(drawn__finding__isnull=False))
        return super().get_queryset(request).annotate(counted_drawn=Count("drawn"), counted_found=found)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        begins = [(label, reverse(name)) for label, name in (each.begins for each in SUBJECTS.values())]
        return super().changelist_view(request, {**(extra_context or {}), "begins": begins})

    @admin.display(description="已有结论")
    def inspected(self, spot_check: Any) -> str:
        return f"{spot_check.counted_found} / {spot_check.counted_drawn}"


class OutcomeFilter(admin.SimpleListFilter):
    """By what was found; what waits for its inspection has no finding yet."""

    title = "结论"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("waiting", "待核查"), *Finding.Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.filter(finding=None)
        return queryset.filter(finding__outcome=self.value()) if self.value() else queryset


@admin.register(Drawn)
class DrawnAdmin(WithRecordPage[Drawn], OfIssuedYears[Drawn], ReadOnlyAdmin[Drawn]):
    """Everything drawn, with the page on which its inspector works."""

    page = views.InspectionPage(ADMIN, views.OFFICE_ACTS)
    group = DeskGroup.CHECKS
    rank = 2
    year_path = "spot_check__notice__year"
    list_display = ("task", "unit", "spot_check", "inspector", "due", "outcome")
    list_filter = (OutcomeFilter, "spot_check", ("inspector", admin.RelatedOnlyFieldListFilter), OfAssignmentPartFilter)
    search_fields = ("key", "name", "unit__short_name", "inspector__name")
    list_select_related = ("spot_check", "assignment__task__point__notice", "unit", "inspector", "finding")

    @admin.display(description="任务", ordering="assignment__task__point__position")
    def task(self, drawn: Drawn) -> str:
        return drawn.task

    @admin.display(description="核查期限")
    def due(self, drawn: Drawn) -> str:
        return views.due_words(drawn, on=clock.today()) or "—"

    @admin.display(description="结论")
    def outcome(self, drawn: Drawn) -> str:
        finding: Finding | None = getattr(drawn, "finding", None)
        return finding.get_outcome_display() if finding else "待核查"


# What was found, and what followed.


OF_DRAWN = ("drawn__spot_check", "drawn__assignment__task__point__notice", "drawn__unit")


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
class FindingAdmin(WithRecordPage[Finding], OfIssuedYears[Finding], ReadOnlyAdmin[Finding]):
    page = FindingPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.CHECKS
    rank = 2
    year_path = "drawn__spot_check__notice__year"
    tones = {"outcome": OUTCOME_TONES}
    list_display = ("drawn", "outcome", "score", "verdict", "note", "rectify_by_date", "recorded_by", "recorded_at")
    list_filter = (
        "outcome",
        "passed",
        ObjectionFilter,
        "rectification__status",
        "drawn__spot_check",
        FindingPartFilter,
    )
    search_fields = ("note", "drawn__key", "drawn__name", "drawn__unit__short_name")
    date_hierarchy = "rectify_by_date"
    list_select_related = (*OF_DRAWN, "recorded_by")

    @admin.display(description="是否合格", ordering="passed")
    def verdict(self, finding: Finding) -> SafeString:
        """Whether it reached the mark, in the words of the papers."""
        words = {True: ("合格", "good"), False: ("不合格", "late"), None: ("未评", "draft")}
        return chip(*words[finding.passed])


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


class OfFinding(OfIssuedYears[Any], ReadOnlyAdmin[Any]):
    """What follows a finding opens on the finding's page."""

    group = DeskGroup.CHECKS
    year_path = "finding__drawn__spot_check__notice__year"
    search_fields = ("text", "finding__drawn__key", "finding__drawn__name", "finding__drawn__unit__short_name")
    list_select_related = tuple(f"finding__{name}" for name in OF_DRAWN)

    @admin.display(description="单位", ordering="finding__drawn__unit__position")
    def unit(self, record: Any) -> str:
        return str(record.finding.drawn.unit)

    @admin.display(description="任务", ordering="finding__drawn__assignment__task__point__position")
    def task(self, record: Any) -> str:
        return str(record.finding.drawn.task)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        return redirect("admin:tasks_finding_change", record.finding_id)


@admin.register(Objection)
class ObjectionAdmin(OfFinding):
    """What units have objected; what still lies within a unit is nobody else's."""

    rank = 3
    tones = {"status": OBJECTION_TONES}
    list_display = ("task", "unit", "status", "text", "raised_at", "decided_by", "decided_at")
    list_filter = ("status", "finding__drawn__spot_check")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(status__in=ObjectionStatus.within_unit)


@admin.register(Rectification)
class RectificationAdmin(OfFinding):
    rank = 4
    tones = {"status": RECTIFICATION_TONES}
    list_display = ("task", "unit", "status", "rectify_by", "handed_in_at", "checked_by", "checked_at")
    list_filter = ("status", LateFilter, "finding__drawn__spot_check")

    @admin.display(description="整改期限", ordering="finding__rectify_by_date")
    def rectify_by(self, rectification: Rectification) -> Any:
        return rectification.finding.rectify_by_date
