"""Asking third parties and other agencies, and what they say: each question is a letter, answered once.

Their limit begins when the letter reaches them, and is set by the law of the application: since 2019 by the regulation, before
by the letter. Since 2019 both questions stop the unit's own limit; before, that to a third party alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from disclosure.items.text import many_lines
from disclosure.models import RequestFile, RequestInquiry
from disclosure.requests.applying.services import accepted_type
from disclosure.requests.desk.answering import handles, heads, in_one_of
from disclosure.requests.desk.steps import opened_for_letter, require_over, require_past
from disclosure.requests.keeping import keep_proof
from disclosure.requests.kind import ASKING, AT_WORK
from disclosure.requests.letters import papers, words
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.law import REGULATION_2008, RuleSet, TermCode
from ninghai.calendar.reckoning import local_day
from ninghai.cases import clocks, events, kinds, lookup, register
from ninghai.cases.assignments import tell_unit
from ninghai.files.kinds import clean_label
from ninghai.files.paper_codes import read_code
from ninghai.models import Case, DutyClock, Message, User
from ninghai.models.state_machine import Allowed, TransitionError, as_long_as, require
from ninghai.sealed.services import look

Kind, Opinion = RequestInquiry.Kind, RequestInquiry.Opinion
DAYS_OF_A_LETTER = 15  # working days, where neither the law nor the unit sets another number
LONGEST_INQUIRY = 60
LIMITS = {Kind.THIRD_PARTY: "third_party", Kind.CO_MAKER: "co_maker", Kind.AGENCY: "agency_reply"}
ANSWERED_BY = {
    "third_party_asked": "third_party_said",
    "agency_asked": "agency_said",
    "agency_consulted": "agency_replied",
}
OF_THIRD_PARTIES, OF_AGENCIES = frozenset({"third_party_asked"}), frozenset({"agency_asked", "agency_consulted"})


# Who may.


def can_ask(user: User, case: Case) -> Allowed:
    """Several may be asked at once."""
    return handles(user, case) and in_one_of(case, *AT_WORK, *ASKING)


def can_take_opinion(user: User, case: Case) -> Allowed:
    return _can_take(user, case, OF_THIRD_PARTIES)


def can_take_agency_opinion(user: User, case: Case) -> Allowed:
    return _can_take(user, case, OF_AGENCIES)


def _can_take(user: User, case: Case, asked_by: frozenset[str]) -> Allowed:
    """What holds up no answer may still come in once one is proposed."""
    waits = handles(user, case) and in_one_of(case, *ASKING, "with_head", "signed")
    return waits and as_long_as(bool(open_questions(case, asked_by)), "没有在等的意见。")


def open_questions(case: Case, asked_by: Iterable[str]) -> list[events.Wait]:
    return [wait for wait in events.replay(case).waits if wait.asked_by in asked_by]


# What the law says: how long they have, and what follows when they say nothing.


def is_of_2008(case: Case) -> bool:
    return papers.rules_of_case(case) is REGULATION_2008


def days_allowed(case: Case, kind: str, days: int | None) -> tuple[int, int | None]:
    """How many working days the letter gives, and which of them are the letter's own; None where the law sets them."""
    of_kind = {Kind.THIRD_PARTY: TermCode.THIRD_PARTY, Kind.CO_MAKER: TermCode.CO_MAKER}
    term = papers.rules_of_case(case).term(of_kind[Kind(kind)]) if kind in of_kind else None
    if term:
        return term.limit.amount, None
    return days or DAYS_OF_A_LETTER, days or DAYS_OF_A_LETTER


def silence_words(case: Case, kind: str) -> str:
    """What follows where nobody answers in time, as letters and pages say it."""
    if kind == Kind.CO_MAKER:
        return "逾期未提出意见的，视为同意公开"
    if kind == Kind.AGENCY:
        return "逾期未答复的，由本机关依照规定自行决定"
    if is_of_2008(case):
        return "逾期未提出书面意见的，视为不同意公开"
    return "逾期未提出意见的，由本机关依照规定决定是否公开"


def _third_party_law(rules: RuleSet) -> str:
    term = rules.term(TermCode.THIRD_PARTY)
    return str(term.basis) if term else f"{rules.name}第二十三条"


# Asking.


