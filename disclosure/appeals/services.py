"""An appeal or a complaint from its arrival to its answer. Whose affair each act is, is asked here first; what may follow what,
says the kind (`kind`)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from disclosure.appeals.kind import APPEAL, OPEN, REPLY, basis_of, counted_by
from disclosure.corrections.services import unit_of
from disclosure.items.text import many_lines, one_line
from disclosure.models import Appeal, AppealMatter
from disclosure.proposals.letter import lines_of
from disclosure.requests.desk.answering import can_enter, handles, heads
from disclosure.requests.desk.registering import directs
from disclosure.requests.keeping import refuse_people_in
from disclosure.requests.letters.papers import issue_letter
from disclosure.requests.letters.words import CaseLetter, chinese_day
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar.reckoning import local_day
from ninghai.cases import register
from ninghai.cases.assignments import tell_unit
from ninghai.cases.events import record
from ninghai.models import Case, CasePaper, Message, Role, Unit, User, acts_as
from ninghai.models.case import CaseQuerySet
from ninghai.models.state_machine import Allowed, TransitionError, as_long_as, require
from ninghai.sealed.services import look

MOVED_ON = "这一件的办理状态已经变化，不能这样办理。请打开最新页面，按现在的状态办理。"
PERSON = {"name": "姓名或者单位名称", "phone": "联系电话", "address": "通信地址", "email": "电子邮箱"}


def visible_appeals(user: User) -> CaseQuerySet:
    """Those in the unit's own register; of a complaint the accused unit knows nothing, since it is in the office's."""
    found = Case.objects.visible_to(user).filter(kind=APPEAL, appeal__isnull=False)
    return found.select_related("unit", "legal_clock", "appeal__data_key", "appeal__enterprise", "appeal__accused")


# Whose affair it is.


def in_one_of(case: Case, *states: str) -> Allowed:
    return as_long_as(case.status in states, MOVED_ON)


def can_propose(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, "handling")


def can_decide(user: User, case: Case) -> Allowed:
    """Another person than any who drafted it."""
    is_others = not_own_work(user, also=case.people_who("proposed"))
    return heads(user, case) and is_others and in_one_of(case, "with_head")


def can_withdraw(user: User, case: Case) -> Allowed:
    return handles(user, case) and in_one_of(case, *OPEN)


def can_void(user: User, case: Case) -> Allowed:
    return directs(user, case) and in_one_of(case, *OPEN)


def can_move(user: User, case: Case) -> Allowed:
    """An appeal that another department is competent for; a complaint stays with the office."""
    is_free = case.appeal.matter == AppealMatter.ENTERPRISE
    return is_free and (handles(user, case) or acts_as(user, Role.OFFICE)) and in_one_of(case, "handling")


def can_forward(user: User, case: Case) -> Allowed:
    return case.appeal.matter == AppealMatter.OPENNESS and acts_as(user, Role.OFFICE) and in_one_of(case, *OPEN)


# Taking it in.


def unit_for(given: Mapping[str, Any], *, at: datetime) -> Unit:
    """To whom it goes: about an enterprise to the competent department, about a unit to the county office and nobody else."""
    enterprise = given.get("enterprise")
    return enterprise.department.standing_in(on=local_day(at)) if enterprise else unit_of(None, at=at)


@transaction.atomic
def take_in(
    *, given: Mapping[str, Any], channel: str, by: User | None, at: datetime, received_on: date | None = None
) -> Case:
    """One case with its number, however often the form is sent."""
    if by is not None:
        require(can_enter(by))
    enterprise, accused, day = given.get("enterprise"), given.get("accused"), received_on or local_day(at)
    matter = AppealMatter.ENTERPRISE if enterprise else AppealMatter.OPENNESS
    against = accused.short_name if accused else ""
    named = f"关于{enterprise}信息公开的申诉" if enterprise else f"对{against}信息公开工作的投诉举报"
    case = register.enter_case(
        kind=APPEAL,
        unit=unit_for(given, at=at),
        channel=channel,
        subject=named,
        category=counted_by(matter, on=day),
        form_id=given["form_id"],
        received_on=day,
        by=by,
        at=at,
    )
    if case.number:
        return case
    register.register_case(case=case, by=by, at=at)
    Appeal.objects.create(
        case=case,
        data_key=case.data_key,
        matter=matter,
        enterprise=enterprise,
        accused=accused,
        content=many_lines(given["content"]),
        person={name: one_line(given.get(name) or "") for name in PERSON},
    )
    _tell(case, at=at)
    return case


def _tell(case: Case, *, at: datetime) -> None:
    tell_unit(
        case.unit,
        kind=Message.Kind.ITEM,
        event=f"appeal:{case.pk}",
        subject=f"收到{'申诉' if case.appeal.enterprise_id else '投诉举报'} {case.number}",
        text=case.subject,
        url=reverse("disclosure:appeal", args=[case.pk]),
        at=at,
    )


# Answering it.


@transaction.atomic
def propose(*, case: Case, text: str, version: int, by: User, at: datetime) -> None:
    require(can_propose(by, case))
    record(case=case, kind="proposed", by=by, at=at, seen=version)
    appeal = Appeal.objects.select_related("data_key").get(case=case)
    appeal.answer, appeal.drafted_by = many_lines(text), by
    appeal.save(update_fields=["answer", "drafted_by"])


def send_back(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_decide(by, case))
    record(case=case, kind="returned", by=by, at=at, reason=reason, seen=version)


def reply_letter(case: Case, *, words: Mapping[str, Any], on: date) -> CaseLetter:
    """As it would read, were it signed on that day; `words` are what was under seal."""
    unit, received = case.unit.standing_in(on=on), case.received_on or on
    basis = basis_of(case.appeal.matter, on=received)
    return CaseLetter(
        title=f"{unit.name}{case.subject}的答复",
        addressee=f"{words['person']['name']}：",
        paragraphs=(
            f"您{case.subject}（{chinese_day(received)}收到，登记号：{case.number}）收悉。根据{basis}，现答复如下：",
            *lines_of(words["answer"]),
            "特此答复。",
        ),
        signed_by=unit.name,
        dated=chinese_day(on),
    )


@transaction.atomic
def sign(*, case: Case, version: int, by: User, at: datetime) -> CasePaper:
    """签发: the letter gets its number, is frozen, and its PDF is made; the sender reads it by number and code."""
    require(can_decide(by, case))
    letter = reply_letter(case, words=look(case.appeal, by=by, purpose="签发答复", at=at), on=local_day(at))
    told: dict[str, Any] = {"kind": REPLY, "series": REPLY, "event": "signed", "facts": {}}
    return issue_letter(case, letter, seen=version, by=by, at=at, **told)


# With whom it lies, and how else it ends.


@transaction.atomic
def move(*, case: Case, unit: Unit, reason: str, version: int, by: User, at: datetime) -> Case:
    """转办 to the department that is competent; its number there is another one, the limit goes on."""
    require(can_move(by, case))
    follower = register.move_case(case=case, to=unit, reason=reason, by=by, at=at, seen=version)
    _tell(follower, at=at)
    return follower


@transaction.atomic
def drafted_answer(case: Case, *, by: User, at: datetime) -> dict[str, Any]:
    """The answer as it stands, for whoever changes it."""
    return look(case.appeal, by=by, purpose="修改答复", at=at, only=("answer",))


def forward(*, case: Case, text: str, version: int, by: User, at: datetime) -> None:
    """转述: the accused unit gets these words alone, and not where they come from. Raises ValidationError where they name anybody."""
    require(can_forward(by, case))
    person, words = (
        look(case.appeal, by=by, purpose="核对转述的话中没有申诉人的信息", at=at)["person"],
        many_lines(text),
    )
    refuse_people_in(words, person if isinstance(person, dict) else {}, field="text")
    if case.appeal.accused is None:
        raise TransitionError("这一件没有登记反映的是哪个单位，不能转述。")
    accused = case.appeal.accused.standing_in(on=local_day(at))
    told = {"to": accused.pk, "text": words}
    event = record(case=case, kind="forwarded", facts=told, by=by, at=at, seen=version)
    tell_unit(
        accused,
        kind=Message.Kind.ITEM,
        event=f"office-words:{event.pk}",
        subject="县政府办公室转来的意见，请核实并说明情况",
        text=words,
        url=reverse("message-list"),
        at=at,
    )


def withdraw(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_withdraw(by, case))
    record(case=case, kind="withdrawn", by=by, at=at, reason=reason, seen=version)


def void(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_void(by, case))
    register.void_case(case=case, reason=reason, by=by, at=at, seen=version)
