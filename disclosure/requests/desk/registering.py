"""What may happen to an application in the register (登记簿) besides being answered: its subject is put right; it is void, opened
again, split, joined to another one; it is not this unit's, and the office says whose it is.

No number is ever given up: what ends here keeps it, with the reason, and says where the matter goes on.
"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from disclosure.items.text import one_line
from disclosure.requests.applying.services import notify_unit
from disclosure.requests.desk.answering import MOVED_ON, handles, in_one_of, is_own
from disclosure.requests.desk.fields import RequestReasonForm, day_field, subject_field
from disclosure.requests.keeping import require_no_applicant_in
from disclosure.requests.kind import REQUEST
from ninghai.calendar import clock
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day
from ninghai.cases import register
from ninghai.cases.assignments import assign_case, give_back
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.lookup import read_number
from ninghai.models import Case, CaseAssignment, Role, Unit, User, acts_as
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.staff_site.record_pages import Action

NOT_ANSWERED = ("unconfirmed", "handling")
VOIDABLE = (*NOT_ANSWERED, "with_head")
MOST_PARTS = 20
LEAD = CaseAssignment.Part.LEAD

# Whose affair it is.


def directs(user: User, case: Case) -> bool:
    """Who answers for the register: the unit's head; for applications to the county itself its signer and the office."""
    return acts_as(user, Role.REVIEWER, Role.SIGNER, Role.OFFICE) and is_own(user, case)


def can_name(user: User, case: Case) -> Allowed:
    return handles(user, case) and as_long_as(not case.data_key.is_destroyed, MOVED_ON)


def can_void(user: User, case: Case) -> Allowed:
    """While nothing has been signed: what was answered was no mistake of the register."""
    return directs(user, case) and in_one_of(case, *VOIDABLE)


def can_reopen(user: User, case: Case) -> Allowed:
    """What nobody has confirmed has no day from which anything could be answered."""
    is_kept = as_long_as(not case.data_key.is_destroyed, "这件申请的内容已按期限销毁，不能重新办理。")
    was_received = as_long_as(
        case.received_on is not None, "这件申请撤回时还没有确认收到，不能重新办理。申请人还要信息的，请另外登记一件。"
    )
    return directs(user, case) and in_one_of(case, "delivered", "withdrawn") and is_kept and was_received


def can_split(user: User, case: Case) -> Allowed:
    whole = as_long_as(not case.part, "这一件就是拆分出来的，不能再拆分。")
    return directs(user, case) and in_one_of(case, *NOT_ANSWERED) and whole


def can_join(user: User, case: Case) -> Allowed:
    return directs(user, case) and in_one_of(case, *NOT_ANSWERED)


def can_give_back(user: User, case: Case) -> Allowed:
    lead = case.assignments.filter(part=LEAD).last()
    is_free = lead is None or not (lead.is_designated or lead.returned_at)
    told = as_long_as(is_free, "这一件已经退回，或者由县政府办公室指定办理，不能再退回。")
    return acts_as(user, Role.EDITOR, Role.REVIEWER) and is_own(user, case) and in_one_of(case, *NOT_ANSWERED) and told


def can_designate(user: User, case: Case) -> Allowed:
    return acts_as(user, Role.OFFICE) and in_one_of(case, *NOT_ANSWERED)


def returned_by(case: Case) -> CaseAssignment | None:
    """The unit that has said the application is not its own, while the office has not decided yet."""
    last = case.assignments.filter(part=LEAD).select_related("unit", "belongs_to").last()
    return last if last and last.returned_at and case.is_open else None


# The acts.


def name_subject(*, case: Case, subject: str, version: int, by: User, at: datetime) -> None:
    """更正事由: what lists say was asked for, without people."""
    require(can_name(by, case))
    require_no_applicant_in(subject, case, by=by, at=at)
    facts = {"case": {"subject": one_line(subject)}}
    record(case=case, kind=EngineEvent.CORRECT, by=by, at=at, facts=facts, seen=version)


def void(*, case: Case, reason: str, version: int, by: User, at: datetime) -> None:
    require(can_void(by, case))
    register.void_case(case=case, reason=reason, by=by, at=at, seen=version)


def reopen(*, case: Case, decided_on: date, reason: str, version: int, by: User, at: datetime) -> None:
    """重新办理: a full new limit runs from the day that made it necessary; the first answer stays."""
    require(can_reopen(by, case))
    since = local_day(case.closed_at or at)
    if not since <= decided_on <= local_day(at):
        raise ValidationError({"decided_on": f"日期应在{since}和{local_day(at)}之间。"})
    register.reopen_case(case=case, reason=reason, decided_on=decided_on, by=by, at=at, seen=version)


