"""The office hands a proposal over to one lead and its co-units; the lead replies, with the co-units' parts kept; who is not content
is replied to again. Whose affair each act is, is asked here first; what may follow what, says the kind (`kind`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from disclosure.items.text import many_lines, one_line
from disclosure.models import LimitStage, Proposal, ProposalOpenness, ProposalPart, ProposalReply
from disclosure.proposals.kind import OPEN, PROPOSAL, REPLIED, REPLY, counted_by
from disclosure.proposals.letter import reply_letter, require_unnamed
from disclosure.proposals.standards import categories_on, months_on
from disclosure.requests.desk.answering import handles, heads, require_day
from disclosure.requests.letters.papers import issue_letter
from disclosure.requests.office.standing import last_day_soon
from disclosure.requests.rating import Satisfaction, rating_of
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases import register
from ninghai.cases.assignments import accept_assignment, assign_case, give_back, tell_unit
from ninghai.cases.events import record, replay, require_nobody_named
from ninghai.cases.kinds import EngineEvent
from ninghai.models import Case, CaseAssignment, CasePaper, Message, Role, Unit, User, acts_as
from ninghai.models.state_machine import Allowed, TransitionError, Version, as_long_as, require
from ninghai.sealed.services import look

LEAD, CO = CaseAssignment.Part.LEAD, CaseAssignment.Part.CO
MOVED_ON = "这件建议提案的办理状态已经变化，不能这样办理。请打开最新页面，按现在的状态办理。"
LONGEST_SUBJECT = 100

# Whose affair it is.


def in_one_of(case: Case, *states: str) -> Allowed:
    return as_long_as(case.status in states, MOVED_ON)


def assignment_of(user: User, case: Case) -> CaseAssignment | None:
    """What the person's unit, or one that it has replaced, has to do with the proposal."""
    acting = user.acting
    if acting is None:
        return None
    return case.assignments.standing().filter(unit__in=Unit.objects.inherited_by(acting.unit)).order_by("pk").first()


def works_on(user: User, case: Case) -> CaseAssignment | None:
    return assignment_of(user, case) if acts_as(user, Role.EDITOR, Role.REVIEWER, Role.OFFICE) else None


def can_enter(user: User) -> bool:
    """The county office, to which they are handed over as a whole."""
    return acts_as(user, Role.OFFICE)


def can_correct(user: User, case: Case) -> Allowed:
    return can_enter(user) and in_one_of(case, *OPEN)


def can_hand_over(user: User, case: Case) -> Allowed:
    return can_enter(user) and in_one_of(case, "to_hand_over")


def can_void(user: User, case: Case) -> Allowed:
    """While nothing has been signed."""
    first = as_long_as(not case.proposal.signed_replies().exists(), "已经答复过的不能作废。")
    return can_enter(user) and in_one_of(case, *OPEN) and first


def can_accept(user: User, case: Case) -> Allowed:
    held = works_on(user, case)
    waits = held is not None and held.accepted_at is None
    return held is not None and in_one_of(case, "handling", "with_head") and as_long_as(waits, "本单位已经签收。")


def can_give_back(user: User, case: Case) -> Allowed:
    held = works_on(user, case)
    is_free = held is not None and not held.is_designated
    told = as_long_as(is_free, "这一件由县政府办公室指定本单位办理，不能退回。")
    return held is not None and in_one_of(case, "handling") and told and _is_first(case)


def _is_first(case: Case) -> Allowed:
    return as_long_as(not case.proposal.signed_replies().exists(), "已经答复过的，由原主办、协办单位重新办理。")


def can_designate(user: User, case: Case) -> Allowed:
    return can_enter(user) and in_one_of(case, "handling") and _is_first(case)


def can_change_co_units(user: User, case: Case) -> Allowed:
    return can_enter(user) and in_one_of(case, "handling")


def can_extend(user: User, case: Case) -> Allowed:
    """The office, to which whoever made it has agreed."""
    once = as_long_as("extended" not in replay(case).done, "办理期限只能延长一次，这一件已经延长过。")
    return can_enter(user) and in_one_of(case, "handling", "with_head") and once


def can_give_part(user: User, case: Case) -> Allowed:
    held = works_on(user, case)
    if held is None or held.part != CO:
        return False
    given = case.proposal.parts.filter(unit=held.unit, round=case.proposal.round).exists()
    return in_one_of(case, "handling", "with_head") and as_long_as(not given, "本单位的协办意见已经提交过。")


