"""考核通报: the ranking in words, and as tables what each rule gave and what each case cost."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from reports.letters.charts import score_charts
from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, labelled
from reports.letters.notation import document, named, quoted, reason, until_words
from reports.letters.status_paragraphs import in_table, score_figures
from reports.snapshots.schema import DeductionRow, ScoreRow, ScoreSnapshot
from tasks.scoring.sheet import MINUS, NOT_ASSESSED, shown

MOST_RULES = 12  # columns that the page holds across; the marks of more rules are in the CSV only
FIRST = 5  # places that are named in the text


def score_letter(snapshot: ScoreSnapshot) -> Letter:
    """How the units did, who leads, who lost most and by what."""
    ranking = snapshot["ranking"]
    return Letter(
        opening=f"{reason(snapshot)}按照{document(title=snapshot['scheme'], number='')}对各单位政务公开工作进行了考核。现将截至{until_words(snapshot)}的考核情况通报如下：",
        sections=[
            Section("总体情况", [LetterPart([*_overall(ranking), *_leaders(ranking)])]),
            Section("主要失分情况", _losses(snapshot["deductions"])),
            Section(
                "下一步工作要求",
                [LetterPart(["各单位要对照得分明细查找差距，针对失分事项逐项整改，改进情况在下一次进展填报中说明。"])],
            ),
        ],
        annexes=[
            *labelled([_ranking_annex(snapshot), *_deductions_annex(snapshot["deductions"]), *score_charts(ranking)]),
            score_figures(snapshot),
        ],
    )


def _overall(ranking: Sequence[ScoreRow]) -> list[str]:
    totals = [Decimal(row["total"]) for row in ranking]
    mean = (sum(totals, Decimal()) / len(totals)).quantize(Decimal("0.01"))
    vetoed = [row["unit"] for row in ranking if row["vetoed"]]
    veto = f"有单项否决情形的单位{len(vetoed)}个，为{named(vetoed)}。" if vetoed else "没有单位发生单项否决情形。"
    return [
        f"本次考核{len(ranking)}个单位，最高{max(totals)}分，最低{min(totals)}分，平均{mean}分。{veto}各单位得分见附件。"
    ]


def _leaders(ranking: Sequence[ScoreRow]) -> list[str]:
    first = [f"{row['unit']}（{row['total']}分）" for row in ranking if row["place"] <= FIRST]
    return [f"得分居前{FIRST}名的单位为{named(first)}。"] if len(ranking) > FIRST else []


def _losses(deductions: Sequence[DeductionRow]) -> list[LetterPart]:
    """Rule by rule: how many cases, in how many units, and how much they cost."""
    lost = [row for row in deductions if Decimal(row["amount"]) < 0]
    if not lost:
        return [LetterPart(["各单位没有失分事项。"])]
    rules = dict.fromkeys(row["rule"] for row in lost)
    sentences = []
    for rule in rules:
        cases = [row for row in lost if row["rule"] == rule]
        units, points = {row["unit"] for row in cases}, -sum(Decimal(row["amount"]) for row in cases)
        sentences.append(f"{quoted(rule)}{len(cases)}项，涉及{len(units)}个单位，共计{points}分")
    return [LetterPart([f"{'；'.join(sentences)}。逐项情况见附件。"])]


def _ranking_annex(snapshot: ScoreSnapshot) -> Annex:
    is_wide = len(snapshot["rules"]) > MOST_RULES
    printed = _ranking_table({**snapshot, "rules": []} if is_wide else snapshot, amount=shown)
    full = _ranking_table(snapshot, amount=plain_amount)
    return Annex("各单位考核得分排名表", "ranking", printed, full, note=_ranking_note(snapshot, is_wide=is_wide))


def _ranking_note(snapshot: ScoreSnapshot, *, is_wide: bool) -> str:
    """As of when, what the rules are worth, and what a rank rests on."""
    marks = "、".join(f"{rule}{full}分" for rule, full in zip(snapshot["rules"], snapshot["full_marks"], strict=True))
    left_out = "、".join(snapshot.get("left_out", []))
    sentences = [
        f"数据截至{until_words(snapshot)}。",
        "" if snapshot["circulated"] else "本表为试算结果。",
        "各项目得分见本文件所附CSV数据文件。" if is_wide else "",
        f"各项分值：{marks}。" if marks else "",
        f"{left_out}没有涉及任何单位，不列。" if left_out else "",
        "考核项数为总分所依据的项目数，“—”为没有可考核的事项。" if _has_columns(snapshot) else "",
        _of_the_amounts(snapshot),
    ]
    return "".join(sentences)


def _has_columns(snapshot: ScoreSnapshot) -> bool:
    """Not before schema 3."""
    return any("columns" in row for row in snapshot["ranking"])


def plain_amount(amount: str | None) -> str:
    """As data carries it: a hyphen before what is below nought, for whoever reckons with it."""
    return NOT_ASSESSED if amount is None else amount.replace(MINUS, "-")


def _ranking_table(snapshot: ScoreSnapshot, *, amount: Callable[[str | None], str]) -> LetterTable:
    """With a column for each of the rules."""
    rules, has_columns = len(snapshot["rules"]), _has_columns(snapshot)
    heads = snapshot.get("heads", snapshot["rules"])[:rules]
    counted = ("考核项数",) if has_columns else ()
    vetoed = ("是否被否决",) if any(row["vetoed"] for row in snapshot["ranking"]) else ()
    compared = ("较上次",) if any(row["change"] != NOT_ASSESSED for row in snapshot["ranking"]) else ()
    columns = ("名次", "单位", "单位类型", "总分", *counted, *vetoed, *heads, *compared)
    rows = [
        (
            f"并列{row['place']}" if row.get("is_tied") else row["place"],
            row["unit"],
            row["kind"],
            row["total"],
            *((row["columns"],) if has_columns else ()),
            *(("是" if row["vetoed"] else "",) if vetoed else ()),
            *map(amount, row["amounts"][:rules]),
            *((amount(row["change"]),) if compared else ()),
        )
        for row in snapshot["ranking"]
    ]
    return LetterTable(columns, rows)


def _of_the_amounts(snapshot: ScoreSnapshot) -> str:
    """Why an amount may be above its rule's marks, and why the office that scores stands among the units."""
    full = [Decimal(marks) for marks in snapshot["full_marks"]]
    is_above = any(
        amount is not None and Decimal(amount) > most
        for row in snapshot["ranking"]
        for amount, most in zip(row["amounts"], full, strict=False)
    )
    above = "没有可考核事项的项目不计，其分值按比例折算到其他项目。" if is_above else ""
    own = [row["unit"] for row in snapshot["ranking"] if snapshot["issuer"].endswith(row["unit"].removeprefix("县"))]
    return above + "".join(f"{unit}是考核的组织单位，按同一方案计分，一并列出。" for unit in own)


def _deductions_annex(deductions: Sequence[DeductionRow]) -> list[Annex]:
    """得失分明细; none where nothing cost or gave anything."""
    if not deductions:
        return []
    columns = ("序号", "单位", "考核项目", "事项", "分值")
    short, full = (
        LetterTable(
            columns,
            [
                (at, row["unit"], row["rule"], text(row["words"]), amount(row["amount"]))
                for at, row in enumerate(deductions, 1)
            ],
        )
        for text, amount in ((in_table, shown), (str, str))
    )
    return [Annex("得失分明细表", "deductions", short, full, note="事项为摘录，全文见本文件所附CSV数据文件。")]
