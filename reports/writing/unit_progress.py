"""单位进展情况: a letter to one unit about its own tasks."""

from collections.abc import Sequence

from reports.snapshot_schema import DutyRow, UnitSnapshot
from reports.writing import standing
from reports.writing.charts import unit_charts
from reports.writing.figures import period_figures, unit_figures
from reports.writing.letter import Annex, Letter, Part, Section, Table, labelled
from reports.writing.wording import reason, told_until

COLUMNS = ("序号", "要点", "工作任务", "分工", "完成时限", "办理状态", "逾期天数", "应报进展", "已确认", "缺报")


def unit_progress_letter(snapshot: UnitSnapshot) -> Letter:
    """How the unit stands, beside the county; what is late; what is asked of it."""
    late = [*standing.overdue_part(snapshot["overdue"]), *standing.missing_of_unit(snapshot.get("missing", []))]
    until = told_until(snapshot)
    return Letter(
        opening=f"{reason(snapshot)}对{snapshot['unit']['unit']}承担的任务落实进展进行了汇总。现将截至{until}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("存在问题", late or [Part([standing.no_problems(snapshot["totals"])])]),
            Section("下一步工作要求", standing.demands(snapshot["totals"], problems=False)),
        ],
        annexes=[
            *labelled([_duties_annex(snapshot), *standing.overdue_annex(snapshot["overdue"]), *unit_charts(snapshot)]),
            unit_figures(snapshot),
            *period_figures(snapshot),
        ],
    )


def _standing(snapshot: UnitSnapshot) -> list[Part]:
    totals, county = snapshot["totals"], snapshot["county"]
    own = (
        f"{snapshot['unit']['unit']}承担工作要点{totals['points']}项，分解为{totals['assignments']}项次工作任务。"
        f"{standing.counts_in_words(totals, until=told_until(snapshot))}"
        f"同期全县办结率为{standing.due_share(county)}。"
    )
    parts = [
        Part([own, *standing.within(snapshot), *standing.by_part(snapshot["by_part"])], "任务落实进展"),
        Part(standing.reporting(totals, who="本单位"), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]


def _duties_annex(snapshot: UnitSnapshot) -> Annex:
    """任务办理情况表: every task of the unit, in the order of the notice."""
    note = f"数据截至{told_until(snapshot)}。{standing.QUOTED}"
    duties = snapshot["duties"]
    return Annex(
        "任务办理情况表", "duties", Table(COLUMNS, _rows(duties, brief=True)), Table(COLUMNS, _rows(duties)), note=note
    )


def _rows(duties: Sequence[DutyRow], *, brief: bool = False) -> list[tuple[str | int, ...]]:
    return [
        (
            at,
            row["point"],
            standing.in_table(row["text"]) if brief else row["text"],
            row["role"],
            row["due_date"],
            f"{row['standing']}（逾期）" if row["done_late"] or row["overdue"] else row["standing"],
            row["days_late"] or "—",
            row["reports_owed"],
            row["reports_accepted"],
            row.get("reports_missing", "—"),
        )
        for at, row in enumerate(duties, start=1)
    ]
