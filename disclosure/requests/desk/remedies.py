"""行政复议 and 行政诉讼 against what a unit has answered, or has not: begun, decided, and where a decision orders it, answered anew.

Everything is kept as events of the case (`remedy_begun`, `remedy_decided`), told apart by `of`; the annual report counts these.
Both answers of a case that is opened again stay, and a full new period runs from the day of the decision.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.requests.desk.answering import handles, in_one_of
from disclosure.requests.kind import ANSWERED, WAITING
from disclosure.requests.standing import CaseRemedy, RemedyOutcome, RemedyWay, remedies_of
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import record
from ninghai.cases.register import moment_on, reopen_case
from ninghai.models import Case, User
from ninghai.models.state_machine import Allowed, as_long_as, require

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
