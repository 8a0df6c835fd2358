"""What a report is held against: its form's own identities, last year's report, its text, and the sum of the units.

A check has both sides of its sum, and what becomes of it when they differ: it blocks the report, asks for a reason, or warns.
Identities block. A reason is asked for where another figure may be true: by the forms up to 2018, whose rows are local; where
other bodies are counted than last year; of a figure that the text tells besides the table's; and where the register says another
one than was entered.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from disclosure.annual_reports import blanks
from disclosure.annual_reports.figures import Figures, Value, number, plain, total, value_at

LEAP = 5  # times last year's figure, or a fifth of it
LIKE_LAST_YEAR = 50  # per cent
SHINGLE = 5  # characters
NAMED = 3  # empty cells; of more of them only how many
FEES = "信息处理费"


class Severity(StrEnum):
    BLOCKS = "blocks"
    REASON = "reason"
    WARNS = "warns"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCheck:
    """One rule at one place; `left` and `right` are the two sides that should be equal.

    `problem` says to a clerk which cell it is, what stands on both sides, and what to do.
    """

    rule: str
    place: str
    left: Value
    right: Value
    is_met: bool
    severity: Severity = Severity.BLOCKS
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.place}：{self.rule}" if self.is_met else self.problem

    @property
    def in_short(self) -> str:
        """Where many are written into one sentence."""
        return f"{self.place}{self.rule}（{said(self.left)}、{said(self.right)}）"


TO_DO = {
    Severity.BLOCKS: "请核对，改正填错的数字。",
    Severity.REASON: "请核对；填得没有错的，提交时写明原因。",
    Severity.WARNS: "请核对；填得没有错的，不用改。",
}


def said(value: Value) -> str:
    return "空的" if value is None else str(value)


def is_said(value: Value) -> str:
    return "是空的" if value is None else f"是 {value}"


def place_of(cell: blanks.ReportCell) -> str:
    return f"表{cell.table}“{cell.row}”“{cell.column}”"


def cell_words(blank: blanks.Blank, cell: blanks.ReportCell) -> str:
    """表3“三（一） 予以公开”行“自然人”列; of the one column of 统计表 only the row."""
    row = next((row for row in blank.table(cell.table).rows if row.key == cell.row), None)
    name = cell.row if row is None or row.label == row.key else f"{row.key} {row.label}"
    return f"统计表“{name}”" if cell.column == blanks.COUNT else f"表{cell.table}“{name}”行“{cell.column}”列"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as it is checked."""

    figures: Figures
    texts: Mapping[str, str]


def checks(
    report: Told,
    *,
    blank: blanks.Blank,
    last: Told | None = None,
    last_blank: blanks.Blank | None = None,
    units: Figures | None = None,
    is_of_the_same: bool = True,
) -> list[ReportCheck]:
    """Every check of the report; `last` is last year's, `units` the sum of the units' where the report is the county's,
    `is_of_the_same`: it counts the bodies that last year's counts."""
    found = [_filled(report.figures, blank), *_identities(report.figures, blank), *_told_alike(report, blank)]
    if last and last_blank:
        severity = Severity.BLOCKS if is_of_the_same else Severity.REASON
        found += _across_years(report.figures, last.figures, blank, last_blank, severity)
        found += _leaps(report, last, blank)
        found += _like_last_year(report, last)
    if units is not None:
        found += _sum_of_units(report.figures, units, blank)
    return [*found, *_parts(report, blank)]


def _filled(figures: Figures, blank: blanks.Blank) -> ReportCheck:
    """An empty cell is none that says 0."""
    cells = blank.cells()
    empty = [cell_words(blank, cell) for cell in cells if value_at(figures, cell) is None]
    named = f"{'、'.join(empty[:NAMED])}{'等' if len(empty) > NAMED else ''}"
    rule = "每一格都要填写，没有的填0，不涉及的填“不适用”"
    problem = f"共{len(cells)}格，还有{len(empty)}格空着：{named}。没有的填0，不涉及的填“不适用”。"
    return _equal(rule, "各表", len(cells) - len(empty), len(cells), problem=problem)


def _equal(
    rule: str,
    place: str,
    left: Value,
    right: Value,
    severity: Severity = Severity.BLOCKS,
    *,
    sides: tuple[str, str] = ("", ""),
    to_do: str = "",
    problem: str = "",
) -> ReportCheck:
    """`sides` name in words what stands left and right; a problem of another kind is said as a whole."""
    one, other = f"{sides[0]}{is_said(left)}", f"{sides[1]}{is_said(right)}"
    problem = problem or f"{place}：{one}，{other}，应当相等。{to_do or TO_DO[severity]}"
    return ReportCheck(
        rule=rule, place=place, left=left, right=right, is_met=left == right, severity=severity, problem=problem
    )


