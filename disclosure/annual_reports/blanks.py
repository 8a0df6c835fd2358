"""The form of a report year as data (表样): its parts of text, its tables with rows and columns, and what is the sum of what.

A cell is named by table, row and column in the form's own words, so that JSON, workbook and page name it alike. Which form
holds is a matter of the year that is reported on, never of today. `note` is for the office: what nobody has compared with
the wording of the form yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from disclosure.requests.rules.answers import ANSWERS

TOTAL = "总计"
CATEGORIES = {  # of applicants, by the register's codes
    "person": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal": "法律服务机构",
    "organisation": "其他",
}


class ReportCell(NamedTuple):
    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class BlankRow:
    """A row; `columns` are those of its cells that are filled in, `heading` what stands above it."""

    key: str
    label: str
    columns: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class BlankTable:
    """`unit` is what its cells count, where the column does not say."""

    key: str
    title: str
    rows: tuple[BlankRow, ...]
    unit: str = "件"

    @property
    def columns(self) -> list[str]:
        """Every column of any row, in order."""
        return list(dict.fromkeys(column for row in self.rows for column in row.columns))

    def cells(self) -> Iterator[ReportCell]:
        return (ReportCell(self.key, row.key, column) for row in self.rows for column in row.columns)


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """What a form requires of its own cells: the sum of the left ones is the sum of the right ones.

    `is_sum`: the one cell on the right is the sum, and may be left to be reckoned.
    """

    rule: str
    place: str
    left: tuple[ReportCell, ...]
    right: tuple[ReportCell, ...]
    is_sum: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One form: for which report years, by which paper."""

    code: str
    first_year: int
    last_year: int | None
    basis: str
    parts: tuple[str, ...]
    tables: tuple[BlankTable, ...]
    identities: tuple[FormIdentity, ...]
    must_say_fees: bool = False  # the last part says whether fees were charged (信息处理费)
    blocks: bool = True  # a broken identity cannot be handed in; else it needs its reason
    note: str = ""

    def cells(self) -> list[ReportCell]:
        return [cell for table in self.tables for cell in table.cells()]

    def table(self, key: str) -> BlankTable:
        return next(table for table in self.tables if table.key == key)


# Table 3 (收到和处理政府信息公开申请情况), from 2019 on.

LEAVES_C = {
    "三（一）": "予以公开",
    "三（二）": "部分公开（区分处理的，只计这一情形，不计其他情形）",
    "三（三）1": "属于国家秘密",
    "三（三）2": "其他法律行政法规禁止公开",
    "三（三）3": "危及“三安全一稳定”",
    "三（三）4": "保护第三方合法权益",
    "三（三）5": "属于三类内部事务信息",
    "三（三）6": "属于四类过程性信息",
    "三（三）7": "属于行政执法案卷",
    "三（三）8": "属于行政查询事项",
    "三（四）1": "本机关不掌握相关政府信息",
    "三（四）2": "没有现成信息需要另行制作",
    "三（四）3": "补正后申请内容仍不明确",
    "三（五）1": "信访举报投诉类申请",
    "三（五）2": "重复申请",
    "三（五）3": "要求提供公开出版物",
    "三（五）4": "无正当理由大量反复申请",
    "三（五）5": "要求行政机关确认或重新出具已获取信息",
    "三（六）1": "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "三（六）2": "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "三（六）3": "其他",
}
UNDIVIDED = "三（六）"
LEAVES_B = {key: label for key, label in LEAVES_C.items() if not key.startswith(UNDIVIDED)} | {UNDIVIDED: "其他处理"}
GROUPS = {"三（三）": "不予公开", "三（四）": "无法提供", "三（五）": "不予处理", "三（六）": "其他处理"}
NEW, CARRIED_IN, RESULTS, CARRIED_OUT = "一", "二", "三（七）", "四"
COLUMNS_3 = (*CATEGORIES.values(), TOTAL)


def _requests(leaves: Mapping[str, str]) -> BlankTable:
    rows = {NEW: "本年新收政府信息公开申请数量", CARRIED_IN: "上年结转政府信息公开申请数量", **leaves}
    rows |= {RESULTS: "总计", CARRIED_OUT: "结转下年度继续办理"}
    return BlankTable("3", "收到和处理政府信息公开申请情况", tuple(_with_headings(rows)))


def _with_headings(rows: Mapping[str, str]) -> Iterator[BlankRow]:
    told = ""
    for key, label in rows.items():
        group = GROUPS.get(key[:4], "") if len(key) > 4 else ""
        yield BlankRow(key, label, COLUMNS_3, heading=f"{key[1:4]}{group}" if group and group != told else "")
        told = group or told


