"""`/requests/inquiry/`: a third party reads what is asked of it, by the number of the letter and its query code, and answers once.

Number and code go in the body of each request: they stand in no address and in no log.
"""

import time
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from disclosure.corrections.views import AS_SLOWLY
from disclosure.models import RequestInquiry
from disclosure.requests.applying.forms import LARGEST_PROOF
from disclosure.requests.inquiries import services
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar import clock
from ninghai.cases.lookup import code_field, number_field
from ninghai.files.kinds import Purpose
from ninghai.models.state_machine import TransitionError
from ninghai.sealed.services import look
from ninghai.web.http import trail_from_home
from ninghai.web.posted import form_page
from ninghai.web.rate_limit import limited


class InquiryLookupForm(forms.Form):
    """What the letter prints."""

    number = number_field("文号", "征求意见书标题上面的文号，如 县财政局公复〔2018〕3号。")
    code = code_field("征求意见书正文中的8位查询码。")


class GiveOpinionForm(forms.Form):
    """同意 or 不同意, with the reason; number and code of the letter go along."""

    number = forms.CharField(max_length=80, widget=forms.HiddenInput)
    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    opinion = forms.ChoiceField(
        label="您的意见",
        choices=[(services.Opinion.AGREES, "同意公开"), (services.Opinion.REFUSES, "不同意公开")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择同意还是不同意公开。"},
    )
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="不同意公开的必须写明理由，如涉及哪些商业秘密、个人隐私，公开后有什么损害。",
        error_messages={"max_length": "理由不能超过2000字，可以另附文件。"},
    )
    upload = forms.FileField(
        label="证明材料",
        required=False,
        help_text="照片、扫描件或者文档，只能附一个文件，不超过10MB。",
        widget=forms.FileInput(attrs={"accept": Purpose.EVIDENCE.accept}),
        error_messages={"empty": "这是空文件，请重新选择。"},
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("opinion") == services.Opinion.REFUSES and not str(given.get("reason") or "").strip():
            self.add_error("reason", "不同意公开的，请写明理由。")
        upload = given.get("upload")
        if upload and upload.size > LARGEST_PROOF:
            self.add_error("upload", "文件超过10MB，请压缩后重新选择。")
        return given


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("receipt", counts=lambda request: request.method == "POST")
def inquiry(request: HttpRequest) -> HttpResponse:
    """Number and code; then the question with its form; then the receipt. A wrong code and an unknown number are answered
    alike, and as slowly."""
    began, is_sent = time.monotonic(), request.method == "POST"
    form = InquiryLookupForm(request.POST if is_sent else None)
    found = None
    if form.is_valid():
        found = services.find_inquiry(number=form.cleaned_data["number"], code=form.cleaned_data["code"])
        if found is None:
            form.add_error(None, "没有查到：文号或者查询码不对，请对照征求意见书核对后再查。")
    context: dict[str, Any] = {"form": form, "trail": trail_from_home(("答复征求意见", ""))}
    response = form_page(request, "disclosure/inquiry.html", context | (_answered(request, found) if found else {}))
    if is_sent:
        time.sleep(max(0.0, began + AS_SLOWLY - time.monotonic()))
    return response


def _answered(request: HttpRequest, found: RequestInquiry) -> dict[str, Any]:
    """The question as it stands after what was sent."""
    is_answer = request.POST.get("step") == "answer"
    known = {"number": request.POST["number"], "code": request.POST["code"]}
    opinion_form = GiveOpinionForm(request.POST, request.FILES) if is_answer else GiveOpinionForm(initial=known)
    if is_answer and opinion_form.is_valid():
        found = _given(found, opinion_form)
    context = question(found)
    if context["is_open"]:
        context |= {"opinion_form": opinion_form, "lost_files": is_answer and bool(request.FILES)}
    return context


def _given(found: RequestInquiry, form: GiveOpinionForm) -> RequestInquiry:
    given = form.cleaned_data
    told = {"opinion": given["opinion"], "reason": given["reason"], "upload": given["upload"]}
    try:
        return services.give_opinion(inquiry=found, at=clock.now(), **told)
    except ValidationError as refused:
        form.add_error(None, refused)
    except TransitionError:  # ended meanwhile: the page says so
        pass
    return found


def question(found: RequestInquiry) -> dict[str, Any]:
    """What the third party reads: what would be disclosed, by which day to answer, what it has answered; never who asks."""
    with without_address():
        told = look(
            found, by=None, purpose="第三方凭文号和查询码查看征求意见", at=clock.now(), only=("asked", "reason")
        )
    case, asked = found.request.case, told["asked"]
    return {
        "inquiry": found,
        "unit": case.unit,
        "disclosed": asked["disclosed"] if isinstance(asked, dict) else asked,
        "reason": told["reason"] or "",
        "limit": services.inquiry_limit(found),
        "silence": services.silence_words(case, found.kind),
        "is_open": not found.opinion and case.is_open and services.is_waited_for(case, found),
    }
