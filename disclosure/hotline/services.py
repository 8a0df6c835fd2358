"""The acts on a matter of the hotline that was taken in: handed on by duty, signed for, given back or designated, answered, reviewed, its
caller called back, done again, ended.

Each act records its event first; the engine locks the case, finds the state from the events and moves the limit.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from disclosure.hotline import rules
from disclosure.hotline.kind import HOTLINE, RATED, counted_by
from disclosure.hotline.standards import limit_on
from disclosure.items.text import many_lines, one_line
from disclosure.models import HotlineCase, HotlineRound
from disclosure.models.hotline import kin_of
from disclosure.public_opinion.rules import lead_of, own_work, standing
from disclosure.requests.rating import Satisfaction
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases import register
from ninghai.cases.assignments import accept_assignment, assign_case, give_back, tell_unit
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.lookup import numbers_meant
from ninghai.models import Case, CaseAssignment, CaseEvent, Message, Unit, User
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.models.state_machine import TransitionError, require

LEAD, CO = CaseAssignment.Part.LEAD, CaseAssignment.Part.CO
LONGEST_PROMISE = 366  # days

# Handed on (转办), given back, designated.


@transaction.atomic
def hand_on(
    *,
    call: HotlineCase,
    lead: Unit,
    co_units: Iterable[Unit] = (),
    is_designated: bool = False,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """转办, or 改派 once another unit has given it back: the caller's limit begins the first time and stays; who gets it signs by a day."""
    require(rules.can_hand_on(by, call))
    helpers = [unit for unit in co_units if unit != lead]
    for field, units in (("lead", [lead]), ("co_units", helpers)):
        _refuse_accused(call, units, field=field, at=at)
    limits = limit_on(call.matter, call.urgency, on=local_day(at))
    is_first = not call.rounds.exists()
    facts: dict[str, Any] = {"lead": lead.pk, "co": [unit.pk for unit in helpers], "designated": is_designated}
    if is_first:
        facts["case"] = {"category": counted_by(limits.as_limit())}
    kind = "handed_on" if is_first else "handed_again"
    record(case=call.case, kind=kind, facts=facts, by=by, at=at, seen=version)
    _give(call, lead, helpers, is_designated=is_designated, sign_days=limits.sign_days, by=by, at=at)
    unit = lead.standing_in(on=local_day(at))
    if is_first:
        begin_round(call, unit, at=at)
    else:
        change_round(call, unit=unit)


def _refuse_accused(call: HotlineCase, units: Iterable[Unit], *, field: str, at: datetime) -> None:
    accused = kin_of(set(call.about.values_list("pk", flat=True)))
    for unit in units:
        if accused & {unit.pk, unit.standing_in(on=local_day(at)).pk}:
            message = f"这一件反映的就是{unit.short_name}，不能交给它办理，请选择别的单位。"
            raise ValidationError({field: message})


def _give(
    call: HotlineCase,
    lead: Unit,
    helpers: Iterable[Unit],
    *,
    is_designated: bool,
    sign_days: int,
    by: User,
    at: datetime,
) -> None:
    """To each its part, with the day until which it signs; who helped before may lead now."""
    sign_by = WorkCalendar.load().nth_workday_after(local_day(at), sign_days)
    told: dict[str, Any] = {"case": call.case, "by": by, "at": at, "reply_by": sign_by}
    there = CaseAssignment.objects.standing().filter(case=call.case)
    for each in there.filter(unit=lead, part=CO):
        give_back(assignment=each, reason="改为主办单位", belongs_to=lead, by=by, at=at)
    assign_case(unit=lead, part=LEAD, is_designated=is_designated, **told)
    known = set(there.values_list("unit", flat=True))
    for unit in helpers:
        if unit.standing_in(on=local_day(at)).pk not in known:
            assign_case(unit=unit, part=CO, **told)
    for unit in (lead, *helpers):
        part = "主办" if unit == lead else "协办"
        tell(call, unit, what=f"请{part}，{sign_by}前签收", name=f"handed:{call.case.version}", at=at)