def split(*, case: Case, parts: list[str], version: int, by: User, at: datetime) -> list[Case]:
    require(can_split(by, case))
    for part in parts:
        require_no_applicant_in(part, case, by=by, at=at, field="parts")
    return register.split_case(case=case, subjects=parts, by=by, at=at, seen=version)


def merge(*, case: Case, number: str, reason: str, version: int, by: User, at: datetime) -> None:
    """并案: the other one, which came first, answers both; its answer must not be signed yet."""
    require(can_join(by, case))
    other = _other(case, number, by=by)
    if other.status == "signed":
        raise ValidationError({"number": f"{other.number} 的答复已经签发，答不了本件。请分别答复。"})
    register.merge_case(case=case, into=other, reason=reason, by=by, at=at, seen=version)


def mark_duplicate(*, case: Case, number: str, reason: str, version: int, by: User, at: datetime) -> None:
    """认定重复: the same application reached the unit twice, such as by post and by fax."""
    require(can_join(by, case))
    other = _other(case, number, by=by)
    register.mark_duplicate(case=case, of=other, reason=reason, by=by, at=at, seen=version)


def _other(case: Case, typed: str, *, by: User) -> Case:
    """The open application of the same applicant that came first. Raises ValidationError beside the number for any other."""
    other = _numbered(case, typed, by=by).exclude(pk=case.pk).first()
    if other is None:
        raise ValidationError({"number": "本单位没有这个登记号的另一件申请，请核对。"})
    if not other.is_open:
        raise ValidationError(
            {"number": f"{other.number} 已经办结，不能再并入。已经答复过的，请在拟写答复时选“重复申请”。"}
        )
    digests = {each.information_request.applicant_digest for each in (case, other)} - {""}
    if len(digests) > 1:
        raise ValidationError({"number": f"{other.number} 的申请人是另外的人，两件要分别答复。"})
    if case.received_on and (other.received_on is None or case.received_on < other.received_on):
        raise ValidationError({"number": f"{other.number} 收到得更晚。请打开那一件，把它并入本件，以免误了期限。"})
    return other


def _numbered(case: Case, typed: str, *, by: User) -> QuerySet[Case]:
    """By its number, or by the serial alone where it is of the same year."""
    cases = Case.objects.visible_to(by).filter(kind=REQUEST, unit=case.unit_id, information_request__isnull=False)
    serial = typed.strip()
    if serial.isdecimal() and len(serial) <= 6:
        return cases.filter(year=case.year, serial=int(serial), part=0)
    return cases.filter(number=read_number(typed))


@transaction.atomic
def give_case_back(*, case: Case, belongs_to: Unit | None, reason: str, version: int, by: User, at: datetime) -> None:
    """退回: it is not this unit's, and whose it is, if that is known. The limit goes on while the office decides."""
    require(can_give_back(by, case))
    _hold(case, seen=version)
    standing = case.assignments.standing().filter(part=LEAD).first()
    lead = standing or assign_case(case=case, unit=case.unit, part=LEAD, by=by, at=at)
    give_back(assignment=lead, reason=reason, belongs_to=belongs_to, by=by, at=at)
    case.refresh_from_db()


@transaction.atomic
def designate(*, case: Case, unit: Unit, reason: str, version: int, by: User, at: datetime) -> Case:
    """指定承办单位: it stays where it is for good, or goes on under a number of the unit that is right."""
    require(can_designate(by, case))
    on = local_day(at)
    if unit.standing_in(on=on) == case.unit.standing_in(on=on):
        record(case=case, kind=EngineEvent.NOTE, by=by, at=at, reason=reason, seen=version)
        assign_case(case=case, unit=unit, part=LEAD, is_designated=True, by=by, at=at)
        return case
    taken_over = register.move_case(case=case, to=unit, reason=reason, by=by, at=at, seen=version)
    assign_case(case=taken_over, unit=taken_over.unit, part=LEAD, is_designated=True, by=by, at=at)
    notify_unit(taken_over, at=at)
    return taken_over


def _hold(case: Case, *, seen: int) -> None:
    hold_calendar()
    Case.objects.lock(case.pk, seen=seen)


# Their forms.


class SubjectForm(forms.Form):
    subject = subject_field()


def subject_form(data: Any, request: Any, case: Case) -> SubjectForm:
    return SubjectForm(data, initial={"subject": case.subject})


class ReopenForm(RequestReasonForm):
    decided_on = day_field(
        "从哪一天起重新办理", help_text="如收到复议决定、判决的日期；答复期限从这一天起重新计算（当日不计）。"
    )
    field_order = ("decided_on", "reason")


