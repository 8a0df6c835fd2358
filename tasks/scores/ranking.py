"""The ranking of a scoring as pages and files show it: what each rule gave each unit, and how it stood before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tasks.models import ScoreLine, Scoring, UnitScore
from tasks.scoring.ranking import places

Amounts = dict[int | None, Decimal]  # by rule; None is what rounding left over and the scheme's bounds did


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A line of the ranking; `place` is among the units shown, `before` how it stood in the scoring before."""

    score: UnitScore
    place: int
    amounts: Amounts
    before: UnitScore | None

    @property
    def change(self) -> str:
        """升降 since the scoring before, in total."""
        if self.before is None:
            return "—"
        difference = self.score.total - self.before.total
        return f"{difference:+}" if difference else "不变"


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
    by_total, amounts = places(score.total for score in shown), amounts_of(shown)
    return [RankedUnit(score, by_total[score.total], amounts[score.pk], before.get(score.unit_id)) for score in shown]


def amounts_of(scores: Iterable[UnitScore]) -> defaultdict[int, Amounts]:
    """What each rule gave, by score."""
    found: defaultdict[int, Amounts] = defaultdict(dict)
    rows = ScoreLine.objects.filter(unit_score__in=list(scores))
    for score, rule, amount in rows.values_list("unit_score", "rule", "amount"):
        found[score][rule] = found[score].get(rule, Decimal(0)) + amount
    return found
