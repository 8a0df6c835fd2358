"""公开、印发: the office sends a signed report to the public and to the units."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.pages import office_page, was_done
from reports import rules
from reports.forms import CirculateForm
from reports.services import circulate_report, submit_to_catalogue
from reports.views.office import TEMPLATES, as_seen, find, trail


@require_POST
def to_catalogue(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = as_seen(request, pk)
    item = submit_to_catalogue(report=report, by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已存为公开信息草稿，请补充后提交审核。")
    return redirect("admin:disclosure_item_change", item.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """印发: choose the units; each gets a message and confirms."""
    report = as_seen(request, pk) if request.method == "POST" else find(request, pk)
    require(rules.can_circulate(request.user, report), "只有已签发并生成正式文件的报告可以印发。")
    form = CirculateForm(request.POST or None, report=report)
    if request.method == "POST" and was_done(
        form, lambda: circulate_report(report=report, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{report.title}》已印发，单位签收情况见下表。")
        return redirect(report)
    return office_page(
        request, f"{TEMPLATES}/circulate.html", title="印发", trail=trail(report), report=report, form=form
    )
