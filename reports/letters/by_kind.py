"""Which letter each kind of report is written as."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reports.letters import status_paragraphs
from reports.letters.charts import overdue_charts, unit_charts
from reports.letters.circulars import progress_letter, spot_check_letter
from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, labelled
from reports.letters.score import score_letter
from reports.letters.status_paragraphs import period_figures, unit_figures
from reports.letters.wording import day, reason, told_until
from reports.snapshots.schema import DutyRow, OverdueSnapshot, UnitSnapshot

# 督办单: what is overdue, and by when an answer is asked for.

ANSWER_WORKDAYS = 5  # the office's own practice; no rule sets it
FEW = 3  # tasks that a page of plain paragraphs tells, without headings and annexes
ANSWER = (
    f"请于收到本通知之日起{ANSWER_WORKDAYS}个工作日内，通过政务公开工作平台报送办理进展和佐证材料；"
    "确需延期的，同时提出延期申请并说明理由。"
)
COUNTS = "逾期任务的办理情况纳入年度政务公开工作考核。"


def overdue_letter(snapshot: OverdueSnapshot) -> Letter:
    """The overdue tasks, counted and one by one, and what the units must do about them."""
    whose = snapshot["unit"]["unit"] if snapshot["unit"] else "全县"
    due = f"{day(period['since'])}至{day(period['until'])}到期的" if (period := snapshot.get("period")) else ""
    opening = f"{reason(snapshot)}对{whose}{due}任务完成情况进行了核对。截至{told_until(snapshot)}，"
    return _short(snapshot, opening) if len(snapshot["overdue"]) <= FEW else _long(snapshot, opening)


def _short(snapshot: OverdueSnapshot, opening: str) -> Letter:
    """On one page; the list travels along as data."""
    rows = snapshot["overdue"]
    lists = [replace(annex, label="数据", is_printed=False) for annex in status_paragraphs.overdue_annex(rows)]
    return Letter(
        opening=f"{opening}{status_paragraphs.overdue_summary(rows)}现予督办。",
        sections=[
            Section(
                "",
                [
                    LetterPart(
                        [
                            *status_paragraphs.within(snapshot),
                            *status_paragraphs.overdue_items(rows),
                            f"{ANSWER}{COUNTS}",
                        ]
                    )
                ],
            )
        ],
        annexes=[*lists, *period_figures(snapshot)],
    )


def _long(snapshot: OverdueSnapshot, opening: str) -> Letter:
    rows = snapshot["overdue"]
    return Letter(
        opening=f"{opening}以下任务超过规定时限仍未办结，现予督办。",
        sections=[
            Section("逾期情况", [*period_part(snapshot), *status_paragraphs.overdue_part(rows)]),
            Section(
                "办理要求",
                [
                    LetterPart(["责任单位要明确责任人员，逐项查明逾期原因，抓紧办理，尽快办结。"], "抓紧办结"),
                    LetterPart([ANSWER], "限期反馈"),
                    LetterPart([COUNTS], "纳入考核"),
                ],
            ),
        ],
        annexes=[
            *labelled([*status_paragraphs.overdue_annex(rows), *overdue_charts(snapshot)]),
            *period_figures(snapshot),
        ],
    )


def period_part(snapshot: OverdueSnapshot) -> list[LetterPart]:
    """What fell due within the period, where one was asked for."""
    told = status_paragraphs.within(snapshot)
    return [LetterPart(told, "任务到期情况")] if told else []


# 单位进展情况: a letter to one unit about its own tasks.

COLUMNS = ("序号", "要点", "工作任务", "分工", "完成时限", "办理状态", "逾期天数", "应报进展", "已确认", "缺报")


def unit_progress_letter(snapshot: UnitSnapshot) -> Letter:
    """How the unit stands, beside the county; what is late; what is asked of it."""
    late = [
        *status_paragraphs.overdue_part(snapshot["overdue"]),
        *status_paragraphs.missing_of_unit(snapshot.get("missing", [])),
    ]
    until = told_until(snapshot)
    return Letter(
        opening=f"{reason(snapshot)}对{snapshot['unit']['unit']}承担的任务落实进展进行了汇总。现将截至{until}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("存在问题", late or [LetterPart([status_paragraphs.no_problems(snapshot["totals"])])]),
            Section("下一步工作要求", status_paragraphs.demands(snapshot["totals"], problems=False)),
        ],
        annexes=[
            *labelled(
                [_duties_annex(snapshot), *status_paragraphs.overdue_annex(snapshot["overdue"]), *unit_charts(snapshot)]
            ),
            unit_figures(snapshot),
            *period_figures(snapshot),
        ],
    )


def _standing(snapshot: UnitSnapshot) -> list[LetterPart]:
    totals, county = snapshot["totals"], snapshot["county"]
    own = (
        f"{snapshot['unit']['unit']}承担工作要点{totals['points']}项，分解为{totals['assignments']}项次工作任务。"
        f"{status_paragraphs.counts_in_words(totals, until=told_until(snapshot))}"
        f"同期全县办结率为{status_paragraphs.due_share(county)}。"
    )
    parts = [
        LetterPart(
            [own, *status_paragraphs.within(snapshot), *status_paragraphs.by_part(snapshot["by_part"])], "任务落实进展"
        ),
        LetterPart(status_paragraphs.reporting(totals, who="本单位"), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]


def _duties_annex(snapshot: UnitSnapshot) -> Annex:
    """任务办理情况表: every task of the unit, in the order of the notice."""
    note = f"数据截至{told_until(snapshot)}。{status_paragraphs.QUOTED}"
    duties = snapshot["duties"]
    return Annex(
        "任务办理情况表",
        "duties",
        LetterTable(COLUMNS, _rows(duties, brief=True)),
        LetterTable(COLUMNS, _rows(duties)),
        note=note,
    )


def _rows(duties: Sequence[DutyRow], *, brief: bool = False) -> list[tuple[str | int, ...]]:
    return [
        (
            at,
            row["point"],
            status_paragraphs.in_table(row["text"]) if brief else row["text"],
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


LETTERS: dict[str, Callable[[Any], Letter]] = {
    "progress": progress_letter,
    "unit-progress": unit_progress_letter,
    "spot-check": spot_check_letter,
    "score": score_letter,
    "overdue": overdue_letter,
}
