"""`/work/reports/`: what was circulated to the unit (收文), read and signed for."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.files import private_file_response
from ninghai.models import User
from ninghai.models.state_machine import StaleError
from ninghai.staff_site.record_pages import WORK, Action, OfferedAction, RecordPage, View
from ninghai.web.http import AuthenticatedRequest, visible_or_404
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


CONFIRM = Action(
    name="confirm",
    label="签收",
    place="own",
    allowed=rules.can_confirm_receipt,
    service=confirm_receipt,
    done="《{record.report.title}》已签收。",
)


class ReceiptPage(RecordPage[Receipt]):
    """What the paper says, or why it cannot be shown here; the paper itself is there in either case."""

    keyword = "receipt"
    template = "reports/work_report_detail.html"
    page_names = {"work": "reports:work-report"}
    act_names = {"work": "reports:work-report-"}
    list_title = "收文"
    list_names = {"work": "reports:work-report-list"}

    def find(self, user: User, pk: int) -> Receipt:
        """The unit's receipt of the report of this number."""
        receipts = Receipt.objects.visible_to(user).select_related(
            "report__file", "report__corrects", "unit", "confirmed_by"
        )
        return visible_or_404(receipts, report=pk)

    def number(self, receipt: Receipt) -> int:
        return receipt.report_id

    def title(self, receipt: Receipt) -> str:
        return receipt.report.title

    def views(self) -> Mapping[str, View]:
        return {"file": require_safe(self.paper)}

    def context(
        self, request: AuthenticatedRequest, receipt: Receipt, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        try:
            letter = screen_context(receipt.report.snapshot)
        except TypesettingError as error:
            letter = {"unreadable": str(error)}
        shown = {"receipt": receipt, "report": receipt.report, "correction": receipt.report.correction}
        return {**letter, **shown, "title": self.title(receipt)}

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, receipt: Receipt, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        return {} if receipt.confirmed_at else super().offers_of(action, request, receipt, refused)

    def paper(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        """The signed paper itself."""
        report = self.find(request.user, pk).report
        if report.file is None:
            raise StaleError(report)
        return private_file_response(report.file, of=report, by=request.user, at=clock.now())


pages = ReceiptPage(WORK, [CONFIRM])
