"""The office's pages for a report, in the admin's frame: watch it being made, read it, download it."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models.functions import Now
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai import clock
from ninghai.files import private_file_response
from ninghai.http import AuthenticatedRequest, seen_version, visible_or_404
from ninghai.models import Role, User
from ninghai.moves import Allowed, StaleError, require
from ninghai.office.pages import Trail, office_page
from ninghai.roles import acts_as
from reports import rules
from reports.forms import ReturnForm
from reports.models import Report
from reports.services import cancel_report, retry_report
from reports.states import RenderStatus
from reports.typesetting import TypesettingError, screen_context
from reports.views.report_facts import facts, history, said_of_receipts, waits_for

TEMPLATES = "admin/reports/report"
BESIDE = ("notice", "unit", "spot_check", "scoring__scheme", "corrects", "file", "item", "requested_by", "checked_by")
OFFICE_OR_HEAD = (Role.OFFICE, Role.SIGNER)
ASK_AGAIN, ASK_SOON = "1s", "300ms"  # until the page asks how far the rendering is
SOON = timedelta(seconds=10)  # after a worker was woken, in which a report usually comes


@require_safe
def report_page(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    if not pk.isdecimal():
        return redirect("admin:reports_report_changelist")
    return shown(request, find(request, int(pk)))


def shown(request: AuthenticatedRequest, report: Report, *, return_form: ReturnForm | None = None) -> HttpResponse:
    """One report: its facts, how its PDF fares, its history, and what this person may do.

    `return_form` is the one that came back with errors.
    """
    if return_form is None and rules.can_send_back(request.user, report):
        return_form = ReturnForm()
    receipts = list(report.receipts.select_related("unit", "confirmed_by"))
    return office_page(
        request,
        f"{TEMPLATES}/detail.html",
        title=report.title,
        trail=trail(),
        report=report,
        facts=facts(report),
        events=history(report),
        return_form=return_form,
        receipts=receipts,
        said_of_receipts=said_of_receipts(receipts),
        waits_for=waits_for(report, request.user),
        **offered(request.user, report),
        **progress_context(report),
    )


def offered(user: User, report: Report) -> dict[str, Allowed]:
    """The buttons."""
    return {
        "may_download": rules.can_download(user, report),
        "may_check": rules.can_check(user, report),
        "may_sign": rules.can_sign(user, report),
        "may_circulate": rules.can_circulate(user, report),
        "may_correct": rules.can_correct(user, report),
        "may_submit": rules.can_submit_to_catalogue(user, report),
        "may_retry": rules.can_retry(user, report),
        "may_cancel": rules.can_cancel(user, report),
    }


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
    try:
        context = screen_context(report.snapshot)
    except TypesettingError as error:
        messages.error(request, str(error))
        return redirect(report)
    return office_page(request, f"{TEMPLATES}/read.html", **{**context, "trail": trail(report), "report": report})


@require_safe
def download(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    report = find(request, pk)
    require(rules.can_download(request.user, report))
    if report.file is None:
        raise StaleError(report)
    return private_file_response(report.file, of=report, by=request.user, at=clock.now())


@require_POST
def retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = retry_report(report=as_seen(request, pk, roles=OFFICE_OR_HEAD), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已重新排队生成。")
    return redirect(report)


@require_POST
def cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = cancel_report(report=as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已取消。")
    return redirect(report)


def as_seen(request: AuthenticatedRequest, pk: int, *, roles: Collection[Role] = (Role.OFFICE,)) -> Report:
    """The report as the person had it on the screen; StaleError if it is another one by now.

    Whoever acts in none of the roles whose act it is learns that first (PermissionDenied), not to open the page anew.
    """
    report = find(request, pk)
    require(acts_as(request.user, *roles))
    if seen_version(request) != report.version:
        raise StaleError(report)
    return report


def find(request: AuthenticatedRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user)
    return visible_or_404(reports.select_related(*BESIDE), pk=pk)


def trail(report: Report | None = None) -> Trail:
    """Below the list and, for an act, below its report."""
    above = [("报告", reverse("admin:reports_report_changelist"))]
    return [*above, (report.title, report.get_absolute_url())] if report else above
