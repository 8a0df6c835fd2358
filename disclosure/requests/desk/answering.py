"""The unit's acts on an application: confirmed, answered in draft, returned or signed by the head, handed over, received.

Whose affair each is, is asked here first; what may follow what, says the kind (`kind`); the engine keeps both.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from disclosure.corrections.services import page_address, shown_at
from disclosure.requests.applying.services import arrived_on
from disclosure.requests.desk.repeats import require_former_answer
from disclosure.requests.kind import AT_WORK, WAITING
from disclosure.requests.letters.papers import ANSWER, issue_letter, require_authorities, rules_of_case, written_answer
from disclosure.requests.rules.answers import RequestAnswer, require_complete
from disclosure.requests.rules.delivery import AnswerDelivery, DeliveryWay, check_delivery
from disclosure.requests.rules.receipt import RequestChannel, receipt_day
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar import clock
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day
from ninghai.cases import papers
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent, kind_of
from ninghai.cases.register import confirm_receipt, one_application
from ninghai.models import Case, CaseEvent, CasePaper, Role, User, acts_as
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.sealed.services import look

MOVED_ON = "申请的办理状态已经变化，不能这样办理。请打开最新页面，按现在的状态办理。"

# Whose affair it is.


def is_own(user: User, case: Case) -> bool:
    """Whether the person acts for the unit that answers, or for the one that has taken over from it."""
    acting = user.acting
    return acting is not None and acting.unit_id == case.unit.standing_in(on=clock.today()).pk


def handles(user: User, case: Case) -> bool:
    """The unit's clerk; for applications to the county itself the office."""
    return acts_as(user, Role.EDITOR, Role.OFFICE) and is_own(user, case)


def heads(user: User, case: Case) -> bool:
    """Who signs: the unit's head; for the county itself the signer."""
    return acts_as(user, Role.REVIEWER, Role.SIGNER) and is_own(user, case)


def states_purpose(user: User, case: Case) -> bool:
    """The county office and its head read every application, and who applies where they say what for; the unit that answers
    has its purpose by that. Whoever helps a unit reads no applicant."""
    return acts_as(user, Role.OFFICE, Role.SIGNER) and not is_own(user, case)


def in_one_of(case: Case, *states: str) -> Allowed:
    return as_long_as(case.status in states, MOVED_ON)


def can_enter(user: User) -> bool:
    """Who registers what came on paper: a unit's clerk; for the county itself the office."""
    return user.acting is not None and acts_as(user, Role.EDITOR, Role.OFFICE)


def can_confirm(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "unconfirmed")


def can_answer(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, *AT_WORK)


def can_decide(user: User, case: Case) -> Allowed:
    """Another person than any who drafted it: who sends it again is not its only author."""
    is_others = not_own_work(user, also=case.people_who("proposed"))
    return heads(user, case) and is_others and in_one_of(case, "with_head")


def can_hand_over(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "signed")


def can_receive(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "posted")


def can_withdraw(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "unconfirmed", "handling", "with_head", *WAITING)


# The acts.


def confirm(*, case: Case, confirmed_on: date, version: int, by: User, at: datetime) -> None:
    """与申请人确认: that day counts as the day of receipt, and the limit begins."""
    require(can_confirm(by, case))
    since, channel = arrived_on(case), RequestChannel(case.channel)
    require_day(confirmed_on, field="confirmed_on", since=since, at=at)
    told: dict[str, Any] = {"channel": channel, "arrived_on": since, "confirmed_on": confirmed_on}
    why = receipt_day(is_announced=False, **told).words
    confirm_receipt(case=case, received_on=confirmed_on, reason=why, by=by, at=at, seen=version)


@transaction.atomic
def propose(*, case: Case, code: str, filled: Mapping[str, Any], version: int, by: User, at: datetime) -> None:
    """Send the drafted answer to the head; it carries all that its kind must carry. Raises ValidationError."""
    require(can_answer(by, case))
    answer = require_complete(code, filled, rules=rules_of_case(case))
    _require_happened(case, answer)
    _require_opens(str(filled.get("address") or "").strip(), at=at)
    require_former_answer(case, answer, filled, by=by, at=at)
    record(case=case, kind="proposed", by=by, at=at, facts={"code": answer.code}, seen=version)
    request = case.information_request
    request.answer_code, request.drafted_by = answer.code, by
    request.answer = {field.name: str(filled.get(field.name) or "").strip() for field in answer.fields}
    request.save(update_fields=["answer_code", "answer", "drafted_by"])


