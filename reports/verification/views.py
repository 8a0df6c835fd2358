"""/verify/ (报告核验): is this paper one that the office issued, and is this file the very one?

Drafts, unknown codes and nonsense all get the same answer. Content is linked only when its item is public. Who tries
codes or sends files without end is asked to wait.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.interaction.doors import Door, DoorGroup, register_doors
from disclosure.models import AnnualReport, GuideVersion, Item, LetterMaking
from disclosure.models.states import GuideStatus
from ninghai.calendar import clock
from ninghai.files.paper_codes import read_code
from ninghai.models.sealed import DESTROYED
from ninghai.web.http import client_address, too_often, trail_from_home
from ninghai.web.rate_limit import RateLimit
from ninghai.web.steps import Step, stepped
from ninghai.web.template_filters import in_fours
from reports.circulation.forms import FileForm, VerificationCodeForm
from reports.models import Report

WHILE = 600  # seconds
GUESSED = RateLimit("verify-code", most=60, seconds=WHILE)  # codes that no issued report has
COMPARED = RateLimit("verify-file", most=60, seconds=WHILE)  # files sent here because the browser could not compute


register_doors(
    Door(
        DoorGroup.LOOK,
        40,
        "verify",
        "报告核验",
        "凭文书上的核验码，核对一份报告、答复书是不是真的。",
        "reports:verify-form",
    )
)


def _frame(heading: str) -> dict[str, Any]:
    return {"heading": heading, "trail": trail_from_home(("报告核验", ""))}


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a GET form, so that it works everywhere."""
    form = VerificationCodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("reports:verify", code=form.cleaned_data["code"])
    return render(request, "reports/verify_form.html", {**_frame("报告核验"), "form": form, "steps": steps()})


@csrf_exempt  # compares and changes nothing; so the page needs no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the report with this code, and whether a given file is the issued one."""
    address = client_address(request)
    if GUESSED.is_reached(address) or (request.method == "POST" and COMPARED.is_reached(address)):
        return too_often(request, what="查询或上传", minutes=WHILE // 60)
    paper = known_paper(read_code(code))
    if paper is None:
        GUESSED.count(address)
        asked = {"form": VerificationCodeForm(), "typed": code, "steps": steps()}
        context = {**_frame("没有签发过这份报告"), "verdict": "bad", **asked}
        return render(request, "reports/verify_unknown.html", context, status=404)
    is_compared = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_compared else FileForm()
    if request.FILES:
        COMPARED.count(address)
    given = given_hash(form) if is_compared and form.is_valid() else ""
    is_same = bool(given) and given == paper.sha256
    is_other = bool(given) and not is_same
    context = {
        **_frame("手中的文件不是签发的那份" if is_other else f"这份{paper.name}由{paper.issuer}签发"),
        "verdict": "bad" if is_other else "good",
        "steps": steps(is_known=True, is_compared=bool(given), is_same=is_same),
        "paper": paper,
        "form": form,
        "given": given,
        "is_same": is_same,
    }
    return render(request, "reports/verify.html", context)


# What was issued under a code: a report of the office, a unit's paper to one person, a yearly report on openness work.


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPaper:
    """What the issued paper itself shows; of one to a person nobody learns here to whom it went or what it says."""

    name: str
    issuer: str
    sha256: str
    facts: list[tuple[str, str]]
    item: Item | None = None
    page: str = ""  # where its words are public; there is no file to compare then
    correction: Report | None = None


def known_paper(code: str) -> KnownPaper | None:
    report = Report.objects.issued().select_related("file", "item", "corrects").filter(code=code).first()
    if report is not None:
        return KnownPaper(
            name="报告",
            issuer=report.snapshot["issuer"],
            sha256=report.sha256,
            facts=facts(report),
            item=public_item(report),
            correction=report.correction,
        )
    return (known_letter(code) or known_annual_report(code) or known_guide(code)) if code else None


def known_guide(code: str) -> KnownPaper | None:
    """A version of a service's guide, as it is printed from its page."""
    public = GuideVersion.objects.filter(status__in=[GuideStatus.PUBLISHED, GuideStatus.CANCELLED])
    guide = public.select_related("service__unit").filter(verify_code=code).first()
    if guide is None:
        return None
    cancelled = [("状态", "已经取消，没有施行。")] if guide.status == GuideStatus.CANCELLED else []
    return KnownPaper(
        name="办事指南",
        issuer=guide.service.unit.name,
        sha256="",
        facts=[
            ("事项名称", guide.service.name),
            ("办理单位", guide.service.unit.name),
            ("版本", f"第{guide.number}版"),
            ("施行日期", f"{guide.effective_on}"),
            *cancelled,
            ("核验码", guide.verify_code),
        ],
        page="" if cancelled else reverse("disclosure:service-version", args=[guide.service.code, guide.number]),
    )


def known_letter(code: str) -> KnownPaper | None:
    made = Q(file__isnull=False) | Q(data_key__destroyed_at__isnull=False)
    letters = LetterMaking.objects.select_related("paper__unit", "data_key").filter(made)
    letter = letters.filter(paper__verify_code=code).first()
    if letter is None:
        return None
    return KnownPaper(name="文书", issuer=letter.paper.unit.name, sha256=letter.sha256, facts=facts_of(letter))


def known_annual_report(code: str) -> KnownPaper | None:
    """What a unit, or the county, has reported on a year; not what has come back since."""
    reports = AnnualReport.objects.reported().select_related("unit", "file").filter(file__isnull=False)
    report = reports.filter(verify_code=code).first()
    if report is None or report.file is None or report.reported_at is None:
        return None
    later = AnnualReport.objects.reported().filter(unit=report.unit, year=report.year, edition__gt=report.edition)
    return KnownPaper(
        name="报告",
        issuer=report.issuer,
        sha256=report.file.sha256,
        facts=[
            ("报告名称", report.title),
            ("发布机关", report.issuer),
            ("报送日期", f"{timezone.localdate(report.reported_at):%Y-%m-%d}"),
            *([("更正情况", "已经另行报送更正的报告，以更正的为准。")] if later.exists() else []),
            ("核验码", report.verify_code),
            ("文件 SHA-256", in_fours(report.file.sha256)),
        ],
        item=Item.objects.published(clock.now()).filter(annual_report=report).first(),
    )


def facts_of(letter: LetterMaking) -> list[tuple[str, str]]:
    paper = letter.paper
    destroyed = [("内容", DESTROYED)] if letter.data_key.is_destroyed else []
    hashed = [("文件 SHA-256", in_fours(letter.sha256))] if letter.sha256 else []
    return [
        *destroyed,
        ("发文机关", paper.unit.name),
        ("文号", paper.number),
        ("签发日期", f"{paper.dated:%Y-%m-%d}"),
        ("核验码", paper.verify_code),
        *hashed,
    ]


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
