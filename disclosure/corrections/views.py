"""`/corrections/`: anybody tells what is wrong on a page; `/work/corrections/`: the unit reads and answers it."""

import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.corrections import services
from disclosure.corrections.services import (
    ReportedError,
    TooOften,
    answer_clock,
    answer_term,
    page_address,
    report_error,
    shown_at,
)
from disclosure.interaction.doors import Door, DoorGroup, register_doors
from disclosure.items.text import one_line
from disclosure.models import Correction
from disclosure.models.states import CorrectionStatus
from ninghai.accounts.audit import request_context
from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import User
from ninghai.sealed.services import look
from ninghai.staff_site.record_pages import WORK, Action, RecordPage
from ninghai.web.http import AuthenticatedRequest, trail_from_home, visible_or_404
from ninghai.web.posted import only
from ninghai.web.rate_limit import limited

# The visitor's form, the look-up by receipt number, the unit's answer.

CHINESE = re.compile(r"[\u3400-\u9fff]")
MOST_LINKS = 2
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class CorrectionForm(forms.Form):
    """纠错: what is wrong, and if the visitor likes, how to reach them. A field that only machines fill in keeps them out."""

    form_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "页面不完整，请刷新后再提交。",
            "invalid": "页面不完整，请刷新后再提交。",
        },
    )
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    words = forms.CharField(
        label="问题",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明哪里有错、应当是什么，不超过500字。请不要填写身份证号、银行账号等个人信息。",
        error_messages={"required": "请写明哪里有错。", "max_length": "问题不能超过500字，请写得简短一些。"},
    )
    contact = forms.CharField(
        label="联系方式",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="电话或邮箱，只有办理单位和县政府办公室能看到，用于核实情况。",
        error_messages={"max_length": "联系方式不能超过100字。"},
    )
    website = forms.CharField(
        label="网址",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
        help_text="此栏请留空。",
    )

    @classmethod
    def about(cls, page: str) -> "CorrectionForm":
        """An empty form about the page at that address."""
        return cls(initial={"form_id": uuid.uuid4(), "page": services.page_address(page)})

    def clean_page(self) -> str:
        return services.page_address(self.cleaned_data["page"])

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not CHINESE.search(words):
            raise forms.ValidationError("请用中文写明哪里有错。")
        if len(LINK.findall(words)) > MOST_LINKS:
            raise forms.ValidationError("问题中的网址太多，请最多写两个。")
        return words

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("“网址”一栏用来识别自动程序，请清空后再提交。")
        return ""


class ReceiptForm(forms.Form):
    number = forms.CharField(
        label="受理编号",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="提交纠错后显示的编号，如 20181120-482-913-557。",
        error_messages={"required": "请填写受理编号。", "max_length": "这不是受理编号，请核对。"},
    )

    def clean_number(self) -> str:
        number = services.read_receipt_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError("受理编号是17位数字，请核对。")
        return number


