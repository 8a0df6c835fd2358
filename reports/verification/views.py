"""/verify/ (报告核验): is this paper one that the office issued, and is this file the very one?

Drafts, unknown codes and nonsense all get the same answer. Content is linked only when its item is public. Who tries
codes or sends files without end is asked to wait.
"""

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.models import Item
from ninghai.calendar import clock
from ninghai.web.client_address import client_address
from ninghai.web.http import too_often
from ninghai.web.rate_limit import RateLimit
from ninghai.web.steps import Step, stepped
from ninghai.web.template_filters import in_fours
from reports.circulation.forms import FileForm, VerificationCodeForm
from reports.models import Report
from reports.verification.codes import read_code

WHILE = 600  # seconds
GUESSED = RateLimit("verify-code", most=60, seconds=WHILE)  # codes that no issued report has
COMPARED = RateLimit("verify-file", most=60, seconds=WHILE)  # files sent here because the browser could not compute


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a GET form, so that it works everywhere."""
    form = VerificationCodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("reports:verify", code=form.cleaned_data["code"])
    return render(request, "reports/verify_form.html", {"heading": "报告核验", "form": form, "steps": steps()})


@csrf_exempt  # compares and changes nothing; so the page needs no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the report with this code, and whether a given file is the issued one."""
    address = client_address(request)
    if GUESSED.is_reached(address) or (request.method == "POST" and COMPARED.is_reached(address)):
        return too_often(request, what="查询或上传", minutes=WHILE // 60)
    report = Report.objects.issued().select_related("file", "item", "corrects").filter(code=read_code(code)).first()
    if report is None:
        GUESSED.count(address)
        asked = {"form": VerificationCodeForm(), "typed": code, "steps": steps()}
        heading = {"heading": "没有签发过这份报告", "verdict": "bad"}
        return render(request, "reports/verify_unknown.html", {**heading, **asked}, status=404)
    is_compared = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_compared else FileForm()
    if request.FILES:
        COMPARED.count(address)
    given = given_hash(form) if is_compared and form.is_valid() else ""
    is_same = given == report.sha256
    context = {
        "verdict": "good",
        "heading": f"这份报告由{report.snapshot['issuer']}签发",
        "steps": steps(is_known=True, is_compared=bool(given), is_same=is_same),
        "facts": facts(report),
        "item": public_item(report),
        "correction": report.correction,
        "form": form,
        "given": given,
        "is_same": is_same,
    }
    return render(request, "reports/verify.html", context)


def steps(*, is_known: bool = False, is_compared: bool = False, is_same: bool = False) -> list[Step]:
    """Where the visitor is: the code, then what it says beside the paper, then the very file."""
    return stepped(("输入核验码", is_known, ""), ("核对文号、日期", is_compared, ""), ("核对文件", is_same, ""))


def given_hash(form: FileForm) -> str:
    """The pasted hash, or the uploaded file's, which is read once and kept nowhere."""
    upload: UploadedFile[Any] | None = form.cleaned_data["file"]
    if upload is None:
        return str(form.cleaned_data["sha256"])
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def facts(report: Report) -> list[tuple[str, str]]:
    """By whom, when, under which number: what the issued paper itself shows at its head and foot."""
    return [
        ("发文机关", report.snapshot["issuer"]),
        ("发文字号", report.document_number),
        ("签发日期", f"{report.signed_on:%Y-%m-%d}" if report.signed_on else ""),
        *([("更正的文件", report.corrects.document_number)] if report.corrects else []),
        ("核验码", report.code),
        ("文件 SHA-256", in_fours(report.sha256)),
    ]


def public_item(report: Report) -> Item | None:
    """The report's catalogue item, if the public may read it now."""
    return Item.objects.published(clock.now()).filter(report=report).first()
