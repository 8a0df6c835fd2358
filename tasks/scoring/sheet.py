"""The score sheet of a unit (得分明细): from facts to a line for each rule, with the cases that cost or gave points. Pure.

The amounts of the rules' lines, and of the line that keeps the total within its bounds, add up to the total.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tasks.scoring.parameters import FULL, Source

# Decimals of a score: rounded half up to the cent (四舍五入到0.01分), and how they are written.

CENT = Decimal("0.01")
NOT_ASSESSED = "—"
MINUS = "\u2212"  # U+2212: as wide as a digit, which the hyphen is not


def to_the_cent(value: Decimal) -> Decimal:
    """Half a cent goes away from zero: 0.005 → 0.01, -0.005 → -0.01; there is no minus zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP) + Decimal(0)


def plain(value: Decimal) -> str:
    """As it is said in a sentence: 20 and not 20.00, 85.5 and not 85.50."""
    return f"{value.normalize():f}"


def shown(value: Decimal | str | None) -> str:
    """As a page or a paper prints it, with a real minus sign; a dash for what was not assessed."""
    return NOT_ASSESSED if value is None else f"{value}".replace("-", MINUS)


def signed(value: Decimal) -> str:
    """With its sign, plus or minus."""
    return shown(f"{value:+}")


# Facts: what is judged of one unit under one rule; every case names its record.


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A line of the scheme (考核项目); `parameters` are complete, as `read_parameters` gives them."""

    key: int
    source: Source
    full_marks: Decimal
    parameters: Mapping[str, Any]


class Record(NamedTuple):
    """Where a case can be looked up: a model's label and the row's number."""

    type: str
    id: str


class Lapse(NamedTuple):
    """A record that fell short: how often what it owed came late (超期), and how often not at all (缺)."""

    words: str
    record: Record
    late: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Timely:
    """What was owed: how many in time, and each that was not."""

    in_time: int = 0
    lapses: tuple[Lapse, ...] = ()

    @property
    def late(self) -> int:
        return sum(lapse.late for lapse in self.lapses)

    @property
    def missing(self) -> int:
        return sum(lapse.missing for lapse in self.lapses)

    @property
    def owed(self) -> int:
        return self.in_time + self.late + self.missing


@dataclass(frozen=True, slots=True)
class MarkMade:
    """What a finding took from or gave to its score: `points` below or above zero."""

    words: str
    record: Record
    points: Decimal


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding of a spot check (抽查结论); without a rubric it has no score, and its outcome is worth something."""

    words: str
    record: Record
    outcome: str
    score: Decimal | None = None
    is_vetoed: bool = False
    marks: tuple[MarkMade, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """A record of the office (考核记录): its value and why."""

    words: str
    record: Record
    value: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one unit under one rule; a source fills what it knows of."""

    timely: Timely = Timely()
    found: tuple[FindingFact, ...] = ()
    entered: tuple[Entered, ...] = ()


# Which part of its marks a rule gives: gained ÷ whole, in exact numbers and in words that a clerk can recompute.

ONE, HUNDRED = Decimal(1), Decimal(100)

# What is counted, and its words for owed, in time, late, missing.
TIMELY_WORDS = {
    Source.REPORTING: ("应报{}次", "按时{}次", "迟报{}次", "缺报{}次"),
    Source.COMPLETION: ("到期或已办结的任务{}项", "按时办结{}项", "逾期办结{}项", "逾期未办结{}项"),
    Source.COVERAGE: ("应公开信息{}条", "按时公开{}条", "超期公开{}条", "未公开{}条"),
    Source.REQUESTS: ("应答复的申请{}件", "按时答复{}件", "逾期答复{}件", "逾期未答复{}件"),
    Source.HOTLINE: ("到期的热线诉求{}件", "按期办结{}件", "逾期答复{}件", "逾期未答复{}件"),
    Source.RESPONSE: ("应整改或重新报送{}件", "按时{}件", "超期{}件", "到期未办{}件"),
}


class Cost(NamedTuple):
    """A case and the part of `whole` that it cost; a detail (其中) explains the case above it and adds nothing."""

    words: str
    record: Record
    part: Decimal
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class MarkShare:
    """`whole` is zero when there is nothing to judge; `sum_words` is how `gained` was counted."""

    gained: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)
    words: str = ""
    sum_words: str = ""
    costs: tuple[Cost, ...] = ()


def share_of(rule: JudgedRule, facts: Facts) -> MarkShare:
    """The share of a rule that carries weight."""
    if rule.source == Source.QUALITY:
        return quality_share(rule, facts)
    return third_party_share(facts) if rule.source == Source.THIRD_PARTY else timely_share(rule, facts)


def timely_share(rule: JudgedRule, facts: Facts) -> MarkShare:
    """One for each in time, `late_percent` of one for each that came late, nothing for what is missing."""
    timely, percent = facts.timely, Decimal(rule.parameters["late_percent"])
    if not timely.owed:
        return MarkShare()
    owed, in_time, late, missing = TIMELY_WORDS[rule.source]
    sum_words = str(timely.in_time)
    if timely.late and percent:
        sum_words = f"（{timely.in_time} + {timely.late} × {percent}%）"
    part_of_late = (HUNDRED - percent) / HUNDRED
    costs = (Cost(each.words, each.record, each.missing + each.late * part_of_late) for each in timely.lapses)
    return MarkShare(
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


def quality_share(rule: JudgedRule, facts: Facts) -> MarkShare:
    """The average of the findings' scores, at most 100."""
    if not facts.found:
        return MarkShare()
    scores = [score_of(found, rule) for found in facts.found]
    whole, gained = HUNDRED * len(scores), sum(scores, Decimal(0))
    costs: list[Cost] = []
    for found, score in zip(facts.found, scores, strict=True):
        costs.append(Cost(f"{found.words}，得{plain(score)}分", found.record, HUNDRED - score))
        costs += [Cost(mark.words, mark.record, -mark.points, is_detail=True) for mark in found.marks]
    over = "，平均不超过100分" if gained > whole else ""
    return MarkShare(
        gained=min(gained, whole),
        whole=whole,
        words=f"抽查{len(scores)}项，得分合计{plain(gained)}分{over}",
        sum_words=plain(min(gained, whole)),
        costs=tuple(costs),
    )


def score_of(found: FindingFact, rule: JudgedRule) -> Decimal:
    """The finding's own score, else what its outcome is worth."""
    return Decimal(rule.parameters[found.outcome]) if found.score is None else found.score


def third_party_share(facts: Facts) -> MarkShare:
    """The average of the results, each of 100."""
    if not facts.entered:
        return MarkShare()
    values = [entered.value for entered in facts.entered]
    gained, whole = sum(values, Decimal(0)), HUNDRED * len(values)
    return MarkShare(
        gained=gained,
        whole=whole,
        words=f"第三方评估{len(values)}次，得分合计{plain(gained)}分",
        sum_words=plain(gained),
        costs=tuple(Cost(each.words, each.record, HUNDRED - each.value) for each in facts.entered),
    )


NOTHING = Decimal(0)
LEFT_OUT_WORDS = "没有可考核的事项，本项不计，分值按比例折算到其他项目"


@dataclass(frozen=True, slots=True)
class Scheme:
    """考核方案: its rules in their order, the most that a unit can reach, and the most after a veto."""

    cap: Decimal
    veto_score: Decimal
    rules: tuple[JudgedRule, ...]


class ScoreCase(NamedTuple):
    """What cost or gave points; a detail (其中) explains the case above it."""

    words: str
    amount: Decimal
    record: Record
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What a rule gave, with its cases; without a rule: what rounding left over, or what the scheme's bounds did."""

    rule: int | None
    amount: Decimal
    words: str
    cases: tuple[ScoreCase, ...] = ()
    is_assessed: bool = True  # False: nothing was asked of the unit under this rule


@dataclass(frozen=True, slots=True)
class Sheet:
    lines: tuple[SheetLine, ...]
    is_vetoed: bool

    @property
    def total(self) -> Decimal:
        return _sum_of(self.lines)


def score_unit(*, scheme: Scheme, facts: Mapping[int, Facts]) -> Sheet:
    """The sheet of one unit; `facts` by the key of the rule, nothing known where a rule is absent."""
    recorded = (rule for rule in scheme.rules if rule.source in {Source.DEDUCTION, Source.BONUS})
    lines = [
        *_weighted_lines(scheme, facts),
        *(_recorded_line(rule, facts.get(rule.key, Facts())) for rule in recorded),
    ]
    lines = _in_order(lines, scheme)
    lines += _bound(_sum_of(lines), cap=scheme.cap)
    is_vetoed = False
    for rule in scheme.rules:
        if rule.source == Source.VETO:
            vetoes = _vetoes(rule, facts.get(rule.key, Facts()))
            lines.append(_veto_line(rule, vetoes, total=_sum_of(lines), most=scheme.veto_score))
            is_vetoed = is_vetoed or bool(vetoes)
    return Sheet(lines=tuple(lines), is_vetoed=is_vetoed)


# Rules that carry weight


@dataclass(frozen=True, slots=True)
class _Scale:
    """What is left out is spread over the rules that count, in proportion to their marks."""

    weights: Decimal
    counted: Decimal

    @property
    def words(self) -> str:
        return "" if self.weights == self.counted else f" × {plain(self.weights)} ÷ {plain(self.counted)}"

    def of(self, marks: Decimal, gained: Decimal, whole: Decimal) -> Decimal:
        """marks × weights ÷ counted × gained ÷ whole, with one division at the end."""
        return to_the_cent(marks * self.weights * gained / (self.counted * whole))

    def exactly(self, rule: JudgedRule, share: MarkShare) -> Fraction:
        """The same before it is rounded."""
        gained = Fraction(share.gained) / Fraction(share.whole) if share.whole else Fraction(1)
        return Fraction(rule.full_marks) * Fraction(self.weights) / Fraction(self.counted) * gained


def _weighted_lines(scheme: Scheme, facts: Mapping[int, Facts]) -> Iterator[SheetLine]:
    """A line for each rule, then what the rounding of each left over, so that equal results stay equal."""
    rules = [rule for rule in scheme.rules if rule.source in Source.weighted]
    shares = [(rule, share_of(rule, facts.get(rule.key, Facts()))) for rule in rules]
    counted = sum((rule.full_marks for rule, share in shares if _counts(rule, share)), NOTHING)
    scale = _Scale(weights=sum((rule.full_marks for rule in rules), NOTHING), counted=counted)
    lines = [_weighted_line(rule, share, scale) for rule, share in shares]
    yield from lines
    exact = sum((scale.exactly(rule, share) for rule, share in shares if _counts(rule, share)), Fraction(0))
    if left := _cents(exact) - _sum_of(lines):
        yield SheetLine(None, left, f"各项分别四舍五入的尾差：{signed(left)}分")


def _weighted_line(rule: JudgedRule, share: MarkShare, scale: _Scale) -> SheetLine:
    if not _counts(rule, share):
        return SheetLine(rule.key, NOTHING, LEFT_OUT_WORDS, is_assessed=False)
    return _share_line(rule, share, scale) if share.whole else _full_line(rule, scale)


def _cents(exact: Fraction) -> Decimal:
    """Nothing below zero comes here."""
    return to_the_cent(Decimal(exact.numerator) / Decimal(exact.denominator))


def _counts(rule: JudgedRule, share: MarkShare) -> bool:
    return bool(share.whole) or rule.parameters["nothing"] == FULL


def _full_line(rule: JudgedRule, scale: _Scale) -> SheetLine:
    amount, marks = scale.of(rule.full_marks, Decimal(1), Decimal(1)), plain(rule.full_marks)
    sums = f"{marks}{scale.words} = {amount}" if scale.words else f"{amount}"
    return SheetLine(rule.key, amount, f"没有可考核的事项，按满分计：{sums}", is_assessed=False)


def _share_line(rule: JudgedRule, share: MarkShare, scale: _Scale) -> SheetLine:
    amount = scale.of(rule.full_marks, share.gained, share.whole)
    sums = f"{plain(rule.full_marks)}{scale.words} × {share.sum_words} ÷ {plain(share.whole)} = {amount}"
    parts = {cost.part for cost in share.costs}  # few, for any number of cases
    lost = {part: to_the_cent(-scale.of(rule.full_marks, part, share.whole)) for part in parts}
    cases = (ScoreCase(cost.words, lost[cost.part], cost.record, cost.is_detail) for cost in share.costs)
    return SheetLine(rule.key, amount, f"{share.words}：{sums}", tuple(cases))


# What the office records


def _recorded_line(rule: JudgedRule, facts: Facts) -> SheetLine:
    """Added or taken off as recorded, at most the rule's marks."""
    verb, sign = ("加", 1) if rule.source == Source.BONUS else ("扣", -1)
    found = sum((entered.value for entered in facts.entered), NOTHING)
    amount = to_the_cent(sign * min(found, rule.full_marks))
    words = f"没有{verb}分"
    if facts.entered:
        most = f"，最多{verb}{plain(rule.full_marks)}分" if found > rule.full_marks else ""
        words = f"{verb}分{len(facts.entered)}次，合计{plain(found)}分{most}：{verb}{abs(amount)}分"
    cases = (ScoreCase(each.words, to_the_cent(sign * each.value), each.record) for each in facts.entered)
    return SheetLine(rule.key, amount, words, tuple(cases), is_assessed=bool(facts.entered))


def _bound(total: Decimal, *, cap: Decimal) -> list[SheetLine]:
    """The line that keeps the total between nothing and the scheme's cap, where it is needed."""
    if total > cap:
        return [SheetLine(None, cap - total, f"合计{total}分，总分不超过{plain(cap)}分：减{total - cap}分")]
    return [SheetLine(None, -total, f"合计{signed(total)}分，总分不低于0分：补{-total}分")] if total < 0 else []


def _vetoes(rule: JudgedRule, facts: Facts) -> list[Entered]:
    """What is recorded, and the findings that were vetoed where these count."""
    if not rule.parameters["from_findings"]:
        return list(facts.entered)
    found = (Entered(each.words, each.record, NOTHING) for each in facts.found if each.is_vetoed)
    return [*facts.entered, *found]


def _veto_line(rule: JudgedRule, vetoes: Sequence[Entered], *, total: Decimal, most: Decimal) -> SheetLine:
    if not vetoes:
        return SheetLine(rule.key, NOTHING, "没有单项否决", is_assessed=False)
    over = max(total - most, NOTHING)
    how = f"减{over}分" if over else "原已不高于此分"
    words = f"单项否决{len(vetoes)}项：合计{total}分，总分不超过{plain(most)}分，{how}"
    cases = (ScoreCase(veto.words, NOTHING, veto.record) for veto in vetoes)
    return SheetLine(rule.key, -over + NOTHING, words, tuple(cases))


# Order and sums


def _in_order(lines: Sequence[SheetLine], scheme: Scheme) -> list[SheetLine]:
    """As the scheme orders its rules."""
    places = {rule.key: place for place, rule in enumerate(scheme.rules)}
    return sorted(lines, key=lambda line: places[line.rule] if line.rule is not None else len(places))


def _sum_of(lines: Iterable[SheetLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


# Places by total (名次): equal totals share a place, and the next place counts them all (1, 1, 3).


def places(totals: Iterable[Decimal]) -> dict[Decimal, int]:
    """The place of each total, the highest first."""
    place, found = 1, {}
    for total, units in sorted(Counter(totals).items(), reverse=True):
        found[total] = place
        place += units
    return found