def begin_round(call: HotlineCase, unit: Unit, *, at: datetime) -> None:
    call.case.refresh_from_db()
    number, clock = call.rounds.count() + 1, call.case.legal_clock
    HotlineRound.objects.create(hotline_case=call, number=number, unit=unit, clock=clock, handed_at=at)


def change_round(call: HotlineCase, **changes: Any) -> None:
    """Of the one that goes on, or of the last one."""
    last = call.rounds.order_by("number").last()
    if last is not None:
        HotlineRound.objects.filter(pk=last.pk).update(**changes)


def tell(call: HotlineCase, unit: Unit, *, what: str, text: str = "", name: str, at: datetime) -> None:
    """A message to the people of a unit that works on it: number and topic, nothing of what was said or by whom."""
    tell_unit(
        unit,
        kind=Message.Kind.DUE,
        event=f"hotline:{call.pk}:{name}:{unit.standing_in(on=local_day(at)).pk}",
        subject=f"{call} 热线工单（{call.get_matter_display()}）：{what}",
        text=text or "请打开页面办理，到期日写在页面上。",
        url=reverse("disclosure:hotline-call", args=[call.pk]),
        at=at,
    )


def _own(user: User, call: HotlineCase) -> CaseAssignment:
    work = own_work(user, call)
    if work is None:
        raise TransitionError("这一件已经不由本单位办理。")
    return work


@transaction.atomic
def sign(*, call: HotlineCase, version: int, by: User, at: datetime) -> None:
    """签收, by the lead or by a unit that helps."""
    require(rules.can_sign(by, call))
    work = _own(by, call)
    if work.part == LEAD:
        record(case=call.case, kind="signed", by=by, at=at, seen=version)
    accept_assignment(assignment=work, by=by, at=at)


def ask_return(*, call: HotlineCase, reason: str, belongs_to: Unit, version: int, by: User, at: datetime) -> None:
    """申请退回: why it is not this unit's, and whose it is. The caller's limit runs on."""
    require(rules.can_ask_return(by, call))
    work = _own(by, call)
    if belongs_to.pk in kin_of({work.unit_id}):
        raise ValidationError({"belongs_to": "请选择本单位以外的单位。"})
    facts = {"unit": work.unit_id, "belongs_to": belongs_to.pk}
    record(case=call.case, kind="return_asked", facts=facts, reason=reason, by=by, at=at, seen=version)


def last_asked(call: HotlineCase, kind: str) -> CaseEvent:
    return call.case.events.filter(kind=kind).order_by("number").reverse()[0]


@transaction.atomic
def grant_return(*, call: HotlineCase, version: int, by: User, at: datetime) -> None:
    """同意退回: it waits for another unit."""
    require(rules.can_rule_on_return(by, call))
    asked, lead = last_asked(call, "return_asked"), lead_of_call(call)
    record(case=call.case, kind="return_granted", facts={"unit": lead.unit_id}, by=by, at=at, seen=version)
    right = Unit.objects.filter(pk=asked.fact("belongs_to")).first()
    give_back(assignment=lead, reason=asked.reason, belongs_to=right, by=by, at=at)
    tell(
        call, lead.unit, what="已同意退回", text="这一件不再由贵单位办理。", name=f"returned:{call.case.version}", at=at
    )


@transaction.atomic
def refuse_return(*, call: HotlineCase, reason: str, version: int, by: User, at: datetime) -> None:
    """不同意退回: the unit is designated, and cannot ask again."""
    require(rules.can_rule_on_return(by, call))
    lead = lead_of_call(call)
    facts = {"unit": lead.unit_id}
    record(case=call.case, kind="return_refused", facts=facts, reason=reason, by=by, at=at, seen=version)
    give_back(assignment=lead, reason="不同意退回，指定办理", belongs_to=lead.unit, by=by, at=at)
    told: dict[str, Any] = {"part": LEAD, "is_designated": True, "reply_by": lead.reply_by}
    again = assign_case(case=call.case, unit=lead.unit, by=by, at=at, **told)
    if lead.accepted_at:
        accept_assignment(assignment=again, by=by, at=at, happened_at=lead.accepted_at)
    tell(call, lead.unit, what="指定由贵单位办理，不能再退回", name=f"designated:{call.case.version}", at=at)


