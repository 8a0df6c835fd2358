"""What a report has to say of rows of plain SQL: its statements, taken out of the text one by one, and its tables."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from tasks.models import WorkPointNotice
from tests.reports.every_number import by_sql
from tests.reports.every_number.by_sql import Row
from tests.reports.every_number.printed import NUMBER, Paper, Text, day, flat, same_cells

# --- The statements of the text ---------------------------------------------------------------------------------


def head(text: Text, on: date, title: str) -> None:
    """The notice on whose ground is written, the title, and the day of the data."""
    notice = WorkPointNotice.objects.get()
    text.says(rf"根据《{re.escape(flat(notice.title))}》\({re.escape(notice.document_number)}\)要求")
    text.names(title)
    text.names(f"数据截至{day(on)}")
    text.says(r"办公室(\d+)年月日", on.year)  # the place of the date that a draft has not yet
    text.left = re.sub(r"附件\d|[123456]\.(?=\w+[表图]|逾期任务清单)", "", text.left)  # numbers of the annexes


def counts(text: Text, sums: Row, on: date) -> None:
    """What is nought is not listed."""
    names = ("completed", "is_late", "in_progress", "todo", "not_applicable")
    text.says(
        rf"截至{day(on)}(?:,已办结(\d+)项次(?:\(其中逾期办结(\d+)项次\))?)?(?:,办理中(\d+)项次)?(?:,尚未启动(\d+)项次)?"
        r"(?:,不适用(\d+)项次)?,办结率为([\d.]+%|—)。",
        *(sums[name] or None for name in names),
        sums["share"],
    )


def parts(text: Text, rows: list[Row]) -> None:
    for name, group in groupby(rows, key=lambda row: row["part"]):
        sums, title = by_sql.sums(group), re.escape(flat(name.partition("、")[2]))
        done = (sums["completed"], sums["share"]) if sums["completed"] else (None, None)
        text.says(
            rf"“{title}”部分共(\d+)项次,(?:尚无办结|办结(\d+)项次,办结率([\d.]+%|—))(?:,逾期(\d+)项次)?(?=[;。])",
            *(sums["assignments"], *done, sums["is_overdue"] or None),
        )


def reporting(text: Text, sums: Row) -> None:
    if not sums["owed"]:
        return
    names = ("accepted", "pending", "missing", "made_up")
    text.says(
        r"应报送进展(\d+)份(?:,已确认(\d+)份)?(?:,待审核或待确认(\d+)份)?(?:,缺报(\d+)份)?(?:,封账后补报(\d+)份"
        rf"{made_up(sums)})?。",
        *(sums["owed"], *(sums[name] or None for name in names)),
    )


def made_up(sums: Row) -> str:
    """How much of what came after the closing is accepted by now."""
    pending, all_of_it = sums["made_up_pending"], sums["made_up"]
    mixed = rf"\(已确认{all_of_it - pending}份,待确认{pending}份\)"
    return ",待确认" if pending == all_of_it else mixed if pending else ",已确认"


def missing(text: Text, rows: list[Row]) -> None:
    """缺报 and 封账后补报 of the county, by unit."""
    for key, words in (("missing", r"缺报进展(\d+)份"), ("made_up", rf"封账后补报(\d+)份{made_up(by_sql.sums(rows))}")):
        of_each = {flat(name): count for name, group in of_units(rows) if (count := by_sql.sums(group)[key])}
        if not of_each:
            continue
        found = re.search(rf"{words},涉及(.*?份)。", text.left)
        assert found
        assert counted_units(found[2], measure="份") == Counter(of_each)
        text.says(rf"{words},涉及{re.escape(found[2])}。", sum(of_each.values()))


def missing_of_unit(text: Text, rows: list[Row]) -> None:
    """Each missing report with its period and its task, or all of them by period."""
    told = [
        (period.partition("封账后")[0], "封账后" in period, row, period) for row in rows for period in row["missed"]
    ]
    if not told:
        return
    of_period = [Counter(period for period, is_since, *_ in told if is_since == since) for since in (False, True)]
    for words, counted in zip(("缺报进展:", "封账后补报:"), of_period, strict=True):
        for period, count in counted.items():
            text.says(rf"{words}.*?{re.escape(flat(period))}(\d+)份", count)
            words = ""
    if len(told) > 12:
        return
    for at, (period, is_since, row, whole) in enumerate(told, start=1):
        number = f"{at}." if len(told) > 1 else ""
        end = f"”{whole.removeprefix(period) if is_since else '没有报送进展'}。"
        text.quotes(row["text"], within=f"{number}{flat(period)}:“{{}}{end}")


def counted_units(told: str, *, measure: str = "项次") -> Counter[str]:
    """县财政局3项次，县民政局、县司法局各1项次."""
    counted: Counter[str] = Counter()
    for names, count in re.findall(rf"([^,\d]+?)各?(\d+){measure}", told):
        counted.update(dict.fromkeys(names.split("、"), int(count)))
    return counted


def overdue(text: Text, rows: Iterable[Row]) -> list[Row]:
    """Counted, by unit, and one by one; returns them, the longest overdue first."""
    late = sorted((row for row in rows if row["is_overdue"]), key=lambda row: row["due"])
    if late:
        found = re.search(r"未在规定时限内办结,涉及(.*?项次)。", text.left)
        assert found
        assert counted_units(found[1]) == Counter(flat(row["unit"]) for row in late)
        text.says(rf"共有(\d+)项次任务未在规定时限内办结,涉及{re.escape(found[1])}。", len(late))
    for at, row in enumerate(late, start=1):
        end = f"”应于{day(row['due'])}前完成,已逾期{row['days_late']}天。"
        number = f"{at}." if len(late) > 1 else ""
        text.quotes(row["text"], within=f"{number}{row['unit']}:“{{}}{end}")
    return late


def demands(text: Text, sums: Row) -> None:
    if sums["is_due_soon"]:
        text.says("15日内到期的任务")


def county(text: Text, rows: list[Row], on: date) -> None:
    notice, sums = WorkPointNotice.objects.get(), by_sql.sums(rows)
    points = by_sql.points_in_force(notice=notice.pk, day=on)
    text.says(
        r"(\d+)年政务公开工作要点共(\d+)项,涉及(\d+)个单位,分解为(\d+)项次工作任务。",
        *(notice.year, points, sums["units"], sums["assignments"]),
    )
    counts(text, sums, on)
    if sums["is_overdue"] or sums["is_due_soon"]:
        text.says(
            r"在未办结的任务中,(?:已逾期(\d+)项次)?,?(?:15日内到期(\d+)项次)?。",
            *(sums["is_overdue"] or None, sums["is_due_soon"] or None),
        )
    parts(text, rows)
    units = [(name, by_sql.sums(group)) for name, group in of_units(rows)]
    for words, chosen in (
        ("任务全部办结", [name for name, each in units if each["share"] == "100.0%"]),
        ("任务均未办结", [name for name, each in units if each["completed"] == 0]),
    ):
        if chosen:
            listed = f",为{'、'.join(map(flat, chosen))}" if len(chosen) <= 20 else ""
            text.says(rf"{words}的有(\d+)个单位{listed}[;。]", len(chosen))
    reporting(text, sums)
    demands(text, sums)


def of_units(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """In the county's order."""
    ordered = sorted(rows, key=lambda row: (row["unit_position"], row["code"]))
    return ((name, list(group)) for name, group in groupby(ordered, key=lambda row: row["unit"]))


