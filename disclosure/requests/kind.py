"""The kind of case that an application is (`ninghai.cases.kinds`): its states, what leads from one to the next, and what each event
does to the limit that the law sets.

Asking a third party stops the limit, and since 2019 asking another agency does; those who are asked have their own limit, which
begins when the letter reaches them. What leaves the limit as it runs holds up no answer. An amended application starts the limit anew, and so does the payment of a fee, until which
it stands still (国办函〔2020〕109号); asking for reasons leaves it as it is. A posted answer ends it on the day on which it was
handed to the post, any other on the day on which it was received.
"""

from django.db.models import Q

from disclosure.models import InformationRequest
from disclosure.requests.keeping import hand_on
from ninghai.calendar.law import rule_set_on
from ninghai.calendar.legal_duties import of_law
from ninghai.cases.kinds import ENGINE_STATES, CaseKind, CaseState, ClockAct, EventRule, PaperSeries
from ninghai.models import Case

REQUEST = "request"
HANDLING = frozenset({"handling"})
AT_WORK = HANDLING | {"consulting", "reasons"}  # the limit runs: it can be answered, whatever else is awaited
ASKING = frozenset({"third_party", "other_agency", "consulting"})
WAITING = ASKING | {"amending", "reasons", "fee"}
ANSWERED = frozenset({"posted", "delivered"})
ENDS = (ClockAct.CLOSE,)

NOT_RECEIVED = frozenset(state.code for state in ENGINE_STATES)  # what counts elsewhere, or was entered by mistake


def received(prefix: str = "") -> Q:
    """Which applications count as received (收到), in every list and report: registered, from a day that is known, and neither void,
    joined to another one nor a duplicate; of what was split or moved the parts and the case of the other unit count."""
    told = {"number__gt": "", "received_on__isnull": False}
    counted = Q(**{f"{prefix}{name}": value for name, value in told.items()})
    return counted & ~Q(**{f"{prefix}status__in": NOT_RECEIVED})


STATES = (
    CaseState(code="entered", label="待登记", public="已经收到您的申请，正在登记。"),
    CaseState(
        code="unconfirmed",
        label="待确认",
        public="已经收到您的申请。工作人员会打电话与您确认，答复期限从确认之日起计算。",
    ),
    CaseState(code="handling", label="办理中", public="您的申请正在办理。"),
    CaseState(
        code="amending",
        label="待补正",
        public="您的申请需要补正。请按补正告知书在期限内补正，收到补正后重新计算答复期限。",
    ),
    CaseState(
        code="third_party",
        label="征求第三方意见",
        public="您申请的信息涉及其他人的权益，正在征求其意见，这段时间不计入答复期限。",
    ),
    CaseState(code="other_agency", label="征求其他机关意见", public="正在征求其他机关的意见，这段时间不计入答复期限。"),
    CaseState(
        code="consulting",
        label="征求其他机关意见（期限照算）",
        public="正在征求其他机关的意见，答复期限照常计算。",
    ),
    CaseState(
        code="reasons",
        label="待说明理由",
        public="您申请的数量、频次较多，请按通知书在期限内说明理由。",
    ),
    CaseState(
        code="fee",
        label="待缴费",
        public="请按收费通知书缴纳信息处理费。等待缴费的时间不计入答复期限，缴费以后重新计算。",
    ),
    CaseState(code="with_head", label="待审核签发", public="您的申请正在办理。"),
    CaseState(code="signed", label="已签发，待送达", public="答复已经作出，正在送达。"),
    CaseState(code="posted", label="已寄出", public="答复已经寄出，请注意查收。", is_open=False),
    CaseState(code="delivered", label="已送达", public="答复已经送达，办理完毕。", is_open=False),
    CaseState(code="withdrawn", label="申请人撤回", public="您已经撤回申请，办理完毕。", is_open=False),
)

ANYWHERE = frozenset(state.code for state in STATES)

