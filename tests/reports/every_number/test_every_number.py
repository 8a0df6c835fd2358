"""Every number that a report prints, against plain SQL over the demo year: in its text, its tables and its attached data.

A statement of the text is explained by a query's figures or by words of the records; a digit that is left over fails.
"""

import hashlib
import re
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from fixtures.demo.year import DEMO_DAY
from ninghai.models import Unit
from reports.circulation.requests import snapshot_of
from reports.facts.request import Request
from reports.letters.by_kind import FEW
from tasks.models import Scoring, SpotCheck, WorkPointNotice
from tests.reports.every_number import by_sql, told
from tests.reports.every_number.by_sql import Row
from tests.reports.every_number.printed import Paper, Text, day, flat, paper_of, same_cells
from tests.reports.every_number.told import (
    counted_units,
    counts,
    county,
    demands,
    head,
    overdue,
    overdue_table,
    parts,
    reporting,
    unit_table,
)

DAYS = [date(2018, 8, 31), date(2018, 9, 30), date(2018, 10, 12), date(2018, 10, 26), date(2018, 11, 12), DEMO_DAY]
PERIODS = [(date(2018, 10, 26), date(2018, 9, 1)), (date(2018, 11, 12), date(2018, 10, 1))]  # last day, first day
SPANS: list[tuple[date, date | None]] = [*((on, None) for on in DAYS), *PERIODS]
ROLES = {"lead": "牵头", "responsible": "责任", "supporting": "配合", "guiding": "指导"}
STANDINGS = {"completed": "办结", "in_progress": "办理中", "todo": "待办", "not_applicable": "不适用"}
KINDS_OF_UNITS = dict(Unit.Kind.choices)
OUTCOMES = {"true": "属实", "partly_true": "部分属实", "not_true": "不属实", "to_rectify": "需整改"}


pytestmark = pytest.mark.usefixtures("demo_year")


def paper(kind: str, on: date, **about: Any) -> Paper:
    request = Request.about(kind=kind, notice=WorkPointNotice.objects.get(), as_of=on, **about)
    return paper_of(snapshot_of(request, today=DEMO_DAY))


def duties(on: date, unit: str = "") -> list[Row]:
    return by_sql.standing(notice=WorkPointNotice.objects.get().pk, day=on, unit=unit)


# --- Kind by kind ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "since"), SPANS)
def test_the_progress_of_the_county(on, since):
    found, rows = paper("progress", on, since=since), duties(on)

    head(found.text, on, f"2018年政务公开工作要点落实进展情况({span(on, since)})")
    told.period(found, rows, since, on)
    found.text.names(f"现将截至{day(on)}")
    county(found.text, rows, on)
    late = overdue(found.text, rows)
    told.missing(found.text, rows)
    unit_table(found, rows)
    overdue_table(found, late)
    charts = [*told.months(rows, on), *told.shares_of_parts(rows), *told.shares_of_units(rows)]
    told.charts(found, "工作进展情况图", charts)
    told.figures(found, [county_sums(rows, on)], rows)

    found.text.is_explained()


def county_sums(rows: list[Row], on: date) -> tuple[str, Row]:
    """A point of the notice counts, also one that nobody was given."""
    points = by_sql.points_in_force(notice=WorkPointNotice.objects.get().pk, day=on)
    return "全县", by_sql.sums(rows) | {"points": points}


def span(on: date, since: date | None) -> str:
    return f"{day(since)}至{day(on)}" if since else f"截至{day(on)}"