class SplitRequestForm(forms.Form):
    """拆分."""

    parts = forms.CharField(
        label="拆成哪几件",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行写一件，写清这一件要的是什么信息。会显示在登记簿和答复书里，不要写个人信息。",
        error_messages={"required": "请写明拆成哪几件，一行一件。"},
    )

    def clean_parts(self) -> list[str]:
        lines = [line for line in map(one_line, str(self.cleaned_data["parts"]).splitlines()) if line]
        if not 2 <= len(lines) <= MOST_PARTS:
            raise ValidationError(f"请写2件到{MOST_PARTS}件，一行一件；现在是{len(lines)}件。")
        if len(set(lines)) < len(lines):
            raise ValidationError("有两行写得一样，请核对。")
        if longest := [line for line in lines if len(line) > 200]:
            raise ValidationError(f"一行不能超过200字：{longest[0][:20]}……")
        return lines


class OtherRequestForm(RequestReasonForm):
    """并案、认定重复."""

    number = forms.CharField(
        label="另一件的登记号",
        max_length=80,
        help_text="本单位先收到的那一件；同一年的可以只填序号，如 3。",
        error_messages={"required": "请填写另一件的登记号。"},
    )
    field_order = ("number", "reason")


def _unit_field(label: str, *, required: bool, help_text: str = "") -> forms.ModelChoiceField[Unit]:
    return forms.ModelChoiceField(
        label=label,
        queryset=Unit.objects.all(),
        required=required,
        empty_label="请选择" if required else "不清楚",
        help_text=help_text,
        error_messages={"required": f"请选择{label}。"},
    )


class GiveBackForm(RequestReasonForm):
    belongs_to = _unit_field("应当由哪个单位办理", required=False)
    field_order = ("belongs_to", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _of_today(self.fields["belongs_to"])


class DesignateForm(RequestReasonForm):
    unit = _unit_field("由哪个单位办理", required=True, help_text="指定以后，承办单位不能再退回。")
    field_order = ("unit", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _of_today(self.fields["unit"])


def _of_today(field: forms.Field) -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = Unit.objects.valid(on=clock.today())


# As the page offers them.

ACTIONS = [
    Action(
        name="subject",
        label="更正事由",
        words="登记簿、待办和通知里显示的一句话。",
        allowed=can_name,
        form=subject_form,
        service=name_subject,
        done="{record} 的事由已更正。",
    ),
    Action(
        name="split",
        label="拆分成几件",
        words="一份申请要几项信息、要分别答复的，可以拆分。拆出的各件用原登记号加“-1”“-2”，收到日期和答复期限不变。",
        allowed=can_split,
        form=SplitRequestForm,
        service=split,
        done="{record} 已拆分，请分别办理拆出的各件。",
    ),
    Action(
        name="merge",
        label="并入另一件一并答复",
        words="同一申请人的几件申请可以一并答复。本件到此结束，登记号保留，由先收到的那一件答复。",
        allowed=can_join,
        form=OtherRequestForm,
        service=merge,
        done="{record} 已并入另一件。",
    ),
    Action(
        name="duplicate",
        label="认定为重复收到",
        words="同一份申请收到两次（如既寄信又发传真）的，留下先收到的一件。以前已经答复过的不在此列，要答复“重复申请”。",
        allowed=can_join,
        form=OtherRequestForm,
        service=mark_duplicate,
        done="{record} 已认定为重复。",
    ),
    Action(
        name="give-back",
        label="不属于本单位，退回",
        words="退回后由县政府办公室指定承办单位，答复期限照常计算。县外机关负责的，请直接答复“不属于本机关负责公开”。",
        allowed=can_give_back,
        form=GiveBackForm,
        service=give_case_back,
        done="{record} 已退回，等县政府办公室指定承办单位。",
    ),
    Action(
        name="designate",
        label="指定承办单位",
        words="转给另一个单位的，在那里重新编登记号，收到日期和答复期限不变；原登记号保留。",
        allowed=can_designate,
        form=DesignateForm,
        service=designate,
        done="已指定承办单位，登记号 {record}。",
    ),
    Action(
        name="reopen",
        label="重新办理",
        words="只在复议、诉讼要求重新答复，或者本单位发现答复有误时使用。原答复和文书都保留，答复期限重新计算。",
        allowed=can_reopen,
        form=ReopenForm,
        service=reopen,
        done="{record} 已重新办理，请拟写答复。",
        is_grave=True,
    ),
    Action(
        name="void",
        label="作废",
        words="只用于登记错误。登记号保留并写明理由，不再使用；申请人查询时会看到已作废。申请人不要了的，请登记“申请人撤回”。",
        allowed=can_void,
        form=RequestReasonForm,
        service=void,
        done="{record} 已作废，登记号和理由保留。",
        is_grave=True,
    ),
]
