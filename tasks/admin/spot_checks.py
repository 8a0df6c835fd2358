"""抽查: the office draws a sample, names inspectors, and reads what they found."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.moves import require
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin
from ninghai.office.pages import Trail, office_page, office_path, was_done
from ninghai.versions import require_seen, version_of
from tasks import rules
from tasks.admin.draw_sheet import inspector_names, passed_over, sheet_rows
from tasks.admin.spot_check_forms import DrawForm, HandForm, PoolForm
from tasks.models import SpotCheck
from tasks.services.spot_checks import assign_inspector, draw_inspectors, draw_spot_check, redraw
from tasks.spot_checks.draw import DrawError
from tasks.spot_checks.recipe import program

PAGE = "admin:tasks_spotcheck_change"


@admin.register(SpotCheck)
class SpotCheckAdmin(OfficeModelAdmin[SpotCheck]):
    """Adding is drawing; a spot check's own page is the sheet of its draw."""

    group = DeskGroup.SPOT_CHECKS
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
            office_path("<int:pk>/inspectors/", by_lot, "tasks_spotcheck_by_lot"),
            office_path("<int:pk>/inspector/", by_hand, "tasks_spotcheck_by_hand"),
            *super().get_urls(),
        ]

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return draw_page(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return sheet(request, int(object_id))


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
