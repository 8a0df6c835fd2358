"""12345热线办理情况: the letter about what people called about in a period, how it was handled, and how units rank."""

from collections.abc import Sequence

from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, labelled
from reports.letters.notation import day, reason, share, until_words
from reports.snapshots.schema import HotlineSnapshot, RankedHotlineRow

LAST = 3  # units at the foot of the ranking that are named
NOTE = "写“不公布”的为不足3件的数（满意率还包括不满意的件数），或者能由合计推算出不足3件的数。反映单位及其工作人员的诉求不在统计内。"


def hotline_letter(snapshot: HotlineSnapshot) -> Letter:
    """How much came and was handed on, each rate, who ranks where, what is asked for."""
    until = until_words(snapshot)
    return Letter(
        opening=f"{reason(snapshot)}对12345热线办理情况进行了汇总。现将{day(snapshot['since'])}至{until}的有关情况通报如下：",
        sections=[
            Section("总体情况", [LetterPart([_counts(snapshot), _rates(snapshot)])]),
            Section("各单位排名", [LetterPart(_ranking(snapshot["places"], bar=snapshot["bar"]))]),
            Section("下一步工作要求", [LetterPart([_demand(snapshot["overdue"])])]),
        ],
        annexes=labelled([_ranking_annex(snapshot["places"]), _units_annex(snapshot)]),
    )


def _counts(snapshot: HotlineSnapshot) -> str:
    """What is too small to be told is not."""
    taken, first = snapshot["taken"], snapshot["first"]
    told = [f"受理诉求{taken}件"] if taken is not None else []
    told += [f"转办{first}件"] if first is not None else []
    told += [f"占{share(part=first, whole=taken)}"] if first is not None and taken else []
    return f"全县{'，'.join(told)}{'；' if told else ''}逾期没有答复的{snapshot['overdue']}件。"


def _rates(snapshot: HotlineSnapshot) -> str:
    """The county's, each with what it is reckoned from; the first head is a plain count."""
    told = zip(snapshot["heads"][1:], snapshot["county"][1:], strict=True)
    return f"{'；'.join(f'{head}{cell}' for head, cell in told)}。"


def _ranking(rows: Sequence[RankedHotlineRow], *, bar: int) -> list[str]:
    ranked = [row for row in rows if row["rank"]]
    left = [row["unit"] for row in rows if not row["rank"]]
    told = [f"转办超过{bar}件、参加排名的单位{len(ranked)}个。"]
    if ranked:
        told[0] += f"第1名：{'、'.join(row['unit'] for row in ranked if row['rank'] == 1)}。"
    if len(ranked) > 2 * LAST:
        told.append(f"排名靠后的单位：{'、'.join(row['unit'] for row in ranked[-LAST:])}。")
    return told + ([f"转办不超过{bar}件、不参加排名而计入全年的单位：{'、'.join(left)}。"] if left else [])


def _demand(overdue: int) -> str:
    if overdue:
        return "有关单位要立即答复逾期的诉求，查明原因；各单位要按期签收、办结，如实答复，让来电人满意。"
    return "各单位要继续按期签收、办结，如实答复，让来电人满意。"


# Annexes.


def _ranking_annex(rows: Sequence[RankedHotlineRow]) -> Annex:
    listed = [(row["rank"] or "不排名", row["unit"], row["score"] or "—", row["year"] or "—") for row in rows]
    table = LetterTable(("名次", "单位", "得分", "全年得分"), listed)
    note = "得分为按期受理率、按期办结率、按期回访核实率、满意率的平均数，没有可算的一项不计；写“不公布”的，由得分可以推算出不足3件的数。"
    return Annex("各单位12345热线办理情况排名表", "hotline-ranking", table, table, note=note)


def _units_annex(snapshot: HotlineSnapshot) -> Annex:
    """A share, what it is reckoned from, and what stands beside it are lines of their own."""
    parted = [
        [cell.replace("%（", "% （").replace("），", "） ") for cell in row]
        for row in [*snapshot["units"], ["合计", *snapshot["county"]]]
    ]
    *rows, total = map(tuple, parted)
    table = LetterTable(("单位", *snapshot["heads"]), rows)
    note = f"数据截至{until_words(snapshot)}。{NOTE}"
    return Annex("各单位12345热线办理情况表", "hotline", table, table, total, note=note)