def can_propose(user: User, case: Case) -> Allowed:
    leads = as_long_as(
        case.assignments.standing().filter(part=LEAD).exists(), "这一件已经退回，等县政府办公室指定主办单位。"
    )
    return handles(user, case) and in_one_of(case, "handling") and leads


def can_decide(user: User, case: Case) -> Allowed:
    """Another person than any who drafted it: who sends it again is not its only author."""
    is_others = not_own_work(user, also=case.people_who("proposed"))
    return heads(user, case) and is_others and in_one_of(case, "with_head")


def can_hear(user: User, case: Case) -> Allowed:
    """Feedback comes to the office or to the unit that leads."""
    heard = as_long_as(case.status not in REPLIED or rating_of(case) is None, "已经登记过反馈意见。")
    return (can_enter(user) or handles(user, case)) and in_one_of(case, *REPLIED) and heard


# Entering and handing over (交办).


@transaction.atomic
def enter_proposal(*, given: Mapping[str, Any], by: User, at: datetime) -> Case:
    """Enter one with its lead and co-units; with the day of `handed_on` it is handed over at once."""
    require(can_enter(by))
    told = {"unit": given["lead"], "channel": given["kind"], "subject": one_line(given["subject"])}
    require_fit_for_lists(given["deputy"], given)
    case = register.enter_case(kind=PROPOSAL, form_id=given.get("form_id"), by=by, at=at, **told)
    if Proposal.objects.filter(case=case).exists():
        return case
    kept = {name: given[name] for name in ("kind", "number", "shows_name", "is_wide", "is_hard")}
    words = {name: one_line(given[name]) for name in ("session", "deputy", "role")} | {
        "text": many_lines(given["text"])
    }
    try:
        with transaction.atomic():
            Proposal.objects.create(case=case, data_key=case.data_key, **kept, **words)
    except IntegrityError:
        raise ValidationError({"number": "这个届次的这个编号已经录入过，请核对。"}) from None
    assign_case(case=case, unit=case.unit, part=LEAD, by=by, at=at)
    for unit in given["co_units"]:
        assign_case(case=case, unit=unit, part=CO, by=by, at=at)
    if given.get("handed_on"):
        hand_over(case=case, handed_on=given["handed_on"], version=case.version, by=by, at=at)
    return case


def require_fit_for_lists(deputy: str, given: Mapping[str, Any]) -> None:
    """Lists and the public read these of the words, as soon as they are kept; a party or a body that proposes may be named where it
    agrees. Raises ValidationError for what tells of people."""
    words = {name: one_line(given[name]) for name in ("session", "subject", "role") if name in given}
    if not given.get("shows_name"):
        require_unnamed(deputy, words)
    require_nobody_named(words)


@transaction.atomic
def hand_over(*, case: Case, handed_on: date, version: int, by: User, at: datetime) -> Case:
    """交办: it gets its number in the lead's register, the limit of that day begins, and the units are told."""
    require(can_hand_over(by, case))
    require_day(handed_on, field="handed_on", since=date(2008, 5, 1), at=at)
    proposal = case.proposal
    stage = LimitStage.HARD if proposal.is_hard else LimitStage.ORDINARY
    months = months_on(proposal.kind, stage, on=handed_on)
    told: dict[str, Any] = {"facts": {"case": {"category": counted_by(stage, months)}}, "seen": version}
    record(case=case, kind=EngineEvent.RECEIVE, by=by, at=at, happened_at=beginning_of(handed_on), **told)
    register.register_case(case=case, by=by, at=at)
    for held in case.assignments.standing().select_related("unit"):
        _tell(case, held, at=at)
    return case


def _tell(case: Case, held: CaseAssignment, *, at: datetime, what: str = "") -> None:
    """The unit has it, once for each reply; or `what` else has become of it."""
    proposal = Proposal.objects.get(case=case)
    tell_unit(
        held.unit,
        kind=Message.Kind.ITEM,
        event=f"proposal:{held.pk}:{proposal.signed_replies().count()}{what}",
        subject=f"{what or held.get_part_display()}：{proposal}",
        text=case.subject,
        url=reverse("disclosure:proposal", args=[case.pk]),
        at=at,
    )