@pytest.mark.parametrize(("on", "since"), SPANS)
def test_the_progress_of_each_unit(on, since):
    """Of every unit on the last day, of each seventh on the days before."""
    everybody = duties(on)
    for code in sorted({row["code"] for row in everybody})[:: 1 if on == DEMO_DAY else 7]:
        unit = Unit.objects.get(code=code)
        found, rows = (
            paper("unit-progress", on, unit=unit, since=since),
            [row for row in everybody if row["code"] == code],
        )

        head(found.text, on, f"{unit.short_name}2018年政务公开工作要点落实进展情况({span(on, since)})")
        told.period(found, rows, since, on)
        found.text.names(f"现将截至{day(on)}")
        sums = by_sql.sums(rows)
        found.text.says(r"承担工作要点(\d+)项,分解为(\d+)项次", sums["points"], sums["assignments"])
        found.text.says(r"同期全县办结率为([\d.]+%)", by_sql.sums(everybody)["share"])
        counts(found.text, sums, on)
        parts(found.text, rows)
        reporting(found.text, sums)
        demands(found.text, sums)
        overdue_table(found, overdue(found.text, rows))
        told.missing_of_unit(found.text, rows)
        cells = [duty_cells(at, row) for at, row in enumerate(rows, start=1)]
        same_cells(found.data["任务办理情况表"], cells)
        same_cells(found.tables["任务办理情况表"], cells, quoted=2)
        told.charts(found, "任务办理情况图", [*told.months(rows, on), *told.shares_of_parts(rows)])
        told.figures(found, [(unit.short_name, sums), ("全县", by_sql.sums(everybody))], rows)

        found.text.is_explained()


def duty_cells(at: int, row: Row) -> list[object]:
    standing = STANDINGS[row["standing"]] + ("(逾期)" if row["is_late"] or row["is_overdue"] else "")
    days = row["days_late"] if row["is_overdue"] else "—"
    role = ROLES[row["role"]]
    return [
        at,
        row["point"],
        row["text"],
        role,
        row["due"],
        standing,
        days,
        row["owed"],
        row["accepted"],
        row["missing"],
    ]


@pytest.mark.parametrize(("month", "on"), [(10, date(2018, 10, 18)), (10, date(2018, 10, 26)), (11, DEMO_DAY)])
def test_the_circular_of_a_spot_check(month, on):
    check = SpotCheck.objects.get(drawn_at__month=month, subject=SpotCheck.Subject.ASSIGNMENTS)
    found, rows = paper("spot-check", on, spot_check=check), duties(on)
    drawn = in_order_of_the_draw(check, by_sql.rows(by_sql.FINDINGS, check=check.pk, day=on))
    wrong = [row for row in drawn if row["outcome"] not in {None, "true"}]

    head(found.text, on, f"2018年{month}月政务公开工作抽查情况")
    found.text.names(f"现将截至{day(on)}")
    drawing(found, check, drawn)
    cells = [finding_cells(at, row) for at, row in enumerate(drawn, start=1)]
    same_cells(found.data["抽查结果表"], cells)
    same_cells(found.tables["抽查结果表"], cells, quoted=4)
    problems(found.text, wrong)
    county(found.text, rows, on)
    unit_table(found, rows)
    overdue_table(found, overdue(found.text, rows))
    told.missing(found.text, rows)
    outcomes = Counter(row["outcome"] for row in drawn if row["outcome"])
    bars = [("抽查核查结果", label, f"{outcomes[outcome]}项次") for outcome, label in OUTCOMES.items() if outcomes]
    still_open = len(drawn) - outcomes.total()
    bars += [("抽查核查结果", "核查中", f"{still_open}项次")] if bars and still_open else []
    charts = [*bars, *told.months(rows, on), *told.shares_of_parts(rows), *told.shares_of_units(rows)]
    told.charts(found, "工作进展情况图", charts)
    told.figures(found, [county_sums(rows, on)], rows)

    found.text.is_explained()


def in_order_of_the_draw(check: SpotCheck, rows: list[Row]) -> list[Row]:
    """Drawn anew by the published rule: of each stratum the first by SHA-256 of seed:key."""
    by_key, drawn = {row["key"]: row for row in rows}, []
    for stratum in check.strata:
        ordered = sorted(
            stratum["population"], key=lambda key: hashlib.sha256(f"{check.seed}:{key}".encode()).hexdigest()
        )
        drawn += [by_key.pop(key) for key in ordered[: stratum["size"]]]
    assert by_key == {}
    return drawn