def _of_requests(leaves: Mapping[str, str]) -> Iterator[FormIdentity]:
    for column in COLUMNS_3:
        of = {row: ReportCell("3", row, column) for row in (NEW, CARRIED_IN, RESULTS, CARRIED_OUT)}
        yield FormIdentity(
            "本年新收＋上年结转＝办理结果总计＋结转下年度",
            f"表3“{column}”列",
            (of[NEW], of[CARRIED_IN]),
            (of[RESULTS], of[CARRIED_OUT]),
            is_sum=False,
        )
        parts = tuple(ReportCell("3", row, column) for row in leaves)
        yield FormIdentity("各项办理结果之和＝办理结果总计", f"表3“{column}”列", parts, (of[RESULTS],))
    for row in (NEW, CARRIED_IN, *leaves, RESULTS, CARRIED_OUT):
        parts = tuple(ReportCell("3", row, column) for column in CATEGORIES.values())
        yield FormIdentity("各类申请人之和＝总计", f"表3“{row}”行", parts, (ReportCell("3", row, TOTAL),))


# Table 4 (政府信息公开行政复议、行政诉讼情况).

REMEDY_ROWS = {
    "review": "行政复议",
    "suit": "行政诉讼（未经复议直接起诉）",
    "suit_after_review": "行政诉讼（复议后起诉）",
}
OUTCOMES = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "open": "尚未审结"}
REMEDIES = BlankTable(
    "4",
    "政府信息公开行政复议、行政诉讼情况",
    tuple(BlankRow(row, row, (*OUTCOMES.values(), TOTAL)) for row in REMEDY_ROWS.values()),
)


def _of_remedies() -> Iterator[FormIdentity]:
    for row in REMEDY_ROWS.values():
        parts = tuple(ReportCell("4", row, column) for column in OUTCOMES.values())
        yield FormIdentity("维持＋纠正＋其他＋尚未审结＝总计", f"表4“{row}”", parts, (ReportCell("4", row, TOTAL),))


# Table 2 (主动公开政府信息情况), by article 20.

MADE, REPEALED, IN_FORCE = "本年制发件数", "本年废止件数", "现行有效件数"
DECISIONS, INCOME = "本年处理决定数量", "本年收费金额（万元）"
ITEM_1, ITEM_5, ITEM_6, ITEM_8, ITEM_9 = (f"第二十条第（{number}）项" for number in "一五六八九")
DISCLOSED_C = BlankTable(
    "2",
    "主动公开政府信息情况",
    (
        BlankRow("规章", "规章", (MADE, REPEALED, IN_FORCE), heading=ITEM_1),
        BlankRow("行政规范性文件", "行政规范性文件", (MADE, REPEALED, IN_FORCE)),
        BlankRow("行政许可", "行政许可", (DECISIONS,), heading=ITEM_5),
        BlankRow("行政处罚", "行政处罚", (DECISIONS,), heading=ITEM_6),
        BlankRow("行政强制", "行政强制", (DECISIONS,)),
        BlankRow("行政事业性收费", "行政事业性收费", (INCOME,), heading=ITEM_8),
    ),
)
NEWLY = ("本年新制作数量", "本年新公开数量", "对外公开总数量")
CHANGE = "本年增/减"
MATTERS = ("上一年项目数量", CHANGE, "处理决定数量")
DISCLOSED_B = BlankTable(
    "2",
    "主动公开政府信息情况",
    (
        BlankRow("规章", "规章", NEWLY, heading=ITEM_1),
        BlankRow("规范性文件", "规范性文件", NEWLY),
        BlankRow("行政许可", "行政许可", MATTERS, heading=ITEM_5),
        BlankRow("其他对外管理服务事项", "其他对外管理服务事项", MATTERS),
        BlankRow("行政处罚", "行政处罚", MATTERS, heading=ITEM_6),
        BlankRow("行政强制", "行政强制", MATTERS),
        BlankRow("行政事业性收费", "行政事业性收费", MATTERS[:2], heading=ITEM_8),
        BlankRow("政府集中采购", "政府集中采购", ("采购项目数量", "采购总金额（万元）"), heading=ITEM_9),
    ),
)

# Form A (统计表), up to 2018: one column; its kinds of answers are those of the first regulation.

