"""工作要点通知 in the admin: the list, and a notice's own page, its points beside its text."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern

from ninghai.calendar import clock
from ninghai.models import Unit, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.record_pages import ADMIN, RecordPage, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.admin import imports, lifecycle, points, units
from tasks.notices.admin.tree import Tree
from tasks.notices.admin.units import UnitChooser
from tasks.notices.issuing import count_assignments
from tasks.progress.evidence import sent_number

WARNINGS_ABOVE = 20  # above the tree; every one stands at its line too


class NoticePage(RecordPage[WorkPointNotice]):
    """The points beside the text (校对): the page that holds ?point= (and its ?name=), ?line= or is ?page=."""

    template = "admin/tasks/notice/detail.html"
    page_names = {"admin": "admin:tasks_workpointnotice_change"}
    act_names = {"admin": "admin:tasks_notice_"}
    list_title = "工作要点通知"
    list_names = {"admin": "admin:tasks_workpointnotice_changelist"}

    def find(self, user: User, pk: int) -> WorkPointNotice:
        return get_object_or_404(WorkPointNotice.objects.select_related("source_file", "amends"), pk=pk)

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        return imports.import_page(request)

    def context(
        self, request: AuthenticatedRequest, notice: WorkPointNotice, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        may_edit = bool(rules.can_edit_notice(request.user, notice))
        names = ("point", "name", "line", "page")
        asked = {name: number for name in names if (number := sent_number(request.GET, name))}
        tree = Tree(notice, asked=asked, may_edit=may_edit)
        chosen = tree.opened.chosen if tree.opened and may_edit else None
        chooser = UnitChooser.of(chosen, on=clock.today()) if chosen else None
        return {
            "notice": notice,
            "tree": tree,
            "chooser": chooser,
            "units": chooser.units if chooser else Unit.objects.valid(on=clock.today()) if may_edit else [],
            "total": count_assignments(notice),
            "warnings": notice.warnings[:WARNINGS_ABOVE],
            "may_edit": may_edit,
            "may_run": rules.can_set_periods(request.user) and rules.has_periods(notice),
            "may_amend": rules.can_amend_notice(request.user, notice),
            "last_act": "并入" if notice.amends_id else "下达",
        }


PAGES = [imports, lifecycle, points, units]  # each with its URLS


@admin.register(WorkPointNotice)
class NoticeAdmin(WithRecordPage[WorkPointNotice], OfficeModelAdmin[WorkPointNotice]):
    """Adding is importing; a notice's own page shows its points beside its text."""

    page = NoticePage(ADMIN, [])
    group = DeskGroup.NOTICES
    rank = 1
    tones = {"status": {NoticeStatus.DRAFT: "due", NoticeStatus.ISSUED: "good"}}
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
        return [*(url for page in PAGES for url in page.URLS), *super().get_urls()]
