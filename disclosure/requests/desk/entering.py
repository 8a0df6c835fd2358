"""登记收到的申请: what came at the counter, by post, by fax or by e-mail is entered by the unit, and the applicant gets a receipt.

First the way in which it came and the day; then the form of the regulation that holds for it. A paper is registered as it is:
what it leaves out is asked for by an amendment notice (补正), and never a reason to turn it away.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from disclosure.items.text import one_line
from disclosure.models import OpennessOffice
from disclosure.requests.applying.forms import (
    ASKED,
    FOLDED,
    IDENTITY_KINDS,
    ApplicationForm,
    ApplicationForm2008,
    ApplicationForm2019,
    InformationForm,
    proof_field,
)
from disclosure.requests.applying.services import Arrival, take_in
from disclosure.requests.desk.answering import can_enter
from disclosure.requests.desk.fields import day_field, subject_field
from disclosure.requests.desk.repeats import EarlierApplication, repeated_by
from disclosure.requests.keeping import refuse_people_in
from disclosure.requests.letters.papers import RECEIPT, issue_receipt, rules_of_case
from disclosure.requests.rules.delivery import DeliveryWay
from disclosure.requests.rules.receipt import ReceiptDay, RequestChannel, receipt_day
from ninghai.calendar import clock
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.law import REGULATION_2008, REGULATION_2019, rule_set_on
from ninghai.calendar.legal_duties import of_law, reckon_by_law
from ninghai.calendar.reckoning import History
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Case, Unit, User
from ninghai.models.state_machine import require
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import RecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page

ON_PAPER = [(each.value, each.label) for each in RequestChannel if each != RequestChannel.ONLINE]
ARRIVED = {
    RequestChannel.COUNTER: "提交日期",
    RequestChannel.SIGNED_POST: "签收日期",
    RequestChannel.EMAIL: "邮件系统收到的日期",
    RequestChannel.FAX: "收到传真的日期",
}
MAY_BE_LEFT_OUT = ("identity_kind", "identity_number", "identity_proof", "phone", "form", "way")
NOT_ALWAYS_SAID = {
    "identity_kind": IDENTITY_KINDS,
    "form": InformationForm.choices,
    "way": DeliveryWay.choices,
}
NEEDED = {
    "联系方式": ("phone", "address", "email"),
    "身份证明": ("identity_number", "identity_proof", "scan"),
    "信息的形式": ("form",),
    "获取信息的方式": ("way",),
}
FIRST_DAY = REGULATION_2008.valid_from


# The forms.


class RequestWayForm(forms.Form):
    """How it came, and when: on these depends what else is asked."""

    channel = forms.ChoiceField(
        label="申请是怎样收到的",
        choices=ON_PAPER,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择收到申请的方式。"},
    )
    arrived_on = day_field("收到的日期", help_text="休息日收到的照实填写，只是计算期限时不算。")

    def clean_arrived_on(self) -> date:
        day: date = self.cleaned_data["arrived_on"]
        if not FIRST_DAY <= day <= clock.today():
            raise ValidationError(f"日期应在{FIRST_DAY}和{clock.today()}之间。")
        return day


class EnteredForm(ApplicationForm):
    """What a clerk copies from the paper, with its scan; the unit is the clerk's own."""

    folded = {name: title for name, title in FOLDED.items() if title != ASKED}

    unit = website = None  # type: ignore[assignment]  # Django's way to leave a field out
    channel = forms.ChoiceField(choices=ON_PAPER, widget=forms.HiddenInput)
    arrived_on = forms.DateField(widget=forms.HiddenInput)
    is_announced = forms.BooleanField(
        label="发到了本单位公布的电子邮箱",
        required=False,
        initial=True,
        label_suffix="",
        help_text="没有公布过的，请去掉勾选。",
    )
    confirmed_on = day_field(
        "与申请人确认的日期", required=False, help_text="还没有联系上的先不填，登记后在申请页面“与申请人确认”。"
    )
    subject = subject_field()
    scan = proof_field("申请书原件（扫描件）", required=False, help_text="照片或者扫描件，不超过10MB。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MAY_BE_LEFT_OUT:
            self.fields[name].required = False
        for name, choices in NOT_ALWAYS_SAID.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "申请上没有写明"), *choices]

    def ask_only(self, way: Mapping[str, Any]) -> None:
        """Leave out what this way of applying does not need."""
        channel, day = RequestChannel(way["channel"]), way["arrived_on"]
        is_mail = channel == RequestChannel.EMAIL
        if not (is_mail and rule_set_on(day) is REGULATION_2008):
            del self.fields["is_announced"]
        if receipt_day(channel=channel, arrived_on=day).is_confirmed and not is_mail:
            del self.fields["confirmed_on"]

    def clean_content(self) -> str:
        """As it stands there: what is unclear the applicant is asked to amend."""
        return str(self.cleaned_data["content"]).strip()

    def clean_scan(self) -> Any:
        return self._not_too_large("scan")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        day, arrived = given.get("confirmed_on"), given.get("arrived_on")
        if day and arrived and not arrived <= day <= clock.today():
            self.add_error("confirmed_on", f"日期应在{arrived}和{clock.today()}之间。")
        return given

    def gaps(self, given: dict[str, Any]) -> list[tuple[str, str]]:
        return []