@transaction.atomic
def ask_third_party(
    *, case: Case, to: str, disclosed: str, days: int | None = None, version: int, by: User, at: datetime
) -> RequestInquiry:
    """征求第三方意见: it reads what would be disclosed, not who asks; the applicant learns that somebody is asked.

    `days` count under the first regulation alone, which sets no limit of its own.
    """
    require(can_ask(by, case))
    on, law, number = local_day(at), _third_party_law(papers.rules_of_case(case)), _next_number(case)
    asked = opened_for_letter(case, by, on=on, at=at)
    given, own = days_allowed(case, Kind.THIRD_PARTY, days)
    letter = words.third_party_letter(
        asked=asked,
        to=to,
        disclosed=disclosed,
        days=given,
        silence=silence_words(case, Kind.THIRD_PARTY),
        online=_online(case, number),
        law=law,
        on=on,
    )
    told: dict[str, Any] = {"by": by, "at": at}
    event: dict[str, Any] = {"event": "third_party_asked", "of": str(number), "facts": _days_told(own)}
    paper = papers.issue_letter(case, letter, kind=papers.THIRD_PARTY, seen=version, **event, **told)
    inquiry = _keep(case, paper, number, Kind.THIRD_PARTY, to=to, disclosed=disclosed, days=own)
    notice = words.consultation_notice(asked=asked, law=law, on=on)
    papers.issue_letter(
        case, notice, kind="consultation", event=kinds.EngineEvent.PAPER_OUT, facts={}, seen=case.version, **told
    )
    return inquiry


@transaction.atomic
def ask_agency(
    *, case: Case, kind: str, to: str, disclosed: str, days: int | None = None, version: int, by: User, at: datetime
) -> RequestInquiry:
    """征求其他机关意见: of what it has made together with the unit, or of what else only it can judge."""
    require(can_ask(by, case))
    if kind == Kind.CO_MAKER and papers.rules_of_case(case).term(TermCode.CO_MAKER) is None:
        raise ValidationError({"kind": "2019年5月15日以前收到的申请，没有“视为同意”的规定，请选“其他情况”。"})
    on, number = local_day(at), _next_number(case)
    given, own = days_allowed(case, kind, days)
    term = papers.rules_of_case(case).term(TermCode.CO_MAKER)
    letter = words.agency_letter(
        asked=opened_for_letter(case, by, on=on, at=at),
        to=to,
        disclosed=disclosed,
        days=given,
        silence=silence_words(case, kind),
        law=str(term.basis) if term and kind == Kind.CO_MAKER else "",
        on=on,
    )
    event = "agency_consulted" if is_of_2008(case) else "agency_asked"
    facts = {"agency": to, "asked_as": kind, **_days_told(own)}
    paper = papers.issue_letter(
        case, letter, kind=papers.AGENCY, event=event, of=str(number), facts=facts, seen=version, by=by, at=at
    )
    return _keep(case, paper, number, kind, to=to, disclosed=disclosed, days=own)


def _days_told(own: int | None) -> dict[str, int]:
    """What the delivery of the letter needs to know, where the law sets no limit."""
    return {"days": own} if own else {}


def _next_number(case: Case) -> int:
    return case.information_request.inquiries.count() + 1


def _keep(
    case: Case, paper: Any, number: int, kind: str, *, to: str, disclosed: str, days: int | None
) -> RequestInquiry:
    request = case.information_request
    return RequestInquiry.objects.create(
        request=request,
        data_key=request.data_key,
        number=number,
        kind=kind,
        paper=paper,
        asked={"to": to, "disclosed": many_lines(disclosed)},
        days=days,
    )


def _online(case: Case, number: int) -> str:
    page = f"{settings.SITE_URL}{reverse('disclosure:inquiry')}"
    return (
        f"您可以把书面意见交给本机关，也可以打开 {page} ，填写本征求意见书的文号和查询码 {inquiry_code(case, number)} "
        "在网上答复，不需要注册。"
    )


# An opinion: on paper, entered by the unit, or online, by whoever has the letter.


@transaction.atomic
def take_opinion(
    *,
    case: Case,
    said_on: date,
    opinion: str,
    of: str | None = None,
    reason: str = "",
    version: int,
    by: User,
    at: datetime,
) -> None:
    """收到第三方意见 on paper: it agrees, refuses, or has said nothing in time. Raises ValidationError for silence before that."""
    require(can_take_opinion(by, case))
    told: dict[str, Any] = {"said_on": said_on, "opinion": opinion, "reason": reason, "version": version}
    _take(case, _question(case, OF_THIRD_PARTIES, of), by=by, at=at, **told)


