"""行政复议 and 行政诉讼 against what a unit has answered, or has not: begun, decided, and where a decision orders it, answered anew.

Everything is kept as events of the case (`remedy_begun`, `remedy_decided`), told apart by `of`; the annual report counts these.
Both answers of a case that is opened again stay, and a full new period runs from the day of the decision.
"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from disclosure.requests.desk.answering import handles, in_one_of
from disclosure.requests.desk.fields import day_field
from disclosure.requests.desk.steps import LONGEST_REPLY
from disclosure.requests.kind import ANSWERED, WAITING
from disclosure.requests.letters.papers import ANSWER, authorities_on
from disclosure.requests.standing import CaseRemedy, RemedyOutcome, RemedyWay, remedies_of
from ninghai.calendar import clock
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import record
from ninghai.cases.register import moment_on, reopen_case
from ninghai.models import Case, User
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.staff_site.record_pages import Action

UNDER_WAY = frozenset(
    {"handling", "with_head", "signed", *WAITING}
)  # nobody has answered: that may be complained of, too


def open_remedies(case: Case) -> list[CaseRemedy]:
    return [each for each in remedies_of(case) if each.decided is None]


# Begun.


def can_begin_remedy(user: User, case: Case) -> Allowed:
    """One after the other: a court waits for the reconsideration."""
    none_open = as_long_as(not open_remedies(case), "已经登记的行政复议或者行政诉讼还没有结果，请先登记它的结果。")
    return handles(user, case) and in_one_of(case, *ANSWERED, *UNDER_WAY) and none_open


def can_decide_remedy(user: User, case: Case) -> Allowed:
    waits = as_long_as(bool(open_remedies(case)), "没有尚未审结的行政复议或者行政诉讼。")
    return handles(user, case) and waits


@transaction.atomic
def begin_remedy(
    *, case: Case, way: str, authority: str, number: str, begun_on: date, version: int, by: User, at: datetime
) -> None:
    """登记复议、诉讼: where, when, under which number. Raises ValidationError for what cannot have followed from what went before."""
    require(can_begin_remedy(by, case))
    hold_calendar()
    Case.objects.lock(case.pk, seen=version)
    known = remedies_of(case)
    _require_order(RemedyWay(way), known)
    since = case.received_on or local_day(case.entered_at)
    _require_between(begun_on, since, at=at, field="begun_on")
    facts = {"way": RemedyWay(way), "authority": authority, "number": number}
    moment, of = moment_on(begun_on, case=case), str(len(known) + 1)
    record(case=case, kind="remedy_begun", of=of, facts=facts, happened_at=moment, by=by, at=at)


def _require_order(way: RemedyWay, known: list[CaseRemedy]) -> None:
    was_reviewed = bool(known) and known[-1].way == RemedyWay.REVIEW
    if way == RemedyWay.SUIT_AFTER_REVIEW and not was_reviewed:
        raise ValidationError({"way": "没有登记过行政复议的结果；直接起诉的，请选“未经复议直接起诉”。"})
    if way == RemedyWay.SUIT and was_reviewed and not known[-1].orders_answer:
        raise ValidationError({"way": "这个答复已经过行政复议，请选“复议后起诉”。"})


# Decided.


@transaction.atomic
def decide_remedy(
    *,
    case: Case,
    outcome: str,
    decided_on: date,
    number: str,
    anew: bool,
    days: int | None,
    gist: str,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """登记结果. Where a new answer is ordered, a case that was closed before is opened again with a full new period from that
    day; one that was answered since has its new answer. `days` is a shorter period that the decision sets."""
    require(can_decide_remedy(by, case))
    hold_calendar()
    held = Case.objects.lock(case.pk, seen=version)
    remedy = open_remedies(case)[0]
    _require_between(decided_on, remedy.begun_on, at=at, field="decided_on")
    if anew and outcome == RemedyOutcome.UPHELD:
        raise ValidationError({"outcome": "结果维持原答复的，不会责令重新答复，请核对。"})
    if held.data_key.is_destroyed and (anew or gist):
        raise ValidationError(
            "这件申请的内容已按期限销毁，不能重新答复，也不再保存要点；请取消勾选、清空要点后只登记结果。"
        )
    if anew and held.closed_at and local_day(held.closed_at) <= decided_on:
        why = f"{remedy.way.label}：{remedy.authority}要求重新答复"
        reopen_case(case=case, reason=why, decided_on=decided_on, by=by, at=at)
    told = {
        "outcome": RemedyOutcome(outcome),
        "number": number,
        "anew": anew,
        **({"days": days} if anew and days else {}),
    }
    moment = beginning_of(decided_on)
    record(case=case, kind="remedy_decided", of=remedy.of, facts=told, words=gist, happened_at=moment, by=by, at=at)


def _require_between(day: date, since: date, *, at: datetime, field: str) -> None:
    if not since <= day <= local_day(at):
        raise ValidationError({field: f"日期应在{since}和{local_day(at)}之间。"})


# The acts on the page of an application, and their forms.


class RemedyForm(forms.Form):
    """登记复议、诉讼."""

    way = forms.ChoiceField(
        label="种类",
        choices=RemedyWay,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择行政复议还是行政诉讼。"},
    )
    authority = forms.CharField(
        label="复议机关或者法院", max_length=60, error_messages={"required": "请填写复议机关或者法院。"}
    )
    begun_on = day_field("受理的日期", help_text="按受理通知书、应诉通知书上的日期。")
    number = forms.CharField(label="案号", max_length=60, required=False, help_text="如 宁政复〔2019〕3号。")

    def __init__(self, data: Any, *, authority: str) -> None:
        super().__init__(data, initial={"authority": authority})


def remedy_form(data: Any, request: HttpRequest, case: Case) -> RemedyForm:
    """With the authority to which the answer's letter leads; while there is none, that of today."""
    answer = case.papers.filter(kind=ANSWER).last()
    on = answer.dated if answer else clock.today()
    named = authorities_on(case.unit.standing_in(on=on), on=on).review
    return RemedyForm(data, authority=next(iter(named), ""))


class RemedyDecisionForm(forms.Form):
    """登记结果."""

    outcome = forms.ChoiceField(
        label="结果",
        choices=RemedyOutcome,
        widget=forms.RadioSelect,
        help_text="撤销、变更、确认违法、责令履行的为“纠正”；撤回、终止、驳回起诉等为“其他”。",
        error_messages={"required": "请选择结果。"},
    )
    decided_on = day_field("决定、裁判的日期")
    number = forms.CharField(label="决定书、裁判文书文号", max_length=60, required=False)
    anew = forms.BooleanField(
        label="要求重新答复",
        required=False,
        label_suffix="",
        help_text="选中的，从决定日期起重新计算答复期限，原答复保留。",
    )
    days = forms.IntegerField(
        label="要求在几个工作日内答复",
        min_value=1,
        max_value=LONGEST_REPLY,
        required=False,
        help_text="决定书、判决书写明期限的填写。",
    )
    gist = forms.CharField(
        label="要点",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="加密保存，只有本单位看得到。",
    )


REMEDY_ACTS = [
    Action(
        name="remedy-decided",
        label="登记结果",
        title="登记行政复议、行政诉讼的结果",
        allowed=can_decide_remedy,
        form=RemedyDecisionForm,
        service=decide_remedy,
        done="{record} 已登记结果。",
    ),
    Action(
        name="remedy",
        label="登记行政复议、行政诉讼",
        allowed=can_begin_remedy,
        form=remedy_form,
        service=begin_remedy,
        done="{record} 已登记。",
    ),
]
