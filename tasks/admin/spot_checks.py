"""抽查: the office draws a sample, names inspectors, and reads what they found."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.moves import require
from ninghai.office.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.office.pages import Trail, office_page, office_path, was_done
from tasks import rules
from tasks.admin.filters import PartFilter
from tasks.admin.spot_check_forms import DrawForm, EvenlyForm, InspectorForm
from tasks.draw import DrawError
from tasks.models import Drawn, Finding, SpotCheck
from tasks.services.spot_checks import assign_evenly, assign_inspector, draw_spot_check, inspectors, redraw

PAGE = "admin:tasks_spotcheck_change"


@admin.register(SpotCheck)
class SpotCheckAdmin(OfficeModelAdmin[SpotCheck]):
    """Adding is drawing; a spot check's own page is the sheet of its draw."""

    editors = frozenset({Role.OFFICE})
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
            office_path("<int:pk>/inspectors/", evenly, "tasks_spotcheck_evenly"),
            office_path("<int:pk>/drawn/<int:drawn_pk>/inspector/", inspector, "tasks_spotcheck_inspector"),
            *super().get_urls(),
        ]

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return draw_page(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return sheet(request, int(object_id))


class FindingPartFilter(PartFilter):
    point = "drawn__assignment__task__point"


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin[Finding]):
    list_display = ["drawn", "outcome", "note", "rectify_by_date", "recorded_by", "recorded_at"]
    list_filter = ["outcome", "drawn__spot_check", FindingPartFilter]
    search_fields = ["note", "drawn__assignment__key", "drawn__assignment__unit__short_name"]
    date_hierarchy = "rectify_by_date"
    list_select_related = [
        "drawn__spot_check",
        "drawn__assignment__task__point__notice",
        "drawn__assignment__unit",
        "recorded_by",
    ]


def _trail() -> Trail:
    return [("抽查", reverse("admin:tasks_spotcheck_changelist"))]


def draw_page(request: AuthenticatedRequest) -> HttpResponse:
    """Choose what decides the sample, and draw. There is no preview: nobody shall try seeds until one pleases."""
    require(rules.can_draw_spot_check(request.user))
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


def sheet(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The draw, recomputed from what the spot check keeps, and how anybody can recompute it; then the inspections."""
    spot_check = get_object_or_404(SpotCheck.objects.select_related("notice", "drawn_by"), pk=pk)
    drawn = spot_check.drawn.select_related("assignment__task__point", "assignment__unit", "inspector", "finding")
    return office_page(
        request,
        "admin/tasks/spot_check/sheet.html",
        title=spot_check.title,
        trail=_trail(),
        spot_check=spot_check,
        stratified_by=[SpotCheck.Stratum(value).label for value in spot_check.stratified_by],
        draw=redraw(spot_check),
        drawn=drawn.order_by("pk"),
        inspectors=inspectors(),
        evenly_form=EvenlyForm(),
        may_assign=rules.can_assign_inspectors(request.user, spot_check),
        without_inspector=sum(each.inspector_id is None for each in drawn),
        show_population="population" in request.GET,
    )


@require_POST
def inspector(request: AuthenticatedRequest, pk: int, drawn_pk: int) -> HttpResponse:
    """Name the inspector of one drawn row."""
    rows = Drawn.objects.select_related("spot_check", "assignment")
    drawn = get_object_or_404(rows, pk=drawn_pk, spot_check=pk)
    require(rules.can_assign_inspectors(request.user, drawn.spot_check))
    form = InspectorForm(request.POST)
    if was_done(form, lambda: assign_inspector(drawn=drawn, by=request.user, at=clock.now(), **form.cleaned_data)):
        messages.success(request, f"{drawn.assignment.key}由{drawn.inspector}核查。")
    else:
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(f"{reverse(PAGE, args=[pk])}#drawn-{drawn_pk}")


@require_POST
def evenly(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Deal the rows without inspector to the chosen inspectors in turn."""
    spot_check = get_object_or_404(SpotCheck, pk=pk)
    form = EvenlyForm(request.POST)
    chosen = list(form.cleaned_data["among"]) if form.is_valid() else []
    try:
        dealt = assign_evenly(spot_check=spot_check, among=chosen, by=request.user, at=clock.now())
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, f"已为 {dealt} 项指定抽查人员。")
    return redirect(PAGE, pk)
