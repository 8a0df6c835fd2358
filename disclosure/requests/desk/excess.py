"""Where somebody asks for unreasonably much: reasons are asked for (要求说明理由), or a fee is charged (信息处理费).

Reasons leave the limit as it runs: bad ones are answered with “not handled”, good ones may get a reasonable later day. A fee
stops it until it is paid, from when it counts anew; an objection changes nothing of that.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import IntegerField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from disclosure.requests.desk.answering import handles, heads, in_one_of
from disclosure.requests.desk.repeats import others_of_month
from disclosure.requests.desk.steps import has_happened, opened_for_letter, require_over, require_past
from disclosure.requests.fee_rates import schedule_on, schedules_on
from disclosure.requests.kind import ASKING
from disclosure.requests.letters.papers import issue_letter, rules_of_case
from disclosure.requests.letters.words import delay_letter, fee_letter, reasons_letter
from disclosure.requests.rules.fees import Fee, FeeBy, fee_of
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.law import REGULATION_2008
from ninghai.calendar.legal_duties import EXCESSIVE, of_law
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import record, replay
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.register import moment_on, one_application
from ninghai.models import Case, CaseEvent, CasePaper, DutyClock, Unit, User
from ninghai.models.state_machine import Allowed, as_long_as, require

REASONS, DELAY, FEE = "reasons", "delay", "fee"  # kinds of papers
AFTERWARDS = (  # as the notice begins; the unit may change it, since nobody has compared it with the wording of 109号
    "答复期限从完成缴费次日起重新计算。对收费有异议的，不影响缴费期限；"
    "可以在缴费期满后，就本机关不再处理申请的行为依法申请行政复议或者提起行政诉讼。"
)
OF_FEES = "《政府信息公开条例》（2019年修订）第四十二条"

# Reasons (说明理由): since 2019.


def can_ask_reasons(user: User, case: Case) -> Allowed:
    known = as_long_as(rules_of_case(case) is not REGULATION_2008, "2019年5月15日以前收到的申请没有说明理由的程序。")
    once = as_long_as(not has_happened(case, "reasons_asked"), "已经要求说明过理由，不能再次要求。")
    return handles(user, case) and in_one_of(case, "handling") and known and once


def can_settle_reasons(user: User, case: Case) -> Allowed:
    """They may still come in once an answer is proposed."""
    state = handles(user, case) and in_one_of(case, "reasons", *ASKING, "with_head", "signed")
    return state and as_long_as(replay(case).waits_for("reasons_asked", ""), "没有在等的说明。")


def can_delay(user: User, case: Case) -> Allowed:
    given = as_long_as(has_happened(case, "reasons_given"), "申请人说明理由以后，才能确定延迟答复的期限。")
    once = as_long_as(not has_happened(case, "delayed"), "已经确定过延迟答复的期限。")
    return heads(user, case) and in_one_of(case, "handling") and given and once


def ask_reasons(*, case: Case, why: str, days: int, version: int, by: User, at: datetime) -> None:
    """要求说明理由, once; the limit of the answer runs on, and it can be answered meanwhile."""
    require(can_ask_reasons(by, case))
    on = local_day(at)
    letter = reasons_letter(
        asked=opened_for_letter(case, by, on=on, at=at), why=why, days=days, law=str(EXCESSIVE), on=on
    )
    facts = {"days": days}
    issue_letter(case, letter, kind=REASONS, event="reasons_asked", facts=facts, seen=version, by=by, at=at)


def take_reasons(*, case: Case, given_on: date, reasons: str, version: int, by: User, at: datetime) -> None:
    """收到说明的理由: the words are sealed with the event."""
    require(can_settle_reasons(by, case))
    require_past(given_on, field="given_on", at=at)
    moment = moment_on(given_on, case=case)
    record(case=case, kind="reasons_given", words=reasons, happened_at=moment, seen=version, by=by, at=at)


def give_up_reasons(*, case: Case, version: int, by: User, at: datetime) -> None:
    """逾期没有说明理由. Raises ValidationError while the limit for them still runs."""
    require(can_settle_reasons(by, case))
    require_over(case, "reasons_reply", at=at)
    record(case=case, kind="no_reasons", seen=version, by=by, at=at)


@transaction.atomic
def delay(*, case: Case, amount: int, reason: str, version: int, by: User, at: datetime) -> None:
    """理由合理, 延迟答复: a reasonable later day, which the applicant is told; without a longest by law."""
    require(can_delay(by, case))
    facts = {"amount": amount, "approved_by": by.pk, "beyond": True}
    record(case=case, kind="delayed", facts=facts, reason=reason, seen=version, by=by, at=at)
    legal = case.legal_clock
    if legal is None or legal.due_at is None:
        raise ValidationError("答复期限暂停计算时不能延长，请等恢复计算后再办理。")
    legal.refresh_from_db()
    on, due = local_day(at), local_day(legal.due_at)
    asked = opened_for_letter(case, by, on=on, at=at)
    letter = delay_letter(asked=asked, amount=amount, due=due, reason=reason, law=str(EXCESSIVE), on=on)
    issue_letter(case, letter, kind=DELAY, event=EngineEvent.PAPER_OUT, facts={}, seen=case.version, by=by, at=at)


# A fee (信息处理费): since 2021.


def can_charge(user: User, case: Case) -> Allowed:
    offered = as_long_as(
        case.received_on is not None and bool(schedules_on(case.received_on)), "这一天收到的申请没有收费标准，不收费。"
    )
    once = as_long_as(not has_happened(case, "fee_asked"), "已经通知缴费；一件申请只能按件或者按量收一次。")
    return handles(user, case) and in_one_of(case, "handling") and offered and once


def can_settle_fee(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "fee")


@transaction.atomic
def charge(
    *,
    case: Case,
    schedule: str,
    amount: int,
    how: str,
    version: int,
    by: User,
    at: datetime,
    more: str = AFTERWARDS,
) -> None:
    """收费通知: by items of the calendar month or by pages of this application, within the limit of the answer."""
    require(can_charge(by, case))
    _require_in_time(case, at=at)
    _charge_alone(case.unit.standing_in(on=local_day(at)))
    fee, before = _fee(case, FeeBy(schedule), amount, by=by, at=at)
    total, on = fee.total - before, local_day(at)
    if total <= 0:
        told = f"其中{before}元属于当月另外的申请，" if before else ""
        raise ValidationError({"amount": f"{amount}{fee.schedule.measure}共{fee.total}元，{told}不用再收费。"})
    asked, days = opened_for_letter(case, by, on=on, at=at), of_law("fee_payment", on=on).limit
    laws = (OF_FEES, fee.schedule.basis.source)
    letter = fee_letter(
        asked=asked, fee=fee, before=before, days=days.amount if days else 0, how=how, more=more, laws=laws, on=on
    )
    facts = {"by": schedule, "amount": amount, "total": total}
    issue_letter(case, letter, kind=FEE, event="fee_asked", facts=facts, seen=version, by=by, at=at)


def _charge_alone(unit: Unit) -> None:
    """What somebody is charged for a month counts what another of the unit's clerks charges at this moment: one after the other."""
    hold_calendar()
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def _fee(case: Case, by_schedule: FeeBy, amount: int, *, by: User, at: datetime) -> tuple[Fee, int]:
    """The fee for so many, and what of it belongs to the same person's other applications of that month.

    Each part of what was applied for in a month has its price (109号 Art 4), whether it was paid or given up: whoever did not pay
    has given up that application, and pays for it with no other.
    """
    if case.received_on is None:
        raise ValidationError("还没有与申请人确认，收到日期不明，不能收费。")
    fee = fee_of(amount=amount, schedule=schedule_on(case.received_on, by_schedule))
    if by_schedule != FeeBy.ITEMS:
        return fee, 0
    others = others_of_month(case, by=by, at=at)
    charged = CaseEvent.objects.filter(case__in=others.values("case"), kind="fee_asked", facts__by=FeeBy.ITEMS)
    total = charged.aggregate(sum=Sum(Cast(KT("facts__total"), IntegerField())))["sum"]
    return fee, total or 0


