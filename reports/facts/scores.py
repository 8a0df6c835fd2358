"""A scoring (考核得分) in plain rows: the ranking with what each rule gave, and every case that cost or gave something."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reports.snapshots.schema import DeductionRow, ScoreRow
from tasks.models import ScoreLine, ScoreRule, Scoring, WorkPointNotice
from tasks.scoring.results import RankedUnit, ranked_units


def latest_scoring(*, notice: WorkPointNotice, on: date) -> Scoring | None:
    """The last scoring of the notice as of that day or before; what was circulated goes before a draft."""
    rows = Scoring.objects.filter(scheme__notice=notice, as_of__lte=on).exclude(unit_scores=None)
    return rows.select_related("scheme").order_by("-as_of", "status", "-pk").first()


def score_rows(scoring: Scoring, *, rules: list[ScoreRule]) -> list[ScoreRow]:
    """The units in the order of their places."""
    return [_row(ranked, rules) for ranked in ranked_units(scoring)]


def _row(ranked: RankedUnit, rules: list[ScoreRule]) -> ScoreRow:
    score = ranked.score
    return {
        "place": ranked.place,
        "is_tied": ranked.is_tied,
        "columns": ranked.columns,
        "code": score.unit.code,
        "unit": score.unit.short_name,
        "kind": score.unit.get_kind_display(),
        "total": f"{score.total}",
        "vetoed": score.is_vetoed,
        "amounts": [_amount(ranked.amounts.get(rule.pk)) for rule in rules],
        "change": ranked.change,
    }


def _amount(amount: Decimal | None) -> str | None:
    """None for what was not assessed."""
    return None if amount is None else f"{amount}"


def deduction_rows(scoring: Scoring) -> list[DeductionRow]:
    """Every case that cost or gave a unit something, in the order of the ranking; the rest is left to the sheet."""
    lines = ScoreLine.objects.filter(unit_score__scoring=scoring).exclude(rule=None)
    ordered = lines.select_related("rule", "unit_score__unit").order_by(
        "unit_score__rank", "unit_score__unit__position", "position"
    )
    return [row for line in ordered for row in _cases(line)]


def _cases(line: ScoreLine) -> Iterator[DeductionRow]:
    for words, amount, _model, _number, is_detail in line.cases:
        if not is_detail and Decimal(amount):
            yield {
                "unit": line.unit_score.unit.short_name,
                "rule": line.rule.title if line.rule else "",
                "words": words,
                "amount": amount,
            }
