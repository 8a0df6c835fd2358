"""Which part of its marks a rule gives: gained ÷ whole, in exact numbers and in words that a clerk can recompute."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tasks.scoring.facts import Facts, Found, Record, Rule
from tasks.scoring.rounding import plain
from tasks.scoring.source import Source

ONE, HUNDRED = Decimal(1), Decimal(100)

# What is counted, and its words for owed, in time, late, missing.
TIMELY_WORDS = {
    Source.REPORTING: ("应报{}次", "按时{}次", "迟报{}次", "缺报{}次"),
    Source.COMPLETION: ("到期或已办结的任务{}项", "按时办结{}项", "逾期办结{}项", "逾期未办结{}项"),
    Source.COVERAGE: ("应公开信息{}条", "按时公开{}条", "超期公开{}条", "未公开{}条"),
    Source.RESPONSE: ("应整改或重新报送{}件", "按时{}件", "超期{}件", "到期未办{}件"),
}


class Cost(NamedTuple):
    """A case and the part of `whole` that it cost; a detail (其中) explains the case above it and adds nothing."""

    words: str
    record: Record
    part: Decimal
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """`whole` is zero when there is nothing to judge; `sum_words` is how `gained` was counted."""

    gained: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)
    words: str = ""
    sum_words: str = ""
    costs: tuple[Cost, ...] = ()


def share_of(rule: Rule, facts: Facts) -> Share:
    """The share of a rule that carries weight."""
    if rule.source == Source.QUALITY:
        return quality_share(rule, facts)
    return third_party_share(facts) if rule.source == Source.THIRD_PARTY else timely_share(rule, facts)


def timely_share(rule: Rule, facts: Facts) -> Share:
    """One for each in time, `late_percent` of one for each that came late, nothing for what is missing."""
    timely, percent = facts.timely, Decimal(rule.parameters["late_percent"])
    if not timely.owed:
        return Share()
    owed, in_time, late, missing = TIMELY_WORDS[rule.source]
    sum_words = str(timely.in_time)
    if timely.late and percent:
        sum_words = f"（{timely.in_time} + {timely.late} × {percent}%）"
    part_of_late = (HUNDRED - percent) / HUNDRED
    costs = (Cost(each.words, each.record, each.missing + each.late * part_of_late) for each in timely.lapses)
    return Share(
        gained=timely.in_time + timely.late * percent / HUNDRED,
        whole=Decimal(timely.owed),
        words=f"{owed.format(timely.owed)}，"
        + "、".join(
            words.format(count)
            for words, count in ((in_time, timely.in_time), (late, timely.late), (missing, timely.missing))
        ),
        sum_words=sum_words,
        costs=tuple(costs),
    )


def quality_share(rule: Rule, facts: Facts) -> Share:
    """The average of the findings' scores, at most 100."""
    if not facts.found:
        return Share()
    scores = [score_of(found, rule) for found in facts.found]
    whole, gained = HUNDRED * len(scores), sum(scores, Decimal(0))
    costs: list[Cost] = []
    for found, score in zip(facts.found, scores, strict=True):
        costs.append(Cost(f"{found.words}，得{plain(score)}分", found.record, HUNDRED - score))
        costs += [Cost(mark.words, mark.record, -mark.points, is_detail=True) for mark in found.marks]
    over = "，平均不超过100分" if gained > whole else ""
    return Share(
        gained=min(gained, whole),
        whole=whole,
        words=f"抽查{len(scores)}项，得分合计{plain(gained)}分{over}",
        sum_words=plain(min(gained, whole)),
        costs=tuple(costs),
    )


def score_of(found: Found, rule: Rule) -> Decimal:
    """The finding's own score, else what its outcome is worth."""
    return Decimal(rule.parameters[found.outcome]) if found.score is None else found.score


def third_party_share(facts: Facts) -> Share:
    """The average of the results, each of 100."""
    if not facts.entered:
        return Share()
    values = [entered.value for entered in facts.entered]
    gained, whole = sum(values, Decimal(0)), HUNDRED * len(values)
    return Share(
        gained=gained,
        whole=whole,
        words=f"第三方评估{len(values)}次，得分合计{plain(gained)}分",
        sum_words=plain(gained),
        costs=tuple(Cost(each.words, each.record, HUNDRED - each.value) for each in facts.entered),
    )