class AnswerCorrectionForm(forms.Form):
    """The unit's answer to a visitor."""

    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[(CorrectionStatus.MENDED, "已更正"), (CorrectionStatus.EXPLAINED, "已答复，页面不作更正")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理结果。"},
    )
    answer = forms.CharField(
        label="答复",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="反映问题的人凭受理编号看到。不要写姓名、电话等个人信息，不超过500字。",
        error_messages={"required": "请填写答复。", "max_length": "答复不能超过500字，请写得简短一些。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False


# `/corrections/`: anybody tells what is wrong on a page, and later reads the answer with the receipt number.

register_doors(
    Door(
        DoorGroup.SUBMIT,
        30,
        "correction",
        "纠错",
        "网站上有错字、错误的数字、打不开的链接或者过时的内容。在出错的页面底部点“本页纠错”最准确。",
        "disclosure:correction-new",
    ),
)

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
    reported = ReportedError(page=written["page"], words=written["words"], contact=written["contact"], address=address)
    try:
        correction = report_error(reported=reported, form_id=written["form_id"], at=clock.now())
    except TooOften as too_often:
        form.add_error(None, str(too_often))
        return _form(request, form, status=429)
    return redirect(f"{reverse('disclosure:corrections')}?{urlencode({'number': correction.receipt_number})}")


def _form(request: HttpRequest, form: CorrectionForm, *, status: int = 200) -> HttpResponse:
    page = page_address(form["page"].value() or "")
    about = shown_at(page, at=clock.now())
    context = {"form": form, "about": about, "term": answer_term(), "trail": trail_from_home(("纠错", ""))}
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
    about = shown_at(found.page, at=clock.now()) if found else None
    context = {
        "form": form,
        "found": found,
        "clock": _due_words(found) if found else "",
        "about": about,
        "trail": trail_from_home(("纠错查询", "")),
    }
    response = render(request, "disclosure/corrections.html", context, status=422 if form.errors else 200)
    if form.is_bound:
        time.sleep(max(0.0, began + AS_SLOWLY - time.monotonic()))
    return response


def _due_words(correction: Correction) -> str:
    """By when it is answered, how it stands against that day, and who has set it."""
    return f"{answer_clock(correction, calendar=WorkCalendar.load()).words(on=clock.today())}；{answer_term()}"


# `/work/corrections/`: what visitors reported about the unit's pages, and the unit's answers.

PAGE_SIZE = 20
CONTACT, SHOWN, PURPOSE = "contact", "show", "purpose"  # in the address: the sender's contact in full, and what for
OWN_PURPOSE, MOST_PURPOSE = "核实并答复纠错", 100
TONES = {"received": "due", "mended": "good", "explained": "info"}


ANSWER = Action(
    name="answer",
    label="提交答复",
    title="答复",
    place="own",
    allowed=services.can_answer,
    form=AnswerCorrectionForm,
    values=lambda form: {"to": CorrectionStatus(form.cleaned_data["outcome"]), "answer": form.cleaned_data["answer"]},
    service=services.answer_correction,
    done="纠错留言 {record.receipt_number} 已答复，反映问题的人可以凭受理编号查看。",
)


class CorrectionPage(RecordPage[Correction]):
    """One error report and its answer."""

    keyword, gives_version = "correction", True
    template = "disclosure/work_correction.html"
    page_names = {"work": "disclosure:correction", "admin": "admin:disclosure_correction_change"}
    act_names = {"work": "disclosure:correction-", "admin": "admin:disclosure_correction_"}
    list_title = "纠错留言"
    list_names = {"work": "disclosure:correction-list", "admin": "admin:disclosure_correction_changelist"}

    def find(self, user: User, pk: int) -> Correction:
        return visible_or_404(Correction.objects.visible_to(user).select_related("unit", "item", "answered_by"), pk=pk)

    def title(self, correction: Correction) -> str:
        return f"纠错留言 {correction.receipt_number}"

    def context(
        self, request: AuthenticatedRequest, correction: Correction, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        contact = contact_shown(correction, page=self.url(correction), asked=request)
        return {
            "correction": correction,
            "facts": facts(correction, contact=contact),
            "tone": TONES[correction.status],
        }


pages = CorrectionPage(WORK, [ANSWER])


def contact_shown(correction: Correction, *, page: str, asked: AuthenticatedRequest) -> str:
    """How to reach the sender: under seal, until somebody asks for it and the purpose is known; the trail keeps it."""
    if not correction.has_contact:
        return "没有留下"
    states = services.needs_stated_purpose(asked.user, correction)
    purpose = one_line(asked.GET.get(PURPOSE, ""))[:MOST_PURPOSE] if states else OWN_PURPOSE
    if asked.GET.get(CONTACT) == SHOWN and purpose:
        return str(look(correction, by=asked.user, purpose=purpose, at=clock.now(), only=["contact"])["contact"])
    context = {"mask": correction.contact, "page": page, "states_purpose": states, "most": MOST_PURPOSE}
    return render_to_string("disclosure/_show_contact.html", context)


def facts(correction: Correction, *, contact: str) -> list[tuple[str, str]]:
    """What is known of it, for those who answer."""
    rows = [
        ("受理编号", correction.receipt_number),
        ("公开信息", correction.item.title if correction.item else ""),
        ("页面地址", format_html("<bdi>{}</bdi>", correction.page)),
        ("办理单位", correction.unit.name),
        ("收到时间", f"{timezone.localtime(correction.received_at):%Y-%m-%d %H:%M}"),
        ("答复期限", _due_words(correction)),
        ("联系方式", contact),
    ]
    return [(term, value) for term, value in rows if value]


@require_safe
def correction_list(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's error reports, those that wait first."""
    if request.user.acting is None:
        raise PermissionDenied
    visible = Correction.objects.visible_to(request.user).select_related("unit", "item")
    waiting, answered = visible.waiting(), visible.exclude(pk__in=visible.waiting().values("pk"))
    page = Paginator(answered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "waiting": _rows(waiting),
        "answered": _rows(page.object_list),
        "page": page,
        "params": only(request.GET, ["page"]),
    }
    return render(request, "disclosure/work_correction_list.html", context)


def _rows(corrections: Any) -> list[tuple[Correction, str, str, str]]:
    """Each with its address, its tone (late where the answer is), and how it stands against its day."""
    calendar, today = WorkCalendar.load(), clock.today()
    clocks = [(each, answer_clock(each, calendar=calendar)) for each in corrections]
    return [
        (
            each,
            pages.url(each),
            "late" if each.is_waiting and it.days_late(on=today) else TONES[each.status],
            it.words(on=today),
        )
        for each, it in clocks
    ]
