"""The kind of case that a matter of the hotline is (`ninghai.cases`): its states, what leads from one to the next, and its limit.

The caller's limit begins when it is first handed on, stays whoever gets it then, and is the one of that day for its kind and
urgency; it stands in the case's category, as what it was counted by. It stands still while the caller is asked, and from the
answer on: closing ends it with the moment of the answer. A promise (承诺) puts its day in the place of the limit. A redo (重办) has
a limit of its own, and what was closed first stays.
"""

from dataclasses import replace
from datetime import date

from disclosure.models import HotlineCase
from ninghai.calendar.legal_duties import LegalDuty, of_law
from ninghai.cases.kinds import CaseKind, CaseState, ClockAct, EventRule
from ninghai.models import Case
from ninghai.models.calendar import Limit, LimitUnit

HOTLINE = "hotline"
WORKED_ON = frozenset({"handling", "extending"})
WITH_UNIT = WORKED_ON | {"handed_on", "returning", "asking", "ending"}
REVIEWED = frozenset({"answered", "calling"})
OPEN = WITH_UNIT | REVIEWED | {"taken"}
RATED = frozenset({"closed", "direct"})  # what counts in satisfaction; who was led elsewhere does not
ENDS = (ClockAct.CLOSE,)

STATES = (
    CaseState(code="entered", label="待登记", public="已经收到您的诉求，正在登记。"),
    CaseState(code="unconfirmed", label="待确认"),  # of the engine: every call has its day
    CaseState(code="taken", label="待转办", public="您的诉求已经登记，正在交给有关单位。"),
    CaseState(code="handed_on", label="已转办，待签收", public="您的诉求已经转给承办单位。"),
    CaseState(code="handling", label="办理中", public="您的诉求正在办理。"),
    CaseState(code="extending", label="办理中，申请延期", public="您的诉求正在办理。"),
    CaseState(code="returning", label="申请退回，待裁定", public="正在确定您的诉求由哪个单位办理。"),
    CaseState(code="asking", label="待来电人补充", public="需要您补充情况，请与热线联系；等待补充的时间不计入期限。"),
    CaseState(code="ending", label="申请不再办理，待批准", public="您的诉求正在办理。"),
    CaseState(code="answered", label="已答复，待审核", public="承办单位已经答复，正在审核。"),
    CaseState(code="calling", label="待回访", public="承办单位已经答复，工作人员会与您联系，听取意见。"),
    CaseState(code="closed", label="办结", public="您的诉求已经办结，答复见下面。", is_open=False),
    CaseState(code="direct", label="当场答复", public="您的诉求已经当场答复。", is_open=False),
    CaseState(
        code="guided",
        label="已引导",
        public="您要的是政府信息，请按政府信息公开申请办理；您的话可以直接带过去。",
        is_open=False,
    ),
    CaseState(code="refused", label="不予受理", public="您的诉求不能由热线受理，理由和办法见下面。", is_open=False),
    CaseState(code="no_longer", label="不再办理", public="您的诉求不再办理，理由见下面。", is_open=False),
)

