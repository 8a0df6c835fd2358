"""How far a job is (进度), for the page that waits: one sentence, n of m, and when the page asks again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from ninghai.models import Job, JobStatus

ASK_AGAIN, ASK_SOON = "1s", "300ms"
SOON = timedelta(seconds=10)  # after a worker was woken, in which a job is usually done


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """What templates/_job_progress.html shows: `words` while it goes on, with `error` once it has stopped."""

    words: str
    is_under_way: bool
    done: int = 0
    total: int = 0
    error: str = ""
    ask_again: str = ASK_AGAIN

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def progress_of(job: Job) -> JobProgress:
    is_soon = job.is_alive and Job.objects.filter(pk=job.pk, handed_out_at__gt=Now() - SOON).exists()
    return JobProgress(
        words=_words(job),
        is_under_way=job.is_alive,
        done=job.steps_done,
        total=job.steps_total,
        error=job.error,
        ask_again=ASK_SOON if is_soon else ASK_AGAIN,
    )


def _words(job: Job) -> str:
    verb = job.kind_of_job.verb
    if job.status == JobStatus.RUNNING and job.steps_total:
        return f"{job.label}：第 {job.steps_done} 步，共 {job.steps_total} 步"
    if job.status != JobStatus.QUEUED:
        return job.label
    if job.tries:
        return f"排队中：已尝试 {job.tries} 次，稍后自动再试。上次没有成功：{job.error or f'{verb}程序中途停止。'}"
    if job.handed_out_at is None:
        return "排队中：任务队列暂时连不上，恢复后自动开始，不用重复提交，可以先离开此页"
    return f"排队中：{verb}程序空闲后自动开始，不用重复提交，可以先离开此页"


def progress_part(request: HttpRequest, *, page: Any, progress: JobProgress, **context: Any) -> HttpResponse:
    """The part that htmx asks for until nothing is under way, then the page anew; without htmx, the page."""
    if not request.headers.get("HX-Request"):
        return redirect(page)
    context |= {"progress": progress, "page": page.get_absolute_url(), "asks": request.path}
    response = TemplateResponse(request, "_job_progress.html", context)
    return renewed_at_the_end(response, request, progress)


def renewed_at_the_end(response: HttpResponse, request: HttpRequest, progress: JobProgress) -> HttpResponse:
    """Have htmx load the whole page anew once nothing is under way any more."""
    if request.headers.get("HX-Request") and not progress.is_under_way:
        response["HX-Refresh"] = "true"
    return response