COUNT = "数量"
RECEIVED, ANSWERED = "收到申请总数", "答复申请总数"
RESPONDED = "回应公众关注热点或重大舆情数"
LATER = frozenset({RESPONDED})  # rows that files of before do not have: nothing is told of them there
CHANNELS = {
    "counter": "当面申请数",
    "fax": "传真申请数",
    "email": "电子邮件申请数",
    "online": "网络申请数",
    "post": "信函申请数",
    "other": "其他形式申请数",
}
ANSWERS_A = tuple(dict.fromkeys(answer.row_2008 for answer in ANSWERS))
REMEDIES_A = {"review": "行政复议", "suit": "行政诉讼"}


def _count(key: str, *, heading: str = "") -> BlankRow:
    return BlankRow(key, key, (COUNT,), heading=heading)


def _statistics() -> BlankTable:
    outcomes = dict.fromkeys(REMEDIES_A.values(), ("维持具体行政行为数", "被依法纠错数", "其他情形数"))
    rows = [
        _count("主动公开政府信息数", heading="主动公开情况"),
        _count("其中：制定并公开规范性文件数"),
        _count(RESPONDED, heading="回应解读情况"),
        _count(RECEIVED, heading="依申请公开情况"),
        *(_count(channel) for channel in CHANNELS.values()),
        _count(ANSWERED),
        *(_count(answer) for answer in ANSWERS_A),
        _count("收取费用（元）", heading="收费情况"),
        _count("行政复议数", heading="行政复议和行政诉讼情况"),
        *(_count(f"行政复议{each}") for each in outcomes["行政复议"]),
        _count("行政诉讼数"),
        *(_count(f"行政诉讼{each}") for each in outcomes["行政诉讼"]),
    ]
    return BlankTable("1", "政府信息公开情况统计表", tuple(rows))


def _one(row: str) -> ReportCell:
    return ReportCell("1", row, COUNT)


def _of_statistics() -> Iterator[FormIdentity]:
    yield FormIdentity(
        "各种形式的申请数之和＝收到申请总数", "统计表", tuple(map(_one, CHANNELS.values())), (_one(RECEIVED),)
    )
    yield FormIdentity("各类答复数之和＝答复申请总数", "统计表", tuple(map(_one, ANSWERS_A)), (_one(ANSWERED),))
    for kind in REMEDIES_A.values():
        parts = tuple(_one(f"{kind}{each}") for each in ("维持具体行政行为数", "被依法纠错数", "其他情形数"))
        yield FormIdentity("维持＋纠错＋其他＝总数", f"统计表“{kind}”", parts, (_one(f"{kind}数"),))


# The forms.

PARTS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
NARRATIVE = ("总体情况", "概述", "存在的主要问题及改进情况", "存在的主要问题及改进措施", "其他需要报告的事项")
BLANKS = (
    Blank(
        code="A",
        first_year=2008,
        last_year=2018,
        basis="《政府信息公开条例》（2008年施行）第三十二条",
        parts=(
            "概述",
            "主动公开政府信息情况",
            "依申请公开政府信息情况",
            "收费及减免情况",
            "行政复议、行政诉讼情况",
            "存在的主要问题及改进措施",
            "其他需要报告的事项",
        ),
        tables=(_statistics(),),
        identities=tuple(_of_statistics()),
        blocks=False,
        note="各地统计表的项目不尽相同，未与2014年至2018年的全国统计表逐项核对。",
    ),
    Blank(
        code="B",
        first_year=2019,
        last_year=2020,
        basis="国办公开办函〔2019〕60号",
        parts=PARTS,
        tables=(DISCLOSED_B, _requests(LEAVES_B), REMEDIES),
        identities=(*_of_requests(LEAVES_B), *_of_remedies()),
        note="“其他处理”按不分项的一行编排，未与文件原文核对。",
    ),
    Blank(
        code="C",
        first_year=2021,
        last_year=None,
        basis="国办公开办函〔2021〕30号",
        parts=PARTS,
        tables=(DISCLOSED_C, _requests(LEAVES_C), REMEDIES),
        identities=(*_of_requests(LEAVES_C), *_of_remedies()),
        must_say_fees=True,
    ),
)


class NoBlank(LookupError):
    """No form is known for that report year; the text is fit for the screen."""


def blank_of(year: int) -> Blank:
    """The form of the report on that year."""
    for blank in BLANKS:
        if blank.first_year <= year and (blank.last_year is None or year <= blank.last_year):
            return blank
    raise NoBlank(f"{year}年还没有施行《政府信息公开条例》，没有年度报告。")
