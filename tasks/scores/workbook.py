"""Scores as Excel workbooks: the ranking of a scoring, one unit's sheet, and the sheet in which a third party fills in results."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ninghai.models import Unit
from ninghai.spreadsheets import Value, as_xlsx
from tasks.models import ScoreRule, Scoring, UnitScore
from tasks.scores.ranking import RankedUnit, weight_words
from tasks.scores.sheets import ShownRule
from tasks.scores.third_party import NOTE, UNIT, VALUE
from tasks.scoring.rounding import NOT_ASSESSED


def ranking_workbook(scoring: Scoring, *, ranked: Iterable[RankedUnit], rules: Sequence[ScoreRule]) -> bytes:
    """The units in the order of their places, with what each rule gave them."""
    return as_xlsx(_ranking_rows(scoring, ranked, rules), title="考核得分", widths=[8, 18, 14, 10, 10])


def _ranking_rows(
    scoring: Scoring, ranked: Iterable[RankedUnit], rules: Sequence[ScoreRule]
) -> Iterator[Sequence[Value]]:
    yield [
        "名次",
        "单位",
        "单位类型",
        "总分",
        "单项否决",
        *(weight_words(rule) for rule in rules),
        "尾差与总分限额",
        "考核项数",
        "统计日期",
        "状态",
    ]
    for each in ranked:
        score, amounts = each.score, each.amounts
        yield [
            each.place_words if each.is_tied else each.place,
            score.unit.short_name,
            score.unit.get_kind_display(),
            score.total,
            "是" if score.is_vetoed else "",
            *(_number(amounts.get(rule.pk)) for rule in rules),
            _number(amounts.get(None)),
            each.columns,
            scoring.told_until,
            scoring.get_status_display(),
        ]


def _number(amount: Decimal | None) -> Value:
    """A number to reckon with; a dash for what was not assessed."""
    return NOT_ASSESSED if amount is None else amount


def sheet_workbook(score: UnitScore, *, rules: Iterable[ShownRule]) -> bytes:
    """The unit's sheet: each rule, below it its cases; only the rules' own amounts make the total."""
    return as_xlsx(_sheet_rows(score, rules), title="得分明细", widths=[20, 10, 90, 12, 12])


def _sheet_rows(score: UnitScore, rules: Iterable[ShownRule]) -> Iterator[Sequence[Value]]:
    yield ["考核项目", "分值", "算式或事项", "得分", "逐条影响"]
    for rule in rules:
        yield [rule.title, rule.marks, rule.words, rule.value if rule.value is not None else rule.amount, ""]
        for case in rule.cases:
            yield ["", "", case.words, "", case.value]
    yield ["总分", "", f"{score.unit}，{score.scoring}，{score.place_words}", score.total, ""]


def results_template(units: Iterable[Unit]) -> bytes:
    """The units that are scored, to be filled in by a third party (第三方评估)."""
    return as_xlsx(
        [[UNIT, VALUE, NOTE], *([unit.short_name, "", ""] for unit in units)], title="第三方评估", widths=[24, 10, 60]
    )