def lead_of_call(call: HotlineCase) -> CaseAssignment:
    lead = lead_of(call)
    if lead is None:
        raise TransitionError("这一件现在没有主办单位。")
    return lead


@transaction.atomic
def recall(*, call: HotlineCase, reason: str, version: int, by: User, at: datetime) -> None:
    """收回, to hand it to another unit: handed on by mistake, or to whom it is about."""
    require(rules.can_recall(by, call))
    lead = lead_of_call(call)
    record(case=call.case, kind="recalled", reason=reason, by=by, at=at, seen=version)
    for each in standing(call):
        CaseAssignment.objects.filter(pk=each.pk).update(is_designated=False)
        give_back(assignment=each, reason="县府办收回", belongs_to=None, by=by, at=at)
    tell(
        call,
        lead.unit,
        what="已由县府办收回",
        text="这一件不再由贵单位办理。",
        name=f"recalled:{call.case.version}",
        at=at,
    )


# What an act only notes: who may, and what the unit that leads is told.

STEPS: dict[str, rules.CallRule] = {
    "urged": rules.can_urge,
    "escalated": rules.can_escalate,
    "called_again": rules.can_note_again,
    "part_given": rules.can_give_part,
    "caller_asked": rules.can_ask_caller,
    "caller_said": rules.can_note_caller,
    "extension_refused": rules.can_decide_extension,
    "sent_back": rules.can_review,
    "kept": rules.can_keep,
    "direct": rules.can_answer_at_once,
    "guided": rules.can_guide,
    "refused": rules.can_refuse,
    "end_asked": rules.can_ask_end,
    "end_refused": rules.can_rule_on_end,
    EngineEvent.VOID: rules.can_void,
}
TOLD = {
    "urged": "县府办督办",
    "called_again": "来电人再次来电",
    "extension_refused": "不同意延期",
    "sent_back": "答复已退回，请重新办理",
    "end_refused": "请继续办理",
}


@transaction.atomic
def step(
    *,
    call: HotlineCase,
    kind: str,
    reason: str = "",
    words: str = "",
    version: int,
    by: User,
    at: datetime,
    **facts: Any,
) -> None:
    """What changes nothing but the state: the reason is read in lists, the `words` are sealed."""
    require(STEPS[kind](by, call))
    if kind == EngineEvent.VOID:
        facts["case"] = {"void_reason": reason}
    elif work := own_work(by, call):
        facts["unit"] = work.unit_id
    said: dict[str, Any] = {"reason": one_line(reason), "words": many_lines(words)}
    record(case=call.case, kind=kind, facts=facts, by=by, at=at, seen=version, **said)
    if kind == "sent_back":
        change_round(call, answered_at=None)
    if kind == "kept":
        HotlineCase.objects.filter(pk=call.pk).update(is_disputed=False)
    note_closing(call)
    if kind in TOLD and (lead := lead_of(call)):
        tell(call, lead.unit, what=TOLD[kind], text=one_line(reason), name=f"{kind}:{call.case.version}", at=at)


# The units' work.


def ask_extension(*, call: HotlineCase, amount: int, reason: str, version: int, by: User, at: datetime) -> None:
    """申请延期, before the last day or earlier, as the limits say; the limit runs on until somebody has approved it."""
    require(rules.can_ask_extension(by, call))
    limits, due = rules.limits_of(call), rules.due_day(call)
    last, most = due - timedelta(days=limits.ask_before) if due else None, limits.extension
    if last is None or local_day(at) > last:
        raise ValidationError(f"延期须在到期前{limits.ask_before}天申请，最迟{last}；现在已经不能申请延期。")
    if not 1 <= amount <= most:
        raise ValidationError({"amount": f"最多延长{most}，请填写1到{most}的整数。"})
    record(case=call.case, kind="extension_asked", facts={"amount": amount}, reason=reason, by=by, at=at, seen=version)


