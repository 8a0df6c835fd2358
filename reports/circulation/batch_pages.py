"""批量制作: ask for a report of every unit, watch them being made, take them along one by one or packed."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files import note_download
from ninghai.files.response import UniqueNames, archive_response, safe_name
from ninghai.jobs.progress import JobProgress, progress_of, progress_part, renewed_at_the_end
from ninghai.models import JobStatus
from ninghai.models.state_machine import as_long_as, require
from ninghai.staff_site.pages import Trail, office_page, was_done
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.versions import require_seen, version_of
from reports import rules
from reports.circulation import cancel_batch, make_booklet_again, request_batch, retry_batch
from reports.circulation.forms import BatchForm
from reports.models import BookletMaking, Report, ReportBatch

TEMPLATES = "admin/reports/reportbatch"
REPORTS = f"{TEMPLATES}/_reports.html"


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: AuthenticatedRequest) -> HttpResponse:
    """批量制作."""
    require(rules.can_request(request.user))
    form = BatchForm(request.POST or None, today=clock.today())
    made: list[ReportBatch] = []
    if request.method == "POST" and was_done(
        form, lambda: made.append(request_batch(by=request.user, at=clock.now(), **form.cleaned_data))
    ):
        messages.success(request, f"{made[0]}已受理，数据已固定，正在排队生成。")
        return redirect(made[0])
    return office_page(request, f"{TEMPLATES}/request.html", title="批量制作", trail=_trail(), form=form)


@require_safe
def batch_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """How the reports fare, each with its own page."""
    batch = find(request, pk)
    return office_page(
        request,
        f"{TEMPLATES}/detail.html",
        title=str(batch),
        trail=_trail(),
        may_cancel=rules.can_cancel_some(request.user),
        version=version_of(batch),
        may_retry=rules.can_retry_some(request.user),
        **progress_context(batch),
    )


@require_safe
def progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """n of m, and each report: a part that htmx asks for until nothing is under way, then the page anew."""
    batch = find(request, pk)
    return progress_part(request, page=batch, always=True, below=REPORTS, **progress_context(batch))


@require_safe
def archive(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Every report that is ready, in the county's order, packed while it is sent."""
    batch, names = find(request, pk), UniqueNames()
    ready = [report for report in _reports(batch) if report.is_ready and report.file]
    require(as_long_as(bool(ready), "还没有生成好的报告，请稍后再下载。"))
    for report in ready:
        if report.file:
            note_download(report.file, of=report, by=request.user, at=clock.now())
    files = [(names.take(safe_name(f"{report.title}.pdf")), report.file) for report in ready if report.file]
    return archive_response(files=files, listed={}, name=str(batch))


@require_POST
def cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    batch = find(request, pk)
    require_seen(request, batch)
    called_off = cancel_batch(batch=batch, by=request.user, at=clock.now())
    messages.success(request, f"已取消 {called_off} 份尚未生成的报告，已经生成的保留。")
    return redirect(batch)


@require_POST
def retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """重新生成未完成的."""
    batch = find(request, pk)
    require_seen(request, batch)
    again = retry_batch(batch=batch, by=request.user, at=clock.now())
    messages.success(request, f"{again} 份取消或失败的报告已重新排队生成。")
    return redirect(batch)


def find(request: AuthenticatedRequest, pk: int) -> ReportBatch:
    return visible_or_404(ReportBatch.objects.visible_to(request.user).select_related("notice"), pk=pk)


def _reports(batch: ReportBatch) -> list[Report]:
    reports = batch.reports.select_related("unit", "file", "job").defer("snapshot")
    return list(reports.order_by("unit__position", "pk"))


def progress_context(batch: ReportBatch) -> dict[str, Any]:
    """Each report, and how many fare how."""
    reports = _reports(batch)
    counts = Counter(JobStatus(report.job.status) for report in reports)
    labels = {JobStatus(report.job.status): report.job.label for report in reports}
    others = [f"{labels[each]} {counts[each]} 份" for each in JobStatus if counts[each] and each != JobStatus.DONE]
    total, done = counts.total(), counts[JobStatus.DONE]
    words = "，".join([f"已生成 {done} 份，共 {total} 份", *others, *_said_of_the_queue(reports)])
    is_under_way = any(report.job.is_alive for report in reports)
    return {
        "batch": batch,
        "reports": reports,
        "done": done,
        "stopped": counts[JobStatus.FAILED] + counts[JobStatus.CANCELLED],
        "progress": JobProgress(words=words, is_under_way=is_under_way, done=done, total=total),
    }


def _said_of_the_queue(reports: list[Report]) -> list[str]:
    """Nobody was woken: the rows wait by themselves."""
    waiting = [report.job for report in reports if report.job.status == JobStatus.QUEUED and not report.job.tries]
    is_unheard = any(job.handed_out_at is None for job in waiting)
    return ["任务队列暂时连不上，恢复后自动开始，不用重复提交"] if is_unheard else []


def _trail() -> Trail:
    return [("批量报告", reverse("admin:reports_reportbatch_changelist"))]


# 目录手册: how the booklet of an edition fares, and the button to try again.


@require_safe
def booklet_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    making = find_booklet(request, pk)
    facts = [
        ("目录", making.edition.catalogue),
        ("版本", f"第{making.edition.number}版"),
        ("制作状态", making.state),
        ("已尝试次数", making.job.tries),
    ]
    progress = progress_of(making.job)
    response = office_page(
        request,
        "admin/reports/bookletmaking/detail.html",
        title=str(making),
        trail=[("目录手册", reverse("admin:reports_bookletmaking_changelist"))],
        making=making,
        progress=progress,
        facts=facts,
        may_retry=rules.can_make_booklet_again(request.user, making),
        version=version_of(making, making.job),
    )
    return renewed_at_the_end(response, request, progress)


@require_POST
def retry_booklet(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    seen = find_booklet(request, pk)
    require_seen(request, seen, seen.job)
    making = make_booklet_again(making=seen, by=request.user, at=clock.now())
    messages.success(request, f"{making}已重新排队，通常一分钟内做好。")
    return redirect(making)


def find_booklet(request: AuthenticatedRequest, pk: int) -> BookletMaking:
    makings = BookletMaking.objects.visible_to(request.user)
    return visible_or_404(makings.select_related("job", "edition__catalogue", "edition__booklet"), pk=pk)