def _identities(figures: Figures, blank: blanks.Blank) -> Iterator[ReportCheck]:
    severity = Severity.BLOCKS if blank.blocks else Severity.REASON
    for each in blank.identities:
        left, right = plain(total(figures, each.left)), plain(total(figures, each.right))
        parts, whole = each.rule.split("＝")
        yield _equal(each.rule, each.place, left, right, severity, sides=(f"“{parts}”", f"“{whole}”"))


def _across_years(
    figures: Figures, last: Figures, blank: blanks.Blank, last_blank: blanks.Blank, severity: Severity
) -> Iterator[ReportCheck]:
    to_do = f"{TO_DO[severity]}上年的报告有错的，先更正上年的报告。"
    if blank.code != "A" and last_blank.code != "A":
        for column in blanks.COLUMNS_3:
            left, right = (
                value_at(last, blanks.ReportCell("3", blanks.CARRIED_OUT, column)),
                value_at(figures, blanks.ReportCell("3", blanks.CARRIED_IN, column)),
            )
            rule, sides = "上年报告的结转下年度＝本年的上年结转", ("上年报告的“结转下年度”", "本年的“上年结转”")
            yield _equal(rule, f"表3“{column}”列", left, right, severity, sides=sides, to_do=to_do)
    if blank.code == last_blank.code == "C":
        for row in ("规章", "行政规范性文件"):
            parts = (
                value_at(figures, blanks.ReportCell("2", row, column)) for column in (blanks.MADE, blanks.REPEALED)
            )
            made, repealed = map(number, parts)
            expected = plain(number(value_at(last, blanks.ReportCell("2", row, blanks.IN_FORCE))) + made - repealed)
            typed = value_at(figures, blanks.ReportCell("2", row, blanks.IN_FORCE))
            rule = "上年现行有效＋本年制发－本年废止＝现行有效"
            sides = ("上年的“现行有效件数”加本年制发、减本年废止", "本年的“现行有效件数”")
            yield _equal(rule, f"表2“{row}”", expected, typed, severity, sides=sides, to_do=to_do)


# What the text tells in figures, as it is usually worded, and the cells whose sum that is.

NUMBER = r"\s*(\d[\d,，]*)\s*"
APPLICATIONS = rf"(?:政府)?(?:信息公开)?申请(?:总数)?共?{NUMBER}件"
RECEIVED_WORDS = re.compile(f"收到{APPLICATIONS}")
ANSWERED_WORDS = re.compile(f"(?<!延期)(?<!逾期)(?<!按时)答复{APPLICATIONS}")
DISCLOSED_WORDS = re.compile(rf"主动公开(?:政府)?信息(?:总数)?共?{NUMBER}[条件]")
FEES_WORDS = re.compile(rf"收取(?:检索、复制、邮寄等)?费用?(?:共计?)?{NUMBER}元")
REVIEWS_WORDS = re.compile(rf"行政复议(?:案件|申请)?(?:总数)?共?{NUMBER}件")
SUITS_WORDS = re.compile(rf"行政诉讼(?:案件)?(?:总数)?共?{NUMBER}件")
SUITS = ("suit", "suit_after_review")
OF_TABLES = (
    ("收到申请", RECEIVED_WORDS, (blanks.ReportCell("3", blanks.NEW, blanks.TOTAL),)),
    ("行政复议", REVIEWS_WORDS, (blanks.ReportCell("4", blanks.REMEDY_ROWS["review"], blanks.TOTAL),)),
    ("行政诉讼", SUITS_WORDS, tuple(blanks.ReportCell("4", blanks.REMEDY_ROWS[kind], blanks.TOTAL) for kind in SUITS)),
)
OF_STATISTICS = tuple(  # up to 2018
    (what, words, (blanks.ReportCell("1", row, blanks.COUNT),))
    for what, words, row in (
        ("主动公开", DISCLOSED_WORDS, "主动公开政府信息数"),
        ("收到申请", RECEIVED_WORDS, blanks.RECEIVED),
        ("答复申请", ANSWERED_WORDS, blanks.ANSWERED),
        ("收取费用", FEES_WORDS, "收取费用（元）"),
        ("行政复议", REVIEWS_WORDS, "行政复议数"),
        ("行政诉讼", SUITS_WORDS, "行政诉讼数"),
    )
)