def drawing(found: Paper, check: SpotCheck, drawn: list[Row]) -> None:
    """How it was drawn, and what was found: population, sizes, seed, outcomes."""
    [row] = by_sql.rows(
        "SELECT count(*) FROM tasks_assignment WHERE made_on <= %(day)s AND (ended_on IS NULL OR ended_on > %(day)s)",
        day=check.drawn_at.date(),
    )
    found.text.says(
        rf"{day(check.drawn_at.date())},从(\d+)项次工作任务中随机抽取(\d+)项次进行核查。", row["count"], len(drawn)
    )
    found.text.names(f"抽样种子为“{check.seed}”")
    found.text.names("SHA-256")
    sizes = Counter(row["stratum"] for row in drawn)
    strata = [(each["name"], len(each["population"]), sizes[each["name"]]) for each in check.strata]
    cells = [*([at, *each] for at, each in enumerate(strata, start=1)), ["", "合计", row["count"], len(drawn)]]
    same_cells(found.data["抽样分层情况表"], cells)
    if len(strata) <= 6:
        found.text.says(r"按(\d+)层分别抽取:", len(strata))
        for name, population, size in strata:
            if size:
                found.text.says(rf"{flat(name)}(\d+)项次中抽取(\d+)项次", population, size)
        if rest := sum(not size for _, _, size in strata):
            found.text.says(r"其余(\d+)层未抽到任务", rest)
    else:
        found.text.says(r"按(\d+)层分别抽取,分层情况见附件。", len(strata))
        same_cells(found.tables["抽样分层情况表"], cells)
    outcomes = Counter(row["outcome"] for row in drawn if row["outcome"])
    rest = len(drawn) - outcomes.total()
    found.text.says(r"抽取的任务中已核查(\d+)项次(?:,尚有(\d+)项次正在核查)?。", outcomes.total(), rest or None)
    for outcome, count in outcomes.items():
        found.text.says(rf"(?<=[:、]){OUTCOMES[outcome]}(\d+)项次", count)


def finding_cells(at: int, row: Row) -> list[object]:
    outcome = OUTCOMES[row["outcome"]] if row["outcome"] else "核查中"
    note, until = row["note"] or "", row["rectify_by"] or ""
    return [at, row["key"], row["unit"], row["point"], row["text"], outcome, note, until]


def problems(text: Text, wrong: list[Row]) -> None:
    if not wrong:
        return
    text.says(r"抽查发现问题(\d+)项次。", len(wrong))
    for outcome in dict.fromkeys(row["outcome"] for row in wrong):
        found = re.search(rf"(?<=[,;]){OUTCOMES[outcome]}的涉及(.*?项次)[;。]", text.left)
        assert found
        assert counted_units(found[1]) == Counter(flat(row["unit"]) for row in wrong if row["outcome"] == outcome)
        text.names(found[0][:-1])
    for at, row in enumerate(wrong, start=1):
        note = f"{flat(row['note']).rstrip('。')}。" if row["note"] else ""
        until = f"应于{day(row['rectify_by'])}前完成整改。" if row["rectify_by"] else ""
        end = f"”核查结果为{OUTCOMES[row['outcome']]}。{note}{until}"
        number = f"{at}." if len(wrong) > 1 else ""
        text.quotes(row["text"], within=f"{number}{row['unit']}:“{{}}{end}")


