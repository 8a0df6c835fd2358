"""工作要点通知: the office imports a notice, corrects it beside its text, and issues it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.moves import require
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin
from tasks.admin.notice import (
    amendment,
    breakdown,
    carrying,
    ending,
    facts,
    importing,
    moving,
    points,
    resolving,
    responsibilities,
    revoking,
    rhythm,
    splitting,
)
from tasks.admin.notice.page import notice_page
from tasks.models import WorkPointNotice

SUBJECTS = [
    ending,
    facts,
    points,
    splitting,
    moving,
    responsibilities,
    resolving,
    breakdown,
    amendment,
    rhythm,
    revoking,
    carrying,
]  # each with its pages in URLS


@admin.register(WorkPointNotice)
class NoticeAdmin(OfficeModelAdmin[WorkPointNotice]):
    """Adding is importing; a notice's own page shows its points beside its text."""

    group = DeskGroup.NOTICES
    editors = frozenset({Role.OFFICE})
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
        return importing.import_page(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return notice_page(request, int(object_id))