def grant_extension(*, call: HotlineCase, version: int, by: User, at: datetime) -> None:
    """批准延期: it counts from when it was asked for, so that who asked in time loses nothing by waiting."""
    require(rules.can_decide_extension(by, call))
    asked = last_asked(call, "extension_asked")
    facts = {"amount": asked.fact("amount"), "approved_by": by.pk}
    when: dict[str, Any] = {"at": at, "happened_at": asked.happened_at}
    record(case=call.case, kind="extended", facts=facts, reason=asked.reason, by=by, seen=version, **when)
    tell(call, lead_of_call(call).unit, what="已批准延期", name=f"extended:{call.case.version}", at=at)


@transaction.atomic
def promise(*, call: HotlineCase, promised_for: date, reason: str, version: int, by: User, at: datetime) -> None:
    """承诺限期办结: what cannot be done within the limit gets a day of its own, which the caller is told; that day is the limit then."""
    require(rules.can_promise(by, call))
    due, today = rules.due_day(call), local_day(at)
    if due is None or today > due:  # it mends no breach
        raise ValidationError("时限已过，不能再承诺；请尽快答复。")
    if not due < promised_for <= today + timedelta(days=LONGEST_PROMISE):
        last = today + timedelta(days=LONGEST_PROMISE)
        raise ValidationError({"promised_for": f"承诺的日期应在到期日{due}以后、{last}以前。"})
    category = counted_by(Limit(LimitUnit.BY_DATE, by=promised_for))
    facts = {"promised_for": promised_for.isoformat(), "case": {"category": category}}
    record(case=call.case, kind="promised", facts=facts, reason=reason, by=by, at=at, seen=version)
    call.case.refresh_from_db()
    change_round(call, clock=call.case.legal_clock)
    HotlineCase.objects.filter(pk=call.pk).update(promised_for=promised_for)


@transaction.atomic
def answer(*, call: HotlineCase, result: str, words: str, version: int, by: User, at: datetime) -> None:
    """答复: the limit stands still while the office looks at it, and ends with this moment if it is good."""
    require(rules.can_answer(by, call))
    record(
        case=call.case, kind="answered", facts={"result": result}, words=many_lines(words), by=by, at=at, seen=version
    )
    change_round(call, answered_at=at)


def note_closing(call: HotlineCase) -> None:
    """As the case says: what is closed is no longer looked for by the telephone."""
    HotlineCase.objects.filter(pk=call.pk).update(is_open=call.case.is_open)


# Reviewed, called back and closed, or done again; no longer handled; joined to another.


@transaction.atomic
def pass_answer(*, call: HotlineCase, version: int, by: User, at: datetime) -> None:
    """审核通过: the caller is called back, unless no reply is wanted or there is no number."""
    require(rules.can_review(by, call))
    record(case=call.case, kind="passed", by=by, at=at, seen=version)
    call_by = WorkCalendar.load().nth_workday_after(local_day(at), rules.limits_of(call).call_days)
    change_round(call, call_by=call_by)
    if not (call.wants_reply and call.caller_digest):
        _close(call, by=by, at=at)


@transaction.atomic
def call_back(*, call: HotlineCase, outcome: str, words: str, version: int, by: User, at: datetime) -> None:
    """回访: whoever is content closes it; who is not, has it done again; who cannot be reached is called again, or it is closed so."""
    require(rules.can_call_back(by, call))
    reached = not outcome.startswith("unreached")
    facts = {"reached": reached}
    record(case=call.case, kind="called", facts=facts, words=many_lines(words), by=by, at=at, seen=version)
    change_round(call, called_at=at, was_reached=reached)
    if outcome == "unreached":
        return
    _close(call, by=by, at=at)
    if reached:
        _keep_score(call, outcome, words="", by=by, at=at)
    if outcome == Satisfaction.UNSATISFIED:
        _again(call, reason="回访不满意，重新办理", by=by, at=at)


