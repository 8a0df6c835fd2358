"""What may lie between registering and answering: an amendment, more time; whom else the unit asks stands in `inquiries`.

Each question stops or restarts the limit as the kind says; each paper that leaves is signed by whoever sends it.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.requests.desk.answering import handles, heads, in_one_of
from disclosure.requests.keeping import amended, sketch_of
from disclosure.requests.kind import AT_WORK
from disclosure.requests.letters.papers import asked_for, issue_letter, rules_of_case
from disclosure.requests.letters.words import AskedFor, amendment_letter, extension_letter
from ninghai.calendar.law import TermCode
from ninghai.calendar.reckoning import local_day
from ninghai.cases.clocks import inner_code, open_inner_clocks
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.register import moment_on, one_application
from ninghai.models import Case, CaseEvent, User
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.sealed.services import look

LONGEST_REPLY = 60  # working days that an amendment notice may give

# Amendment (补正): a step since 2019 alone; before, an unclear application was answered.


def knows_amendment(case: Case) -> Allowed:
    known = rules_of_case(case).term(TermCode.AMEND_NOTICE) is not None
    return as_long_as(
        known, "2019年5月15日以前收到的申请没有补正程序，请在拟写答复时选“申请内容不明确，告知作出更改、补充”。"
    )


def can_ask_amendment(user: User, case: Case) -> Allowed:
    asked = has_happened(case, "amendment_asked")
    once = as_long_as(not asked, "补正只能告知一次，这件申请已经告知过（包括拆分、转办以前）。")
    return handles(user, case) and in_one_of(case, "handling") and knows_amendment(case) and once


def can_settle_amendment(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "amending")


def ask_amendment(*, case: Case, items: str, days: int, version: int, by: User, at: datetime) -> None:
    """告知补正, once, with what is to be amended, by when, and what follows."""
    require(can_ask_amendment(by, case))
    on = local_day(at)
    letter = amendment_letter(asked=opened_for_letter(case, by, on=on, at=at), items=items, days=days, on=on)
    issue_letter(
        case, letter, kind="amendment", event="amendment_asked", facts={"days": days}, seen=version, by=by, at=at
    )


@transaction.atomic
def take_amendment(*, case: Case, amended_on: date, content: str, version: int, by: User, at: datetime) -> None:
    """收到补正: the words stand below the first ones, what is much alike is found by both, and a full new limit begins by the law of
    that day."""
    require(can_settle_amendment(by, case))
    require_past(amended_on, field="amended_on", at=at)
    record(case=case, kind="amended", by=by, at=at, happened_at=moment_on(amended_on, case=case), seen=version)
    request = case.information_request
    first = look(request, by=by, purpose="登记补正", at=at, only=("content",))["content"]
    whole = amended(first, content, on=amended_on)
    request.content, request.content_sketch = whole, sketch_of(whole)
    request.save(update_fields=["content", "content_sketch"])


def give_up_amendment(*, case: Case, version: int, by: User, at: datetime) -> None:
    """逾期没有补正: the clerk answers that it is taken as given up. Raises ValidationError while its limit still runs."""
    require(can_settle_amendment(by, case))
    require_over(case, "amend_reply", at=at)
    record(case=case, kind="unamended", by=by, at=at, seen=version)


# More time (延长): who signs agrees to it.


def can_extend(user: User, case: Case) -> Allowed:
    once = as_long_as(not has_happened(case, "extended"), "答复期限只能延长一次，这件申请已经延长过。")
    return heads(user, case) and in_one_of(case, *AT_WORK) and once


@transaction.atomic
def extend(*, case: Case, amount: int, reason: str, version: int, by: User, at: datetime) -> None:
    """延长答复期限, by what the regulation allows at most, with its letter to the applicant."""
    require(can_extend(by, case))
    term = rules_of_case(case).term(TermCode.EXTENSION)
    if term is None or amount > term.limit.amount:
        raise ValidationError({"amount": f"最多延长{term.limit.amount if term else 0}个工作日。"})
    facts = {"amount": amount, "approved_by": by.pk}
    record(case=case, kind="extended", by=by, at=at, facts=facts, reason=reason, seen=version)
    legal, on = case.legal_clock, local_day(at)
    if legal is None or legal.due_at is None:
        raise ValidationError("答复期限暂停计算时不能延长，请等恢复计算后再办理。")
    legal.refresh_from_db()
    due = local_day(legal.due_at)
    asked = opened_for_letter(case, by, on=on, at=at)
    letter = extension_letter(asked=asked, amount=amount, due=due, reason=reason, law=str(term.basis), on=on)
    issue_letter(case, letter, kind="extension", event=EngineEvent.PAPER_OUT, facts={}, seen=case.version, by=by, at=at)


# What they share with other questions (`inquiries`, `excess`).


def has_happened(case: Case, kind: str) -> bool:
    """To the application, wherever it was handled then: a transfer or a split makes no new one of it."""
    return CaseEvent.objects.filter(case__in=one_application(case), kind=kind).exists()


def opened_for_letter(case: Case, by: User, *, on: date, at: datetime) -> AskedFor:
    """What a paper of that day says of the application."""
    words = look(case.information_request, by=by, purpose="制作文书", at=at, only=("applicant", "content"))
    return asked_for(case, unit=case.unit.standing_in(on=on), words=words)


def require_over(case: Case, limit: str, *, of: str = "", at: datetime) -> date:
    """The last day of who was asked, counted from when the paper reached them; nobody is taken as silent before it is over.
    Raises ValidationError."""
    running = open_inner_clocks(case).filter(duty=inner_code(limit, of)).first()
    if running is None or running.due_at is None:
        raise ValidationError("还没有登记文书送达的日期，对方答复的期限没有起算，不能登记为逾期。请先在本页登记送达。")
    if at <= running.due_at:
        raise ValidationError(f"期限到{local_day(running.due_at)}为止，还没有届满，不能登记为逾期。")
    return local_day(running.due_at)


def require_past(day: date, *, field: str, at: datetime) -> None:
    if day > local_day(at):
        raise ValidationError({field: f"日期不能晚于{local_day(at)}。"})