# --- The tables ---------------------------------------------------------------------------------------------------

UNIT_CELLS = ("assignments", "completed", "is_late", "in_progress", "todo", "not_applicable", "is_overdue", "share")
UNIT_CELLS += ("owed", "accepted", "missing", "made_up")


def unit_table(found: Paper, rows: list[Row]) -> None:
    sums = [(name, by_sql.sums(group)) for name, group in of_units(rows)]
    told = [[at, name, *(each[cell] for cell in UNIT_CELLS)] for at, (name, each) in enumerate(sums, start=1)]
    total = ["", "合计", *(by_sql.sums(rows)[cell] for cell in UNIT_CELLS)]
    same_cells(found.data["各单位工作进展情况表"], [*told, total])
    same_cells(found.tables["各单位工作进展情况表"], [*told, total])


SUMS = ("points", "units", *UNIT_CELLS[:7], "is_due_soon", "owed", "accepted", "pending", "missing")
SUMS += ("made_up", "made_up_pending", "share")
SUMS_OF_A_PART = {"assignments", "completed", "not_applicable", "is_overdue", "share"}


def period(found: Paper, rows: list[Row], since: date | None, on: date) -> None:
    """What fell due and what was done from that day on; silent where no period was asked for."""
    assert ("时段数据" in found.data) == (since is not None)
    if since is None:
        return
    due = [row for row in rows if since <= row["due"] <= on and row["standing"] != "not_applicable"]
    done = [row for row in rows if row["standing"] == "completed" and since <= row["accepted_on"] <= on]
    is_open, late = sum(row["standing"] != "completed" for row in due), sum(row["is_late"] for row in done)
    found.text.says(
        rf"{day(since)}至{day(on)}期间,(?:没有任务到期,也没有任务办结|(?:到期任务(\d+)项次(?:,其中未办结(\d+)项次)?)?;?"
        r"(?:办结任务(\d+)项次(?:,其中逾期办结(\d+)项次)?)?)。",
        *(len(due) or None, is_open or None, len(done) or None, late or None),
    )
    same_cells(found.data["时段数据"], [[since, on, len(due), is_open, len(done), late]])


