"""工作要点通知: the office imports a notice, corrects it beside its text, and issues it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern

from ninghai.calendar import clock
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_page
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import WorkPointNotice
from tasks.notices.admin import breakdown, carrying, lifecycle, names, points, splitting
from tasks.notices.admin.frame import trail_to_list
from tasks.notices.admin.tree import tree_of
from tasks.notices.issuing import count_assignments, obstacles
from tasks.progress.uploads import sent_number

# A notice's own page: the tree beside the text, what was odd, what is left to do.

WARNINGS_ABOVE = 20  # above the tree; every one stands at its line too


def notice_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The page of the tree that holds ?point=, ?line= or is ?page=."""
    notice = get_object_or_404(WorkPointNotice.objects.select_related("source_file", "amends"), pk=pk)
    may_edit = rules.can_edit_notice(request.user, notice)
    asked = {name: number for name in ("point", "line", "page") if (number := sent_number(request.GET, name))}
    return office_page(
        request,
        "admin/tasks/notice/detail.html",
        title=notice.title,
        trail=trail_to_list(),
        notice=notice,
        tree=tree_of(notice, asked=asked),
        total=count_assignments(notice),
        warnings=notice.warnings[:WARNINGS_ABOVE],
        may_edit=may_edit,
        may_run=rules.can_set_periods(request.user) and rules.has_periods(notice),
        may_amend=rules.can_amend_notice(request.user, notice),
        last_act="并入" if notice.amends_id else "下达",
        obstacles=obstacles(notice, on=clock.today()) if may_edit else [],
    )


SUBJECTS = [lifecycle, points, splitting, names, breakdown, carrying]  # each with its pages in URLS


@admin.register(WorkPointNotice)
class NoticeAdmin(OfficeModelAdmin[WorkPointNotice]):
    """Adding is importing; a notice's own page shows its points beside its text."""

    group = DeskGroup.NOTICES
    list_display = ["title", "document_number", "year", "issued_on", "status", "point_count", "open_names"]
    list_filter = ["status", "year"]
    search_fields = ["title", "document_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkPointNotice]:
        unresolved = Q(points__responsibilities__is_resolved=False, points__removed_on=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                counted_points=Count("points", filter=Q(points__removed_on=None), distinct=True),
                counted_open=Count("points__responsibilities", filter=unresolved, distinct=True),
            )
        )

    @admin.display(description="要点数")
    def point_count(self, notice: Any) -> int:
        return int(notice.counted_points)

    @admin.display(description="待确定单位")
    def open_names(self, notice: Any) -> str:
        return f"{notice.counted_open} 处" if notice.counted_open else "无"

    def get_urls(self) -> list[URLPattern]:
        return [*(url for subject in SUBJECTS for url in subject.URLS), *super().get_urls()]

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return lifecycle.import_page(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return notice_page(request, int(object_id))
