"""`/work/reports/`: what was circulated to the unit (收文), read and signed for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files import private_file_response
from ninghai.models.state_machine import StaleError
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.versions import require_seen, version_of
from reports import rules
from reports.circulation import confirm_receipt
from reports.models import Receipt
from reports.pdf import TypesettingError, screen_context

PAGE_SIZE = 20


@require_safe
def report_list(request: AuthenticatedRequest) -> HttpResponse:
    """Newest first; what waits for a signature first of all."""
    receipts = Receipt.objects.visible_to(request.user).select_related("report", "confirmed_by")
    receipts = receipts.order_by(F("confirmed_at").desc(nulls_first=True), "-sent_at", "-pk")
    page = Paginator(receipts, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/work_report_list.html", {"page": page, "total": f"共 {page.paginator.count} 份"})


@require_safe
def report_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What the paper says, or why it cannot be shown here; the paper itself is there in either case."""
    receipt = receipt_of(request, pk)
    try:
        letter = screen_context(receipt.report.snapshot)
    except TypesettingError as error:
        letter = {"unreadable": str(error)}
    return render(
        request,
        "reports/work_report_detail.html",
        {
            **letter,
            "receipt": receipt,
            "version": version_of(receipt),
            "report": receipt.report,
            "correction": receipt.report.correction,
            "may_confirm": may_confirm(request, receipt),
        },
    )


@require_safe
def report_file(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """The signed paper itself."""
    report = receipt_of(request, pk).report
    if report.file is None:
        raise StaleError(report)
    return private_file_response(report.file, of=report, by=request.user, at=clock.now())


@require_POST
def confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """签收."""
    seen = receipt_of(request, pk)
    require_seen(request, seen)
    receipt = confirm_receipt(receipt=seen, by=request.user, at=clock.now())
    messages.success(request, f"《{receipt.report.title}》已签收。")
    return redirect("reports:work-report", pk)


def receipt_of(request: AuthenticatedRequest, report: int) -> Receipt:
    """The unit's receipt of this report."""
    receipts = Receipt.objects.visible_to(request.user)
    return visible_or_404(
        receipts.select_related("report__file", "report__corrects", "unit", "confirmed_by"), report=report
    )


def may_confirm(request: AuthenticatedRequest, receipt: Receipt) -> bool:
    return receipt.confirmed_at is None and rules.can_confirm_receipt(request.user, receipt)
