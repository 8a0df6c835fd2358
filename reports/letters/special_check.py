"""专项检查通报: the letter about the guides of services that were drawn, what inspectors found, and each unit's rate."""

from collections import Counter
from collections.abc import Sequence

from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, labelled
from reports.letters.notation import day, excerpt, reason, share, until_words
from reports.letters.status_paragraphs import MOST_ITEMS, counted_by_unit
from reports.snapshots.schema import FindingRow, SpecialCheckSnapshot, SpotCheckRow
from tasks.spot_checks.questions import CONFIRMED, NO, UNCERTAIN, YES

LONGEST_PROBLEM = 200  # characters that are printed; the annex's CSV has the whole
OF_UNITS = ("序号", "单位", "抽查", "已核查", "没有问题", "需整改", "其中已整改", "合格率")
OF_SERVICES = ("序号", "单位", "事项代码", "事项", "核查结果", "发现的问题", "整改期限", "整改情况")


def special_check_letter(snapshot: SpecialCheckSnapshot) -> Letter:
    """How the sample came about, what was found, what is wrong, what is asked for."""
    check = snapshot["spot_check"]
    found, wrong = check["findings"], [row for row in check["findings"] if row["problem"]]
    results = [f"{checked_words(found)}各单位情况见附件。", *_questions(found)]
    demand = "有关单位要在整改期限前完成整改并报送佐证材料。" if wrong else ""
    return Letter(
        opening=f"{reason(snapshot)}对各单位的办事指南进行了专项检查。现将截至{until_words(snapshot)}的有关情况通报如下：",
        sections=[
            Section("检查情况", [LetterPart([_drawing(check)], "检查方法"), LetterPart(results, "检查结果")]),
            Section("存在问题", [LetterPart(_wrong(wrong))]),
            Section(
                "下一步工作要求",
                [LetterPart([f"{demand}各单位要对照检查规则自查全部办事指南，指南以外不得增加要求。"])],
            ),
        ],
        annexes=labelled([_units_annex(found, until=until_words(snapshot)), _services_annex(found)]),
    )


def checked_words(rows: Sequence[FindingRow]) -> str:
    drawn, inspected, faultless, to_rectify, rectified, rate = _figures(rows)
    if not inspected:
        return f"抽取办事指南{drawn}项，正在核查，还没有结论。"
    put_right = f"需整改的{to_rectify}项，其中已整改{rectified}项。" if to_rectify else ""
    return f"抽取办事指南{drawn}项，已核查{inspected}项，没有问题的{faultless}项，合格率{rate}。{put_right}"


def _figures(rows: Sequence[FindingRow]) -> tuple[int, int, int, int, int, str]:
    inspected = [row for row in rows if row["outcome"]]
    wrong = [row for row in inspected if row["problem"]]
    faultless = len(inspected) - len(wrong)
    rate = share(part=faultless, whole=len(inspected))
    return len(rows), len(inspected), faultless, len(wrong), sum(row["rectified"] for row in wrong), rate


def _drawing(check: SpotCheckRow) -> str:
    return (
        f"{day(check['drawn_on'])}，从{check['population']}项服务事项（{check['scope']}）中按单位随机抽取{check['size']}项，"
        f"{check['quota']}，核查{day(check['frozen_on'])}现行的办事指南。抽样种子为“{check['seed']}”：各单位的事项按"
        "“种子:事项代码”的SHA-256值从小到大排列，依次取前若干项，任何人均可据此复核。"
    )


def _questions(rows: Sequence[FindingRow]) -> list[str]:
    """How often each question was answered how."""
    said = [each for row in rows for each in row["answers"] if not each.get("rule")]
    counted = Counter((each["title"], each["answer"]) for each in said)
    told = [
        f"{title}：是{counted[title, YES]}项，否{counted[title, NO]}项，无法核实{counted[title, UNCERTAIN]}项"
        for title in dict.fromkeys(each["title"] for each in said)
    ]
    return [f"逐项核查：{'；'.join(told)}。"] if told else []


def _problems(row: FindingRow) -> str:
    found = (each["title"].rstrip("。") for each in row["answers"] if each["answer"] == CONFIRMED)
    denied = (f"{each['title']}：否，{each['words'].strip()}" for each in row["answers"] if each["answer"] == NO)
    return "；".join(each.rstrip("。") for each in (*found, *denied))


def _wrong(rows: Sequence[FindingRow]) -> list[str]:
    """Counted by rule and unit; told one by one while they are few."""
    if not rows:
        return ["已经核查的办事指南没有发现问题。"]
    rules = Counter(each["rule"] for row in rows for each in row["answers"] if each["answer"] == CONFIRMED)
    against = "、".join(f"“{rule}”{count}项" for rule, count in rules.most_common())
    summary = f"发现有问题的办事指南{len(rows)}项：{counted_by_unit((row['unit'] for row in rows), measure='项')}。"
    summary += f"不符合检查规则的：{against}。" if against else ""
    told = [
        f"{at}. {row['unit']}“{row['requirement']}”：{excerpt(_problems(row), limit=LONGEST_PROBLEM)}。"
        f"应于{day(row['rectify_by'])}前完成整改。"
        for at, row in enumerate(rows, start=1)
        if row["rectify_by"]
    ]
    return [summary, *told] if len(rows) <= MOST_ITEMS else [f"{summary}逐项情况见附件。"]


def _units_annex(rows: Sequence[FindingRow], *, until: str) -> Annex:
    by_unit: dict[str, list[FindingRow]] = {}
    for row in rows:
        by_unit.setdefault(row["unit"], []).append(row)
    table = LetterTable(
        OF_UNITS, [(at, unit, *_figures(own)) for at, (unit, own) in enumerate(by_unit.items(), start=1)]
    )
    note = f"数据截至{until}。合格率为没有问题的项数除以已核查的项数。"
    return Annex(
        "各单位办事指南专项检查情况表", "special-check", table, table, ("", "合计", *_figures(rows)), note=note
    )


def _services_annex(rows: Sequence[FindingRow]) -> Annex:
    brief, full = (LetterTable(OF_SERVICES, [_cells(row, limit) for row in rows]) for limit in (LONGEST_PROBLEM, None))
    note = "发现的问题较长的为摘录，全文见本文件所附CSV数据文件。"
    return Annex("办事指南专项检查结果表", "special-check-services", brief, full, note=note)


def _cells(row: FindingRow, limit: int | None) -> tuple[str | int, ...]:
    standing = ("已整改" if row["rectified"] else "整改中") if row["problem"] else ""
    about = (row["number"], row["unit"], row["key"], row["requirement"], row["label"] or "核查中")
    return (*about, _problems(row)[:limit], row["rectify_by"] or "", standing)
