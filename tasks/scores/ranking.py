"""The ranking of a scoring as pages and files show it: what each rule gave each unit, and how it stood before."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from tasks.models import ScoreLine, ScoreRule, Scoring, UnitScore
from tasks.scoring.ranking import places
from tasks.scoring.rounding import NOT_ASSESSED, plain, signed
from tasks.scoring.source import Source

Amounts = dict[int | None, Decimal | None]
"""By rule, None where nothing was asked of the unit; under None what rounding left over and the scheme's bounds did."""


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A line of the ranking; `place` is among the units shown, `before` how it stood in the scoring before.

    `columns` is how many of the rules that carry weight were judged of the unit: what its place rests on (考核项数).
    """

    score: UnitScore
    place: int
    is_tied: bool
    amounts: Amounts
    columns: int
    before: UnitScore | None

    @property
    def place_words(self) -> str:
        """3, or 并列3."""
        return f"{'并列' if self.is_tied else ''}{self.place}"

    @property
    def change(self) -> str:
        """升降 since the scoring before, in total."""
        if self.before is None:
            return NOT_ASSESSED
        difference = self.score.total - self.before.total
        return signed(difference) if difference else "不变"


def earlier_scoring(scoring: Scoring) -> Scoring | None:
    """The last one of an earlier day for the same notice: what was circulated goes before a draft of the same day."""
    rows = Scoring.objects.filter(scheme__notice=scoring.scheme.notice_id, as_of__lt=scoring.as_of)
    return rows.exclude(unit_scores=None).select_related("scheme").order_by("-as_of", "status", "-pk").first()


def ranked_units(scoring: Scoring, *, kind: str = "") -> list[RankedUnit]:
    """All units in the order of their places, or those of one kind with their places among themselves."""
    scores = scoring.unit_scores.select_related("unit").order_by("rank", "unit__position", "pk")
    shown = list(scores.filter(unit__kind=kind) if kind else scores)
    earlier = earlier_scoring(scoring)
    before = {each.unit_id: each for each in earlier.unit_scores.all()} if earlier else {}
    by_total, counted = places(score.total for score in shown), Counter(score.total for score in shown)
    amounts, columns = amounts_of(shown)
    return [
        RankedUnit(
            score=score,
            place=by_total[score.total],
            is_tied=counted[score.total] > 1,
            amounts=amounts[score.pk],
            columns=columns[score.pk],
            before=before.get(score.unit_id),
        )
        for score in shown
    ]


def amounts_of(scores: Iterable[UnitScore]) -> tuple[defaultdict[int, Amounts], Counter[int]]:
    """What each rule gave, by score; and how many rules that carry weight were judged."""
    found: defaultdict[int, Amounts] = defaultdict(dict)
    columns: Counter[int] = Counter()
    rows = ScoreLine.objects.filter(unit_score__in=list(scores))
    for score, rule, source, amount, is_assessed in rows.values_list(
        "unit_score", "rule", "rule__source", "amount", "is_assessed"
    ):
        columns[score] += is_assessed and source in Source.weighted
        if is_assessed or amount:
            found[score][rule] = (found[score].get(rule) or Decimal(0)) + amount
        else:
            found[score].setdefault(rule, None)
    return found, columns


def asked_rules(scoring: Scoring, *, kind: str = "") -> list[ScoreRule]:
    """The scheme's rules under which anything was asked of anybody, or of any unit of one kind, in their order.

    The others have no column.
    """
    told = ScoreLine.objects.filter(unit_score__scoring=scoring, **({"unit_score__unit__kind": kind} if kind else {}))
    lines = told.filter(Q(is_assessed=True) | ~Q(amount=0))
    return list(scoring.scheme.rules.filter(pk__in=lines.values("rule")).order_by("position", "pk"))


def weight_words(rule: ScoreRule) -> str:
    """按时报送进展（20分）: the rule with its weight, as the head of its column says it."""
    return f"{rule.title}（{mark_words(rule)}）" if mark_words(rule) else rule.title


def mark_words(rule: ScoreRule) -> str:
    """20分, 最多扣10分, 最多加5分; nothing for a veto."""
    most = {Source.DEDUCTION: "最多扣", Source.BONUS: "最多加"}.get(Source(rule.source), "")
    return "" if rule.source == Source.VETO else f"{most}{plain(rule.full_marks)}分"


def columns_of(score: UnitScore) -> int:
    """考核项数: how many rules that carry weight were judged of the unit."""
    return score.lines.filter(is_assessed=True, rule__source__in=Source.weighted).count()
