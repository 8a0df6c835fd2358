"""The office's pages for a report, in the admin's frame: watch it being made, read it, download it."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.models import Item
from ninghai.accounts.roles import acts_as
from ninghai.audit.history import Event, event_of
from ninghai.calendar import clock
from ninghai.files import private_file_response
from ninghai.jobs.progress import progress_of, progress_part
from ninghai.models import AuditEntry, Role, User
from ninghai.models.state_machine import Allowed, StaleError, require
from ninghai.staff_site.pages import Trail, office_page
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.versions import as_seen
from reports import rules
from reports.circulation import cancel_report, request_report, retry_report
from reports.circulation.forms import RequestForm, ReturnPaperForm
from reports.models import Receipt, Report, SignOff
from reports.pdf import TypesettingError, screen_context

# What a report's page tells of it: its facts, its history, and whose turn it is.

ACTS = {
    "request": "制作，数据固定",
    "edit": "送公开审核",
    "circulate": "印发",
    "confirm_receipt": "签收",
}  # the other acts are told by the state they led to


def facts(report: Report) -> list[tuple[str, object]]:
    """(term, value), what is not there yet left out."""
    rows = [
        ("种类", report.get_kind_display()),
        ("统计日期", f"{report.as_of:%Y-%m-%d} {report.snapshot.get('as_of_time', '')}".rstrip()),
        ("工作要点通知", report.notice),
        ("单位", report.unit),
        ("抽查", report.spot_check),
        ("考核得分", report.scoring),
        ("更正的报告", _named(report.corrects)),
        ("更正件", _named(report.correction)),
        ("制作人", report.requested_by or "系统（定期报告）"),
        ("制作时间", f"{timezone.localtime(report.requested_at):%Y-%m-%d %H:%M}"),
        ("生成状态", report.job.label),
        ("签发状态", report.get_status_display()),
        ("核稿人", report.checked_by),
        ("发文字号", report.document_number),
        ("签发日期", f"{report.signed_on:%Y-%m-%d}" if report.signed_on else ""),
        ("公开信息", _standing(report.item)),
        ("核验码", report.code),
        ("文件 SHA-256", report.sha256),
    ]
    return [(term, value) for term, value in rows if value]


def _named(report: Report | None) -> str:
    return f"{report.title}（{report.document_number}）" if report else ""


def _standing(item: Item | None) -> str:
    """How far the report is on its way to the public."""
    if item is None:
        return ""
    return (
        f"{item.get_status_display()}，索引号 {item.index_number}" if item.index_number else item.get_status_display()
    )


def history(report: Report) -> list[Event]:
    """Every act and every turn of the rendering, oldest first."""
    labels = report.status_labels | dict(SignOff.choices)
    entries = AuditEntry.objects.about(report)
    return [event_of(entry, what=ACTS.get(entry.action) or labels[entry.to_status]) for entry in entries]


def receipts_in_words(receipts: Sequence[Receipt]) -> str:
    """How many of the units that it was circulated to have signed for it."""
    confirmed = sum(receipt.confirmed_at is not None for receipt in receipts)
    return f"已印发 {len(receipts)} 个单位，签收 {confirmed} 个，未签收 {len(receipts) - confirmed} 个。"


def waits_for(report: Report, user: User) -> str:
    """Whose turn it is, where it is not this person's."""
    if not report.is_ready:
        return ""
    if report.status == SignOff.DRAFT and not rules.can_check(user, report):
        return "等待县政府办公室另一位工作人员核稿，核稿后送签发人签发。"
    if report.status == SignOff.CHECKED and not rules.can_sign(user, report):
        return "等待签发人签发。签发后写入发文字号和日期，生成正式文件，之后不再改动。"
    return ""


TEMPLATES = "admin/reports/report"
BESIDE = (
    "job",
    "notice",
    "unit",
    "spot_check",
    "scoring__scheme",
    "corrects",
    "file",
    "item",
    "requested_by",
    "checked_by",
)
OFFICE_OR_HEAD = (Role.OFFICE, Role.SIGNER)


@require_safe
def report_page(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    if not pk.isdecimal():
        return redirect("admin:reports_report_changelist")
    return shown(request, find(request, int(pk)))


def shown(request: AuthenticatedRequest, report: Report, *, return_form: ReturnPaperForm | None = None) -> HttpResponse:
    """One report: its facts, how its PDF fares, its history, and what this person may do.

    `return_form` is the one that came back with errors.
    """
    if return_form is None and rules.can_send_back(request.user, report):
        return_form = ReturnPaperForm()
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
        receipts_in_words=receipts_in_words(receipts),
        waits_for=waits_for(report, request.user),
        **offered(request.user, report),
        progress=progress_of(report.job),
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
    """How far the rendering is."""
    report = find(request, pk)
    return progress_part(request, page=report, progress=progress_of(report.job))


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
    report = retry_report(report=report_as_seen(request, pk, roles=OFFICE_OR_HEAD), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已重新排队生成。")
    return redirect(report)


@require_POST
def cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    report = cancel_report(report=report_as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{report.title}》已取消。")
    return redirect(report)


def report_as_seen(request: AuthenticatedRequest, pk: int, *, roles: Collection[Role] = (Role.OFFICE,)) -> Report:
    """The report as the person had it on the screen; StaleError if it is another one by now.

    Whoever acts in none of the roles whose act it is learns that first (PermissionDenied), not to open the page anew.
    """
    report = find(request, pk)
    require(acts_as(request.user, *roles))
    return as_seen(request, report)


def find(request: AuthenticatedRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user)
    return visible_or_404(reports.select_related(*BESIDE), pk=pk)


def trail(report: Report | None = None) -> Trail:
    """Below the list and, for an act, below its report."""
    above = [("报告", reverse("admin:reports_report_changelist"))]
    return [*above, (report.title, report.get_absolute_url())] if report else above


# 制作通报: the office asks for a report, anew or as the correction (更正件) of a signed one.


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: AuthenticatedRequest) -> HttpResponse:
    """The form; a correction's is filled in like the report that it puts right."""
    require(rules.can_request(request.user))
    corrected = corrected_by(request)
    form = RequestForm(request.POST or None, initial=asked_for(corrected), today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            report = request_report(by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, message_for(report))
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
    since = report.snapshot.get("period", {}).get("since")
    return {"corrects": report.pk, "since": since, **{name.removesuffix("_id"): getattr(report, name) for name in same}}


def message_for(report: Report) -> str:
    if report.is_ready:
        return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已经制作过，这就是那一份。"
    return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已受理，数据已固定，正在排队生成。"
