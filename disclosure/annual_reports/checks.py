"""What a report is held against: its form's own identities, last year's report, its text, and the sum of the units.

A check has both sides of its sum, and what becomes of it when they differ: it blocks the report, asks for a reason, or warns.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from disclosure.annual_reports.blanks import (
    ANSWERED,
    CARRIED_IN,
    CARRIED_OUT,
    COLUMNS_3,
    COUNT,
    IN_FORCE,
    MADE,
    NARRATIVE,
    NEW,
    RECEIVED,
    REMEDY_ROWS,
    REPEALED,
    TOTAL,
    Blank,
    ReportCell,
)
from disclosure.annual_reports.figures import Figures, Value, number, plain, total, value_at

LEAP = 5  # times last year's figure, or a fifth of it
LIKE_LAST_YEAR = 50  # per cent
SHINGLE = 5  # characters
FEES = "信息处理费"


class Severity(StrEnum):
    BLOCKS = "blocks"
    REASON = "reason"
    WARNS = "warns"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCheck:
    """One rule at one place; `left` and `right` are the two sides that should be equal."""

    rule: str
    place: str
    left: Value
    right: Value
    is_met: bool
    severity: Severity = Severity.BLOCKS

    def __str__(self) -> str:
        if self.is_met:
            return f"{self.place}：{self.rule}"
        sides = f"{self.left}" if isinstance(self.right, str) else f" {self.left} ≠ {self.right}"
        return f"{self.place}：{self.rule}，现在是{sides}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as it is checked."""

    figures: Figures
    texts: Mapping[str, str]


def checks(
    report: Told,
    *,
    blank: Blank,
    last: Told | None = None,
    last_blank: Blank | None = None,
    units: Figures | None = None,
) -> list[ReportCheck]:
    """Every check of the report; `last` is last year's, `units` the sum of the units' where the report is the county's."""
    found = [_filled(report.figures, blank), *_identities(report.figures, blank), *_told_alike(report, blank)]
    if last and last_blank:
        found += [*_across_years(report.figures, last.figures, blank, last_blank), *_leaps(report, last, blank)]
        found += _like_last_year(report, last)
    if units is not None:
        found += _sum_of_units(report.figures, units, blank)
    return [*found, *_parts(report, blank)]


def _filled(figures: Figures, blank: Blank) -> ReportCheck:
    """An empty cell is none that says 0."""
    cells = blank.cells()
    filled = sum(value_at(figures, cell) is not None for cell in cells)
    return _equal("每一格都要填写，没有的填0，不涉及的填“不适用”", "各表", filled, len(cells))


def _equal(rule: str, place: str, left: Value, right: Value, severity: Severity = Severity.BLOCKS) -> ReportCheck:
    return ReportCheck(rule=rule, place=place, left=left, right=right, is_met=left == right, severity=severity)


def _identities(figures: Figures, blank: Blank) -> Iterator[ReportCheck]:
    severity = Severity.BLOCKS if blank.blocks else Severity.REASON
    for each in blank.identities:
        sides = plain(total(figures, each.left)), plain(total(figures, each.right))
        yield _equal(each.rule, each.place, *sides, severity)


def _across_years(figures: Figures, last: Figures, blank: Blank, last_blank: Blank) -> Iterator[ReportCheck]:
    if blank.code != "A" and last_blank.code != "A":
        for column in COLUMNS_3:
            left, right = (
                value_at(last, ReportCell("3", CARRIED_OUT, column)),
                value_at(figures, ReportCell("3", CARRIED_IN, column)),
            )
            yield _equal("上年报告的结转下年度＝本年的上年结转", f"表三“{column}”列", left, right, Severity.REASON)
    if blank.code == last_blank.code == "C":
        for row in ("规章", "行政规范性文件"):
            parts = (value_at(figures, ReportCell("2", row, column)) for column in (MADE, REPEALED))
            made, repealed = map(number, parts)
            expected = plain(number(value_at(last, ReportCell("2", row, IN_FORCE))) + made - repealed)
            typed = value_at(figures, ReportCell("2", row, IN_FORCE))
            yield _equal("上年现行有效＋本年制发－本年废止＝现行有效", f"表二“{row}”", expected, typed, Severity.REASON)


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
    ("收到申请", RECEIVED_WORDS, (ReportCell("3", NEW, TOTAL),)),
    ("行政复议", REVIEWS_WORDS, (ReportCell("4", REMEDY_ROWS["review"], TOTAL),)),
    ("行政诉讼", SUITS_WORDS, tuple(ReportCell("4", REMEDY_ROWS[kind], TOTAL) for kind in SUITS)),
)
OF_STATISTICS = tuple(  # up to 2018
    (what, words, (ReportCell("1", row, COUNT),))
    for what, words, row in (
        ("主动公开", DISCLOSED_WORDS, "主动公开政府信息数"),
        ("收到申请", RECEIVED_WORDS, RECEIVED),
        ("答复申请", ANSWERED_WORDS, ANSWERED),
        ("收取费用", FEES_WORDS, "收取费用（元）"),
        ("行政复议", REVIEWS_WORDS, "行政复议数"),
        ("行政诉讼", SUITS_WORDS, "行政诉讼数"),
    )
)


def _told_alike(report: Told, blank: Blank) -> Iterator[ReportCheck]:
    """What the text says in figures is what the tables say."""
    text = "\n".join(report.texts.values())
    for what, words, cells in OF_STATISTICS if blank.code == "A" else OF_TABLES:
        in_table = plain(total(report.figures, cells))
        for told in dict.fromkeys(int(re.sub("[,，]", "", found)) for found in words.findall(text)):
            yield _equal("正文写的数字＝表中的数字", f"正文“{what}{told}”", told, in_table, Severity.REASON)


def _leaps(report: Told, last: Told, blank: Blank) -> Iterator[ReportCheck]:
    """A figure that is many times last year's is more often a slip than news."""
    for cell in blank.cells():
        now, then = value_at(report.figures, cell), value_at(last.figures, cell)
        now_is, then_was = abs(number(now)), abs(number(then))
        if now_is and then_was and not then_was <= LEAP * now_is <= LEAP * LEAP * then_was:
            place = f"表{cell.table}“{cell.row}”“{cell.column}”"
            yield _equal(f"与上年相差{LEAP}倍以上，请核对", place, then, now, Severity.WARNS)


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
            )


def likeness(text: str, before: str) -> int:
    """How much of the text stood in the one before, in per cent of its runs of five characters."""
    now, then = _shingles(text), _shingles(before)
    return round(100 * len(now & then) / len(now)) if now else 0


def _shingles(text: str) -> set[str]:
    letters = re.sub(r"\s", "", text)
    return {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}


def _sum_of_units(figures: Figures, units: Figures, blank: Blank) -> Iterator[ReportCheck]:
    for cell in blank.cells():
        left, right = value_at(units, cell), value_at(figures, cell)
        if left != right:
            place = f"表{cell.table}“{cell.row}”“{cell.column}”"
            yield _equal("各单位之和＝全县", place, left, right)


def _parts(report: Told, blank: Blank) -> Iterator[ReportCheck]:
    for part in blank.parts:
        if part in NARRATIVE:
            is_there = bool(report.texts.get(part, "").strip())
            yield _equal("这一部分要有文字", f"“{part}”", "已写" if is_there else "空的", "已写")
    if blank.must_say_fees:
        says = FEES in report.texts.get(blank.parts[-1], "")
        rule = f"要写明有没有收取{FEES}"
        yield _equal(rule, f"“{blank.parts[-1]}”", "已写明" if says else "没有写明", "已写明")