def _require_in_time(case: Case, *, at: datetime) -> None:
    due = case.legal_clock.due_at if case.legal_clock else None
    if due is not None and at > due:
        raise ValidationError(f"收费通知要在答复期限内发出，这件申请的答复期限到{local_day(due)}为止，已经届满。")


def object_to_fee(*, case: Case, objected_on: date, words: str, version: int, by: User, at: datetime) -> None:
    """对收费提出异议: kept under seal; the limit for paying runs on."""
    require(can_settle_fee(by, case))
    require_past(objected_on, field="objected_on", at=at)
    moment = moment_on(objected_on, case=case)
    record(case=case, kind="fee_objected", words=words, happened_at=moment, seen=version, by=by, at=at)


def take_fee(*, case: Case, paid_on: date, version: int, by: User, at: datetime) -> None:
    """收到信息处理费: from that day on a full limit counts anew."""
    require(can_settle_fee(by, case))
    require_past(paid_on, field="paid_on", at=at)
    facts, moment = {"total": fee_asked(case).fact("total")}, moment_on(paid_on, case=case)
    record(case=case, kind="fee_paid", facts=facts, happened_at=moment, seen=version, by=by, at=at)


def give_up_fee(*, case: Case, version: int, by: User, at: datetime) -> None:
    """逾期没有缴费: the clerk answers that it is taken as given up. Raises ValidationError while the limit for paying runs."""
    require(can_settle_fee(by, case))
    require_over(case, "fee_payment", at=at)
    record(case=case, kind="fee_unpaid", seen=version, by=by, at=at)


def fee_asked(case: Case) -> CaseEvent:
    return case.events.filter(kind="fee_asked").latest("number")


# What an answer says of it, ready for the form.


def drafted_words(case: Case, code: str) -> dict[str, str]:
    """The fields of an answer that follow from what was asked before, as the drafter would write them."""
    papers = CasePaper.objects.filter(case__in=one_application(case))
    if code == "excessive" and (paper := papers.filter(kind=REASONS).last()):
        said = "申请人说明了理由，理由不合理" if has_happened(case, "reasons_given") else "申请人逾期没有说明理由"
        return {"reasons_letter": f"{paper.number}（{paper.dated}），{said}"}
    if code == "lapsed_unpaid" and (paper := case.papers.filter(kind=FEE).last()):
        notice = f"{paper.number}（{paper.dated}），{fee_asked(case).fact('total')}元"
        ended = DutyClock.objects.about(case).filter(duty="fee_payment").last()
        expired = f"{local_day(ended.due_at)}" if ended and ended.due_at else ""
        return {"fee_notice": notice, "expired_on": expired}
    return {}