@transaction.atomic
def correct(*, case: Case, given: Mapping[str, Any], version: int, by: User, at: datetime) -> None:
    """更正登记: the line that lists show, and what the public may know of who made it."""
    require(can_correct(by, case))
    proposal = case.proposal
    deputy = look(proposal, by=by, purpose="核对登记的话中没有提出人的姓名", at=at, only=("deputy",))["deputy"]
    require_fit_for_lists(deputy, given)
    subject, role = one_line(given["subject"]), one_line(given["role"])
    changed = {"role": role, "shows_name": given["shows_name"], "is_wide": given["is_wide"]}
    facts = {"case": {"subject": subject}, "changed": sorted(changed)}
    record(case=case, kind=EngineEvent.CORRECT, by=by, at=at, facts=facts, seen=version)
    Proposal.objects.filter(pk=proposal.pk).update(**changed)


@transaction.atomic
def void(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_void(by, case))
    register.void_case(case=case, reason=reason, by=by, at=at, seen=version)
    Proposal.objects.filter(case=case).update(is_void=True)


# Whose it is.


def accept(*, case: Case, version: int, by: User, at: datetime) -> None:
    """签收, for the person's own unit."""
    require(can_accept(by, case))
    accept_assignment(assignment=_own(by, case), by=by, at=at)


def _own(user: User, case: Case) -> CaseAssignment:
    held = works_on(user, case)
    if held is None:
        raise TransitionError(MOVED_ON)
    return held


@transaction.atomic
def give_proposal_back(
    *, case: Case, belongs_to: Unit | None, reason: str, version: int, by: User, at: datetime
) -> None:
    """退回: it is not this unit's. The limit goes on while the office decides; the lead hears that it has to do without a co-unit."""
    require(can_give_back(by, case))
    held = _own(by, case)
    give_back(assignment=held, reason=reason, belongs_to=belongs_to, by=by, at=at)
    case.refresh_from_db()
    for lead in case.assignments.standing().filter(part=LEAD).select_related("unit"):
        _tell(case, lead, at=at, what=f"{held.unit.short_name}退回协办")


@transaction.atomic
def designate(*, case: Case, unit: Unit, reason: str, version: int, by: User, at: datetime) -> Case:
    """指定主办单位: it stays for good, or goes on under a number of the unit that is right, with the same co-units."""
    require(can_designate(by, case))
    on = local_day(at)
    lead: dict[str, Any] = {"part": LEAD, "is_designated": True, "by": by, "at": at}
    if unit.standing_in(on=on) == case.unit.standing_in(on=on):
        if case.assignments.standing().filter(part=LEAD).exists():
            raise ValidationError({"unit": "这一件就由这个单位主办，请选择别的单位。"})
        record(case=case, kind=EngineEvent.NOTE, by=by, at=at, reason=reason, seen=version)
        _tell(case, assign_case(case=case, unit=unit, **lead), at=at)
        return case
    co_units = [each.unit for each in case.assignments.standing().filter(part=CO).select_related("unit")]
    case.proposal.replies.filter(paper=None).delete()  # what the unit before had drafted
    taken_over = register.move_case(case=case, to=unit, reason=reason, by=by, at=at, seen=version)
    _tell(taken_over, assign_case(case=taken_over, unit=taken_over.unit, **lead), at=at)
    for each in co_units:
        if each.standing_in(on=on) != taken_over.unit:
            _tell(taken_over, assign_case(case=taken_over, unit=each, part=CO, by=by, at=at), at=at)
    return taken_over


@transaction.atomic
def change_co_units(
    *, case: Case, co_units: Iterable[Unit], reply_by: date | None, reason: str, version: int, by: User, at: datetime
) -> None:
    """调整协办单位: who is added has the proposal from now on, with a day of its own to reply by where one is named; who is left
    out is waited for no longer. What a unit has given stays, and so does the unit."""
    require(can_change_co_units(by, case))
    hold_calendar()
    Case.objects.lock(case.pk, seen=version)
    on, proposal = local_day(at), case.proposal
    wanted = {unit.standing_in(on=on) for unit in co_units}
    held = {each.unit.standing_in(on=on): each for each in case.assignments.standing().filter(part=CO)}
    gone, added = held.keys() - wanted, wanted - held.keys()
    given = {part.unit.standing_in(on=on) for part in proposal.parts.filter(round=proposal.round)}
    if stays := gone & given:
        raise ValidationError({"co_units": f"{_names(stays)}已经提交协办意见，不能取消。"})
    if case.unit.standing_in(on=on) in wanted:
        raise ValidationError({"co_units": "主办单位不能同时是协办单位。"})
    if not gone | added:
        raise ValidationError({"co_units": "协办单位没有变化。"})
    if gone and not reason.strip():
        raise ValidationError({"reason": "取消协办单位的，请写明理由。"})
    if reply_by and reply_by < on:
        raise ValidationError({"reply_by": "提交意见的日期不能早于今天。"})
    for unit in sorted(gone, key=lambda each: each.position):
        give_back(assignment=held[unit], reason=reason, belongs_to=None, by=by, at=at)
        _tell(case, held[unit], at=at, what="不再协办")
    for unit in sorted(added, key=lambda each: each.position):
        _tell(case, assign_case(case=case, unit=unit, part=CO, reply_by=reply_by, by=by, at=at), at=at)
    case.refresh_from_db()


