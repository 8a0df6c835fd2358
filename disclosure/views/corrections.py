"""`/corrections/`: anybody tells what is wrong on a page, and later reads the answer with the receipt number."""

import time

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.corrections.clock import answer_clock
from disclosure.corrections.forms import CorrectionForm, ReceiptForm
from disclosure.corrections.pages import item_at, page_address
from disclosure.corrections.senders import TooOften
from disclosure.corrections.services import Reported, report_error
from disclosure.models import Correction
from ninghai import clock, request_context
from ninghai.rate_limit import limited
from ninghai.workdays import WorkCalendar

AS_SLOWLY = 0.15  # seconds that every answer about a number takes: how long it took says nothing about the number


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: HttpRequest) -> HttpResponse:
    """The form about the page named by `page`; sent, it leads to its receipt number."""
    if request.method != "POST":
        return _form(request, CorrectionForm.about(request.GET.get("page", "")))
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    written = form.cleaned_data
    address = request_context.current.get().address
    reported = Reported(page=written["page"], words=written["words"], contact=written["contact"], address=address)
    try:
        correction = report_error(reported=reported, form_id=written["form_id"], at=clock.now())
    except TooOften as too_often:
        form.add_error(None, str(too_often))
        return _form(request, form, status=429)
    return redirect(f"{reverse('disclosure:corrections')}?{urlencode({'number': correction.receipt_number})}")


def _form(request: HttpRequest, form: CorrectionForm, *, status: int = 200) -> HttpResponse:
    page = page_address(form["page"].value() or "")
    context = {"form": form, "about": item_at(page, at=clock.now()), "trail": _trail("纠错")}
    return render(request, "disclosure/correction_form.html", context, status=status)


@login_not_required
@never_cache
@require_safe
@limited("receipt", counts=lambda request: "number" in request.GET)
def corrections(request: HttpRequest) -> HttpResponse:
    """The answer to one error report, for whoever has its receipt number: no words and no contact of the sender."""
    began = time.monotonic()
    form = ReceiptForm(request.GET if "number" in request.GET else None)
    found = None
    if form.is_valid():
        known = Correction.objects.select_related("unit", "item")
        found = known.filter(receipt_number=form.cleaned_data["number"]).first()
        if found is None:
            form.add_error("number", "没有这个受理编号，请核对后再查。")
    about = item_at(found.page, at=clock.now()) if found else None
    context = {
        "form": form,
        "found": found,
        "clock": answer_clock(found, calendar=WorkCalendar.load()).words(on=clock.today()) if found else "",
        "about": about,
        "trail": _trail("纠错查询"),
    }
    response = render(request, "disclosure/corrections.html", context, status=422 if form.errors else 200)
    if form.is_bound:
        time.sleep(max(0.0, began + AS_SLOWLY - time.monotonic()))
    return response


def _trail(title: str) -> list[tuple[str, str]]:
    return [("首页", reverse("disclosure:home")), (title, "")]