_FIRST = ("form_id", "channel", "arrived_on", "is_announced", "confirmed_on", "subject", "content")


class EnteredForm2008(EnteredForm, ApplicationForm2008):
    field_order = (*_FIRST, "purpose", "category", "name", "identity_kind", "identity_number", "identity_proof")


class EnteredForm2019(EnteredForm, ApplicationForm2019):
    field_order = (*_FIRST, "category", "name", "identity_kind", "identity_number", "identity_proof")


def entered_form(way: Mapping[str, Any], **said: Any) -> EnteredForm:
    """The form of the regulation under which it was received; while nobody has confirmed it, of the day on which it came."""
    typed = said.get("data")
    is_announced = typed is None or "is_announced" in typed
    receipt = _receipt(way, confirmed_on=_typed_day(typed), is_announced=is_announced)
    is_old = receipt.rules is REGULATION_2008
    form = (EnteredForm2008 if is_old else EnteredForm2019)(**said)
    form.ask_only(way)
    return form


def _typed_day(data: Mapping[str, Any] | None) -> date | None:
    try:
        return date.fromisoformat(str((data or {}).get("confirmed_on", "")))
    except ValueError:
        return None


def _receipt(way: Mapping[str, Any], *, confirmed_on: date | None, is_announced: bool) -> ReceiptDay:
    channel, day = RequestChannel(way["channel"]), way["arrived_on"]
    confirmed_on = max(confirmed_on, day) if confirmed_on else None
    return receipt_day(channel=channel, arrived_on=day, confirmed_on=confirmed_on, is_announced=is_announced)


# What is done with it.


@transaction.atomic
def enter_request(*, unit: Unit, given: Mapping[str, Any], by: User, at: datetime) -> Case:
    """Register it, and issue its receipt (登记回执) in the same transaction; sent twice it is one case with one receipt."""
    require(can_enter(by))
    refuse_people_in(given["subject"], given)
    receipt = _receipt(
        given, confirmed_on=given.get("confirmed_on"), is_announced=bool(given.get("is_announced", True))
    )
    arrival = Arrival(
        unit=unit,
        channel=RequestChannel(given["channel"]),
        arrived_on=given["arrived_on"],
        receipt=receipt,
        subject=one_line(given["subject"]),
    )
    case = take_in(arrival, given=given, by=by, at=at)
    if not case.papers.filter(kind=RECEIPT).exists():
        issue_receipt(case, arrived_on=given["arrived_on"], why=receipt.words, by=by, at=at)
    return case


def left_out(given: Mapping[str, Any]) -> list[str]:
    """What an application under the rules of 2019 must have, and this one has not."""
    return [label for label, names in NEEDED.items() if not any(given.get(name) for name in names)]


