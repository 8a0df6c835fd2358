"""Scores as Excel workbooks: the ranking of a scoring, one unit's sheet, and the sheet in which a third party fills in results."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ninghai.models import Unit
from ninghai.spreadsheets import Value, as_xlsx
from tasks.models import ScoreRule, Scoring, UnitScore
from tasks.scores.ranking import RankedUnit
from tasks.scores.sheets import ShownRule
from tasks.scores.third_party import NOTE, UNIT, VALUE


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
        *(rule.title for rule in rules),
        "尾差与总分限额",
        "统计日期",
        "状态",
    ]
    for each in ranked:
        score, amounts = each.score, each.amounts
        yield [
            each.place,
            score.unit.short_name,
            score.unit.get_kind_display(),
            score.total,
            "是" if score.is_vetoed else "",
            *(amounts.get(rule.pk, 0) for rule in rules),
            amounts.get(None, 0),
            f"{scoring.as_of:%Y-%m-%d}",
            scoring.get_status_display(),
        ]


def sheet_workbook(score: UnitScore, *, rules: Iterable[ShownRule]) -> bytes:
    """The unit's sheet: each rule, below it its cases; only the rules' own amounts make the total."""
    return as_xlsx(_sheet_rows(score, rules), title="得分明细", widths=[20, 10, 90, 12, 12])


def _sheet_rows(score: UnitScore, rules: Iterable[ShownRule]) -> Iterator[Sequence[Value]]:
    yield ["考核项目", "分值", "算式或事项", "得分", "逐条影响"]
    for rule in rules:
        yield [rule.title, rule.marks, rule.words, Decimal(rule.amount), ""]
        for case in rule.cases:
            yield ["", "", case.words, "", Decimal(case.amount)]
    yield ["总分", "", f"{score.unit}，{score.scoring}，第{score.rank}名", score.total, ""]


def results_template(units: Iterable[Unit]) -> bytes:
    """The units that are scored, to be filled in by a third party (第三方评估)."""
    return as_xlsx(
        [[UNIT, VALUE, NOTE], *([unit.short_name, "", ""] for unit in units)], title="第三方评估", widths=[24, 10, 60]
    )
