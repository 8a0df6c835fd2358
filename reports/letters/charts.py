"""What a chart (图) shows: labels and numbers of the snapshot, worded as in the tables. Drawn by `reports.pdf.charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.letters.letter import Annex, LetterTable
from reports.letters.status_paragraphs import due_share, part_name
from reports.snapshots import schema

MOST_BARS = 60  # on one page; more go to a second chart
FEWEST_BARS = 2  # one bar alone compares nothing


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of that value; `shown` is the number beside it, as the tables print it."""

    label: str
    value: float
    shown: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """One bar below the other, over a scale from 0 to `top` in that unit."""

    title: str
    bars: Sequence[Bar]
    unit: str
    top: float

    @property
    def values(self) -> list[tuple[str, str]]:
        return [(bar.label, bar.shown) for bar in self.bars]


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Two columns for each month: due by then, and completed by then; over a scale from 0 to `top`."""

    title: str
    months: Sequence[schema.MonthRow]
    top: float
    unit: str = "项次"

    @property
    def values(self) -> list[tuple[str, str]]:
        return [(month_name(row), f"应办结{row['due']}项次，办结{row['completed']}项次") for row in self.months]


Chart = BarChart | MonthChart


def scale_of(highest: float) -> float:
    """The top of a scale that reaches it in four equal, round steps: 4, 8, 20, 40, 80, 100, 200, 400, 800, 1,000 …"""
    steps = sorted(float(f"{step}e{power}") for power in range(9) for step in (1, 2, 5, 25))
    return next(4 * step for step in steps if 4 * step >= highest)


def month_name(row: schema.MonthRow) -> str:
    year, month = row["month"].split("-")
    return f"{year}年{int(month)}月"


def charts_annex(title: str, charts: Sequence[Chart]) -> list[Annex]:
    """The charts on pages of their own, their numbers as CSV; none where there is nothing to compare."""
    if not charts:
        return []
    nothing = LetterTable((), ())
    rows = [(chart.title, label, shown) for chart in charts for label, shown in chart.values]
    return [Annex(title, "charts", nothing, LetterTable(("图", "项目", "数值"), rows), charts=charts)]


def county_charts(snapshot: schema.CountySnapshot) -> list[Annex]:
    check = snapshot["spot_check"]
    return charts_annex(
        "工作进展情况图",
        [
            *(_outcomes(check) if check else []),
            *_months(snapshot["months"]),
            *_parts(snapshot["by_part"]),
            *_units(snapshot["by_unit"]),
        ],
    )


def unit_charts(snapshot: schema.UnitSnapshot) -> list[Annex]:
    return charts_annex("任务办理情况图", [*_months(snapshot["months"]), *_parts(snapshot["by_part"])])


def overdue_charts(snapshot: schema.OverdueSnapshot) -> list[Annex]:
    rows = sorted(snapshot["by_unit"], key=lambda row: -row["overdue"])
    bars = [Bar(row["unit"], row["overdue"], f"{row['overdue']}项次") for row in rows]
    return charts_annex("各单位逾期任务图", _bar_charts("各单位逾期任务项次", bars, unit="项次"))


def score_charts(ranking: Sequence[schema.ScoreRow]) -> list[Annex]:
    """In the order of the places; a vetoed unit's bar is hollow."""
    bars = [
        Bar(row["unit"], max(float(row["total"]), 0), f"{row['total']}分", is_hollow=row["vetoed"]) for row in ranking
    ]
    return charts_annex("各单位考核得分图", _bar_charts("各单位考核得分", bars, unit="分"))


def _outcomes(check: schema.SpotCheckRow) -> list[Chart]:
    """What was found, and what is not answered yet: together all that was drawn."""
    bars = [Bar(row["label"], row["count"], f"{row['count']}项次") for row in check["outcomes"]]
    if open_ := check["size"] - check["inspected"]:
        bars.append(Bar("核查中", open_, f"{open_}项次", is_hollow=True))
    return _bar_charts("抽查核查结果", bars, unit="项次")


def _months(rows: Sequence[schema.MonthRow]) -> list[Chart]:
    is_drawn = len(rows) >= FEWEST_BARS and any(row["due"] or row["completed"] for row in rows)
    highest = max((max(row["due"], row["completed"]) for row in rows), default=0)
    return [MonthChart("各月末累计应办结和已办结任务项次", rows, scale_of(highest))] if is_drawn else []


def _parts(rows: Sequence[schema.PartRow]) -> list[Chart]:
    return _bar_charts("工作要点各部分办结率", [_share_bar(part_name(row), row) for row in rows], unit="%")


def _units(rows: Sequence[schema.UnitRow]) -> list[Chart]:
    """The highest share first; a unit without anything to do is left to the table."""
    asked = [row for row in rows if row["assignments"] > row["not_applicable"]]
    asked.sort(key=lambda row: -_share(row))
    return _bar_charts("各单位办结率", [_share_bar(row["unit"], row) for row in asked], unit="%")


def _share_bar(label: str, row: schema.PartRow | schema.UnitRow) -> Bar:
    return Bar(label, float(_share(row) * 100), due_share(row))


def _share(row: schema.PartRow | schema.UnitRow) -> Fraction:
    asked = row["assignments"] - row["not_applicable"]
    return Fraction(row["completed"], asked) if asked > 0 else Fraction(0)


def _bar_charts(title: str, bars: Sequence[Bar], *, unit: str) -> list[Chart]:
    """As many charts as the bars need pages, over one scale; none where all are nought."""
    highest = max((bar.value for bar in bars), default=0)
    if len(bars) < FEWEST_BARS or not highest:
        return []
    top = 100 if unit == "%" else scale_of(highest)
    pages = [bars[at : at + MOST_BARS] for at in range(0, len(bars), MOST_BARS)]
    return [BarChart(title if at == 0 else f"{title}（续）", page, unit, top) for at, page in enumerate(pages)]