def _close(call: HotlineCase, *, by: User, at: datetime) -> None:
    """办结, as of the moment of the unit's answer."""
    answered = last_asked(call, "answered")
    record(case=call.case, kind="closed", by=by, at=at, happened_at=answered.happened_at)
    change_round(call, closed_at=at)
    note_closing(call)


def _keep_score(call: HotlineCase, score: str, *, words: str, by: User | None, at: datetime) -> None:
    record(case=call.case, kind=EngineEvent.RATE, by=by, at=at, facts={"score": Satisfaction(score)}, words=words)
    change_round(call, score=score)


def is_rated(call: HotlineCase) -> bool:
    """Since it was closed last."""
    last = call.case.events.filter(kind__in=(EngineEvent.RATE, EngineEvent.REOPEN)).order_by("number").last()
    return last is not None and last.kind == EngineEvent.RATE


def may_be_rated(call: HotlineCase) -> bool:
    return call.case.status in RATED and not is_rated(call) and not call.case.data_key.is_destroyed


@transaction.atomic
def rate(*, call: HotlineCase, score: str, words: str, at: datetime) -> None:
    """评价 by the caller, once for each closing; who is not content is looked after by the office."""
    _keep_score(call, score, words=many_lines(words), by=None, at=at)
    HotlineCase.objects.filter(pk=call.pk).update(is_disputed=score == Satisfaction.UNSATISFIED)


def redo(*, call: HotlineCase, reason: str, version: int, by: User, at: datetime) -> None:
    """重办, within a limit of its own; what was closed first stays as it is."""
    require(rules.can_redo(by, call))
    with transaction.atomic():
        _again(call, reason=reason, by=by, at=at, version=version)


def _again(call: HotlineCase, *, reason: str, by: User, at: datetime, version: Any = ...) -> None:
    lead = lead_of_call(call)
    limits = limit_on(call.matter, call.urgency, on=local_day(at))
    facts = {"case": {"category": counted_by(limits.as_limit(again=True))}}
    record(case=call.case, kind=EngineEvent.REOPEN, facts=facts, reason=reason, by=by, at=at, seen=version)
    begin_round(call, lead.unit, at=at)
    call.is_open, call.is_disputed, call.promised_for = True, False, None
    call.save(update_fields=["is_open", "is_disputed", "promised_for"])
    tell(call, lead.unit, what="请重新办理", name=f"again:{call.case.version}", at=at)


@transaction.atomic
def grant_end(*, call: HotlineCase, version: int, by: User, at: datetime) -> None:
    require(rules.can_rule_on_end(by, call))
    asked = last_asked(call, "end_asked")
    facts = {"ground": asked.fact("ground"), "approved_by": by.pk}
    record(case=call.case, kind="no_longer", facts=facts, reason=asked.reason, by=by, at=at, seen=version)
    change_round(call, closed_at=at)
    note_closing(call)


@transaction.atomic
def join(*, call: HotlineCase, into: str, version: int, by: User, at: datetime) -> None:
    """并案: the same matter is handled under the number of the first one."""
    require(rules.can_join(by, call))
    number = Case.objects.filter(kind=HOTLINE, number__in=numbers_meant(into)).values("pk")
    other = HotlineCase.objects.visible_to(by).with_case().filter(pk__in=number).exclude(pk=call.pk).first()
    if other is None or not other.case.is_open:
        raise ValidationError({"into": "没有这个登记号的办理中工单，请核对。"})
    if set(other.about.all()) != set(call.about.all()):
        raise ValidationError({"into": "两件反映的单位不同，不能并案。"})
    register.merge_case(case=call.case, into=other.case, by=by, at=at, seen=version)
    note_closing(call)
