"""The limits that laws and rules set (法定时限), whatever the record: the day by which a thing must be done, and how it was found.

A limit that each county or a letter sets has none here: whoever asks names it.
"""

from dataclasses import dataclass
from datetime import date

from ninghai.calendar.law import Basis, RemedyCode, RuleSet, TermCode, remedies_on, rule_set_on
from ninghai.calendar.reckoning import Due, History, derivation, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models.calendar import Limit, LimitUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDuty:
    """A limit of the law, and what may move its end.

    `limit` is None where the county or a letter sets it. `longest_extension` in the limit's own unit: 0 for none, None
    for as long as is approved; `beyond` is the rule by which the longest may be passed, with a reason.
    """

    code: str
    words: str
    basis: Basis
    limit: Limit | None = None
    is_pausable: bool = False
    longest_extension: int | None = 0
    beyond: Basis | None = None
    rules: RuleSet | None = None


class UnknownDuty(LookupError):
    """No duty has that code; the text is fit for the screen."""


class NoSuchRule(LookupError):
    """The law of that day has no such limit; the text is fit for the screen."""


def _limit(unit: LimitUnit, amount: int, *, rolls: bool = False) -> Limit:
    return Limit(unit, amount, rolls=rolls)


HOUR, WORKING_DAY, DAY, MONTH = LimitUnit.HOUR, LimitUnit.WORKING_DAY, LimitUnit.DAY, LimitUnit.MONTH
NOTICE_2018 = "宁海县2018年政务公开工作要点"
OPINION_2016 = Basis("国办发〔2016〕61号")
OPINION_RULES_2016 = Basis("国办发〔2016〕80号", note="未逐条核对文件原文。")
LOCAL = Basis("", note="各地自行规定，由县政府办公室填写。")
TRIAL_DIRECTORY = Basis("基层政务公开标准目录", note="未逐条核对文件原文。")

# Whatever the regulation says of the day.
LASTING = (
    LegalDuty(code="amend_reply", words="申请人补正", basis=Basis("《政府信息公开条例》（2019年修订）", "第三十条"), longest_extension=None),
    LegalDuty(code="reasons_reply", words="申请人说明理由", basis=Basis("《政府信息公开条例》（2019年修订）", "第三十五条"), longest_extension=None),
    LegalDuty(code="ordered_answer", words="按复议决定、判决重新答复", basis=Basis("", note="期限由决定书、判决书写明。"), longest_extension=None),
    LegalDuty(code="fee_payment", words="缴纳信息处理费", basis=Basis("国办函〔2020〕109号"), limit=_limit(WORKING_DAY, 20)),
    LegalDuty(code="opinion_first", words="重大政务舆情首次发布权威信息", basis=OPINION_RULES_2016, limit=_limit(HOUR, 5)),
    LegalDuty(code="opinion_press", words="重大政务舆情举行新闻发布会", basis=OPINION_2016, limit=_limit(HOUR, 24)),
    LegalDuty(code="opinion_answer", words="其他政务舆情回应", basis=OPINION_2016, limit=_limit(HOUR, 48)),
    LegalDuty(code="hotline_sign", words="热线工单签收", basis=LOCAL, is_pausable=True, longest_extension=None),
    LegalDuty(code="hotline_close", words="热线工单办结", basis=LOCAL, is_pausable=True, longest_extension=None),
    LegalDuty(code="hotline_promise", words="热线承诺办结", basis=LOCAL, longest_extension=None),
    LegalDuty(code="appeal_reply", words="答复公共企事业单位申诉、信息公开工作投诉举报", basis=LOCAL, longest_extension=None),
    LegalDuty(code="guide_publish", words="办事指南变更后公布", basis=Basis(NOTICE_2018, "二（三）4"), limit=_limit(WORKING_DAY, 1)),
    LegalDuty(code="openness_guide_update", words="更新政府信息公开指南", basis=LOCAL, limit=_limit(WORKING_DAY, 20)),
    LegalDuty(code="gazette_candidate", words="文件送政府公报刊登", basis=LOCAL, limit=_limit(WORKING_DAY, 20)),
    LegalDuty(code="budget_publish", words="公开预算、决算", basis=Basis("《预算法》", "第十四条"), limit=_limit(DAY, 20)),
    LegalDuty(code="project_info", words="公开重大建设项目信息", basis=TRIAL_DIRECTORY, limit=_limit(WORKING_DAY, 20)),
    LegalDuty(code="project_permit", words="公开行政许可决定", basis=TRIAL_DIRECTORY, limit=_limit(WORKING_DAY, 7)),
    LegalDuty(code="project_penalty", words="公开行政处罚决定", basis=TRIAL_DIRECTORY, limit=_limit(WORKING_DAY, 7)),
    LegalDuty(code="procurement_result", words="公告中标、成交结果", basis=Basis("《政府采购法实施条例》", "第四十三条"), limit=_limit(WORKING_DAY, 2)),
    LegalDuty(code="procurement_contract", words="公告政府采购合同", basis=Basis("《政府采购法实施条例》", "第五十条"), limit=_limit(WORKING_DAY, 2)),
    LegalDuty(code="proposal_reply", words="答复代表建议、政协提案", basis=LOCAL, limit=_limit(MONTH, 3), longest_extension=None),
    LegalDuty(code="consultation", words="公开征求意见", basis=Basis("《重大行政决策程序暂行条例》", "第十五条"), limit=_limit(DAY, 30), longest_extension=None),
    LegalDuty(code="public_bodies_2018", words="公共企事业单位信息公开", basis=Basis(NOTICE_2018, "四（四）1"), limit=Limit(LimitUnit.BY_DATE, by=date(2018, 11, 30))),
)  # fmt: skip
EXCESSIVE = Basis("《政府信息公开条例》（2019年修订）", "第三十五条")  # a reasonable later day, told to the applicant
OF_REGULATION = {
    "amend_notice": (TermCode.AMEND_NOTICE, "一次性告知申请人补正"),
    "third_party": (TermCode.THIRD_PARTY, "第三方提出意见"),
    "co_maker": (TermCode.CO_MAKER, "共同制作机关提出意见"),
}
REMEDIES = {
    "remedy_review": (RemedyCode.REVIEW, "申请行政复议"),
    "remedy_suit": (RemedyCode.LAWSUIT, "提起行政诉讼"),
    "remedy_suit_after_review": (RemedyCode.LAWSUIT_AFTER_REVIEW, "对复议决定提起行政诉讼"),
}
REPORTS = {"annual_report": "各单位发布年度报告", "annual_report_county": "县政府发布年度报告"}
REQUESTS = {"request": None, "request_2008": date(2008, 5, 1), "request_2019": date(2019, 5, 15)}
CODES = (*REQUESTS, *OF_REGULATION, *REMEDIES, *REPORTS, *(each.code for each in LASTING))


