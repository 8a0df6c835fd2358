"""`/lookup/`: one page for every receipt. A number with its query code opens a case of any kind; that of an error report has no code."""

import time
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from disclosure.corrections.services import read_receipt_number
from disclosure.corrections.views import AS_SLOWLY
from disclosure.interaction.doors import Door, DoorGroup, register_doors, shown_of
from ninghai.cases.lookup import code_field, find_by_code, number_field
from ninghai.web.http import trail_from_home
from ninghai.web.posted import form_page
from ninghai.web.rate_limit import limited

register_doors(
    Door(
        DoorGroup.LOOK,
        1,
        "lookup",
        "办理查询",
        "凭回执上的登记号和查询码，或者纠错的受理编号，查办到了哪一步、最迟哪天答复、答复是什么。",
        "disclosure:lookup",
    )
)


class LookupForm(forms.Form):
    """What a receipt prints."""

    number = number_field("登记号", "回执上的登记号，如 县财政局公开申〔2018〕3号；纠错的填受理编号，不用查询码。")
    code = code_field("回执上的8位查询码。")

    def clean(self) -> dict[str, Any]:
        """An error report's number is enough: nothing of who sent it is shown."""
        given: dict[str, Any] = super().clean() or {}
        if self.receipt_number:
            self.errors.pop("code", None)
        return given

    @property
    def receipt_number(self) -> str:
        return read_receipt_number(self.cleaned_data.get("number", ""))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("receipt", counts=lambda request: request.method == "POST")
def lookup(request: HttpRequest) -> HttpResponse:
    """How it stands, in plain words; a wrong code and an unknown number are answered alike, and as slowly."""
    began = time.monotonic()
    form = LookupForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "form": form,
        "trail": trail_from_home(("互动", reverse("disclosure:interaction")), ("办理查询", "")),
    }
    if form.is_valid() and form.receipt_number:
        return redirect(f"{reverse('disclosure:corrections')}?{urlencode({'number': form.receipt_number})}")
    if form.is_valid():
        case = find_by_code(number=form.cleaned_data["number"], code=form.cleaned_data["code"])
        shown = shown_of(case) if case else None
        if case and shown:
            context |= {"case": case, **shown(request, case)}
        else:
            form.add_error(None, "没有查到：登记号或者查询码不对，请对照回执核对后再查。")
    response = form_page(request, "disclosure/lookup.html", context)
    if form.is_bound:
        time.sleep(max(0.0, began + AS_SLOWLY - time.monotonic()))
    return response
