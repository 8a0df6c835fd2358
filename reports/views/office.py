"""The office's pages for reports, in the admin's frame: ask for one, watch it being made, read it, download it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai import clock
from ninghai.files import private_file_response
from ninghai.http import AuthenticatedRequest
from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, require
from ninghai.office.pages import Trail, office_page
from ninghai.timeline import Event, told
from reports import rules
from reports.forms import RequestForm, ReturnForm
from reports.models import Report
from reports.services import cancel_report, request_report, retry_report
from reports.states import RenderStatus, SignOff
from reports.typesetting import screen_context

TEMPLATES = "admin/reports/report"
BESIDE = ("notice", "unit", "spot_check", "scoring__scheme", "corrects", "file", "item", "requested_by", "checked_by")
ASK_AGAIN, ASK_SOON = "1s", "300ms"  # until the page asks how far the rendering is
SOON = timedelta(seconds=10)  # after a worker was woken, in which a report usually comes
ACTS = {
    "request": "制作，数据固定",
    "edit": "送公开审核",
    "circulate": "印发",
    "confirm_receipt": "签收",
}  # the other acts are told by the state they led to


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: AuthenticatedRequest) -> HttpResponse:
    """制作通报, anew or as a correction (更正件) of a signed report, which the form then is filled in like."""
    require(rules.can_request(request.user))
    corrected = corrected_by(request)
    form = RequestForm(request.POST or None, initial=asked_for(corrected), today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            report = request_report(by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, said_of_request(report))
            return redirect(report)
    title = "制作更正件" if corrected else "制作通报"
    return office_page(request, f"{TEMPLATES}/request.html", title=title, trail=trail(), form=form, corrected=corrected)


def corrected_by(request: AuthenticatedRequest) -> Report | None:
    """The signed report that this request is to put right."""
    number = request.POST.get("corrects") or request.GET.get("corrects", "")
    known = Report.objects.visible_to(request.user).issued()
    return known.filter(pk=number).first() if number.isascii() and number.isdecimal() and len(number) < 10 else None


def asked_for(report: Report | None) -> dict[str, Any]:
    """What the report was asked about, to be asked again."""
    if report is None:
        return {}
    same = ("kind", "notice_id", "as_of", "unit_id", "spot_check_id", "scoring_id")
    return {"corrects": report.pk, **{name.removesuffix("_id"): getattr(report, name) for name in same}}


def said_of_request(report: Report) -> str:
    if report.is_ready:
        return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已经制作过，这就是那一份。"
    return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已受理，数据已固定，正在排队生成。"


@require_safe
def report_page(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    """One report: its facts, how its PDF fares, its history, and what this person may do."""
    if not pk.isdecimal():
        return redirect("admin:reports_report_changelist")
    report = find(request, int(pk))
    user = request.user
    return office_page(
        request,
        f"{TEMPLATES}/detail.html",
        title=report.title,
        trail=trail(),
        report=report,
        facts=facts(report),
        events=history(report),
        may_download=rules.can_download(user, report),
        may_check=rules.can_check(user, report),
        return_form=ReturnForm() if rules.can_send_back(user, report) else None,
        may_sign=rules.can_sign(user, report),
        may_circulate=rules.can_circulate(user, report),
        may_correct=rules.can_correct(user, report),
        receipts=report.receipts.select_related("unit", "confirmed_by"),
        may_submit=rules.can_submit_to_catalogue(user, report),
        may_retry=rules.can_retry(user, report),
        may_cancel=rules.can_cancel(user, report),
        waits_for=waits_for(report, user),
        **progress_context(report),
    )


def waits_for(report: Report, user: User) -> str:
    """Whose turn it is, where it is not this person's."""
    if not report.is_ready:
        return ""
    if report.status == SignOff.DRAFT and not rules.can_check(user, report):
        return "等待县政府办公室另一位工作人员核稿，核稿后送签发人签发。"
    if report.status == SignOff.CHECKED and not rules.can_sign(user, report):
        return "等待签发人签发。签发后写入发文字号和日期，生成正式文件，之后不再改动。"
    return ""