def of_law(code: str, *, on: date) -> LegalDuty:
    """The duty as the law of that day has it; a request's day is that of its receipt, or of the paper that amended it.

    Raises UnknownDuty, NoSuchRule, or NoRuleSet before the first regulation.
    """
    if code in REQUESTS:
        return _request(rule_set_on(REQUESTS[code] or on))
    if code in OF_REGULATION:
        return _of_regulation(code, rule_set_on(on))
    if code in REMEDIES:
        return _remedy(code, on)
    if code in REPORTS:
        return _annual_report(code, on)
    for duty in LASTING:
        if duty.code == code:
            return duty
    raise UnknownDuty(f"没有“{code}”这个事项。可以是：{'、'.join(CODES)}。")


def _request(rules: RuleSet) -> LegalDuty:
    answer, extension = rules.term(TermCode.ANSWER), rules.term(TermCode.EXTENSION)
    if answer is None or extension is None:
        raise NoSuchRule(f"{rules.name}没有规定答复期限。")
    return LegalDuty(
        code="request",
        words="答复政府信息公开申请",
        basis=answer.basis,
        limit=answer.limit,
        is_pausable=True,
        longest_extension=extension.limit.amount,
        beyond=EXCESSIVE if rules.holds_on(date(2019, 5, 15)) else None,
        rules=rules,
    )


def _of_regulation(code: str, rules: RuleSet) -> LegalDuty:
    term, words = OF_REGULATION[code]
    found = rules.term(term)
    if found is None:
        raise NoSuchRule(f"{rules.name}没有规定“{words}”的期限。")
    return LegalDuty(code=code, words=words, basis=found.basis, limit=found.limit, rules=rules)


def _remedy(code: str, on: date) -> LegalDuty:
    """Limits of procedure law end on a working day (《行政诉讼法》第一百零一条, 《民法典》第二百零三条)."""
    named, words = REMEDIES[code]
    remedy = next((each for each in remedies_on(on) if each.code == named), None)
    if remedy is None:
        raise NoSuchRule(f"{on}时没有这一种救济途径。")
    limit = Limit(remedy.limit.unit, remedy.limit.amount, rolls=True)
    return LegalDuty(code=code, words=words, basis=remedy.basis, limit=limit)


def _annual_report(code: str, on: date) -> LegalDuty:
    """The report on the year of that day, due on a named day of the next, by the law that holds then."""
    rules = rule_set_on(date(on.year + 1, 1, 31))
    told = rules.annual_report
    day = told.county if code == "annual_report_county" else told.bodies
    limit = Limit(LimitUnit.BY_DATE, by=day.in_year(on.year + 1))
    return LegalDuty(code=code, words=REPORTS[code], basis=told.basis, limit=limit, rules=rules)


# When it runs out.


class NotByLaw(ValueError):
    """What is asked for is not open for this duty; the text is fit for the screen."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """`due` has no day while the limit is paused before its end."""

    due: Due
    derivation: str


def reckon_by_law(*, duty: LegalDuty, history: History, calendar: WorkCalendar, limit: Limit | None = None) -> Reckoned:
    """When the duty's limit runs out, or the `limit` that a letter or the county sets; raises NotByLaw."""
    counted = limit or duty.limit
    if counted is None:
        raise NotByLaw(f"“{duty.words}”的期限由县里或者文书确定，请写明期限。")
    if history.pauses and not duty.is_pausable:
        raise NotByLaw(f"“{duty.words}”的期限不能暂停计算。")
    due = reckon(limit=counted, history=history, calendar=calendar)
    told = derivation(limit=counted, history=history, due=due, calendar=calendar)
    return Reckoned(due, "".join([_named(duty), told, *_about_extension(duty, history.extended_by)]))


def _named(duty: LegalDuty) -> str:
    return f"{duty.words}（{duty.basis}）：" if str(duty.basis) else f"{duty.words}："


def _about_extension(duty: LegalDuty, amount: int) -> list[str]:
    """What to know of an extension by more than the rule allows once; raises NotByLaw where nothing allows it."""
    longest = duty.longest_extension
    if longest is None or amount <= longest:
        return []
    if duty.beyond is None:
        most = f"最多延长{longest}个工作日" if longest else "不能延长"
        raise NotByLaw(f"“{duty.words}”的期限{most}。")
    return [f"延长超过{longest}个工作日的，须依据{duty.beyond}说明理由。"]