def figures(found: Paper, sums: list[tuple[str, Row]], rows: list[Row]) -> None:
    """The data of what only the text tells: the sums named, then those of each part."""
    told = [[name, *(each[cell] for cell in SUMS)] for name, each in sums]
    for name, group in groupby(rows, key=lambda row: row["part"]):
        each = by_sql.sums(group)
        told.append([name.partition("、")[2], *(each[cell] if cell in SUMS_OF_A_PART else "" for cell in SUMS)])
    same_cells(found.data["总体情况数据"], told)


def overdue_table(found: Paper, late: list[Row], *, is_printed: bool = True) -> None:
    told = [
        [at, row["unit"], row["point"], row["text"], row["due"], row["days_late"]]
        for at, row in enumerate(late, start=1)
    ]
    assert ("逾期任务清单" in found.data) == bool(late)
    if late:
        same_cells(found.data["逾期任务清单"], told)
    assert ("逾期任务清单" in found.tables) == (bool(late) and is_printed)
    if late and is_printed:
        same_cells(found.tables["逾期任务清单"], told, quoted=3)


# --- The charts -----------------------------------------------------------------------------------------------------


TOPS = (4, 8, 20, 40, 80, 100, 200, 400, 800, 1000)
SCALES = {f"{top * step / 4:g}" for top in TOPS for step in range(5)}  # four steps each


def charts(found: Paper, title: str, told: list[tuple[str, str, str]]) -> None:
    """The data of the charts are these; every number that is drawn is one of them or of a scale, and every value is drawn."""
    assert (title in found.data) == bool(told)
    if not told:
        return
    same_cells(found.data[title], told)
    drawn = Counter(number for words in found.charts for number in NUMBER.findall(re.sub(r"^图\d+", "", words)))
    known = Counter(number for row in told for cell in row for number in NUMBER.findall(flat(cell)))
    assert set(drawn) <= set(known) | SCALES
    assert all(drawn[number] for row in told for number in NUMBER.findall(flat(row[2])))


def months(rows: list[Row], on: date) -> list[tuple[str, str, str]]:
    """Running sums at the end of each month since the notice was issued: what was due by then, what 办结 by then."""
    asked = [row for row in rows if row["standing"] != "not_applicable"]
    done = [row["accepted_on"] for row in asked if row["standing"] == "completed"]
    ends = [date(2018, month + 1, 1) - timedelta(days=1) for month in range(8, on.month)] + [on]
    told = [
        (
            "各月末累计应办结和已办结任务项次",
            f"2018年{end.month}月",
            f"应办结{sum(row['due'] <= end for row in asked)}项次，办结{sum(day <= end for day in done)}项次",
        )
        for end in ends
    ]
    is_nothing = all(counted.endswith("应办结0项次，办结0项次") for _, _, counted in told)
    return [] if len(told) < 2 or is_nothing else told


def shares_of_parts(rows: list[Row]) -> list[tuple[str, str, str]]:
    groups = [
        (name.partition("、")[2], by_sql.sums(group)) for name, group in groupby(rows, key=lambda row: row["part"])
    ]
    told = [("工作要点各部分办结率", name, sums["share"]) for name, sums in groups]
    return told if len(told) > 1 and any(sums["completed"] for _, sums in groups) else []


def shares_of_units(rows: list[Row]) -> list[tuple[str, str, str]]:
    """The highest first."""
    sums = [(name, by_sql.sums(group)) for name, group in of_units(rows)]
    asked = [(name, each) for name, each in sums if each["assignments"] > each["not_applicable"]]
    asked.sort(key=lambda each: -each[1]["completed"] / (each[1]["assignments"] - each[1]["not_applicable"]))
    is_begun = any(each["completed"] for _, each in asked)
    return [("各单位办结率", name, each["share"]) for name, each in asked] if is_begun else []


def overdue_by_unit(late: list[Row]) -> list[tuple[str, str, str]]:
    counted = [(name, len(group)) for name, group in of_units(late)]
    counted.sort(key=lambda each: -each[1])
    return [("各单位逾期任务项次", name, f"{count}项次") for name, count in counted] if len(counted) > 1 else []
