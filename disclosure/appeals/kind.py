"""The kind of case that an appeal or a complaint is (`ninghai.cases`): its states, its limit, the article by which it is handled.

The limit is the county's; what it was counted by stands in the case's category, so that a later one changes no earlier case.
"""

from datetime import date, datetime

from disclosure.models import Appeal, AppealLimit, AppealMatter
from disclosure.requests.office.reminders import remind_of_cases
from disclosure.requests.office.standing import CaseMatter
from ninghai.calendar.law import REGULATION_2008, REGULATION_2019, Basis, rule_set_on
from ninghai.calendar.legal_duties import of_law
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.kinds import CaseKind, CaseState, ClockAct, EventRule, PaperSeries
from ninghai.models import Case, User
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.sealed.services import look

APPEAL = "appeal"
REPLY = "appeal_reply"  # kind and series of the paper, and the duty
OPEN = frozenset({"handling", "with_head"})
CLOSES = (ClockAct.CLOSE,)
DAYS = {AppealMatter.ENTERPRISE: 15, AppealMatter.OPENNESS: 15}  # until the office has entered its own
ARTICLES = {
    (AppealMatter.ENTERPRISE, REGULATION_2008.code): Basis(REGULATION_2008.name, "第三十七条"),
    (AppealMatter.ENTERPRISE, REGULATION_2019.code): Basis(REGULATION_2019.name, "第五十五条"),
    (AppealMatter.OPENNESS, REGULATION_2008.code): Basis(REGULATION_2008.name, "第三十三条"),
    (AppealMatter.OPENNESS, REGULATION_2019.code): Basis(REGULATION_2019.name, "第四十七条"),
}

STATES = (
    CaseState(code="entered", label="待登记"),
    CaseState(code="unconfirmed", label="待确认"),
    CaseState(code="handling", label="办理中"),
    CaseState(code="with_head", label="待审核签发", public="办理中"),
    CaseState(code="answered", label="已答复", public="已经答复，答复见下面的文书。", is_open=False),
    CaseState(code="withdrawn", label="已撤回", is_open=False),
)
RULES = (
    EventRule(code="proposed", label="拟好答复，送审核", after=frozenset({"handling"}), to="with_head"),
    EventRule(code="returned", label="退回修改", after=frozenset({"with_head"}), to="handling", needs_reason=True),
    EventRule(
        code="signed", label="签发答复", after=frozenset({"with_head"}), to="answered", clock=CLOSES, is_public=True
    ),
    EventRule(code="forwarded", label="向被反映的单位转述", after=OPEN, needs=frozenset({"to", "text"})),
    EventRule(
        code="withdrawn",
        label="申诉人撤回",
        after=OPEN,
        to="withdrawn",
        clock=CLOSES,
        needs_reason=True,
        is_public=True,
    ),
)


def basis_of(matter: str, *, on: date) -> Basis:
    """By which article what was received that day is handled."""
    return ARTICLES[AppealMatter(matter), rule_set_on(on).code]


def days_on(matter: str, *, on: date) -> int:
    row = AppealLimit.objects.filter(matter=matter, valid_from__lte=on).order_by("-valid_from").first()
    return row.days if row else DAYS[AppealMatter(matter)]


def counted_by(matter: str, *, on: date) -> str:
    return f"{matter}:{days_on(matter, on=on)}"


def limit_of(case: Case) -> Limit | None:
    days = case.category.rpartition(":")[2]
    return Limit(LimitUnit.WORKING_DAY, int(days)) if days.isdecimal() else None


def load_limits() -> None:
    """These as rows for the office to check and change, where there are none yet."""
    if not AppealLimit.objects.exists():
        told = {"valid_from": date(2008, 5, 1), "basis": "法律没有规定期限，请按本县的规定核对。"}
        AppealLimit.objects.bulk_create([AppealLimit(matter=each, days=days, **told) for each, days in DAYS.items()])


def hand_on(first: Case, follower: Case, by: User | None, at: datetime) -> None:
    """The same for the department that takes it over, under that case's key."""
    appeal = Appeal.objects.select_related("data_key").get(case=first)
    told = look(appeal, by=by, purpose="随办件转到承接的单位", at=at, only=("content", "person"))
    kept = {"matter": appeal.matter, "enterprise": appeal.enterprise, "accused": appeal.accused}
    Appeal.objects.create(case=follower, data_key=follower.data_key, **kept, **told)


APPEAL_KIND = CaseKind(
    code=APPEAL,
    label="申诉投诉",
    number="{unit}公开诉〔{year}〕{serial}号",
    states=STATES,
    first="entered",
    unconfirmed="unconfirmed",
    registered="handling",
    rules=RULES,
    duty=lambda day: of_law(REPLY, on=day),
    limit=limit_of,
    rule_set=lambda day: rule_set_on(day).code,
    hand_on=hand_on,
    papers=(PaperSeries(code=REPLY, pattern="{unit}公开诉复〔{year}〕{serial}号"),),
)


# As the office counts them, reminds of them and urges.

APPEALS = CaseMatter(
    kind=APPEAL,
    answered=frozenset({"answered"}),
    label="申诉投诉",
    piece="申诉投诉",
    page="disclosure:appeal",
    register="disclosure:appeal-list",
    units="admin:disclosure_appealunit",
    urging="请抓紧办理，在规定期限内答复申诉人；已经逾期的请尽快答复。",
    keep_out="不要写申诉人的姓名和反映的内容",
)


def remind_of_appeals(*, on: date, at: datetime, calendar: WorkCalendar) -> int:
    return remind_of_cases(APPEALS, on=on, at=at, calendar=calendar)