def _told_alike(report: Told, blank: blanks.Blank) -> Iterator[ReportCheck]:
    """What the text says in figures is what the tables say; beside the right figure another one may be that of another year, and
    several may be its parts."""
    text = "\n".join(report.texts.values())
    for what, words, cells in OF_STATISTICS if blank.code == "A" else OF_TABLES:
        in_table = plain(total(report.figures, cells))
        figures = [int(re.sub("[,，]", "", found)) for found in words.findall(text)]
        severity = Severity.BLOCKS if blank.blocks and in_table not in {*figures, sum(figures)} else Severity.REASON
        for told in dict.fromkeys(figures):
            sides = ("正文写的", "＋".join(cell_words(blank, cell) for cell in cells))
            explained = "；都没有错的，提交时写明原因" if severity == Severity.REASON else ""
            to_do = f"请核对，改正写错的一处{explained}。"
            place = f"正文“{what}{told}”"
            yield _equal("正文写的数字＝表中的数字", place, told, in_table, severity, sides=sides, to_do=to_do)


def _leaps(report: Told, last: Told, blank: blanks.Blank) -> Iterator[ReportCheck]:
    """A figure that is many times last year's is more often a slip than news."""
    for cell in blank.cells():
        now, then = value_at(report.figures, cell), value_at(last.figures, cell)
        now_is, then_was = abs(number(now)), abs(number(then))
        if now_is and then_was and not then_was <= LEAP * now_is <= LEAP * LEAP * then_was:
            where = cell_words(blank, cell)
            problem = f"{where}：上年{is_said(then)}，本年{is_said(now)}，相差{LEAP}倍以上。{TO_DO[Severity.WARNS]}"
            yield _equal(f"与上年相差{LEAP}倍以上", place_of(cell), then, now, Severity.WARNS, problem=problem)


def _like_last_year(report: Told, last: Told) -> Iterator[ReportCheck]:
    for part, text in report.texts.items():
        share = likeness(text, last.texts.get(part, ""))
        if share > LIKE_LAST_YEAR:
            yield ReportCheck(
                rule=f"与上年相同的文字不宜超过{LIKE_LAST_YEAR}%",
                place=f"“{part}”",
                left=f"{share}%",
                right=f"{LIKE_LAST_YEAR}%",
                is_met=False,
                severity=Severity.WARNS,
                problem=f"“{part}”：与上年相同的文字占{share}%，不宜超过{LIKE_LAST_YEAR}%。请按本年的情况改写。",
            )


def likeness(text: str, before: str) -> int:
    """How much of the text stood in the one before, in per cent of its runs of five characters."""
    now, then = _shingles(text), _shingles(before)
    return round(100 * len(now & then) / len(now)) if now else 0


def _shingles(text: str) -> set[str]:
    letters = re.sub(r"\s", "", text)
    return {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}


def _sum_of_units(figures: Figures, units: Figures, blank: blanks.Blank) -> Iterator[ReportCheck]:
    for cell in blank.cells():
        left, right = value_at(units, cell), value_at(figures, cell)
        if left != right:
            both = f"{cell_words(blank, cell)}：各单位加起来{is_said(left)}，全县报告填的{is_said(right)}，应当相等。"
            problem = f"{both}请按各单位的数字重新填；单位的数字有错的，退回单位更正。"
            yield _equal("各单位之和＝全县", place_of(cell), left, right, problem=problem)


def _parts(report: Told, blank: blanks.Blank) -> Iterator[ReportCheck]:
    for part in blank.parts:
        if part in blanks.NARRATIVE:
            is_there = bool(report.texts.get(part, "").strip())
            problem = f"正文“{part}”还是空的。请写好这一部分。"
            yield _equal("这一部分要有文字", f"“{part}”", "已写" if is_there else "空的", "已写", problem=problem)
    if blank.must_say_fees:
        says = FEES in report.texts.get(blank.parts[-1], "")
        rule = f"要写明有没有收取{FEES}"
        problem = f"正文“{blank.parts[-1]}”没有写明有没有收取{FEES}。请补一句，例如“本年没有收取{FEES}”。"
        found = "已写明" if says else "没有写明"
        yield _equal(rule, f"“{blank.parts[-1]}”", found, "已写明", problem=problem)