RULES = (
    EventRule(
        code="amendment_asked",
        label="告知补正",
        after=HANDLING,
        asks="amending",
        clock=(ClockAct.PAUSE,),
        needs=frozenset({"days"}),
        once=True,
        is_public=True,
    ),
    EventRule(
        code="amendment_delivered",
        label="送达补正告知书",
        starts=("amend_reply",),
        needs=frozenset({"days"}),
        is_public=True,
    ),
    EventRule(
        code="amended",
        label="收到补正",
        answers="amendment_asked",
        clock=(ClockAct.RESUME, ClockAct.RESTART),
        ends=("amend_reply",),
        is_public=True,
    ),
    EventRule(
        code="unamended",
        label="逾期没有补正",
        answers="amendment_asked",
        clock=(ClockAct.RESUME,),
        ends=("amend_reply",),
    ),
    EventRule(
        code="third_party_asked",
        label="征求第三方意见",
        after=HANDLING,
        asks="third_party",
        clock=(ClockAct.PAUSE,),
        is_public=True,
    ),
    EventRule(code="third_party_delivered", label="送达第三方征求意见书", starts=("third_party",), is_public=True),
    EventRule(
        code="third_party_said",
        label="收到第三方意见",
        answers="third_party_asked",
        clock=(ClockAct.RESUME,),
        ends=("third_party",),
        is_public=True,
    ),
    EventRule(
        code="agency_asked",
        label="征求其他机关意见",
        after=HANDLING,
        asks="other_agency",
        clock=(ClockAct.PAUSE,),
        is_public=True,
    ),
    EventRule(
        code="agency_said",
        label="收到其他机关意见",
        answers="agency_asked",
        clock=(ClockAct.RESUME,),
        ends=("co_maker", "agency_reply"),
        is_public=True,
    ),
    EventRule(
        code="agency_consulted",  # under the first regulation, which stops the limit for third parties alone
        label="征求其他机关意见（期限照算）",
        after=HANDLING,
        asks="consulting",
        holds=False,
        is_public=True,
    ),
    EventRule(
        code="agency_replied",
        label="收到其他机关意见（期限照算）",
        answers="agency_consulted",
        ends=("agency_reply",),
        is_public=True,
    ),
    EventRule(code="co_maker_delivered", label="送达共同制作机关征求意见函", starts=("co_maker",)),
    EventRule(
        code="agency_delivered",
        label="送达其他机关征求意见函",
        starts=("agency_reply",),
        needs=frozenset({"days"}),
    ),
    EventRule(code="fee_delivered", label="送达收费通知", starts=("fee_payment",), is_public=True),
    EventRule(
        code="reasons_delivered",
        label="送达说明理由通知",
        starts=("reasons_reply",),
        needs=frozenset({"days"}),
        is_public=True,
    ),
    EventRule(
        code="extended",
        label="延长答复期限",
        after=HANDLING | WAITING,
        clock=(ClockAct.EXTEND,),
        needs=frozenset({"amount"}),
        needs_reason=True,
        once=True,
        is_public=True,
    ),
    EventRule(
        code="reasons_asked",
        label="要求说明理由",
        after=HANDLING,
        asks="reasons",
        holds=False,
        needs=frozenset({"days"}),
        once=True,
        is_public=True,
    ),
    EventRule(
        code="reasons_given",
        label="收到说明的理由",
        answers="reasons_asked",
        ends=("reasons_reply",),
        is_public=True,
    ),
    EventRule(code="no_reasons", label="逾期没有说明理由", answers="reasons_asked", ends=("reasons_reply",)),
    EventRule(
        code="delayed",
        label="确定延迟答复的合理期限",
        after=HANDLING,
        clock=(ClockAct.EXTEND,),
        needs=frozenset({"amount", "beyond"}),
        needs_reason=True,
        once=True,
        is_public=True,
    ),
    EventRule(
        code="fee_asked",
        label="通知缴纳信息处理费",
        after=HANDLING,
        asks="fee",
        clock=(ClockAct.PAUSE,),
        needs=frozenset({"by", "amount", "total"}),
        once=True,
        is_public=True,
    ),
    EventRule(code="fee_objected", label="对收费提出异议（不影响缴费期限）", after=frozenset({"fee"}), is_public=True),
    EventRule(
        code="fee_paid",
        label="收到信息处理费",
        answers="fee_asked",
        clock=(ClockAct.RESUME, ClockAct.RESTART),
        ends=("fee_payment",),
        needs=frozenset({"total"}),
        is_public=True,
    ),
    EventRule(
        code="fee_unpaid",
        label="逾期没有缴费",
        answers="fee_asked",
        clock=(ClockAct.RESUME,),
        ends=("fee_payment",),
        is_public=True,
    ),
    EventRule(code="proposed", label="拟好答复，送审核", after=HANDLING, to="with_head", needs=frozenset({"code"})),
    EventRule(code="returned", label="退回修改", after=frozenset({"with_head"}), to="handling", needs_reason=True),
    EventRule(
        code="signed",
        label="签发答复",
        after=frozenset({"with_head"}),
        to="signed",
        needs=frozenset({"code"}),
        is_public=True,
    ),
    EventRule(
        code="answer_posted", label="寄出答复", after=frozenset({"signed"}), to="posted", clock=ENDS, is_public=True
    ),
    EventRule(
        code="answer_received",
        label="送达答复",
        after=frozenset({"signed", "posted"}),
        to="delivered",
        clock=ENDS,
        is_public=True,
    ),
    EventRule(
        code="withdrawn",
        label="申请人撤回",
        after=HANDLING | WAITING | {"entered", "unconfirmed", "with_head"},
        to="withdrawn",
        clock=ENDS,
        needs_reason=True,
        is_public=True,
    ),
    EventRule(
        code="remedy_begun",
        label="申请行政复议或者提起行政诉讼",
        after=ANYWHERE,
        needs=frozenset({"way", "authority"}),
        is_public=True,
    ),
    EventRule(
        code="remedy_decided",
        label="行政复议或者行政诉讼有了结果",
        after=ANYWHERE,
        starts=("ordered_answer",),
        needs=frozenset({"outcome"}),
        is_public=True,
    ),
    EventRule(code="publication_drafted", label="拟转为主动公开", after=ANYWHERE, needs=frozenset({"item"})),
)


def forget(case: Case) -> None:
    """What finds the same person or the same words again goes with the key."""
    found_by = {"applicant_digest": "", "contact_digests": [], "content_digest": "", "content_sketch": ""}
    InformationRequest.objects.filter(case=case).update(**found_by)


REQUEST_KIND = CaseKind(
    code=REQUEST,
    label="依申请公开",
    number="{unit}公开申〔{year}〕{serial}号",
    states=STATES,
    first="entered",
    unconfirmed="unconfirmed",
    registered="handling",
    rules=RULES,
    duty=lambda day: of_law("request", on=day),
    forget=forget,
    hand_on=hand_on,
    rule_set=lambda day: rule_set_on(day).code,
    papers=(PaperSeries(code="answer", pattern="{unit}公复〔{year}〕{serial}号"),),
)