def _names(units: Iterable[Unit]) -> str:
    return "、".join(each.short_name for each in sorted(units, key=lambda each: each.position))


@transaction.atomic
def extend(*, case: Case, months: int, reason: str, version: int, by: User, at: datetime) -> None:
    """延长办理期限, once for each reply, by what the county allows at most."""
    require(can_extend(by, case))
    longest = months_on(case.proposal.kind, LimitStage.EXTENDED, on=local_day(at))
    if months > longest:
        raise ValidationError({"months": f"最多延长{longest}个月。"})
    facts = {"amount": months, "approved_by": by.pk}
    record(case=case, kind="extended", by=by, at=at, facts=facts, reason=reason, seen=version)
    for held in case.assignments.standing().select_related("unit"):
        _tell(case, held, at=at, what=f"办理期限延长{months}个月")


# The reply, with what each co-unit gives (协办意见).


def _accepted(case: Case, held: CaseAssignment, *, seen: Version, by: User, at: datetime) -> Version:
    """Who works on it has accepted it (办理即签收); the version that is to be seen then."""
    if held.accepted_at:
        return seen
    hold_calendar()
    Case.objects.lock(case.pk, seen=seen)
    accept_assignment(assignment=held, by=by, at=at)
    return ...


@transaction.atomic
def give_part(*, case: Case, text: str, version: int, by: User, at: datetime) -> None:
    require(can_give_part(by, case))
    held = _own(by, case)
    seen = _accepted(case, held, seen=version, by=by, at=at)
    record(case=case, kind="part_given", by=by, at=at, facts={"unit": held.unit_id}, seen=seen)
    told: dict[str, Any] = {"unit": held.unit, "round": case.proposal.round, "given_by": by, "given_at": at}
    ProposalPart.objects.create(proposal=case.proposal, text=many_lines(text), **told)


def awaited(case: Case) -> list[CaseAssignment]:
    """Co-units that have not given their part of this reply."""
    proposal = case.proposal
    given = proposal.parts.filter(round=proposal.round).values("unit")
    return list(case.assignments.standing().filter(part=CO).exclude(unit__in=given).select_related("unit"))


def _waited_for(case: Case, *, on: date) -> list[Unit]:
    """Who has not helped by 5 working days before the last day, or by the day named to it, is waited for no longer."""
    due = case.legal_clock.due_at if case.legal_clock else None
    if due is not None and local_day(due) <= last_day_soon(on=on, calendar=WorkCalendar.load()):
        return []
    return [each.unit for each in awaited(case) if each.reply_by is None or on <= each.reply_by]


@transaction.atomic
def propose(*, case: Case, given: Mapping[str, Any], version: int, by: User, at: datetime) -> None:
    """Send the drafted reply to the head, with how it is made public. Raises ValidationError."""
    require(can_propose(by, case))
    proposal, text = case.proposal, many_lines(given["text"])
    if given["category"] not in categories_on(local_day(at)):
        raise ValidationError({"category": "请选择现行的办理结果类别。"})
    if waiting := _waited_for(case, on=local_day(at)):
        when = "到期前5个工作日起，或者过了县政府办公室规定的日期，可以不等"
        raise ValidationError(f"还没有协办意见：{_names(waiting)}。请协办单位提交以后再送审核；{when}。")
    deputy = look(proposal, by=by, purpose="核对公开的答复中没有提出人的姓名", at=at, only=("deputy",))["deputy"]
    told = openness_told({**given, "text": text}, proposal=proposal, deputy=deputy)
    lead = case.assignments.standing().get(part=LEAD)
    seen = _accepted(case, lead, seen=version, by=by, at=at)
    record(case=case, kind="proposed", by=by, at=at, facts={"openness": told["openness"]}, seen=seen)
    said = {**told, "text": text, "category": given["category"], "drafted_by": by, "drafted_at": at}
    ProposalReply.objects.update_or_create(proposal=proposal, round=proposal.round, defaults=said)


