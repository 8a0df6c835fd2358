"""The one list of answers (答复种类): each with its article by regulation, what must be filled in before it can be signed, and the
row in which the annual report counts it.

What nobody has compared with the wording of a paper says so in the `note` of its basis, for the office's eyes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError

from ninghai.calendar.law import NAME_2008, NAME_2019, NOT_COMPARED, OPINION, REGULATION_2008, Basis, RuleSet

# What an answer carries besides its words.


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A field of the answer's form; with `choices` one of these, with a `shape` words in which it is found. `is_inner`: kept as
    evidence, never in the letter."""

    name: str
    label: str
    help: str = ""
    choices: tuple[str, ...] = ()
    shape: str = ""
    is_inner: bool = False


FIELDS = {
    each.name: each
    for each in (
        AnswerField("address", "信息地址", "能直接打开的完整网址，或者目录中已公开信息的索引号。"),
        AnswerField("where", "获取途径", "在哪里、怎样可以得到，例如县档案馆查阅窗口。"),
        AnswerField("attached", "随附材料", "随答复提供的文件名称和份数。"),
        AnswerField("way_and_time", "提供方式和时间", "以什么方式、在什么时间提供。"),
        AnswerField("given", "公开的部分"),
        AnswerField("withheld", "不公开的部分"),
        AnswerField("reason", "理由"),
        AnswerField("secrecy", "定密依据", "密级标志，或者定密的依据和机关；不要写涉密内容。"),
        AnswerField("law", "法律、行政法规名称和条款", "例如《统计法》第二十五条。", shape="《.+》.*第.+条"),
        AnswerField("safety", "危及哪一项", choices=("国家安全", "公共安全", "经济安全", "社会稳定")),
        AnswerField("consultation", "征求意见情况", "征求意见书的日期和第三方的意见；没有征求的，写明为什么不需要。"),
        AnswerField("internal", "哪一类内部事务信息", choices=("人事管理", "后勤管理", "内部工作流程")),
        AnswerField("process", "哪一类过程性信息", choices=("讨论记录", "过程稿", "磋商信函", "请示报告")),
        AnswerField("file", "行政执法案卷名称"),
        AnswerField("register", "登记资料名称", "例如不动产登记、工商登记。"),
        AnswerField("how_to_query", "查询办法"),
        AnswerField("searched_where", "检索范围", "查过哪些档案和系统。", is_inner=True),
        AnswerField("searched_words", "检索用词", is_inner=True),
        AnswerField("searched_by", "检索人", is_inner=True),
        AnswerField("searched_on", "检索日期", is_inner=True),
        AnswerField("agency", "负责公开的机关"),
        AnswerField("agency_contact", "该机关的联系方式", "能够确定的，写明地址、电话。"),
        AnswerField("processing", "需要怎样加工、分析"),
        AnswerField("amendment", "补正告知和申请人的答复", "补正告知书的文号、日期，申请人补正了什么。"),
        AnswerField("unclear", "哪些内容不明确", "请申请人怎样更改、补充。"),
        AnswerField("channel", "应当通过的渠道", "例如来信来访接待窗口、统一政务咨询投诉举报平台。"),
        AnswerField("former_number", "原答复文号"),
        AnswerField("former_date", "原答复日期"),
        AnswerField("obtained", "申请人已经获取的信息"),
        AnswerField("reasons_letter", "说明理由通知和申请人的答复", "通知的文号、日期，申请人怎样说明。"),
        AnswerField("fee_notice", "收费通知", "通知的文号、金额和缴费期限。"),
        AnswerField("expired_on", "期限届满日期"),
    )
}

# The answers.


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswer:
    """`bases`: the article by the code of the regulation; where a regulation is missing, its law knows no such answer.

    `needs`: groups of fields; of each group one at least is filled in. `may`: fields that may stay empty. `after`: events of which one must have happened. `row` is that of the forms since 2019 (三、办理结果),
    `row_2008` that of the statistics before.
    """

    code: str
    label: str
    title: str
    bases: Mapping[str, Basis]
    needs: tuple[tuple[str, ...], ...]
    may: tuple[str, ...] = ()
    row: str
    row_2008: str = "其他"
    is_refusal: bool = False
    is_suable: bool = True
    is_lapse: bool = False  # the application is taken as given up
    after: tuple[str, ...] = ()

    def basis(self, rules: RuleSet) -> Basis:
        return self.bases[rules.code]

    @property
    def fields(self) -> list[AnswerField]:
        return [FIELDS[name] for group in (*self.needs, self.may) for name in group]

    def missing(self, filled: Mapping[str, Any]) -> list[str]:
        """The labels of what must still be filled in, in the order of the form."""
        return [
            "或者".join(FIELDS[name].label for name in group)
            for group in self.needs
            if not any(_is_filled(FIELDS[name], filled) for name in group)
        ]


