"""The letter of each kind of report: 抽查通报, 全县进展情况, 督办单, 单位进展情况; 考核通报 stands in `score`,
依申请公开情况 in `applications`, 政务舆情回应情况 in `opinions`, 专项检查通报 in `special_check`, 12345热线办理情况 in `hotline`.

What several letters say, such as the overdue tasks one by one, stands in `status_paragraphs`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reports.letters import status_paragraphs
from reports.letters.applications import applications_letter
from reports.letters.case_letter import CASE_LETTER, case_letter
from reports.letters.charts import county_charts, overdue_charts, unit_charts
from reports.letters.hotline import hotline_letter
from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, TypesettingError, labelled
from reports.letters.notation import day, excerpt, quoted, reason, until_words
from reports.letters.opinions import opinions_letter
from reports.letters.score import score_letter
from reports.letters.special_check import special_check_letter
from reports.letters.status_paragraphs import (
    MOST_ITEMS,
    QUOTED,
    counted_by_unit,
    county_figures,
    in_table,
    period_figures,
    unit_figures,
)
from reports.snapshots import schema

# What a spot check (抽查) found: how the sample was drawn, the outcomes, and the problems to be put right.

LONGEST_NOTE = 200  # characters told within the text; the annex's CSV has the whole
MOST_STRATA = 6  # told within the sentence; more stand in an annex


def drawing(check: schema.SpotCheckRow) -> list[str]:
    """How the sample came about, so that anybody can draw it again."""
    return [
        f"{day(check['drawn_on'])}，从{check['population']}项次工作任务中随机抽取{check['size']}项次进行核查。{_layers(check['strata'])}"
        f"抽样种子为“{check['seed']}”：各层任务按“种子:任务编号”的SHA-256值从小到大排列，依次取前若干项，任何人均可据此复核。"
    ]


def _layers(strata: Sequence[schema.Stratum]) -> str:
    """How much was drawn from which stratum; what nothing was drawn from is only counted."""
    if len(strata) < 2:
        return ""
    if len(strata) > MOST_STRATA:
        return f"按{len(strata)}层分别抽取，分层情况见附件。"
    drawn = [f"{row['name']}{row['population']}项次中抽取{row['drawn']}项次" for row in strata if row["drawn"]]
    rest = f"；其余{len(strata) - len(drawn)}层未抽到任务" if len(drawn) < len(strata) else ""
    return f"按{len(strata)}层分别抽取：{'、'.join(drawn)}{rest}。"


def strata_annex(check: schema.SpotCheckRow) -> list[Annex]:
    """抽样分层情况表; none where the text tells the strata."""
    return [_strata(check)] if len(check["strata"]) > MOST_STRATA else []


def strata_data(check: schema.SpotCheckRow) -> list[Annex]:
    """The same as data, where the text tells the strata."""
    return [] if len(check["strata"]) > MOST_STRATA else [replace(_strata(check), label="数据", is_printed=False)]


def _strata(check: schema.SpotCheckRow) -> Annex:
    rows = [(at, row["name"], row["population"], row["drawn"]) for at, row in enumerate(check["strata"], start=1)]
    table = LetterTable(("序号", "分层", "任务项次", "抽取项次"), rows)
    return Annex("抽样分层情况表", "strata", table, table, ("", "合计", check["population"], check["size"]))


def outcomes(check: schema.SpotCheckRow) -> list[str]:
    counted = "、".join(f"{row['label']}{row['count']}项次" for row in check["outcomes"] if row["count"])
    open_ = check["size"] - check["inspected"]
    rest = f"，尚有{open_}项次正在核查" if open_ > 0 else ""
    if not check["inspected"]:
        return ["抽取的任务正在核查，还没有结论。具体情况见附件。"]
    return [
        f"抽取的任务中已核查{check['inspected']}项次{rest}。{f'核查结果为：{counted}。' if counted else ''}具体情况见附件。"
    ]


def problems(findings: Sequence[schema.FindingRow]) -> list[schema.FindingRow]:
    return [row for row in findings if row["problem"]]


def problem_part(findings: Sequence[schema.FindingRow]) -> list[LetterPart]:
    """抽查发现的问题: counted by outcome and unit; told one by one while they are few."""
    rows = problems(findings)
    if not rows:
        return []
    labels = dict.fromkeys(row["label"] for row in rows)
    counted = [
        f"{label}的涉及{counted_by_unit(row['unit'] for row in rows if row['label'] == label)}" for label in labels
    ]
    summary = f"抽查发现问题{len(rows)}项次。其中，{'；'.join(counted)}。"
    if len(rows) > MOST_ITEMS:
        return [LetterPart([f"{summary}具体问题和整改期限见附件。"], "抽查发现的问题")]
    found = [_problem(at if len(rows) > 1 else 0, row) for at, row in enumerate(rows, start=1)]
    return [LetterPart([summary, *found], "抽查发现的问题")]


def _problem(at: int, row: schema.FindingRow) -> str:
    """Under its number where there are several."""
    note = f"{excerpt(row['note'], limit=LONGEST_NOTE).rstrip('。')}。" if row["note"] else ""
    until = f"应于{day(row['rectify_by'])}前完成整改。" if row["rectify_by"] else ""
    number = f"{at}. " if at else ""
    return f"{number}{row['unit']}：{quoted(excerpt(row['requirement']))}核查结果为{row['label']}。{note}{until}"


def findings_annex(check: schema.SpotCheckRow) -> Annex:
    """抽查结果表: one row for each drawn assignment."""
    columns = ("序号", "任务编号", "责任单位", "要点", "工作要求", "核查结果", "情况说明", "整改期限")
    short, full = (
        LetterTable(columns, [_cells(row, text(row["requirement"])) for row in check["findings"]])
        for text in (in_table, str)
    )
    return Annex("抽查结果表", "findings", short, full, note=QUOTED)


def _cells(row: schema.FindingRow, requirement: str) -> tuple[str | int, ...]:
    outcome, until = row["label"] or "核查中", row["rectify_by"] or ""
    return (row["number"], row["key"], row["unit"], row["point"], requirement, outcome, row["note"], until)


def spot_check_letter(snapshot: schema.CountySnapshot) -> Letter:
    """抽查通报: the standing of the work, what the check found, what is wrong, what is asked for."""
    check = snapshot["spot_check"]
    if check is None:
        raise TypesettingError("抽查通报的快照中没有抽查结果，请重新生成报告。")
    findings = check["findings"]
    wrong = [
        *problem_part(findings),
        *status_paragraphs.overdue_part(snapshot["overdue"]),
        *status_paragraphs.missing_by_unit(snapshot),
    ]
    found = [LetterPart(drawing(check), "抽样方法"), LetterPart(outcomes(check), "核查结果")]
    return Letter(
        opening=f"{reason(snapshot)}对全县政务公开工作要点落实情况进行了抽查。现将截至{until_words(snapshot)}的有关情况通报如下：",
        sections=[
            Section("总体情况", _county_status(snapshot)),
            Section("抽查情况", found),
            Section(
                "存在问题",
                wrong or [LetterPart([f"本次抽查未发现问题，{status_paragraphs.no_problems(snapshot['totals'])}"])],
            ),
            Section("下一步工作要求", status_paragraphs.demands(snapshot["totals"], problems=bool(problems(findings)))),
        ],
        annexes=_spot_check_annexes(snapshot, check),
    )


def _spot_check_annexes(snapshot: schema.CountySnapshot, check: schema.SpotCheckRow) -> list[Annex]:
    printed = [
        status_paragraphs.unit_annex(snapshot),
        findings_annex(check),
        *strata_annex(check),
        *status_paragraphs.overdue_annex(snapshot["overdue"]),
        *county_charts(snapshot),
    ]
    return [*labelled(printed), *strata_data(check), county_figures(snapshot)]


def progress_letter(snapshot: schema.CountySnapshot) -> Letter:
    """全县进展情况: the standing of the work and what is late."""
    late = [*status_paragraphs.overdue_part(snapshot["overdue"]), *status_paragraphs.missing_by_unit(snapshot)]
    return Letter(
        opening=f"{reason(snapshot)}对全县政务公开工作要点落实进展进行了汇总。现将截至{until_words(snapshot)}的有关情况通报如下：",
        sections=[
            Section("总体情况", _county_status(snapshot)),
            Section("存在问题", late or [LetterPart([status_paragraphs.no_problems(snapshot["totals"])])]),
            Section("下一步工作要求", status_paragraphs.demands(snapshot["totals"], problems=False)),
        ],
        annexes=[
            *labelled(
                [
                    status_paragraphs.unit_annex(snapshot),
                    *status_paragraphs.overdue_annex(snapshot["overdue"]),
                    *county_charts(snapshot),
                ]
            ),
            county_figures(snapshot),
            *period_figures(snapshot),
        ],
    )


def _county_status(snapshot: schema.CountySnapshot) -> list[LetterPart]:
    parts = [
        LetterPart(
            [*status_paragraphs.overall(snapshot), *status_paragraphs.by_part(snapshot["by_part"])], "工作要点落实进展"
        ),
        LetterPart(status_paragraphs.by_unit(snapshot["by_unit"]), "各单位任务办理情况"),
        LetterPart(status_paragraphs.reporting(snapshot["totals"]), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]


# 督办单: what is overdue, and by when an answer is asked for.

ANSWER_WORKDAYS = 5  # the office's own practice; no rule sets it
FEW = 3  # tasks that a page of plain paragraphs tells, without headings and annexes
ANSWER = (
    f"请于收到本通知之日起{ANSWER_WORKDAYS}个工作日内，通过政务公开工作平台报送办理进展和佐证材料；"
    "确需延期的，同时提出延期申请并说明理由。"
)
COUNTS = "逾期任务的办理情况纳入年度政务公开工作考核。"


def overdue_letter(snapshot: schema.OverdueSnapshot) -> Letter:
    """The overdue tasks, counted and one by one, and what the units must do about them."""
    whose = snapshot["unit"]["unit"] if snapshot["unit"] else "全县"
    due = f"{day(period['since'])}至{day(period['until'])}到期的" if (period := snapshot.get("period")) else ""
    opening = f"{reason(snapshot)}对{whose}{due}任务完成情况进行了核对。截至{until_words(snapshot)}，"
    return _short(snapshot, opening) if len(snapshot["overdue"]) <= FEW else _long(snapshot, opening)


def _short(snapshot: schema.OverdueSnapshot, opening: str) -> Letter:
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


def _long(snapshot: schema.OverdueSnapshot, opening: str) -> Letter:
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


def period_part(snapshot: schema.OverdueSnapshot) -> list[LetterPart]:
    """What fell due within the period, where one was asked for."""
    found = status_paragraphs.within(snapshot)
    return [LetterPart(found, "任务到期情况")] if found else []


# 单位进展情况: a letter to one unit about its own tasks.

COLUMNS = ("序号", "要点", "工作任务", "分工", "完成时限", "办理状态", "逾期天数", "应报进展", "已确认", "缺报")


def unit_progress_letter(snapshot: schema.UnitSnapshot) -> Letter:
    """How the unit stands, beside the county; what is late; what is asked of it."""
    late = [
        *status_paragraphs.overdue_part(snapshot["overdue"]),
        *status_paragraphs.missing_of_unit(snapshot.get("missing", [])),
    ]
    until = until_words(snapshot)
    return Letter(
        opening=f"{reason(snapshot)}对{snapshot['unit']['unit']}承担的任务落实进展进行了汇总。现将截至{until}的有关情况通报如下：",
        sections=[
            Section("总体情况", _unit_status(snapshot)),
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


def _unit_status(snapshot: schema.UnitSnapshot) -> list[LetterPart]:
    totals, county = snapshot["totals"], snapshot["county"]
    own = (
        f"{snapshot['unit']['unit']}承担工作要点{totals['points']}项，分解为{totals['assignments']}项次工作任务。"
        f"{status_paragraphs.counts_in_words(totals, until=until_words(snapshot))}"
        f"同期全县办结率为{status_paragraphs.due_share(county)}。"
    )
    parts = [
        LetterPart(
            [own, *status_paragraphs.within(snapshot), *status_paragraphs.by_part(snapshot["by_part"])], "任务落实进展"
        ),
        LetterPart(status_paragraphs.reporting(totals, who="本单位"), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]


def _duties_annex(snapshot: schema.UnitSnapshot) -> Annex:
    """任务办理情况表: every task of the unit, in the order of the notice."""
    note = f"数据截至{until_words(snapshot)}。{status_paragraphs.QUOTED}"
    duties = snapshot["duties"]
    return Annex(
        "任务办理情况表",
        "duties",
        LetterTable(COLUMNS, _rows(duties, brief=True)),
        LetterTable(COLUMNS, _rows(duties)),
        note=note,
    )


def _rows(duties: Sequence[schema.DutyRow], *, brief: bool = False) -> list[tuple[str | int, ...]]:
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
    "special-check": special_check_letter,
    "score": score_letter,
    "overdue": overdue_letter,
    "applications": applications_letter,
    "opinions": opinions_letter,
    "hotline": hotline_letter,
    CASE_LETTER: case_letter,
}