def test_the_circular_of_the_scores():
    scoring = Scoring.objects.get()
    found = paper("score", scoring.as_of, scoring=scoring)
    ranking = by_sql.rows(by_sql.RANKING, scoring=scoring.pk)
    cases = by_sql.rows(by_sql.CASES, scoring=scoring.pk)
    rules = by_sql.rows(by_sql.RULES, scoring=scoring.pk)

    head(found.text, scoring.as_of, f"2018年政务公开工作考核情况(截至{day(scoring.as_of)})")
    found.text.names(f"现将截至{day(scoring.as_of)}")
    [scheme] = by_sql.rows("SELECT name FROM tasks_scorescheme")
    found.text.names(scheme["name"])
    totals = [row["total"] for row in ranking]
    mean = (sum(totals) / len(totals)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    found.text.says(
        r"本次考核(\d+)个单位,最高([\d.]+)分,最低([\d.]+)分,平均([\d.]+)分。",
        *(len(ranking), max(totals), min(totals), mean),
    )
    first = "、".join(f"{flat(row['unit'])}({row['total']}分)" for row in ranking if row["place"] <= 5)
    found.text.names(f"得分居前5名的单位为{first}。")
    lost = [row for row in cases if Decimal(row["amount"]) < 0]
    figures = []
    for rule in rules:
        title, full = rule["title"], f"{rule['full_marks']:.2f}".rstrip("0").rstrip(".")
        of_rule = [row for row in lost if row["rule"] == title]
        points = -sum((Decimal(row["amount"]) for row in of_rule), Decimal())
        cost = (len(of_rule), len({row["unit"] for row in of_rule}), points)
        if of_rule:
            found.text.says(rf"“{title}”(\d+)项,涉及(\d+)个单位,共计([\d.]+)分", *cost)
        found.text.says(rf"(?<=[:、]){title}([\d.]+)分", full)
        figures.append([title, full, *cost])
    same_cells(found.data["考核项目数据"], figures)
    assert all(row["sum_of_lines"] == row["total"] for row in ranking)
    ranks = [ranked_cells(row) for row in ranking]
    same_cells(found.data["各单位考核得分排名表"], ranks)
    same_cells(found.tables["各单位考核得分排名表"], ranks)
    cells = [[at, row["unit"], row["rule"], row["words"], row["amount"]] for at, row in enumerate(cases, start=1)]
    same_cells(found.data["得失分明细表"], cells)
    printed = [[*row[:4], f"{row[4]}".replace("-", "\N{MINUS SIGN}")] for row in cells]
    same_cells(found.tables["得失分明细表"], printed, quoted=3)
    bars = [("各单位考核得分", row["unit"], f"{row['total']}分") for row in ranking]
    told.charts(found, "各单位考核得分图", bars)

    found.text.is_explained()


def ranked_cells(row: Row) -> list[object]:
    """There was no scoring before, so nobody has moved, and no column says so."""
    kind, veto = KINDS_OF_UNITS[row["kind"]], "是" if row["is_vetoed"] else ""
    place, amounts = f"并列{row['place']}" if row["is_tied"] else row["place"], row["amounts"]
    told_amounts = ["—" if amount is None else amount for amount in amounts]
    assert not veto  # a column for what befell nobody is left out
    return [place, row["unit"], kind, row["total"], row["columns"], *told_amounts]


@pytest.mark.parametrize(("on", "since"), [(date(2018, 11, 5), None), (DEMO_DAY, None), (DEMO_DAY, date(2018, 10, 20))])
def test_the_list_of_what_is_overdue(on, since):
    """Of a period, what fell due in it."""
    found, rows = paper("overdue", on, since=since), duties(on)

    head(found.text, on, f"2018年政务公开工作要点逾期任务({span(on, since)})")
    if since:
        found.text.names(f"{span(on, since)}到期的任务")
    told.period(found, rows, since, on)
    found.text.names(f"截至{day(on)}")
    late = overdue(found.text, [row for row in rows if since is None or row["due"] >= since])
    is_long = len(late) > FEW
    overdue_table(found, late, is_printed=is_long)
    told.charts(found, "各单位逾期任务图", told.overdue_by_unit(late) if is_long else [])
    found.text.names("5个工作日")  # the office's own practice

    found.text.is_explained()


def test_the_list_of_what_is_overdue_with_each_unit():
    rows = duties(DEMO_DAY)
    late = sorted({row["code"] for row in rows if row["is_overdue"]})
    for code in late:
        unit = Unit.objects.get(code=code)
        found = paper("overdue", DEMO_DAY, unit=unit)

        head(found.text, DEMO_DAY, f"{unit.short_name}2018年政务公开工作要点逾期任务(截至{day(DEMO_DAY)})")
        found.text.names(f"截至{day(DEMO_DAY)}")
        own = overdue(found.text, [row for row in rows if row["code"] == code])
        overdue_table(found, own, is_printed=len(own) > FEW)
        found.text.names("5个工作日")
        found.text.is_explained()
    assert late