def _is_filled(field: AnswerField, filled: Mapping[str, Any]) -> bool:
    value = str(filled.get(field.name) or "").strip()
    return value in field.choices if field.choices else bool(value and re.search(field.shape, value))


def _laws(in_2019: str | Basis, in_2008: str | Basis | None = None) -> dict[str, Basis]:
    """Articles of the two regulations, or another paper."""
    found = {"2019": in_2019 if isinstance(in_2019, Basis) else Basis(NAME_2019, in_2019)}
    if in_2008 is not None:
        found["2008"] = in_2008 if isinstance(in_2008, Basis) else Basis(NAME_2008, in_2008)
    return found


OPINION_2008 = Basis("国办发〔2008〕36号", note=NOT_COMPARED)
OPINION_2010 = Basis(OPINION, note=NOT_COMPARED)
FORM_2021 = Basis("国办公开办函〔2021〕30号", note=NOT_COMPARED)
PETITIONS = Basis("《信访条例》", note=NOT_COMPARED)
NO, NOT_HELD = "不予公开告知书", "政府信息不存在告知书"
OPEN, ELSEWHERE = "政府信息公开告知书", "非本机关政府信息告知书"
HANDLED, NOT_HANDLED = "政府信息公开申请答复书", "不予处理告知书"
SEARCH = (("searched_where",), ("searched_words",), ("searched_by",), ("searched_on",))

