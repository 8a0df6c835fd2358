"""`/work/annual-reports/` and the office's twin: a report with its tables, its text, and what it is held against."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.annual_reports import register, services
from disclosure.annual_reports.blanks import ReportCell, blank_of
from disclosure.annual_reports.checks import ReportCheck, Severity
from disclosure.annual_reports.county import UnitShare, missing_in, shares
from disclosure.annual_reports.figures import value_at
from disclosure.annual_reports.forms import (
    OF_COUNTY,
    ExplanationForm,
    FiguresForm,
    PartsForm,
    ReturnReportForm,
    YearForm,
)
from disclosure.annual_reports.shown import ShownTable, cell_named, counted_cell, parts_of
from disclosure.annual_reports.workbook import as_json, table_as_workbook
from disclosure.models import AnnualReport, Item
from disclosure.models.states import AnnualReportStatus
from ninghai.calendar import clock
from ninghai.files import private_file_response
from ninghai.files.response import content_response
from ninghai.files.workbooks.writing import XLSX
from ninghai.jobs.progress import progress_of
from ninghai.models import AuditEntry, Role, User, acts_as
from ninghai.staff_site.record_pages import ADMIN, WORK, Action, RecordPage
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import form_page, only

TONES = {
    AnnualReportStatus.DRAFT: "draft",
    AnnualReportStatus.WITH_HEAD: "info",
    AnnualReportStatus.REPORTED: "good",
}
WHOLE = "whole"  # in the address: the tables as they are printed, on a phone too
ROWS_ON_A_PAGE = 100
ITEM_PAGES = {"work": "disclosure:work-item-detail", "admin": "admin:disclosure_item_change"}

# What may be done.


def _filling(table: str) -> Action:
    def form(data: Any, request: AuthenticatedRequest, report: AnnualReport) -> BaseForm:
        files = request.FILES if request.method == "POST" else None
        return FiguresForm(data, files, table=blank_of(report.year).table(table), report=report)

    def target(report: AnnualReport) -> AnnualReport | None:
        return report if table in [each.key for each in blank_of(report.year).tables] else None

    return Action(
        name=f"table-{table}",
        label=f"填写表{table}",
        title=lambda report: f"表{table}：{blank_of(report.year).table(table).title}",
        place="page",
        target=target,
        allowed=services.can_fill,
        form=form,
        values=lambda form: {"table": table, "figures": form.cleaned_data["table"]},
        service=services.fill_table,
        done=f"表{table}已保存。",
        template="disclosure/annual_table.html",
    )


ACTIONS = (
    *(_filling(table) for table in "1234"),
    Action(
        name="text",
        label="填写正文",
        title="正文",
        place="page",
        allowed=services.can_fill,
        form=lambda data, request, report: PartsForm(data, report=report, last=services.last_year(report)),
        values=lambda form: {"texts": form.texts},
        service=services.write_parts,
        done="正文已保存。",
        template="disclosure/annual_text.html",
    ),
    Action(
        name="take-over",
        label="按登记簿或者各单位的数字重新填",
        words="用现在的登记簿（全县报告用各单位已报送的数字之和）代替表中的数字，手工改过的也会被代替。",
        allowed=services.can_fill,
        service=services.take_over,
        done="表格已经重新填好，请核对。",
    ),
    Action(
        name="hand-in",
        label="提交审核",
        place="section",
        allowed=services.can_fill,
        form=ExplanationForm,
        service=services.hand_in,
        done="{record}已提交，请审核人审核。",
    ),
    Action(
        name="pass",
        label="审核通过，报送",
        place="section",
        allowed=services.can_pass,
        service=services.pass_report,
        done="{record}已报送。",
    ),
    Action(
        name="return",
        label="退回修改",
        allowed=services.can_return,
        form=ReturnReportForm,
        service=services.return_report,
        done="{record}已退回修改。",
    ),
    Action(
        name="correct",
        label="更正（另起一稿）",
        words="原来的报告保留，另起一稿修改后重新报送。",
        allowed=services.can_correct,
        service=services.correct_report,
        done="已另起一稿，请修改后提交。",
    ),
    Action(
        name="publish",
        label="送公开审核",
        words="起草一条公开信息，正文和表格照报告写好，附 PDF 和 Excel，归入政府信息公开年报；由您核对后按平常的办法提交审核。",
        place="section",
        allowed=services.can_publish,
        service=services.draft_report_item,
        done="已起草公开信息“{record.item.title}”，请打开核对后提交审核。",
    ),
)


# The page.


class AnnualReportPage(RecordPage[AnnualReport]):
    keyword, gives_version = "report", True
    template = "disclosure/annual_report.html"
    page_names = {"work": "disclosure:annual-report", "admin": "admin:disclosure_annualreport_change"}
    act_names = {"work": "disclosure:annual-report-", "admin": "admin:disclosure_annualreport_"}
    list_title = "年度报告"
    list_names = {"work": "disclosure:annual-report-list", "admin": "admin:disclosure_annualreport_changelist"}

    def find(self, user: User, pk: int) -> AnnualReport:
        return visible_or_404(
            AnnualReport.objects.visible_to(user).select_related("unit", "item", "file", "job"), pk=pk
        )

    def show(self, request: AuthenticatedRequest, record: AnnualReport, **more: Any) -> HttpResponse:
        """The page; where it only asks by itself how far the PDF is, that alone."""
        if not (request.headers.get("HX-Request") and record.job):
            return super().show(request, record, **more)
        context = {"progress": progress_of(record.job), "page": self.url(record), "asks": request.path}
        return render(request, "_job_progress.html", {**context, "asked": True, "over": "PDF 已经制作好。"})

    def context(
        self, request: AuthenticatedRequest, report: AnnualReport, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        blank, found = blank_of(report.year), services.checks_of(report)
        told = shares(report.year) if report.unit is None else []
        opens = self.act_url("cell", report) if report.unit is None or register.is_kept(report) else ""
        return {
            "report": report,
            "tone": TONES[AnnualReportStatus(report.status)],
            "blank": blank,
            "tables": [ShownTable.of(table, report, opens=opens) for table in blank.tables],
            "is_whole": request.GET.get("tables") == WHOLE,
            "whole_url": f"{self.url(report)}?tables={WHOLE}",
            "parts": [(part, report.texts.get(part, "")) for part in blank.parts],
            "unmet": by_severity(found),
            "met": sum(each.is_met for each in found),
            "shares": [(share, self._share_url(share)) for share in told],
            "missing": missing_in(told),
            "notes": register.notes_of(report),
            "due_on": services.due_on(report),
            "download": self.act_url("workbook", report),
            "item_url": reverse(ITEM_PAGES[self.mount.key], args=[report.item_id]) if report.item_id else "",
            "paper": self.act_url("paper", report) if report.file_id else "",
            "progress": progress_of(report.job) if report.job and not report.file_id else None,
            "asks": self.url(report),
        }

    def views(self) -> Mapping[str, Any]:
        found = {"workbook": self._workbook, "paper": self._paper, "cell": self._cell}
        return {name: require_safe(view) for name, view in found.items()}

    def _share_url(self, share: UnitShare) -> str:
        return self.url(share.latest) if share.latest else ""

    def _cell(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """What a cell is made of: the requests that the register counts in it, or each unit's part of the county's."""
        report = self.find(request.user, pk)
        cell, label = cell_named(blank_of(report.year), request.GET)
        frame = self.frame(request, report, title=label)
        value = value_at(report.figures, cell)
        if report.unit is None:
            told = shares(report.year)
            parts = parts_of(told, cell, url=lambda share: self._share_cell_url(share, request))
            context = {"parts": parts, "missing": missing_in(told)}
            return render(request, "disclosure/annual_cell.html", {**frame, **context, "value": value})
        found = counted_cell(report, cell, user=request.user, mount=self.mount.key)
        page = Paginator(found.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {"found": found, "page": page, "params": only(request.GET, [*ReportCell._fields, "page"])}
        return render(request, "disclosure/annual_cell.html", {**frame, **context, "value": value})

    def _share_cell_url(self, share: UnitShare, request: AuthenticatedRequest) -> str:
        named = only(request.GET, ReportCell._fields).urlencode()
        return f"{self.act_url('cell', share.report)}?{named}" if share.report else ""

    def _workbook(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """The whole report, or with `table` one table to be filled in."""
        report = self.find(request.user, pk)
        blank = blank_of(report.year)
        key = request.GET.get("table", "")
        if key in [table.key for table in blank.tables]:
            data = table_as_workbook(blank.table(key), report.figures)
            return _sent(request, report, data, name=f"{report} 表{key}.xlsx")
        data = services.report_workbook(report)
        return _sent(request, report, data, name=f"{report}.xlsx")

    def _paper(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        """The PDF of what was reported."""
        report = self.find(request.user, pk)
        if report.file is None:
            raise Http404("这份报告还没有 PDF。")
        return private_file_response(report.file, of=report, by=request.user, at=clock.now())

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """The year of the unit's report; the office's is the county's."""
        if not acts_as(request.user, Role.EDITOR, Role.OFFICE):
            raise PermissionDenied
        data, whose = request.POST if request.method == "POST" else None, request.GET.get("whose", "")
        form = YearForm(data, asks_whose=self.mount is ADMIN, whose=whose)
        if form.is_valid() and (opened := self._opened(request, form)):
            return redirect(self.url(opened))
        frame = self.frame(request, None, title="填写年度报告")
        return form_page(request, "disclosure/annual_new.html", {**frame, "form": form})

    def _opened(self, request: AuthenticatedRequest, form: YearForm) -> AnnualReport | None:
        acting, is_county = request.user.acting, form.cleaned_data.get("whose") == OF_COUNTY
        unit = acting.unit if acting and not is_county else None
        try:
            return services.open_report(year=form.cleaned_data["year"], unit=unit, by=request.user, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
            return None


def by_severity(found: Iterable[ReportCheck]) -> list[tuple[str, str, list[ReportCheck]]]:
    """What is not met: how it is headed, its tone, and the checks; nothing of what is."""
    unmet = [each for each in found if not each.is_met]
    heads = {
        Severity.BLOCKS: ("要改正才能提交", "late"),
        Severity.REASON: ("要改正，或者在提交时写明原因", "due"),
        Severity.WARNS: ("请留意", "info"),
    }
    sorted_out = [(*head, [each for each in unmet if each.severity == severity]) for severity, head in heads.items()]
    return [each for each in sorted_out if each[2]]


def _sent(request: AuthenticatedRequest, report: AnnualReport, data: bytes, *, name: str) -> HttpResponse:
    """A workbook of figures that nobody outside knows yet, with a row in the trail."""
    detail = {"file": name}
    AuditEntry.objects.record(
        action=AuditEntry.Action.EXPORT, target=report, by=request.user, at=clock.now(), detail=detail
    )
    return content_response(data, name=name, media_type=XLSX)


pages = AnnualReportPage(WORK, ACTIONS)
office_pages = AnnualReportPage(ADMIN, ACTIONS)


@require_http_methods(["GET", "HEAD", "POST"])
def annual_report_new(request: HttpRequest) -> HttpResponse:
    return pages.new(cast(AuthenticatedRequest, request))


@require_safe
def annual_report_list(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's reports, the last year first."""
    if request.user.acting is None:
        raise PermissionDenied
    reports = AnnualReport.objects.visible_to(request.user).select_related("unit")
    rows = [
        (report, pages.url(report), TONES[AnnualReportStatus(report.status)], services.due_on(report))
        for report in reports
    ]
    context = {
        "rows": rows,
        "new": reverse("disclosure:annual-report-new"),
        "may_open": acts_as(request.user, Role.EDITOR),
    }
    return render(request, "disclosure/annual_report_list.html", context)


@login_not_required
@require_safe
def annual_report_data(request: HttpRequest, index_number: str) -> HttpResponse:
    """The tables of a public report as JSON; its text stands in the item, as it was reviewed."""
    items = Item.objects.published(clock.now()).filter(index_number=index_number)
    report = AnnualReport.objects.reported().filter(item__in=items).select_related("unit", "item").first()
    if report is None or report.item is None:
        raise Http404("没有这份年度报告的数据。")
    tables = as_json(blank=blank_of(report.year), figures=report.figures, found=())["tables"]
    said = {"title": report.item.title, "year": report.year, "unit": report.issuer, "form": blank_of(report.year).code}
    data = {**said, "tables": tables, "url": request.build_absolute_uri(report.item.get_absolute_url())}
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