@transaction.atomic
def take_agency_opinion(
    *,
    case: Case,
    said_on: date,
    opinion: str,
    of: str | None = None,
    reason: str = "",
    version: int,
    by: User,
    at: datetime,
) -> None:
    """收到其他机关意见, or that it has not answered in time."""
    require(can_take_agency_opinion(by, case))
    told: dict[str, Any] = {"said_on": said_on, "opinion": opinion, "reason": reason, "version": version}
    _take(case, _question(case, OF_AGENCIES, of), by=by, at=at, **told)


def _question(case: Case, asked_by: frozenset[str], of: str | None) -> events.Wait:
    found = [wait for wait in open_questions(case, asked_by) if of is None or wait.of == of]
    if len(found) != 1:
        raise ValidationError({"of": "请选择是哪一份征求意见书的意见。"})
    return found[0]


def _take(
    case: Case,
    question: events.Wait,
    *,
    said_on: date,
    opinion: str,
    reason: str,
    version: int,
    by: User,
    at: datetime,
) -> None:
    require_past(said_on, field="said_on", at=at)
    inquiry = inquiry_of(case, question.of)
    kind = inquiry.kind if inquiry else Kind.THIRD_PARTY
    if inquiry and said_on < inquiry.paper.dated:
        raise ValidationError({"said_on": f"日期不能早于发出征求意见的日期（{inquiry.paper.dated}）。"})
    if opinion == Opinion.SILENT:
        _require_after(require_over(case, LIMITS[Kind(kind)], of=question.of, at=at), said_on)
    moment, answers = register.moment_on(said_on, case=case), ANSWERED_BY[question.asked_by]
    facts = {"opinion": opinion, "way": "paper"}
    events.record(case=case, kind=answers, of=question.of, by=by, at=at, happened_at=moment, facts=facts, seen=version)
    if inquiry:
        _keep_opinion(inquiry, opinion=opinion, reason=reason, said_on=said_on)


def _require_after(last: date, said_on: date) -> None:
    """Until the last day they were waited for: the unit's own limit goes on no earlier."""
    if said_on <= last:
        raise ValidationError({"said_on": f"对方答复的期限到{last}为止，逾期没有答复的，日期应在这一天以后。"})


def _keep_opinion(
    inquiry: RequestInquiry, *, opinion: str, reason: str, said_on: date, online_at: datetime | None = None
) -> None:
    inquiry.opinion, inquiry.said_on, inquiry.said_online_at = opinion, said_on, online_at
    inquiry.reason = many_lines(reason) or None
    inquiry.save(update_fields=["opinion", "said_on", "said_online_at", "reason"])


def inquiry_of(case: Case, of: str) -> RequestInquiry | None:
    known = RequestInquiry.objects.select_related("paper", "data_key").filter(request__case=case)
    return known.filter(number=of).first() if of.isdecimal() else None


@without_address()
@transaction.atomic
def give_opinion(
    *, inquiry: RequestInquiry, opinion: str, reason: str, upload: "UploadedFile[Any] | None", at: datetime
) -> RequestInquiry:
    """The third party answers on its own page, once: what is sent again changes nothing.

    Raises ValidationError for a file that is not accepted, TransitionError where nobody waits for it any more.
    """
    media_type = accepted_type(upload, "upload") if upload else ""
    hold_calendar()
    case = Case.objects.select_related("unit").lock(inquiry.request.case_id)
    held = RequestInquiry.objects.select_related("paper", "data_key", "request").get(pk=inquiry.pk)
    if held.opinion:
        return held
    if not is_waited_for(case, held):
        raise TransitionError("这份征求意见已经结束，不需要再答复。")
    facts = {"opinion": opinion, "way": "online"}
    events.record(case=case, kind="third_party_said", of=held.of, by=None, at=at, facts=facts)
    _keep_opinion(held, opinion=opinion, reason=reason, said_on=local_day(at), online_at=at)
    if upload:
        _keep_upload(held, upload, media_type=media_type, at=at)
    _tell_unit(case, held, at=at)
    return held