RULES = (
    EventRule(code="receive", label="收到", once=True),  # the limit begins with the handing on
    EventRule(
        code="handed_on",
        label="转办",
        after=frozenset({"taken"}),
        to="handed_on",
        clock=(ClockAct.START,),
        needs=frozenset({"lead"}),
        once=True,
        is_public=True,
    ),
    EventRule(
        code="handed_again",
        label="改派",
        after=frozenset({"taken"}),
        to="handed_on",
        needs=frozenset({"lead"}),
        is_public=True,
    ),
    EventRule(code="signed", label="签收", after=frozenset({"handed_on"}), to="handling", is_public=True),
    EventRule(
        code="return_asked",
        label="申请退回",
        after=frozenset({"handed_on", "handling"}),
        asks="returning",
        needs_reason=True,
    ),
    EventRule(code="return_granted", label="同意退回", answers="return_asked", to="taken"),
    EventRule(code="return_refused", label="不同意退回，指定办理", answers="return_asked", needs_reason=True),
    EventRule(code="recalled", label="收回", after=frozenset({"handed_on", "handling"}), to="taken", needs_reason=True),
    EventRule(code="part_given", label="提交协办意见", after=WORKED_ON | {"handed_on"}),
    EventRule(code="urged", label="督办", after=WITH_UNIT, needs=frozenset({"cause"})),
    EventRule(code="escalated", label="提请县政府协调", after=WITH_UNIT | {"taken"}, needs_reason=True),
    EventRule(code="called_again", label="来电人再次来电", after=OPEN, is_public=True),
    EventRule(
        code="caller_asked",
        label="请来电人补充",
        after=frozenset({"handling"}),
        asks="asking",
        clock=(ClockAct.PAUSE,),
        is_public=True,
    ),
    EventRule(
        code="caller_said", label="来电人已补充", answers="caller_asked", clock=(ClockAct.RESUME,), is_public=True
    ),
    EventRule(
        code="extension_asked",
        label="申请延期",
        after=frozenset({"handling"}),
        asks="extending",
        holds=False,
        needs=frozenset({"amount"}),
        needs_reason=True,
    ),
    EventRule(
        code="extended",
        label="批准延期",
        answers="extension_asked",
        clock=(ClockAct.EXTEND,),
        needs=frozenset({"amount", "approved_by"}),
        is_public=True,
    ),
    EventRule(code="extension_refused", label="不同意延期", answers="extension_asked", needs_reason=True),
    EventRule(
        code="promised",
        label="承诺限期办结",
        after=frozenset({"handling"}),
        clock=(ClockAct.RESTART,),
        needs=frozenset({"promised_for"}),
        needs_reason=True,
        is_public=True,
    ),
    EventRule(code="answered", label="答复", after=WORKED_ON, asks="answered", clock=(ClockAct.PAUSE,)),
    EventRule(
        code="sent_back",
        label="审核退回，重新办理",
        after=frozenset({"answered"}),
        answers="answered",
        clock=(ClockAct.RESUME,),
        needs_reason=True,
    ),
    EventRule(code="passed", label="审核通过", after=frozenset({"answered"}), asks="calling"),
    EventRule(code="called", label="回访", after=frozenset({"calling"})),
    EventRule(
        code="closed",
        label="办结",
        after=REVIEWED,
        answers="answered",
        to="closed",
        clock=(ClockAct.RESUME, ClockAct.CLOSE),
        is_public=True,
    ),
    EventRule(code="kept", label="核查后维持办结", after=frozenset({"closed", "direct"}), needs_reason=True),
    EventRule(code="direct", label="当场答复", after=frozenset({"taken"}), to="direct", clock=ENDS, is_public=True),
    EventRule(
        code="guided",
        label="引导申请政府信息公开",
        after=frozenset({"taken", "handed_on", "handling"}),
        to="guided",
        clock=ENDS,
        is_public=True,
    ),
    EventRule(
        code="refused",
        label="不予受理",
        after=frozenset({"taken"}),
        to="refused",
        clock=ENDS,
        needs=frozenset({"ground"}),
        needs_reason=True,
        is_public=True,
    ),
    EventRule(
        code="end_asked",
        label="申请不再办理",
        after=frozenset({"handling"}),
        asks="ending",
        needs=frozenset({"ground"}),
        needs_reason=True,
    ),
    EventRule(code="end_refused", label="不同意，继续办理", answers="end_asked", needs_reason=True),
    EventRule(
        code="no_longer",
        label="不再办理",
        answers="end_asked",
        to="no_longer",
        clock=ENDS,
        needs=frozenset({"ground", "approved_by"}),
        is_public=True,
    ),
)


def counted_by(limit: Limit) -> str:
    """How it stands in the case's category."""
    return f"by:{limit.by}" if limit.by else f"{limit.unit}:{limit.amount}"


def limit_of(case: Case) -> Limit | None:
    """By what stands in its category since it was handed on, promised or opened again."""
    unit, _, amount = case.category.partition(":")
    if unit == "by":
        return Limit(LimitUnit.BY_DATE, by=date.fromisoformat(amount))
    return Limit(LimitUnit(unit), int(amount)) if amount.isdecimal() else None


def duty_on(day: date) -> LegalDuty:
    """The duty itself; its amount is local, and the office's to set."""
    return replace(of_law("hotline_close", on=day), limit=None)


def forget(case: Case) -> None:
    """What finds the same caller again goes with the key."""
    HotlineCase.objects.filter(case=case).update(caller_digest="")


HOTLINE_KIND = CaseKind(
    code=HOTLINE,
    label="热线工单",
    number="{unit}热线〔{year}〕{serial}号",
    states=STATES,
    first="entered",
    unconfirmed="unconfirmed",
    registered="taken",
    reopened="handling",
    rules=RULES,
    duty=duty_on,
    limit=limit_of,
    forget=forget,
)