def openness_told(given: Mapping[str, Any], *, proposal: Proposal, deputy: str) -> dict[str, str]:
    """How it is made public, and why not in full: in principle the full text is. Raises ValidationError for what is missing, and
    for what names who made it where the name is not to be shown."""
    openness = ProposalOpenness(given["openness"])
    reason, summary = many_lines(given.get("reason") or ""), many_lines(given.get("summary") or "")
    if openness == ProposalOpenness.NO and not reason:
        raise ValidationError({"reason": "答复不公开的，请写明理由。"})
    if openness == ProposalOpenness.SUMMARY and proposal.is_wide and not reason:
        raise ValidationError({"reason": "社会广泛关注的事项原则上全文公开；只公开摘要的，请写明理由。"})
    if openness == ProposalOpenness.SUMMARY and not summary:
        raise ValidationError({"summary": "请写出要公开的摘要。"})
    read = {
        ProposalOpenness.FULL: {"text": given["text"]},
        ProposalOpenness.SUMMARY: {"summary": summary, "reason": reason},
        ProposalOpenness.NO: {},
    }[openness]
    if not proposal.shows_name:
        require_unnamed(deputy, read)
    kept = {"reason": reason if openness != ProposalOpenness.FULL else "", "summary": read.get("summary", "")}
    return {"openness": openness, **kept}


def send_back(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_decide(by, case))
    record(case=case, kind="returned", by=by, at=at, reason=reason, seen=version)


@transaction.atomic
def sign(*, case: Case, version: int, by: User, at: datetime) -> CasePaper:
    """签发 the reply together with how it is made public: it gets its number, is frozen, and its PDF is made. What the register
    says by now counts: the office may have found since that many care for it, or that no name is to be shown."""
    require(can_decide(by, case))
    proposal = Proposal.objects.select_related("data_key").get(case=case)
    reply = proposal.replies.get(paper=None)
    deputy = look(proposal, by=by, purpose="签发答复", at=at, only=("deputy",))["deputy"]
    said = {name: getattr(reply, name) for name in ("openness", "reason", "summary", "text")}
    try:
        openness_told(said, proposal=proposal, deputy=deputy)
    except ValidationError as wrong:
        raise ValidationError(f"登记已经更正，答复要改：{''.join(wrong.messages)}请退回修改。") from wrong
    letter = reply_letter(reply, deputy=deputy, on=local_day(at))
    facts = {"openness": reply.openness, "category": reply.category}
    told: dict[str, Any] = {"kind": REPLY, "series": REPLY, "event": "signed", "facts": facts}
    reply.paper = issue_letter(case, letter, seen=version, by=by, at=at, **told)
    reply.save(update_fields=["paper"])
    return reply.paper


# Afterwards.


@transaction.atomic
def hear(*, case: Case, score: str, heard_on: date, words: str, version: int, by: User, at: datetime) -> None:
    """登记反馈: who is not content gets another reply, within a limit that begins on that day; the first reply and its limit stay."""
    require(can_hear(by, case))
    proposal, last = case.proposal, case.proposal.signed_replies().last()
    since = last.paper.dated if last and last.paper else local_day(at)
    require_day(heard_on, field="heard_on", since=since, at=at)
    moment = register.moment_on(heard_on, case=case)
    told: dict[str, Any] = {"by": by, "at": at, "happened_at": moment}
    seen: Version = version
    record(case=case, kind=EngineEvent.RATE, facts={"score": score}, words=many_lines(words), seen=seen, **told)
    if score != Satisfaction.UNSATISFIED:
        return
    months = months_on(proposal.kind, LimitStage.AGAIN, on=heard_on)
    facts = {"case": {"category": counted_by(LimitStage.AGAIN, months)}}
    record(case=case, kind=EngineEvent.REOPEN, facts=facts, reason="对答复不满意，重新办理", **told)
    for held in case.assignments.standing().select_related("unit"):
        _tell(case, held, at=at)
