"""A report's page (通报、报告) in the admin: how it is made, read and downloaded, and its acts from a draft to the signed paper."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.models import Item
from disclosure.models.states import ItemStatus
from ninghai.accounts.audit.history import Event, event_of
from ninghai.calendar import clock
from ninghai.files import first_page_of, picture_response, private_file_response
from ninghai.jobs.progress import progress_of, progress_part
from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import StaleError, require
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import Action, OfferedAction, RecordPage, View, taking_back
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import form_page
from ninghai.web.steps import Step, stepped
from ninghai.web.template_filters import in_fours
from reports import circulation, rules
from reports.circulation.circulating import main_numbers
from reports.circulation.forms import CirculateForm, RequestForm, ReturnPaperForm, SignForm
from reports.circulation.sign_off import proposed_number, take_back_report_check
from reports.facts.request import Request
from reports.kinds import KINDS
from reports.models import Receipt, Report, SignOff
from reports.pdf import TypesettingError, screen_context
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus

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
        ("文件 SHA-256", in_fours(report.sha256) if report.sha256 else ""),
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


STEP_ACTS = {"生成": "retry", "核稿": "check", "签发": "sign", "印发": "circulate", "公开": "catalogue"}


def steps_of(report: Report, receipts: Sequence[Receipt]) -> list[Step]:
    """From the rendering to the public, with who and when; a signed report is signed once its paper is there."""
    is_signed = report.status == SignOff.SIGNED and report.is_ready
    is_public = report.item is not None and report.item.status == ItemStatus.PUBLISHED
    made = f"{report.requested_by or '系统'}，{timezone.localdate(report.requested_at)}"
    signature = f"{report.document_number}，{report.signed_by}，{report.signed_on}" if report.signed_on else ""
    return stepped(
        ("生成", report.is_ready or report.status != SignOff.DRAFT, made if report.is_ready else report.job.label),
        ("核稿", report.status != SignOff.DRAFT, _by(report.checked_by, report.checked_at)),
        ("签发", is_signed, signature if is_signed or not signature else f"{signature}，正式文件生成中"),
        ("印发", bool(receipts), _how_far(receipts)),
        ("公开", is_public, _standing(report.item)),
    )


def _by(who: User | None, when: datetime | None) -> str:
    return f"{who}，{timezone.localdate(when)}" if who and when else ""


def _how_far(receipts: Sequence[Receipt]) -> str:
    confirmed = sum(receipt.confirmed_at is not None for receipt in receipts)
    return f"{len(receipts)} 个单位，签收 {confirmed} 个" if receipts else ""


def next_act(steps: Sequence[Step]) -> str:
    """The act of the step where the report is now; none once all are done."""
    return next((STEP_ACTS[step.label] for step in steps if step.state == "now"), "")


def waits_for(report: Report, user: User) -> str:
    """Whose turn it is, where it is not this person's."""
    if not report.is_ready:
        return ""
    if report.status == SignOff.DRAFT and not rules.can_check(user, report):
        return "等待县政府办公室另一位工作人员核稿，核稿后送签发人签发。"
    if report.status == SignOff.CHECKED and not rules.can_sign(user, report):
        return "等待签发人签发。签发后写入发文字号和日期，生成正式文件，之后不再改动。"
    return ""


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
    "signed_by",
)


# The acts, in the order of a report's life.


def sign_form(data: QueryDict | None, request: AuthenticatedRequest, report: Report) -> SignForm:
    today = clock.today()
    number = proposed_number(report, on=today)
    return SignForm(
        data,
        is_number_proposed=bool(number),
        initial={"document_number": number, "signed_on": today, "addressee": report.snapshot["addressee"]},
    )


def circulate_form(data: QueryDict | None, request: AuthenticatedRequest, report: Report) -> CirculateForm:
    return CirculateForm(data, report=report)