@require_safe
def progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """How far the rendering is: a part that htmx asks for until there is something to act on, then the page anew."""
    report = find(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect(report)
    response = TemplateResponse(request, f"{TEMPLATES}/_progress.html", {"report": report, **progress_context(report)})
    if not report.is_under_way:
        response["HX-Refresh"] = "true"
    return response


def progress_context(report: Report) -> dict[str, Any]:
    percent = 100 * report.steps_done // report.steps_total if report.steps_total else 0
    return {"percent": percent, "words": progress_words(report), "ask_again": ask_again(report)}


def ask_again(report: Report) -> str:
    woken = Report.objects.filter(pk=report.pk, handed_out_at__gt=Now() - SOON)
    return ASK_SOON if report.is_under_way and woken.exists() else ASK_AGAIN


def progress_words(report: Report) -> str:
    if report.rendering == RenderStatus.RENDERING:
        return f"生成中：第 {report.steps_done} 步，共 {report.steps_total} 步" if report.steps_total else "生成中"
    if report.rendering == RenderStatus.QUEUED and report.tries:
        return f"排队中：已尝试 {report.tries} 次，稍后自动再试。上次没有成功：{report.error or '生成程序中途停止。'}"
    if report.rendering == RenderStatus.QUEUED and report.handed_out_at is None:
        return "排队中：任务队列暂时连不上，恢复后自动开始，不用重复提交，可以先离开此页"
    if report.rendering == RenderStatus.QUEUED:
        return "排队中：生成程序空闲后自动开始，不用重复提交，可以先离开此页"
    return str(report.get_rendering_display())


@require_safe
def read(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """网页版: what the paper says, on the screen."""
    report = find(request, pk)
    context = screen_context(report.snapshot)
    return office_page(request, f"{TEMPLATES}/read.html", **{**context, "trail": trail(report), "report": report})


@require_safe
def download(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    report = find(request, pk)
    require(rules.can_download(request.user, report), "报告还没有生成，不能下载。")
    if report.file is None:
        raise StaleError(report)
    return private_file_response(report.file, of=report, by=request.user, at=clock.now())


@require_POST
def retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = retry_report(report=find(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已重新排队生成。")
    return redirect(report)


@require_POST
def cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = cancel_report(report=find(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已取消。")
    return redirect(report)


def find(request: AuthenticatedRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user)
    return get_object_or_404(reports.select_related(*BESIDE), pk=pk)


def facts(report: Report) -> list[tuple[str, object]]:
    return [
        ("种类", report.get_kind_display()),
        ("统计日期", f"{report.as_of:%Y-%m-%d}"),
        ("工作要点通知", report.notice),
        *([("单位", report.unit)] if report.unit else []),
        *([("抽查", report.spot_check)] if report.spot_check else []),
        *([("考核得分", report.scoring)] if report.scoring else []),
        *([("更正的报告", f"{report.corrects.title}（{report.corrects.document_number}）")] if report.corrects else []),
        *([("更正件", said_of_correction(report.correction))] if report.correction else []),
        ("制作人", report.requested_by or "系统（定期报告）"),
        ("制作时间", f"{timezone.localtime(report.requested_at):%Y-%m-%d %H:%M}"),
        ("生成状态", report.get_rendering_display()),
        ("签发状态", report.get_status_display()),
        *([("核稿人", report.checked_by)] if report.checked_by else []),
        *([("发文字号", report.document_number)] if report.document_number else []),
        *([("签发日期", f"{report.signed_on:%Y-%m-%d}")] if report.signed_on else []),
        ("核验码", report.code),
        *([("文件 SHA-256", report.sha256)] if report.sha256 else []),
    ]


def said_of_correction(correction: Report) -> str:
    return f"{correction.title}（{correction.document_number}）"


def history(report: Report) -> list[Event]:
    """Every act and every turn of the rendering, oldest first."""
    labels: dict[str, str] = {**dict(RenderStatus.choices), **dict(SignOff.choices)}
    entries = AuditEntry.objects.about(report)
    return [told(entry, what=ACTS.get(entry.action) or labels[entry.to_status]) for entry in entries]


def trail(report: Report | None = None) -> Trail:
    """Below the list and, for an act, below its report."""
    above = [("报告", reverse("admin:reports_report_changelist"))]
    return [*above, (report.title, report.get_absolute_url())] if report else above