def _keep_upload(inquiry: RequestInquiry, upload: "UploadedFile[Any]", *, media_type: str, at: datetime) -> None:
    upload.seek(0)
    name, content = clean_label(upload.name or ""), upload.read()
    told: dict[str, Any] = {"name": name, "media_type": media_type, "inquiry": inquiry, "by": None, "at": at}
    keep_proof(inquiry.request, RequestFile.Kind.OPINION, content, **told)


def is_waited_for(case: Case, inquiry: RequestInquiry) -> bool:
    return any(wait.of == inquiry.of for wait in open_questions(case, OF_THIRD_PARTIES))


def _tell_unit(case: Case, inquiry: RequestInquiry, *, at: datetime) -> None:
    tell_unit(
        case.unit,
        kind=Message.Kind.ITEM,
        event=f"inquiry:{inquiry.pk}",
        subject=f"{case.number} 收到第三方意见：{inquiry.get_opinion_display()}",
        text=f"{inquiry.paper.number}的意见已经收到，答复期限继续计算。",
        url=reverse("disclosure:request", args=[case.pk]),
        at=at,
    )


# Found by who has the letter.


def inquiry_code(case: Case, number: int) -> str:
    """The query code that the letter prints; another than the applicant's, and of each letter its own."""
    return lookup.code_about(f"inquiry {number} case {case.pk} {case.form_id}")


def find_inquiry(*, number: str, code: str) -> RequestInquiry | None:
    """The question of the letter, if number and code are right; as long a look whatever is wrong."""
    typed, found = read_code(code), None
    known = RequestInquiry.objects.select_related(
        "request__case__unit", "request__case__legal_clock", "paper", "data_key"
    )
    rows = list(known.filter(kind=Kind.THIRD_PARTY, paper__number__in=lookup.numbers_meant(number))[: lookup.AT_MOST])
    for row in rows:
        if constant_time_compare(inquiry_code(row.request.case, row.number), typed):
            found = row
    if not rows:
        constant_time_compare(lookup.code_about("no inquiry"), typed)
    return found


@dataclass(frozen=True, slots=True)
class InquiryLimit:
    """`due` is None while nobody has registered when the letter arrived: then the limit has not begun."""

    due: date | None
    words: str


def inquiry_limit(inquiry: RequestInquiry) -> InquiryLimit:
    """By which day to answer, and how that day was found."""
    case, kind = inquiry.request.case, Kind(inquiry.kind)
    clock = DutyClock.objects.about(case).filter(duty=clocks.inner_code(LIMITS[kind], inquiry.of)).last()
    if clock and clock.due_at:
        return InquiryLimit(local_day(clock.due_at), clock.derivation.rstrip("。"))
    given, _ = days_allowed(case, kind, inquiry.days)
    return InquiryLimit(None, f"自收到文书之日起{given}个工作日内；送达日期还没有登记，期限还没有起算")


# A third party that did not agree, and what is disclosed all the same.


def can_tell_third_party(user: User, case: Case) -> Allowed:
    """Whoever signs for the unit decides it."""
    refused = case.information_request.inquiries.filter(kind=Kind.THIRD_PARTY).exclude(opinion__in=["", Opinion.AGREES])
    state = heads(user, case) and in_one_of(case, *AT_WORK, "with_head", "signed")
    return state and as_long_as(refused.exists(), "没有不同意公开的第三方。")


@transaction.atomic
def tell_third_party(*, case: Case, of: str, reason: str, version: int, by: User, at: datetime) -> None:
    """告知第三方: public interest asks for it; content and reason are told in writing."""
    require(can_tell_third_party(by, case))
    on, unit = local_day(at), case.unit.standing_in(on=local_day(at))
    papers.require_authorities(unit, on=on)
    inquiry = inquiry_of(case, of)
    if inquiry is None:
        raise ValidationError({"of": "请选择是哪一份征求意见书的第三方。"})
    told = look(inquiry, by=by, purpose="制作文书", at=at, only=("asked",))["asked"]
    letter = words.third_party_decision(
        asked=opened_for_letter(case, by, on=on, at=at),
        to=told["to"],
        disclosed=told["disclosed"],
        reason=reason,
        law=_third_party_law(papers.rules_of_case(case)),
        authorities=papers.authorities_on(unit, on=on),
        on=on,
    )
    papers.issue_letter(
        case,
        letter,
        kind=papers.DECISION,
        event=kinds.EngineEvent.PAPER_OUT,
        facts={},
        of=of,
        seen=version,
        by=by,
        at=at,
    )
