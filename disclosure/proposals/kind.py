"""The kind of case that a proposal is (`ninghai.cases`): its states, what leads from one to the next, and its limit.

The limit counts from the day of handing over (交办), by the months that held on that day; they stand in the case's category, as
what it was counted by. A reply that was not found good opens the case again, with the limit for that; the first one's stays.
"""

from dataclasses import replace
from datetime import date, datetime

from disclosure.models import Proposal
from disclosure.requests.office.reminders import remind_of_cases
from disclosure.requests.office.standing import CaseMatter
from ninghai.calendar.legal_duties import LegalDuty, of_law
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.kinds import CaseKind, CaseState, ClockAct, EventRule, PaperSeries
from ninghai.models import Case, User
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.sealed.services import look

PROPOSAL = "proposal"
REPLY = "reply"  # series and kind of the paper
REPLIED = frozenset({"replied"})
OPEN = frozenset({"to_hand_over", "handling", "with_head"})

STATES = (
    CaseState(code="to_hand_over", label="待交办"),
    CaseState(code="unconfirmed", label="待确认"),  # of the engine: nothing is registered here before its day is known
    CaseState(code="handling", label="办理中"),
    CaseState(code="with_head", label="待审核签发"),
    CaseState(code="replied", label="已答复", is_open=False),
)
RULES = (
    EventRule(code="part_given", label="提交协办意见", after=frozenset({"handling", "with_head"})),
    EventRule(
        code="proposed",
        label="拟好答复，送审核",
        after=frozenset({"handling"}),
        to="with_head",
        needs=frozenset({"openness"}),
    ),
    EventRule(code="returned", label="退回修改", after=frozenset({"with_head"}), to="handling", needs_reason=True),
    EventRule(
        code="signed",
        label="签发答复",
        after=frozenset({"with_head"}),
        to="replied",
        clock=(ClockAct.CLOSE,),
        needs=frozenset({"openness"}),
        is_public=True,
    ),
    EventRule(
        code="extended",
        label="延长办理期限",
        after=frozenset({"handling", "with_head"}),
        clock=(ClockAct.EXTEND,),
        needs=frozenset({"amount"}),
        needs_reason=True,
        once=True,
    ),
    EventRule(code="publication_drafted", label="拟转为主动公开", after=OPEN | REPLIED, needs=frozenset({"item"})),
)


def counted_by(stage: str, months: int) -> str:
    return f"{stage}:{months}"


def limit_of(case: Case) -> Limit | None:
    """By what stands in its category since it was handed over, or opened again."""
    months = case.category.rpartition(":")[2]
    return Limit(LimitUnit.MONTH, int(months)) if months.isdecimal() else None


def duty_on(day: date) -> LegalDuty:
    """The duty itself; its amount is local, and the office's to set."""
    return replace(of_law("proposal_reply", on=day), limit=None)


def hand_on(first: Case, follower: Case, by: User | None, at: datetime) -> None:
    """The proposal goes on with the case of the unit that takes it over, under that case's key."""
    proposal = Proposal.objects.select_related("data_key").get(case=first)
    told = look(proposal, by=by, purpose="随办件转到承接的主办单位", at=at)
    proposal.case, proposal.data_key = follower, follower.data_key
    proposal.deputy, proposal.text = told["deputy"], told["text"]
    proposal.save(update_fields=["case", "data_key", "deputy", "text"])


PROPOSAL_KIND = CaseKind(
    code=PROPOSAL,
    label="建议提案",
    number="{unit}建提〔{year}〕{serial}号",
    states=STATES,
    first="to_hand_over",
    unconfirmed="unconfirmed",
    registered="handling",
    rules=RULES,
    duty=duty_on,
    limit=limit_of,
    hand_on=hand_on,
    papers=(PaperSeries(code=REPLY, pattern="{unit}建提复〔{year}〕{serial}号"),),
)


# As the office counts them, reminds of them and urges.

PROPOSALS = CaseMatter(
    kind=PROPOSAL,
    answered=REPLIED,
    label="建议提案",
    piece="建议提案",
    page="disclosure:proposal",
    register="disclosure:proposal-list",
    units="admin:disclosure_proposalunit",
    urging="请抓紧办理，在规定期限内答复代表、委员；已经逾期的请尽快答复。",
    keep_out="不要写代表、委员的姓名",
)


def remind_of_proposals(*, on: date, at: datetime, calendar: WorkCalendar) -> int:
    return remind_of_cases(PROPOSALS, on=on, at=at, calendar=calendar)