def to_catalogue(
    page: RecordPage[Report], request: AuthenticatedRequest, report: Report, form: BaseForm
) -> HttpResponse:
    item = circulation.submit_to_catalogue(report=report, by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已存为公开信息草稿，请补充后提交审核。")
    return redirect("admin:disclosure_item_change", item.pk)


ACTIONS = (
    Action(
        name="check",
        label="核稿通过",
        place="own",
        allowed=rules.can_check,
        service=circulation.check_report,
        done="《{record.title}》已核稿，等待签发人签发。",
        undo="take-back",
    ),
    Action(
        name="sign",
        label="签发",
        place="page",
        template="admin/reports/report/sign.html",
        allowed=rules.can_sign,
        refusal="只有签发人可以签发已生成的草稿，且不能签发自己制作的报告。",
        form=sign_form,
        service=circulation.sign_report,
        done="《{record.title}》已签发，发文字号{record.document_number}，正在生成正式文件。",
    ),
    Action(
        name="circulate",
        label="印发",
        words="选中的单位会收到消息，在“收文签收”中阅读并签收。已经印发过的单位不再列出。",
        place="page",
        allowed=rules.can_circulate,
        refusal="只有已签发并生成正式文件的报告可以印发。",
        form=circulate_form,
        service=circulation.circulate_report,
        done="《{record.title}》已印发，单位签收情况见下表。",
    ),
    Action(
        name="catalogue",
        label="送公开审核",
        place="own",
        allowed=rules.can_submit_to_catalogue,
        handler=to_catalogue,
    ),
    Action(
        name="retry",
        label="重新生成",
        place="own",
        allowed=rules.can_retry,
        service=circulation.retry_report,
        done="《{record.title}》已重新排队生成。",
    ),
    Action(
        name="cancel",
        label="取消制作",
        place="own",
        is_grave=True,
        allowed=rules.can_cancel,
        service=circulation.cancel_report,
        done="《{record.title}》已取消。",
    ),
    Action(
        name="send-back",
        label="退回",
        is_grave=True,
        allowed=rules.can_send_back,
        form=ReturnPaperForm,
        service=circulation.send_back_report,
        done="《{record.title}》已退回，需要重新制作或重新核稿。",
        undo="take-back",
    ),
    taking_back(service=take_back_report_check),
)


class ReportPage(RecordPage[Report]):
    """One report: its facts, how its PDF fares, its history, and what this person may do."""

    keyword = "report"
    template = "admin/reports/report/detail.html"
    page_names = {"admin": "admin:reports_report_change"}
    act_names = {"admin": "admin:reports_report_"}
    list_title = "报告"
    list_names = {"admin": "admin:reports_report_changelist"}

    def find(self, user: User, pk: int) -> Report:
        return visible_or_404(Report.objects.visible_to(user).select_related(*BESIDE), pk=pk)

    def title(self, report: Report) -> str:
        return report.title

    def views(self) -> Mapping[str, View]:
        return {
            "progress": require_safe(self.progress),
            "read": require_safe(self.read),
            "file": require_safe(self.download),
            "picture": require_safe(self.picture),
        }

    def offers(
        self, request: AuthenticatedRequest, report: Report, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        """The next act first, the others in the order of a report's life."""
        found, name = super().offers(request, report, refused), next_act(steps_of(report, list(report.receipts.all())))
        return dict(sorted(found.items(), key=lambda offer: offer[0] != name))

    def context(self, request: AuthenticatedRequest, report: Report, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        receipts = list(report.receipts.select_related("unit", "confirmed_by"))
        steps, may_download = steps_of(report, receipts), rules.can_download(request.user, report)
        return {
            "report": report,
            "steps": steps,
            "next_act": next_act(steps),
            "picture": first_page_of(report.file) if may_download and report.file else None,
            "facts": facts(report),
            "events": history(report),
            "receipts": receipts,
            "receipts_in_words": receipts_in_words(receipts),
            "waits_for": waits_for(report, request.user),
            "may_download": may_download,
            "may_correct": rules.can_correct(request.user, report),
            "progress": progress_of(report.job),
        }

    def progress(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """How far the rendering is."""
        report = self.find(request.user, pk)
        return progress_part(request, page=report, progress=progress_of(report.job))

    def read(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """网页版: what the paper says, on the screen."""
        report = self.find(request.user, pk)
        try:
            letter = screen_context(report.snapshot)
        except TypesettingError as error:
            messages.error(request, str(error))
            return redirect(report)
        context = {**letter, **self.frame(request, report, title=letter["title"]), "report": report}
        return render(request, "admin/reports/report/read.html", context)

    def download(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        report = self.find(request.user, pk)
        require(rules.can_download(request.user, report))
        if report.file is None:
            raise StaleError(report)
        return private_file_response(report.file, of=report, by=request.user, at=clock.now())

    def picture(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """The first page, to be looked at; what is taken along is the file."""
        report = self.find(request.user, pk)
        require(rules.can_download(request.user, report))
        page = first_page_of(report.file) if report.file else None
        if page is None:
            raise Http404("首页图暂时不能显示，请下载 PDF 查看。")
        return picture_response(page)

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        return ask_for_a_report(request, self)


# 制作通报: first the kind, then only what that kind asks; its main numbers are shown before it is made, to who wants to see them.

CARRIED = [name for name in RequestForm.base_fields if name not in {"kind", "form_id"}]  # from one kind to another


def ask_for_a_report(request: AuthenticatedRequest, page: RecordPage[Report]) -> HttpResponse:
    """Anew, or as the correction (更正件) of a signed one, whose form is filled in like the report it puts right."""
    require(rules.can_request(request.user))
    corrected, typed = corrected_by(request), request.POST or request.GET
    known = of_the_year(request.GET.get("year", "")) | {name: typed[name] for name in CARRIED if typed.get(name)}
    kind = typed.get("kind", corrected.kind if corrected else "")
    context = {
        **page.frame(request, None, title="制作更正件" if corrected else "制作通报"),
        "corrected": corrected,
        "carried": list(known.items()),
    }
    if kind not in KINDS:
        context["kinds"] = [(Report.Kind(code), each.sentence) for code, each in KINDS.items()]
        return render(request, "admin/reports/report/kinds.html", context, status=422 if request.POST else 200)
    context |= {"kind": Report.Kind(kind), "sentence": KINDS[kind].sentence}
    about = {"corrects": corrected.pk if corrected else None}
    return _filled_in(request, kind, asked_for(corrected) | known | about, context)


def _filled_in(
    request: AuthenticatedRequest, kind: str, initial: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    """The form of the kind: shown, refused (422), its numbers told, or the report that was asked for."""
    form = RequestForm(request.POST or None, kind=kind, initial=initial, today=clock.today())
    if "preview" in request.POST:
        told: list[str] = []
        was_done(form, lambda: told.extend(numbers_of(form.cleaned_data)))
        context["numbers"] = told
    elif made := _made(request, form):
        messages.success(request, message_for(made))
        return redirect(made)
    return form_page(request, "admin/reports/report/request.html", {**context, "form": form})


def _made(request: AuthenticatedRequest, form: RequestForm) -> Report | None:
    made: list[Report] = []
    ask = circulation.request_report
    was_done(form, lambda: made.append(ask(by=request.user, at=clock.now(), **form.cleaned_data)))
    return made[0] if made else None


def numbers_of(asked: Mapping[str, Any]) -> list[str]:
    """What the report would say first; nothing is kept. Raises ValidationError by field, as asking for it does."""
    now = clock.now()
    about = {name: value for name, value in asked.items() if name not in {"corrects", "form_id"}}
    snapshot = circulation.snapshot_of(Request.about(at=now, **about), today=timezone.localdate(now))
    return list(main_numbers(snapshot))


def of_the_year(year: str) -> dict[str, Any]:
    """Of the year whose list or page one came from: its notice, where it has one, and, once it is over, its last day."""
    if not (len(year) == 4 and year.isascii() and year.isdecimal() and year > "1900"):
        return {}
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED, year=int(year)).values_list("pk", flat=True)
    said: dict[str, Any] = {"notice": str(issued[0])} if len(issued) == 1 else {}
    last = date(int(year), 12, 31)
    return said | ({"as_of": last.isoformat()} if last < clock.today() else {})


def corrected_by(request: AuthenticatedRequest) -> Report | None:
    """The signed report that this request is to put right."""
    number = request.POST.get("corrects") or request.GET.get("corrects", "")
    known = Report.objects.visible_to(request.user).issued()
    return known.filter(pk=number).first() if number.isascii() and number.isdecimal() and len(number) < 10 else None


def asked_for(report: Report | None) -> dict[str, Any]:
    """What the report was asked about, to be asked again."""
    if report is None:
        return {}
    same = ("notice_id", "as_of", "unit_id", "spot_check_id", "scoring_id")
    since = report.snapshot.get("period", {}).get("since")
    return {"since": since, **{name.removesuffix("_id"): getattr(report, name) for name in same}}


def message_for(report: Report) -> str:
    if report.is_ready:
        return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已经制作过，这就是那一份。"
    return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已受理，数据已固定，正在排队生成。"
