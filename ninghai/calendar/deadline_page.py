"""`/deadline/` (期限计算): what happened and when → the last day, how it was found, and what the law says besides.

Nothing is stored, and the address holds what was asked: a visitor may keep it or send it on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.calendar.law import NAME_2008, NAME_2019, NoRuleSet, remedies_on
from ninghai.calendar.legal_duties import LegalDuty, NoSuchRule, NotByLaw, of_law, reckon_by_law
from ninghai.calendar.reckoning import WEEKDAYS, Extension, History, Pause, Restart
from ninghai.calendar.workdays import WorkCalendar
from ninghai.web.http import trail_from_home

FIRST_YEAR, LAST_YEAR = 2008, 2099
LONGEST_EXTENSION = 250  # working days: about a year


@dataclass(frozen=True, slots=True)
class Happening:
    """What a visitor says that happened, and what must be done by the day that follows from it."""

    words: str
    to_do: str


REQUEST = "request"
HAPPENINGS = {
    REQUEST: Happening("行政机关收到政府信息公开申请", "行政机关作出答复"),
    "amend_notice": Happening("行政机关收到的申请内容不清楚", "行政机关一次性告知怎样补正"),
    "third_party": Happening("第三方收到征求意见书", "第三方提出意见"),
    "co_maker": Happening("共同制作信息的机关收到征求意见函", "该机关提出意见"),
    "fee_payment": Happening("申请人收到收费通知", "申请人缴纳信息处理费"),
    "remedy_review": Happening("申请人收到答复，打算申请行政复议", "申请人申请行政复议"),
    "remedy_suit": Happening("申请人收到答复，打算直接提起行政诉讼", "申请人提起行政诉讼"),
}
COMPLAINT = {
    "2008": f"到期没有答复的，可以向上级行政机关、政府信息公开工作主管部门举报，也可以依法申请行政复议或者提起行政诉讼（{NAME_2008}第三十三条）。",
    "2019": f"到期没有答复的，可以向上一级行政机关或者政府信息公开工作主管部门投诉、举报，也可以依法申请行政复议或者提起行政诉讼（{NAME_2019}第五十一条）。",
}
REVIEW_FIRST = (
    "行政机关决定不予公开的，应当先申请行政复议，对复议决定不服再起诉（《行政复议法》（2023年修订）第二十三条）。"
)


def _day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "这不是日期，请写成 2018-11-20 的形式。", "required": "请填写日期。"},
    )


class DeadlineForm(forms.Form):
    """What happened, and what moved the end: of an answer alone, since only its limit is paused, extended, begun anew."""

    what = forms.ChoiceField(
        label="发生了什么",
        choices=[(code, each.words) for code, each in HAPPENINGS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择发生了什么。", "invalid_choice": "请选择发生了什么。"},
    )
    day = _day("哪一天", required=True, help_text="发生的当天，不计入期限。")
    amended = _day("补正材料哪天收到", help_text="申请经过补正的，从收到补正材料起重新计算。")
    paused_from = _day("哪天开始征求第三方或者其他机关意见", help_text="征求意见的时间不计入答复期限。")
    paused_to = _day("哪天收到意见", help_text="还没有收到的留空。")
    extended = forms.IntegerField(
        label="延长了几个工作日",
        required=False,
        min_value=1,
        max_value=LONGEST_EXTENSION,
        help_text="以延期答复告知书为准。",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "请填写整数。"},
    )
    OF_AN_ANSWER = ("amended", "paused_from", "paused_to", "extended")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("what", REQUEST) != REQUEST:
            for name in self.OF_AN_ANSWER:
                if given.get(name):
                    self.add_error(name, "这一项只用于计算答复申请的期限，请清空。")
        for name in ("day", *self.OF_AN_ANSWER[:3]):
            if isinstance(given.get(name), date) and not FIRST_YEAR <= given[name].year <= LAST_YEAR:
                self.add_error(name, f"日期应在{FIRST_YEAR}年到{LAST_YEAR}年之间。")
        self._check_order(given)
        return given

    def _check_order(self, given: Mapping[str, Any]) -> None:
        day, begun, ended = given.get("day"), given.get("paused_from"), given.get("paused_to")
        if ended and not begun:
            self.add_error("paused_from", "请填写哪天开始征求意见。")
        if begun and ended and ended < begun:
            self.add_error("paused_to", "收到意见不能早于开始征求意见。")
        for name in ("amended", "paused_from"):
            if day and given.get(name) and given[name] < day:
                self.add_error(name, "不能早于收到申请的日期。")


@dataclass(frozen=True, slots=True)
class DeadlineFound:
    """What a visitor is told; `day` is None while the limit is paused before its end."""

    day: date | None
    to_do: str
    left: str
    rule: str
    steps: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.day.weekday()] if self.day else ""


def deadline(given: Mapping[str, Any], *, calendar: WorkCalendar, on: date) -> DeadlineFound:
    """The last day of what a valid form asks; raises NoRuleSet, NoSuchRule, NotByLaw, or OverflowError beyond all years."""
    history = _history(given)
    duty = of_law(given["what"], on=timezone.localdate(history.counted_from))
    found = reckon_by_law(duty=duty, history=history, calendar=calendar)
    return DeadlineFound(
        day=found.due.day,
        to_do=HAPPENINGS[given["what"]].to_do,
        left=_left(found.due.day, on=on),
        rule=str(duty.rules.name if duty.rules else duty.basis),
        steps=tuple(found.derivation.rstrip("。").partition("：")[2].split("；")),
        notes=tuple(_notes(duty, history, calendar)),
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _history(given: Mapping[str, Any]) -> History:
    start = _moment(given["day"])
    restart, begun, ended = given.get("amended"), given.get("paused_from"), given.get("paused_to")
    granted = _moment(restart) if restart else start
    return History(
        started=start,
        pauses=(Pause(_moment(begun), _moment(ended) if ended else None),) if begun else (),
        extensions=(Extension(granted, given["extended"]),) if given.get("extended") else (),
        restarts=(Restart(granted),) if restart else (),
    )


def _left(due: date | None, *, on: date) -> str:
    if due is None:
        return "正在征求意见，期限暂停计算；收到意见后再来计算。"
    if due == on:
        return "就是今天。"
    days = (due - on).days
    return f"离今天（{on}）还有{days}天。" if days > 0 else f"到今天（{on}）已经过了{-days}天。"


def _notes(duty: LegalDuty, history: History, calendar: WorkCalendar) -> list[str]:
    """What else the law says of this day."""
    if duty.code == "remedy_suit":
        first = any(each.review_comes_first for each in remedies_on(timezone.localdate(history.started)))
        return [REVIEW_FIRST] if first else []
    if duty.code != REQUEST or duty.rules is None:
        return []
    return [*_if_extended(duty, history, calendar), COMPLAINT[duty.rules.code]]


def _if_extended(duty: LegalDuty, history: History, calendar: WorkCalendar) -> list[str]:
    most = duty.longest_extension
    if history.extensions or not most:
        return []
    longest = replace(history, extensions=(Extension(history.counted_from, most),))
    last = reckon_by_law(duty=duty, history=longest, calendar=calendar).due.day
    return [f"如果行政机关告知延长，最多再延长{most}个工作日，最迟到{last}。"] if last else []


@login_not_required
@never_cache
@require_safe
def deadline_page(request: HttpRequest) -> HttpResponse:
    """Without a question: what it would be if one applied today."""
    today, calendar = clock.today(), WorkCalendar.load()
    asked = "what" in request.GET or "day" in request.GET
    form = DeadlineForm(request.GET if asked else None, initial={"what": REQUEST, "day": today})
    given = form.cleaned_data if form.is_valid() else {} if asked else {"what": REQUEST, "day": today}
    found = _found(form, given, calendar=calendar, on=today) if given else None
    folded = [form[name] for name in form.OF_AN_ANSWER]
    context = {
        "form": form,
        "folded": folded,
        "is_unfolded": any(field.errors or field.value() for field in folded),
        "found": found,
        "is_asked": asked,
        "today": today,
        "trail": trail_from_home(("期限计算", "")),
    }
    return render(request, "deadline.html", context, status=422 if form.errors else 200)


def _found(form: DeadlineForm, given: Mapping[str, Any], *, calendar: WorkCalendar, on: date) -> DeadlineFound | None:
    """What was found; where the law has no such limit, the form says so."""
    try:
        return deadline(given, calendar=calendar, on=on)
    except NotByLaw as refused:
        form.add_error("extended", str(refused))
    except (NoRuleSet, NoSuchRule) as refused:
        form.add_error("day", str(refused))
    except (OverflowError, ValueError):
        form.add_error("day", "到期日超出了可以计算的年份。")
    return None
