"""核稿、退回、签发: from a draft that can be read to the signed paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from ninghai.accounts.roles import acts_as
from ninghai.calendar import clock
from ninghai.models import Role
from ninghai.models.state_machine import require
from ninghai.staff_site.pages import office_page, was_done
from ninghai.web.http import AuthenticatedRequest
from reports import rules
from reports.circulation import check_report, circulate_report, send_back_report, sign_report, submit_to_catalogue
from reports.circulation.forms import CirculateForm, ReturnPaperForm, SignForm
from reports.circulation.report_page import OFFICE_OR_HEAD, TEMPLATES, facts, find, report_as_seen, shown, trail
from reports.models import Report


@require_POST
def check(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """核稿."""
    report = check_report(report=report_as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已核稿，等待签发人签发。")
    return redirect(report)


@require_POST
def send_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """退回."""
    report, form = report_as_seen(request, pk, roles=OFFICE_OR_HEAD), ReturnPaperForm(request.POST)
    require(rules.can_send_back(request.user, report))
    if was_done(form, lambda: send_back_report(report=report, by=request.user, at=clock.now(), **form.cleaned_data)):
        messages.success(request, f"《{report.title}》已退回，需要重新制作或重新核稿。")
        return redirect(report)
    return shown(request, report, return_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """签发; a signer who comes late is told so, and finds again what was typed."""
    require(acts_as(request.user, Role.SIGNER), "只有签发人可以签发。")
    report = report_as_seen(request, pk, roles=[Role.SIGNER]) if request.method == "POST" else find(request, pk)
    require(rules.can_sign(request.user, report), "只有签发人可以签发已生成的草稿，且不能签发自己制作的报告。")
    initial = {"signed_on": clock.today(), "version": report.version, "addressee": report.snapshot["addressee"]}
    form = SignForm(request.POST or None, initial=initial)
    if request.method == "POST" and signed_off(request, report, form):
        messages.success(request, f"《{report.title}》已签发，发文字号{report.document_number}，正在生成正式文件。")
        return redirect(report)
    return office_page(
        request,
        f"{TEMPLATES}/sign.html",
        title="签发",
        trail=trail(report),
        report=report,
        form=form,
        facts=facts(report),
    )


def signed_off(request: AuthenticatedRequest, report: Report, form: SignForm) -> bool:
    """Sign if the form is right."""

    def act() -> None:
        typed = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        sign_report(report=report, by=request.user, at=clock.now(), **typed)

    return was_done(form, act)


# 公开、印发: the office sends a signed report to the public and to the units.


@require_POST
def to_catalogue(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = report_as_seen(request, pk)
    item = submit_to_catalogue(report=report, by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已存为公开信息草稿，请补充后提交审核。")
    return redirect("admin:disclosure_item_change", item.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """印发: choose the units; each gets a message and confirms."""
    report = report_as_seen(request, pk) if request.method == "POST" else find(request, pk)
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
