"""Scores as Excel workbooks: the ranking of a scoring, one unit's sheet, and the sheet in which a third party fills in results."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

from django.db.models import F, QuerySet

from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetRow
from ninghai.files.workbooks.writing import Value, as_xlsx
from ninghai.models import Unit
from tasks.models import Assignment, ScoreEntry, ScoreRule, Scoring, UnitScore
from tasks.scoring.results import RankedUnit, ShownRule, weight_words
from tasks.scoring.sheet import NOT_ASSESSED

# A third party's results (第三方评估结果) as an Excel workbook: unit, value, note; looked at before anything is kept.


def _value(text: str) -> Decimal:
    """0–100 with two decimals at most."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数字。") from None
    if not value.is_finite() or not 0 <= value <= 100:
        raise ValueError(f"“{text}”不在0到100之间。")
    if value != value.quantize(Decimal("0.01")):
        raise ValueError(f"“{text}”的小数超过两位。")
    return value


MOST_ROWS = 2000
RESULTS = FlatSheet(
    columns=(
        SheetColumn("单位", "unit", is_required=True, is_prefilled=True),
        SheetColumn("得分", "value", _value, is_required=True),
        SheetColumn("说明", "note", longest=300),
    ),
    most_rows=MOST_ROWS,
    besides="评估结果",
    advice="请下载模板，在模板上填写。",
    too_many=f"超过 {MOST_ROWS} 行，请检查文件末尾是否有多余的行。",
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that can be kept."""

    row: str
    unit: Unit
    value: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class ResultsDryRun:
    """What importing would enter, which rows are there already, and what keeps the file from being imported."""

    new: list[Ready]
    known: list[Ready]
    problems: list[CellProblem]


def dry_run(results: Sequence[SheetRow], *, rule: ScoreRule, happened_on: date, on: date) -> ResultsDryRun:
    """What importing would do, and every problem at its row and column; nothing is saved."""
    problems = [] if results else [CellProblem(2, "得分", "没有填写任何得分。")]
    if not date(rule.scheme.notice.year, 1, 1) <= happened_on <= on:
        problems.append(CellProblem(1, "评估日期", f"应在{rule.scheme.notice.year}年1月1日到今天之间。"))
    units, kept = _units_by_name(rule), _kept(rule, happened_on)
    named = Counter(unit.pk for each in results if (unit := units.get(each["unit"])))
    new: list[Ready] = []
    known: list[Ready] = []
    for each in results:
        wrong, ready = _read(each, units, named)
        if ready and ready.unit.pk in kept and kept[ready.unit.pk] != (ready.value, ready.note):
            words = f"{ready.unit}{happened_on:%Y-%m-%d}已登记{kept[ready.unit.pk][0]}分。要更正的，请先作废原记录。"
            wrong.append(RESULTS.problem(each, "value", words))
        elif ready:
            (known if ready.unit.pk in kept else new).append(ready)
        problems += wrong
    return ResultsDryRun(new=new, known=known, problems=problems)


def units_of_the_notice(notice: int) -> QuerySet[Unit]:
    """Who was given a part of the notice."""
    return Unit.objects.filter(pk__in=Assignment.objects.filter(task__point__notice=notice).values("unit"))


def _units_by_name(rule: ScoreRule) -> dict[str, Unit]:
    """By every name that a third party may write, and by code; a living unit goes before one that was dissolved."""
    units = units_of_the_notice(rule.scheme.notice_id).order_by(F("valid_until").asc(nulls_last=True), "pk")
    return {name: unit for unit in units for name in (*unit.names, unit.code)}


def _kept(rule: ScoreRule, happened_on: date) -> dict[int, tuple[Decimal, str]]:
    rows = ScoreEntry.objects.valid().filter(rule=rule, happened_on=happened_on)
    return {unit: (value, reason) for unit, value, reason in rows.values_list("unit", "value", "reason")}


def _read(row: SheetRow, units: dict[str, Unit], named: Counter[int]) -> tuple[list[CellProblem], Ready | None]:
    values, wrong = RESULTS.parse(row, {"unit": partial(_unit, units, named)})
    if wrong:
        return wrong, None
    return wrong, Ready(row["row"], values["unit"], values["value"], values.get("note") or "第三方评估")


def _unit(units: dict[str, Unit], named: Counter[int], name: str) -> Unit:
    unit = units.get(name)
    if unit is None:
        raise ValueError(f"“{name}”不是承担这份通知任务的单位，请按单位简称填写。")
    if named[unit.pk] > 1:
        raise ValueError(f"“{unit}”在表中重复。")
    return unit


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
            scoring.until_words,
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
        [RESULTS.labels, *([unit.short_name, "", ""] for unit in units)], title="第三方评估", widths=[24, 10, 60]
    )
