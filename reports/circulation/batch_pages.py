"""批量制作: ask for a report of every unit, watch them being made, take them along one by one or packed; and the booklets."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.files import note_download
from ninghai.files.response import UniqueNames, archive_response, safe_name
from ninghai.jobs.progress import JobProgress, progress_of, progress_part, renewed_at_the_end
from ninghai.models import JobStatus, User
from ninghai.models.job import ALIVE
from ninghai.models.state_machine import as_long_as, require
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import Action, OfferedAction, RecordPage, View
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import form_page
from ninghai.web.versions import version_of
from reports import rules
from reports.circulation import cancel_batch, make_booklet_again, request_batch, retry_batch
from reports.circulation.forms import BatchForm
from reports.models import BookletMaking, Report, ReportBatch

REPORTS = "admin/reports/reportbatch/_reports.html"


def stopped_in(batch: ReportBatch) -> int:
    return batch.reports.filter(job__status__in=[JobStatus.FAILED, JobStatus.CANCELLED]).count()


OF_BATCHES = (
    Action(
        name="cancel",
        label="取消尚未生成的",
        place="own",
        is_grave=True,
        allowed=lambda user, batch: rules.can_cancel_some(user),
        service=cancel_batch,
        done="已取消 {result} 份尚未生成的报告，已经生成的保留。",
    ),
    Action(
        name="retry",
        label=lambda batch: f"重新生成未完成的（{stopped_in(batch)} 份）",
        place="own",
        allowed=lambda user, batch: rules.can_retry_some(user),
        service=retry_batch,
        done="{result} 份取消或失败的报告已重新排队生成。",
    ),
)


class BatchPage(RecordPage[ReportBatch]):
    """How the reports of a batch fare, each with its own page."""

    keyword = "batch"
    template = "admin/reports/reportbatch/detail.html"
    page_names = {"admin": "admin:reports_reportbatch_change"}
    act_names = {"admin": "admin:reports_reportbatch_"}
    list_title = "批量报告"
    list_names = {"admin": "admin:reports_reportbatch_changelist"}

    def find(self, user: User, pk: int) -> ReportBatch:
        return visible_or_404(ReportBatch.objects.visible_to(user).select_related("notice"), pk=pk)

    def views(self) -> Mapping[str, View]:
        return {"progress": require_safe(self.progress), "archive": require_safe(self.archive)}

    def context(
        self, request: AuthenticatedRequest, batch: ReportBatch, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        return progress_context(batch)

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, batch: ReportBatch, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        """Calling off while something is under way, trying again once nothing is and something stopped."""
        is_under_way = batch.reports.filter(job__status__in=ALIVE).exists()
        is_wanted = is_under_way if action.name == "cancel" else stopped_in(batch) and not is_under_way
        return super().offers_of(action, request, batch, refused) if is_wanted else {}

    def progress(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """n of m, and each report: a part that htmx asks for until nothing is under way, then the page anew."""
        batch = self.find(request.user, pk)
        return progress_part(request, page=batch, always=True, below=REPORTS, **progress_context(batch))

    def archive(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        """Every report that is ready, in the county's order, packed while it is sent."""
        batch, names = self.find(request.user, pk), UniqueNames()
        ready = [(report, report.file) for report in _reports(batch) if report.is_ready and report.file]
        require(as_long_as(bool(ready), "还没有生成好的报告，请稍后再下载。"))
        for report, file in ready:
            note_download(file, of=report, by=request.user, at=clock.now())
        files = [(names.take(safe_name(f"{report.title}.pdf")), file) for report, file in ready]
        return archive_response(files=files, listed={}, name=str(batch))

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """批量制作."""
        require(rules.can_request(request.user))
        form = BatchForm(request.POST or None, today=clock.today())
        made: list[ReportBatch] = []
        if was_done(form, lambda: made.append(request_batch(by=request.user, at=clock.now(), **form.cleaned_data))):
            messages.success(request, f"{made[0]}已受理，数据已固定，正在排队生成。")
            return redirect(made[0])
        context = {**self.frame(request, None, title="批量制作"), "form": form}
        return form_page(request, "admin/reports/reportbatch/request.html", context)


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
    words = "，".join([f"已生成 {done} 份，共 {total} 份", *others, *_queue_words(reports)])
    is_under_way = any(report.job.is_alive for report in reports)
    return {
        "batch": batch,
        "reports": reports,
        "done": done,
        "progress": JobProgress(words=words, is_under_way=is_under_way, done=done, total=total),
    }


def _queue_words(reports: list[Report]) -> list[str]:
    """Nobody was woken: the rows wait by themselves."""
    waiting = [report.job for report in reports if report.job.status == JobStatus.QUEUED and not report.job.tries]
    is_unheard = any(job.handed_out_at is None for job in waiting)
    return ["任务队列暂时连不上，恢复后自动开始，不用重复提交"] if is_unheard else []


# 目录手册: how the booklet of an edition fares, and the button to try again.

OF_BOOKLETS = (
    Action(
        name="retry",
        label="重新制作",
        place="own",
        allowed=rules.can_make_booklet_again,
        service=make_booklet_again,
        done="{record}已重新排队，通常一分钟内做好。",
    ),
)


class BookletPage(RecordPage[BookletMaking]):
    keyword = "making"
    template = "admin/reports/bookletmaking/detail.html"
    page_names = {"admin": "admin:reports_bookletmaking_change"}
    act_names = {"admin": "admin:reports_bookletmaking_"}
    list_title = "目录手册"
    list_names = {"admin": "admin:reports_bookletmaking_changelist"}

    def find(self, user: User, pk: int) -> BookletMaking:
        makings = BookletMaking.objects.visible_to(user)
        return visible_or_404(makings.select_related("job", "edition__catalogue", "edition__booklet"), pk=pk)

    def version(self, target: Model) -> int:
        """The making with its job, which says how it fares."""
        return version_of(target, *([target.job] if isinstance(target, BookletMaking) else []))

    def context(
        self, request: AuthenticatedRequest, making: BookletMaking, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        facts = [
            ("目录", making.edition.catalogue),
            ("版本", f"第{making.edition.number}版"),
            ("制作状态", making.state),
            ("已尝试次数", making.job.tries),
        ]
        return {"making": making, "facts": facts, "progress": progress_of(making.job)}

    def show(self, request: AuthenticatedRequest, record: BookletMaking, **more: Any) -> HttpResponse:
        return renewed_at_the_end(super().show(request, record, **more), request, progress_of(record.job))
