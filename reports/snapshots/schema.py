"""快照 (snapshot), schema 3: the frozen numbers of one report, as plain JSON. `facts` fill it, `letters` put it into words.

Every date is an ISO day. Every count of `assignments` is 项次 (a task times a unit), and
assignments = completed + in_progress + todo + not_applicable. `completed` includes `completed_late`;
`overdue` and `due_soon` are among in_progress and todo. Of what had to be reported,
reports_owed = reports_accepted + reports_pending + reports_missing + reports_made_up. Older schemas are read by
`snapshot.upgraded`.
"""

from typing import Literal, NotRequired, TypedDict

SCHEMA = 3

Kind = Literal[
    "progress",
    "unit-progress",
    "spot-check",
    "special-check",
    "score",
    "overdue",
    "applications",
    "opinions",
    "hotline",
]


class Notice(TypedDict):
    """The notice (通知) whose work points are reported on."""

    title: str
    document_number: str
    year: int


class Signature(TypedDict):
    """签发: what the signer's act adds; absent from a draft."""

    document_number: str
    signed_on: str
    signer: str
    remark: NotRequired[str]  # 附注 without its brackets: 此件公开发布
    copied_to: NotRequired[str]  # 抄送 without its full stop
    without_seal: NotRequired[bool]  # 不加盖印章: name and day stand where no seal covers them


class ProgressTotals(TypedDict):
    points: int
    units: int
    assignments: int
    completed: int
    completed_late: int
    in_progress: int
    todo: int
    overdue: int
    due_soon: int
    not_applicable: int
    reports_owed: int
    reports_accepted: int
    reports_pending: int
    reports_missing: int  # nothing has come
    reports_made_up: int  # since schema 3: 封账后补报, come after the period was closed as missing
    made_up_pending: int  # since schema 3: of these, 待确认


class Period(TypedDict):
    """Within the period from `since` to the report's day: what fell due (and is open still), and what was completed."""

    since: str
    until: str
    due: int
    due_and_open: int
    completed: int
    completed_late: int


class PartRow(TypedDict):
    """One part (部分) of the notice."""

    part: str
    assignments: int
    completed: int
    overdue: int
    not_applicable: int


class MonthRow(TypedDict):
    """Running sums at the end of a month (the last: of the report's day) without 不适用: due by then, and completed by then."""

    month: str  # 2018-08
    due: int
    completed: int


class UnitRow(TypedDict):
    code: str
    unit: str
    kind: str
    assignments: int
    completed: int
    completed_late: int
    in_progress: int
    todo: int
    not_applicable: int
    overdue: int
    reports_owed: int
    reports_accepted: int
    reports_pending: NotRequired[int]  # these three since schema 3
    reports_missing: NotRequired[int]
    reports_made_up: NotRequired[int]


class MissingRow(TypedDict):
    """A report that had not come when its period was closed, or its due date was over; `made_up` says what came since."""

    unit: str
    point: str
    text: str
    period: str
    made_up: str


class OverdueRow(TypedDict):
    """An open assignment past its due date; `point` is the point's key, `text` what it demands."""

    unit: str
    point: str
    text: str
    due_date: str
    days_late: int


class Stratum(TypedDict):
    name: str
    population: int
    drawn: int


class OutcomeCount(TypedDict):
    outcome: str
    label: str
    count: int


class FindingRow(TypedDict):
    """What was found for one drawn assignment, or service. Not inspected yet: outcome and label are empty."""

    number: int
    key: str
    unit: str
    point: str
    requirement: str
    outcome: str
    label: str
    problem: bool  # anything but 属实, 没有问题: it goes under 存在问题
    note: str
    rectify_by: str | None
    answers: NotRequired[list[dict[str, str]]]  # of a service: what was asked, with title, rule, answer and words
    rectified: NotRequired[bool]  # of a service: passed the second look


class SpotCheckRow(TypedDict):
    title: str
    drawn_on: str
    population: int
    size: int
    seed: str
    strata: list[Stratum]
    inspected: int
    outcomes: list[OutcomeCount]
    findings: list[FindingRow]
    scope: NotRequired[str]  # of services, as are the next two
    quota: NotRequired[str]
    frozen_on: NotRequired[str]


class UnitName(TypedDict):
    """The unit that a report is about; `unit` is its short name."""

    code: str
    unit: str
    kind: str


class DutyRow(TypedDict):
    """One task of a unit (一项任务) as it stood."""

    point: str
    part: str
    text: str
    role: str  # in Chinese: 牵头单位 …
    due_date: str
    standing: str  # in Chinese: 办结 …
    done_late: bool
    overdue: bool
    days_late: int
    reports_owed: int
    reports_accepted: int
    reports_missing: NotRequired[int]  # since schema 3


class Corrected(TypedDict):
    title: str
    document_number: str


class ScoreRow(TypedDict):
    """A unit in the ranking (考核排名); decimals as text. `amounts` follow the rules, None for what was not assessed."""

    place: int
    is_tied: NotRequired[bool]  # 并列; this and the next since schema 3
    columns: NotRequired[int]  # how many rules its total rests on
    code: str
    unit: str
    kind: str  # in Chinese
    total: str
    vetoed: bool
    amounts: list[str | None]
    change: str


