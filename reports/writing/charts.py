"""What a chart (图) shows: labels and numbers of the snapshot, worded as in the tables. Drawn by `reports.typesetting.charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.snapshot_schema import (
    CountySnapshot,
    MonthRow,
    OutcomeCount,
    OverdueSnapshot,
    PartRow,
    ScoreRow,
    UnitRow,
    UnitSnapshot,
)
from reports.writing.letter import Annex, Table
from reports.writing.standing import due_share, part_name

MOST_BARS = 60  # on one page; more go to a second chart
FEWEST_BARS = 2  # one bar alone compares nothing


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as long as `part` of the chart's whole; `shown` is the number beside it, as the tables print it."""

    label: str
    part: float
    shown: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """One bar below the other."""

    title: str
    bars: Sequence[Bar]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(bar.label, bar.shown) for bar in self.bars]


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Two columns for each month: due by then, and completed by then."""

    title: str
    months: Sequence[MonthRow]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(month_name(row), f"应办结{row['due']}项次，办结{row['completed']}项次") for row in self.months]


Chart = BarChart | MonthChart


def month_name(row: MonthRow) -> str:
    year, month = row["month"].split("-")
    return f"{year}年{int(month)}月"


def charts_annex(title: str, charts: Sequence[Chart]) -> list[Annex]:
    """The charts on pages of their own, their numbers as CSV; none where there is nothing to compare."""
    if not charts:
        return []
    nothing = Table((), ())
    rows = [(chart.title, label, shown) for chart in charts for label, shown in chart.told]
    return [Annex(title, "charts", nothing, Table(("图", "项目", "数值"), rows), charts=charts)]


def county_charts(snapshot: CountySnapshot) -> list[Annex]:
    check = snapshot["spot_check"]
    return charts_annex(
        "工作进展情况图",
        [
            *(_outcomes(check["outcomes"], size=check["size"]) if check else []),
            *_months(snapshot["months"]),
            *_parts(snapshot["by_part"]),
            *_units(snapshot["by_unit"]),
        ],
    )


def unit_charts(snapshot: UnitSnapshot) -> list[Annex]:
    return charts_annex("任务办理情况图", [*_months(snapshot["months"]), *_parts(snapshot["by_part"])])


def overdue_charts(snapshot: OverdueSnapshot) -> list[Annex]:
    rows = sorted(snapshot["by_unit"], key=lambda row: -row["overdue"])
    most = max((row["overdue"] for row in rows), default=0)
    bars = [Bar(row["unit"], row["overdue"] / most, f"{row['overdue']}项次") for row in rows]
    return charts_annex("各单位逾期任务图", _bar_charts("各单位逾期任务项次", bars))


def score_charts(ranking: Sequence[ScoreRow]) -> list[Annex]:
    """In the order of the places; a vetoed unit's bar is hollow."""
    most = max((float(row["total"]) for row in ranking), default=0)
    bars = [
        Bar(row["unit"], max(float(row["total"]), 0) / (most or 1), f"{row['total']}分", is_hollow=row["vetoed"])
        for row in ranking
    ]
    return charts_annex("各单位考核得分图", _bar_charts("各单位考核得分", bars))


def _outcomes(rows: Sequence[OutcomeCount], *, size: int) -> list[Chart]:
    bars = [Bar(row["label"], row["count"] / (size or 1), f"{row['count']}项次") for row in rows]
    return _bar_charts("抽查核查结果", bars)


def _months(rows: Sequence[MonthRow]) -> list[Chart]:
    is_told = len(rows) >= FEWEST_BARS and any(row["due"] or row["completed"] for row in rows)
    return [MonthChart("各月末累计应办结和已办结任务项次", rows)] if is_told else []


def _parts(rows: Sequence[PartRow]) -> list[Chart]:
    return _bar_charts("工作要点各部分办结率", [_share_bar(part_name(row), row) for row in rows])


def _units(rows: Sequence[UnitRow]) -> list[Chart]:
    """The highest share first; a unit without anything to do is left to the table."""
    asked = [row for row in rows if row["assignments"] > row["not_applicable"]]
    asked.sort(key=lambda row: -_share(row))
    return _bar_charts("各单位办结率", [_share_bar(row["unit"], row) for row in asked])


def _share_bar(label: str, row: PartRow | UnitRow) -> Bar:
    return Bar(label, float(_share(row)), due_share(row))


def _share(row: PartRow | UnitRow) -> Fraction:
    asked = row["assignments"] - row["not_applicable"]
    return Fraction(row["completed"], asked) if asked > 0 else Fraction(0)


def _bar_charts(title: str, bars: Sequence[Bar]) -> list[Chart]:
    """As many charts as the bars need pages; none where all are nought."""
    if len(bars) < FEWEST_BARS or not any(bar.part for bar in bars):
        return []
    pages = [bars[at : at + MOST_BARS] for at in range(0, len(bars), MOST_BARS)]
    return [BarChart(title if at == 0 else f"{title}（续）", page) for at, page in enumerate(pages)]