def _require_happened(case: Case, answer: RequestAnswer) -> None:
    """Some answers follow only from what was asked of the applicant before."""
    happened = CaseEvent.objects.filter(case__in=one_application(case), kind__in=answer.after)
    if answer.after and not happened.exists():
        first = "”或者“".join(kind_of(case).rule(code).label for code in answer.after)
        raise ValidationError({"code": f"要先有“{first}”，才能作“{answer.label}”的答复。"})


def _require_opens(address: str, *, at: datetime) -> None:
    """已主动公开: by the number or the page of what is public here, or by a whole address elsewhere. Raises ValidationError."""
    is_here = address.startswith(settings.SITE_URL)
    if not address or (not is_here and re.fullmatch(r"https?://[^/\s]+\.[^/\s]+(/\S*)?", address)):
        return
    by_number = reverse("disclosure:item-detail", args=[" ".join(address.split())])
    places = (address.removeprefix(settings.SITE_URL), by_number)
    if not any(shown_at(page_address(place), at=at) for place in places):
        told = "请填写能直接打开的完整网址，或者目录中已公开信息的索引号；本网站的其他页面，写在“获取途径”中。"
        raise ValidationError({"address": f"没有已公开的信息在这个地址。{told}"})


def send_back(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_decide(by, case))
    record(case=case, kind="returned", by=by, at=at, reason=reason, seen=version)


@transaction.atomic
def sign(*, case: Case, version: int, by: User, at: datetime) -> CasePaper:
    """签发: the letter gets its number, is frozen, and its PDF is made. What is missing by now is named, and nothing is signed."""
    require(can_decide(by, case))
    request = case.information_request
    words = look(request, by=by, purpose="签发答复", at=at)
    filled = words["answer"] or {}
    require_complete(request.answer_code, filled, rules=rules_of_case(case))
    _require_opens(filled.get("address", ""), at=at)
    require_authorities(case.unit.standing_in(on=local_day(at)), on=local_day(at))
    letter = written_answer(case, words=words, on=local_day(at))
    facts = {"code": request.answer_code}
    return issue_letter(case, letter, kind=ANSWER, event="signed", facts=facts, seen=version, by=by, at=at)


@transaction.atomic
def hand_over(
    *,
    case: Case,
    way: str,
    handed_over_on: date,
    delivered_on: date | None,
    carrier: str,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """送达: posted, sent, or handed to the applicant. Raises ValidationError for what the rules of delivery do not allow."""
    require(can_hand_over(by, case))
    paper = answer_paper(case)
    delivery = AnswerDelivery(
        way=DeliveryWay(way), handed_over_on=handed_over_on, delivered_on=delivered_on, carrier=carrier
    )
    check_delivery(delivery, signed_on=paper.dated)
    require_day(max(handed_over_on, delivered_on or handed_over_on), field="handed_over_on", since=paper.dated, at=at)
    if delivery.answered_on is None:
        raise ValidationError({"delivered_on": "当面领取、委托转交的，以申请人签收之日为准，请填写签收日期。"})
    hold_case(case, seen=version)
    event = "answer_posted" if delivery.way == DeliveryWay.POST else EngineEvent.HANDED_OVER
    papers.hand_over(paper=paper, way=way, on=handed_over_on, event=event, by=by, at=at)
    if delivery.known_on:
        papers.deliver(paper=paper, on=delivery.known_on, event="answer_received", by=by, at=at)
    case.refresh_from_db()


@transaction.atomic
def receive(*, case: Case, delivered_on: date, version: int, by: User, at: datetime) -> None:
    """The posted answer has arrived: the applicant's 60 days and 6 months run from that day."""
    require(can_receive(by, case))
    paper = answer_paper(case)
    require_day(delivered_on, field="delivered_on", since=paper.handed_over_on or paper.dated, at=at)
    hold_case(case, seen=version)
    papers.deliver(paper=paper, on=delivered_on, event="answer_received", by=by, at=at)
    case.refresh_from_db()


def withdraw(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    """申请人撤回."""
    require(can_withdraw(by, case))
    record(case=case, kind="withdrawn", by=by, at=at, reason=reason, seen=version)


def answer_paper(case: Case) -> CasePaper:
    """The answer that was signed last; one of a case that was opened again comes after the first."""
    return case.papers.filter(kind=ANSWER).latest("pk")


def hold_case(case: Case, *, seen: int) -> None:
    """Locked as the person saw it, after the calendar, which everybody takes first."""
    hold_calendar()
    Case.objects.lock(case.pk, seen=seen)


def require_day(day: date, *, field: str, since: date, at: datetime) -> None:
    if not since <= day <= local_day(at):
        raise ValidationError({field: f"日期应在{since}和{local_day(at)}之间。"})
