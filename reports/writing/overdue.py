"""督办单: what is overdue, and by when an answer is asked for."""

from dataclasses import replace

from reports.snapshot_schema import OverdueSnapshot
from reports.writing import standing
from reports.writing.charts import overdue_charts
from reports.writing.figures import period_figures
from reports.writing.letter import Letter, Part, Section, labelled
from reports.writing.wording import day, reason, told_until

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
    lists = [replace(annex, label="数据", is_printed=False) for annex in standing.overdue_annex(rows)]
    return Letter(
        opening=f"{opening}{standing.overdue_summary(rows)}现予督办。",
        sections=[
            Section("", [Part([*standing.within(snapshot), *standing.overdue_items(rows), f"{ANSWER}{COUNTS}"])])
        ],
        annexes=[*lists, *period_figures(snapshot)],
    )


def _long(snapshot: OverdueSnapshot, opening: str) -> Letter:
    rows = snapshot["overdue"]
    return Letter(
        opening=f"{opening}以下任务超过规定时限仍未办结，现予督办。",
        sections=[
            Section("逾期情况", [*period_part(snapshot), *standing.overdue_part(rows)]),
            Section(
                "办理要求",
                [
                    Part(["责任单位要明确责任人员，逐项查明逾期原因，抓紧办理，尽快办结。"], "抓紧办结"),
                    Part([ANSWER], "限期反馈"),
                    Part([COUNTS], "纳入考核"),
                ],
            ),
        ],
        annexes=[
            *labelled([*standing.overdue_annex(rows), *overdue_charts(snapshot)]),
            *period_figures(snapshot),
        ],
    )


def period_part(snapshot: OverdueSnapshot) -> list[Part]:
    """What fell due within the period, where one was asked for."""
    told = standing.within(snapshot)
    return [Part(told, "任务到期情况")] if told else []