ANSWERS = (
    RequestAnswer(code="published", label="已主动公开，告知获取途径", title=OPEN, bases=_laws("第三十六条第一项", "第二十一条第一项"), needs=(("address", "where"),), row="（一）", row_2008="已主动公开"),
    RequestAnswer(code="open", label="予以公开", title=OPEN, bases=_laws("第三十六条第二项", "第二十一条第一项"), needs=(("attached", "way_and_time"),), row="（一）", row_2008="同意公开"),
    RequestAnswer(code="partial", label="部分公开", title="政府信息部分公开告知书", bases=_laws("第三十七条", "第二十二条"), needs=(("given",), ("withheld",), ("reason",)), row="（二）", row_2008="同意部分公开", is_refusal=True),
    RequestAnswer(code="refuse_secret", label="不予公开：属于国家秘密", title=NO, bases=_laws("第十四条", "第十四条"), needs=(("secrecy",),), row="（三）1", row_2008="不同意公开：涉及国家秘密", is_refusal=True),
    RequestAnswer(code="refuse_banned", label="不予公开：其他法律、行政法规禁止公开", title=NO, bases=_laws("第十四条", "第十四条"), needs=(("law",),), row="（三）2", row_2008="不同意公开：法律法规规定的其他情形", is_refusal=True),
    RequestAnswer(code="refuse_safety", label="不予公开：危及“三安全一稳定”", title=NO, bases=_laws("第十四条", "第八条"), needs=(("safety",), ("reason",)), row="（三）3", row_2008="不同意公开：危及国家安全、公共安全、经济安全和社会稳定", is_refusal=True),
    RequestAnswer(code="refuse_third", label="不予公开：保护第三方合法权益", title=NO, bases=_laws("第十五条、第三十二条", "第十四条、第二十三条"), needs=(("consultation",),), row="（三）4", row_2008="不同意公开：涉及商业秘密、个人隐私", is_refusal=True),
    RequestAnswer(code="refuse_internal", label="不予公开：内部事务信息", title=NO, bases=_laws("第十六条第一款", OPINION_2010), needs=(("internal",),), row="（三）5", row_2008="不是《条例》所指政府信息", is_refusal=True),
    RequestAnswer(code="refuse_process", label="不予公开：过程性信息", title=NO, bases=_laws("第十六条第二款", OPINION_2010), needs=(("process",),), row="（三）6", row_2008="不是《条例》所指政府信息", is_refusal=True),
    RequestAnswer(code="refuse_file", label="不予公开：行政执法案卷信息", title=NO, bases=_laws("第十六条第二款"), needs=(("file",),), row="（三）7", row_2008="不是《条例》所指政府信息", is_refusal=True),
    RequestAnswer(code="refuse_register", label="告知查询办法：登记资料", title=HANDLED, bases=_laws("第三十六条第七项", OPINION_2010), needs=(("register",), ("how_to_query",)), row="（三）8", row_2008="按照其他途径办理"),
    RequestAnswer(code="not_held", label="信息不存在", title=NOT_HELD, bases=_laws("第三十六条第四项", "第二十一条第三项"), needs=SEARCH, row="（四）1", row_2008="申请信息不存在"),
    RequestAnswer(code="other_agency", label="不属于本机关负责公开", title=ELSEWHERE, bases=_laws("第三十六条第五项", "第二十一条第三项"), needs=(("agency", "reason"),), may=("agency_contact",), row="（四）1", row_2008="不属于本机关公开"),
    RequestAnswer(code="to_be_made", label="没有现成信息，需要另行制作", title=HANDLED, bases=_laws("第三十八条", OPINION_2010), needs=(("processing",),), row="（四）2", is_suable=False),
    RequestAnswer(code="still_unclear", label="补正后申请内容仍不明确", title=HANDLED, bases=_laws("第三十条", "第二十一条第四项"), needs=(("amendment",),), row="（四）3", row_2008="告知作出更改补充", after=("amended",)),
    RequestAnswer(code="petition", label="信访、举报、投诉类申请", title=NOT_HANDLED, bases=_laws("第三十九条第一款", PETITIONS), needs=(("channel",),), row="（五）1", row_2008="按照其他途径办理"),
    RequestAnswer(code="repeat", label="重复申请", title="重复申请告知书", bases=_laws("第三十六条第六项", OPINION_2008), needs=(("former_number",), ("former_date",)), row="（五）2"),
    RequestAnswer(code="publication", label="要求提供公开出版物", title=NOT_HANDLED, bases=_laws("第三十九条第二款"), needs=(("where",),), row="（五）3", is_suable=False),
    RequestAnswer(code="excessive", label="无正当理由大量反复申请", title=NOT_HANDLED, bases=_laws("第三十五条"), needs=(("reasons_letter",),), row="（五）4", after=("reasons_given", "no_reasons")),
    RequestAnswer(code="confirm_again", label="要求确认或者重新出具已获取信息", title=NOT_HANDLED, bases=_laws(FORM_2021), needs=(("obtained",),), row="（五）5"),
    RequestAnswer(code="lapsed_unamended", label="逾期不补正，不再处理", title=HANDLED, bases=_laws("第三十条"), needs=(("amendment",), ("expired_on",)), row="（六）1", is_lapse=True, after=("unamended",)),
    RequestAnswer(code="lapsed_unpaid", label="逾期不缴费，不再处理", title=HANDLED, bases=_laws("第四十二条"), needs=(("fee_notice",), ("expired_on",)), row="（六）2", is_lapse=True, after=("fee_unpaid",)),
    RequestAnswer(code="other", label="其他处理", title=HANDLED, bases=_laws("", ""), needs=(("reason",),), row="（六）3"),
)  # fmt: skip
# Under the first regulation an application that is unclear is answered; since 2019 its applicant is asked once to amend it.
AS_IN_2008: dict[str, dict[str, Any]] = {
    "still_unclear": {
        "label": "申请内容不明确，告知作出更改、补充",
        "title": "补正申请通知书",
        "needs": (("unclear",),),
        "is_suable": False,
        "after": (),
    }
}


def answers_under(rules: RuleSet) -> list[RequestAnswer]:
    """Which answers that regulation knows, as it knows them, in the order of the list."""
    changed = AS_IN_2008 if rules is REGULATION_2008 else {}
    return [replace(each, **changed.get(each.code, {})) for each in ANSWERS if rules.code in each.bases]


def answer_under(code: str, rules: RuleSet) -> RequestAnswer | None:
    return next((each for each in answers_under(rules) if each.code == code), None)


def require_complete(code: str, filled: Mapping[str, Any], *, rules: RuleSet) -> RequestAnswer:
    """The answer, if its regulation has it and all it must carry is there; else ValidationError that names what is missing."""
    answer = answer_under(code, rules)
    if answer is None:
        raise ValidationError({"code": f"{rules.name}没有这一种答复，请另选。"})
    missing = answer.missing(filled)
    if missing:
        raise ValidationError(f"“{answer.label}”签发前还要填写：{_listed(missing)}。", code="incomplete")
    return answer


def _listed(labels: Iterable[str]) -> str:
    return "、".join(f"“{label}”" for label in labels)