# The pages.


@never_cache
def request_enter(request: AuthenticatedRequest, pages: RecordPage[Case]) -> HttpResponse:
    """The way first, then the form; sent, it leads to the page of the case with its receipt. What repeats another one is not
    registered before the clerk was shown it, and has said so."""
    require(can_enter(request.user))
    sent = request.POST if request.method == "POST" else request.GET
    way = RequestWayForm(sent if "channel" in sent else None, initial={"arrived_on": clock.today()})
    if not way.is_valid():
        return _page(request, pages, "disclosure/work_request_way.html", form=way)
    if request.method != "POST":
        is_announced = _has_mail_box(_unit_of(request.user), on=way.cleaned_data["arrived_on"])
        initial = {**way.cleaned_data, "form_id": uuid4(), "is_announced": is_announced}
        return _form_page(request, pages, way.cleaned_data, entered_form(way.cleaned_data, initial=initial))
    form = entered_form(way.cleaned_data, data=request.POST, files=request.FILES)
    entered: list[Case] = []
    unit, at = _unit_of(request.user), clock.now()
    if form.is_valid() and "repeats" not in request.POST:
        repeated = repeated_by(form.cleaned_data, unit=unit, by=request.user, at=at)
        if repeated:
            return _form_page(request, pages, way.cleaned_data, form, repeated=repeated)
    if not was_done(
        form, lambda: entered.append(enter_request(unit=unit, given=form.cleaned_data, by=request.user, at=at))
    ):
        form.data = typed = request.POST.copy()
        typed["form_id"] = str(uuid4())  # nothing was kept under the first id
        return _form_page(request, pages, way.cleaned_data, form)
    _say(request, entered[0], form.cleaned_data)
    return redirect(f"{pages.url(entered[0])}#letters")


def _unit_of(user: User) -> Unit:
    if user.acting is None:
        raise ValidationError("当前账号没有单位。")
    return user.acting.unit


def _has_mail_box(unit: Unit, *, on: date) -> bool:
    """Whether the unit's guide (指南) names one; where nothing was entered for its guide, the clerk knows."""
    office = OpennessOffice.objects.filter(unit=unit).holding(on=on).first()
    return office is None or bool(office.email)


def _say(request: AuthenticatedRequest, case: Case, given: Mapping[str, Any]) -> None:
    messages.success(request, f"已登记为 {case.number}。登记回执正在制作，请打印后交给申请人。")
    lacking = left_out(given)
    if lacking and rules_of_case(case) is REGULATION_2019:
        messages.warning(request, f"申请里没有：{'、'.join(lacking)}。需要的，请一次性告知申请人补正。")


def _form_page(
    request: AuthenticatedRequest,
    pages: RecordPage[Case],
    way: Mapping[str, Any],
    form: EnteredForm,
    *,
    repeated: Sequence[EarlierApplication] = (),
) -> HttpResponse:
    is_announced = "is_announced" not in form.fields or bool(form["is_announced"].value())
    receipt = _receipt(way, confirmed_on=None, is_announced=is_announced)
    channel = RequestChannel(way["channel"])
    return _page(
        request,
        pages,
        "disclosure/work_request_enter.html",
        form=form,
        channel=channel.label,
        arrived=f"{ARRIVED.get(channel, '实际收到日期')}：{way['arrived_on']}",
        receipt=receipt,
        due=_due(receipt),
        repeated=repeated,
        lost_files=bool(request.FILES) and form.is_bound,
    )


def _due(receipt: ReceiptDay) -> date | None:
    """Until when it must be answered, if it counts from its arrival."""
    if receipt.day is None:
        return None
    history = History(started=beginning_of(receipt.day))
    duty = of_law("request", on=receipt.day)
    return reckon_by_law(duty=duty, history=history, calendar=WorkCalendar.load()).due.day


def _page(request: AuthenticatedRequest, pages: RecordPage[Case], template: str, **context: Any) -> HttpResponse:
    return form_page(request, template, {**pages.frame(request, None, title="登记收到的申请"), **context})
