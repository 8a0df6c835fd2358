"""制作通报: the office asks for a report, anew or as the correction (更正件) of a signed one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.pages import office_page
from reports import rules
from reports.forms import RequestForm
from reports.models import Report
from reports.services import request_report
from reports.views.office import TEMPLATES, trail


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
    since = report.snapshot.get("period", {}).get("since")
    return {"corrects": report.pk, "since": since, **{name.removesuffix("_id"): getattr(report, name) for name in same}}


def said_of_request(report: Report) -> str:
    if report.is_ready:
        return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已经制作过，这就是那一份。"
    return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已受理，数据已固定，正在排队生成。"
