"""A kind of cases for the tests: the limits of the regulation, a question to a third party, one to another agency, amendment."""

from ninghai.calendar.law import rule_set_on
from ninghai.calendar.legal_duties import of_law
from ninghai.cases.kinds import CaseKind, CaseState, ClockAct, EventRule, PaperSeries, register_kind

WORKING = frozenset({"handling"})
ASKING = frozenset({"handling", "asking_third", "asking_agency", "amending"})

LETTER = register_kind(
    CaseKind(
        code="test_letter",
        label="来信",
        number="{unit}来信〔{year}〕{serial}号",
        states=(
            CaseState(code="entered", label="待登记"),
            CaseState(code="unconfirmed", label="待确认"),
            CaseState(code="handling", label="办理中"),
            CaseState(code="amending", label="待补正"),
            CaseState(code="asking_third", label="征求第三方"),
            CaseState(code="asking_agency", label="征求其他机关"),
            CaseState(code="issued", label="已签发"),
            CaseState(code="answered", label="已送达", is_open=False),
            CaseState(code="archived", label="已归档", is_open=False),
        ),
        first="entered",
        unconfirmed="unconfirmed",
        registered="handling",
        rules=(
            EventRule(
                code="amend",
                label="通知补正",
                after=WORKING,
                asks="amending",
                clock=(ClockAct.PAUSE,),
                starts=("amend_reply",),
                once=True,
            ),
            EventRule(
                code="amended",
                label="收到补正材料",
                after=ASKING,
                answers="amend",
                clock=(ClockAct.RESUME, ClockAct.RESTART),
                ends=("amend_reply",),
            ),
            EventRule(
                code="ask_third",
                label="征求第三方意见",
                after=WORKING,
                asks="asking_third",
                clock=(ClockAct.PAUSE,),
                starts=("third_party",),
            ),
            EventRule(
                code="third_answers",
                label="收到第三方意见",
                after=ASKING,
                answers="ask_third",
                clock=(ClockAct.RESUME,),
                ends=("third_party",),
            ),
            EventRule(
                code="ask_agency",
                label="征求其他机关意见",
                after=WORKING,
                asks="asking_agency",
                clock=(ClockAct.PAUSE,),
            ),
            EventRule(
                code="agency_answers",
                label="收到其他机关意见",
                after=ASKING,
                answers="ask_agency",
                clock=(ClockAct.RESUME,),
            ),
            EventRule(
                code="extend",
                label="延长答复",
                after=ASKING,
                clock=(ClockAct.EXTEND,),
                needs=frozenset({"amount", "approved_by"}),
            ),
            EventRule(code="issue", label="签发答复", after=WORKING, to="issued", is_public=True),
            EventRule(
                code="answer",
                label="送达答复",
                after=frozenset({"issued"}),
                to="answered",
                clock=(ClockAct.CLOSE,),
                is_public=True,
            ),
            EventRule(
                code="archive", label="归档", after=frozenset({"answered"}), to="archived", clock=(ClockAct.CLOSE,)
            ),
        ),
        duty=lambda day: of_law("request", on=day),
        rule_set=lambda day: rule_set_on(day).code,
        papers=(PaperSeries(code="reply", pattern="{unit}公复〔{year}〕{serial}号"),),
    )
)