class DeductionRow(TypedDict):
    """One case that cost or gave something."""

    unit: str
    rule: str
    words: str
    amount: str


class ApplicationTotals(TypedDict):
    """Of applications (依申请公开) in a period: received and answered in it, open and overdue at its end."""

    received: int
    answered: int
    in_time: int  # of those answered
    open: int
    overdue: int  # of those open


class UnitApplicationsRow(ApplicationTotals):
    unit: str


class LabelledCount(TypedDict):
    label: str
    count: int


class LateApplicationRow(TypedDict):
    """An application that is open although its last day is over, by its number in the register alone."""

    unit: str
    number: str
    due_date: str
    days_late: int


class OpinionTotals(TypedDict):
    """Of public opinion (政务舆情) found in a period; limits are judged that were kept or are over, and counted one by one."""

    found: int
    major: int  # 特别重大、重大突发事件
    open: int
    declined: int  # 不予回应
    judged: int
    in_time: int


class UnitOpinionsRow(OpinionTotals):
    unit: str


class LateOpinionRow(TypedDict):
    """A limit that was not kept; moments to the minute. `ended` is empty while nobody has answered."""

    unit: str
    number: str
    limit: str
    due: str
    ended: str
    graded: str  # 定级于22:00, where the grade came after the limit began


class EvaluatedOpinionRow(TypedDict):
    """The sheet of one event, and what is proposed: evidence for 通报批评 and 约谈."""

    unit: str
    number: str
    points: list[str]  # 及时28/30
    total: int
    full: int
    proposal: str
    is_grave: bool
    words: str


class RankedHotlineRow(TypedDict):
    """A unit in the ranking; who is not ranked has neither place nor score."""

    unit: str
    rank: int | None
    score: str
    year: str


class Snapshot(TypedDict):
    """What every kind has; the facts of each kind come on top."""

    schema: int
    kind: Kind
    title: str
    issuer: str
    addressee: str  # 主送机关, its colon included
    as_of: str
    as_of_time: NotRequired[str]  # 16:05, of a paper that tells of the day on which it was asked for
    code: str
    verify_url: str
    demo: bool
    notice: Notice
    signed: Signature | None
    corrects: NotRequired[Corrected]  # the signed report that this one puts right
    period: NotRequired[Period]  # of a progress report that was asked for a period


class CountySnapshot(Snapshot):
    """全县进展情况; 抽查通报 with its spot check."""

    totals: ProgressTotals
    months: list[MonthRow]  # since schema 2
    by_part: list[PartRow]
    by_unit: list[UnitRow]
    overdue: list[OverdueRow]
    spot_check: SpotCheckRow | None


class SpecialCheckSnapshot(Snapshot):
    """专项检查通报: one draw of services, and what was found of their guides."""

    spot_check: SpotCheckRow


class UnitSnapshot(Snapshot):
    """单位进展情况; `county` is what the unit stands beside."""

    unit: UnitName
    totals: ProgressTotals
    county: ProgressTotals
    months: list[MonthRow]  # since schema 2
    by_part: list[PartRow]
    overdue: list[OverdueRow]
    missing: NotRequired[list[MissingRow]]  # since schema 3
    duties: list[DutyRow]


class OverdueSnapshot(Snapshot):
    """督办单; `unit` when it is for one alone."""

    unit: UnitName | None
    totals: ProgressTotals
    by_unit: list[UnitRow]
    overdue: list[OverdueRow]


class ScoreSnapshot(Snapshot):
    """考核通报."""

    scheme: str
    rules: list[str]  # titles, in the order of the scheme; since schema 3 without what was asked of nobody
    full_marks: list[str]
    heads: NotRequired[list[str]]  # since schema 3, as are the next: each rule with its weight
    left_out: NotRequired[list[str]]  # the rules that were asked of nobody
    ranking: list[ScoreRow]
    deductions: list[DeductionRow]
    circulated: bool


class ApplicationsSnapshot(Snapshot):
    """依申请公开情况; `unit` when it is about one alone, and `by_unit` is empty then."""

    unit: UnitName | None
    since: str
    applications: ApplicationTotals
    answers: list[LabelledCount]  # by kind of answer
    states: list[LabelledCount]  # of what is open
    by_unit: list[UnitApplicationsRow]
    late: list[LateApplicationRow]


class OpinionsSnapshot(Snapshot):
    """政务舆情回应情况; `unit` when it is about one alone, and `by_unit` is empty then."""

    unit: UnitName | None
    since: str
    opinions: OpinionTotals
    by_unit: list[UnitOpinionsRow]
    late: list[LateOpinionRow]
    evaluated: list[EvaluatedOpinionRow]


class HotlineSnapshot(Snapshot):
    """12345热线办理情况; cells are words, with what is too small to be told taken out."""

    since: str
    bar: int  # who was handed no more is not ranked
    taken: int | None  # None is what may not be told
    first: int | None  # handed on, each once
    overdue: int
    heads: list[str]
    county: list[str]
    units: list[list[str]]  # name and cells
    places: list[RankedHotlineRow]
