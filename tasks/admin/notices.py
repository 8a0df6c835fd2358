"""工作要点通知: the office imports a notice, corrects it beside its text, and issues it."""

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
from ninghai.office.model_admin import OfficeModelAdmin
from ninghai.office.pages import office_page, office_path, was_done
from tasks import rules
from tasks.admin import corrections
from tasks.admin.notice_forms import DiscardForm, ImportForm
from tasks.admin.notice_page import point_rows, source_lines
from tasks.models import ReportingPeriod, WorkPointNotice
from tasks.notice import NotANotice
from tasks.services.notices import discard_notice, import_notice, issue_notice, notices_like, obstacles
from tasks.views.sent import sent_number

OFFICE = frozenset({Role.OFFICE})


@admin.register(WorkPointNotice)
class NoticeAdmin(OfficeModelAdmin[WorkPointNotice]):
    """Adding is importing; a notice's own page shows its points beside its text."""

    editors = OFFICE
    list_display = ["title", "document_number", "year", "issued_on", "status", "point_count", "open_names"]
    list_filter = ["status", "year"]
    search_fields = ["title", "document_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkPointNotice]:
        unresolved = Q(points__responsibilities__is_resolved=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                counted_points=Count("points", distinct=True),
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
        return [
            office_path("<int:pk>/issue/", issue, "tasks_notice_issue"),
            office_path("<int:pk>/discard/", discard, "tasks_notice_discard"),
            *corrections.URLS,
            *super().get_urls(),
        ]

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return import_page(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return notice_page(request, int(object_id))


def import_page(request: AuthenticatedRequest) -> HttpResponse:
    """导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about."""
    require(rules.can_import_notice(request.user))
    form = ImportForm(request.POST or None, request.FILES or None)
    twins: list[WorkPointNotice] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        sent = {"data": upload.read(), "filename": upload.name, "form_id": form.cleaned_data["form_id"]}
        try:
            twins = [] if form.cleaned_data["again"] else list(notices_like(**sent))
            if not twins:
                return _imported(request, import_notice(**sent, by=request.user, at=clock.now()))
            form.ask_again()
        except NotANotice as refused:
            form.add_error("file", str(refused))
    return office_page(
        request,
        "admin/tasks/notice/import.html",
        title="导入通知",
        trail=corrections.trail_to_list(),
        form=form,
        twins=twins,
    )


def _imported(request: AuthenticatedRequest, notice: WorkPointNotice) -> HttpResponse:
    messages.success(request, f"《{notice.title}》已导入，请对照原文核对要点和责任单位。")
    return redirect("admin:tasks_workpointnotice_change", notice.pk)


def notice_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The tree beside the text, what was odd, what is left to do."""
    notice = get_object_or_404(WorkPointNotice.objects.select_related("source_file"), pk=pk)
    rows = point_rows(notice)
    return office_page(
        request,
        "admin/tasks/notice/detail.html",
        title=notice.title,
        trail=corrections.trail_to_list(),
        notice=notice,
        rows=rows,
        lines=source_lines(notice),
        total=sum(row.assignments for row in rows),
        may_edit=rules.can_edit_notice(request.user, notice),
        obstacles=obstacles(notice) if rules.can_edit_notice(request.user, notice) else [],
    )


def issue(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """下达通知: what will come into being, or what keeps it from being issued."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    if request.method == "POST":
        version = sent_number(request.POST, "version") or notice.version
        count = issue_notice(notice=notice, version=version, by=request.user, at=clock.now())
        messages.success(request, f"《{notice.title}》已下达，共 {count} 项任务分工。")
        return redirect("admin:tasks_workpointnotice_change", notice.pk)
    corrections.notice_to_correct(request, pk)
    rows = point_rows(notice)
    return office_page(
        request,
        "admin/tasks/notice/issue.html",
        title="下达通知",
        trail=corrections.trail_to(notice),
        notice=notice,
        rows=rows,
        total=sum(row.assignments for row in rows),
        obstacles=obstacles(notice),
        notice_url=reverse("admin:tasks_workpointnotice_change", args=[notice.pk]),
    )


def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """作废通知: a draft is put aside, with a reason."""
    notice = corrections.notice_to_correct(request, pk)
    form = DiscardForm(request.POST or None, initial={"version": notice.version})
    if request.method == "POST" and was_done(
        form, lambda: discard_notice(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{notice.title}》已作废。")
        return redirect("admin:tasks_workpointnotice_changelist")
    return office_page(
        request,
        "admin/office/form.html",
        title="作废通知",
        trail=corrections.trail_to(notice),
        form=form,
        lead="作废后不能恢复，识别结果和原文仍可查看。需要这份通知的，请重新导入。",
        submit="作废这份通知",
    )


@admin.register(ReportingPeriod)
class PeriodAdmin(OfficeModelAdmin[ReportingPeriod]):
    """报送周期: the office may set its own before issuing, and correct those for which nobody has reported."""

    editors = OFFICE
    list_display = ["notice", "name", "start", "end", "due_date"]
    list_filter = ["notice"]
    list_select_related = ["notice"]

    def has_change_permission(self, request: HttpRequest, obj: ReportingPeriod | None = None) -> bool:
        is_used = obj is not None and obj.reports.exists()
        return super().has_change_permission(request, obj) and not is_used
