"""考核通报: the ranking of a scoring and what cost each unit points."""

from collections.abc import Mapping
from typing import Any

from reports.facts.scores import deduction_rows, score_rows
from reports.kinds.kind import EVERYBODY, ReportKind, titled, until
from reports.kinds.request import Request
from tasks.models.states import ScoringStatus
from tasks.scoring.results import asked_rules, weight_words
from tasks.scoring.rounding import plain


def title(request: Request) -> str:
    return titled(f"{request.notice.year}年政务公开工作考核情况{until(request)}")


def problems(request: Request) -> dict[str, str]:
    """The scores are of their own day; the report tells of no other."""
    scoring = request.scoring
    if scoring is None:
        return {"scoring": "考核通报要选择一次考核得分。如果还没有计算，请先到“考核得分”中计算。"}
    if scoring.scheme.notice_id != request.notice.pk:
        return {"scoring": "这次考核属于另一份通知，请重新选择。"}
    if scoring.as_of != request.as_of:
        return {"as_of": f"这次考核统计到{scoring.as_of:%Y-%m-%d}，统计日期请填这一天。"}
    if not scoring.unit_scores.exists():
        return {"scoring": "这次考核还没有算出得分，请先计算。"}
    return {}


def freeze(request: Request) -> Mapping[str, Any]:
    scoring = request.scoring
    if scoring is None:
        return {}
    rules = asked_rules(scoring)
    asked_of_nobody = scoring.scheme.rules.exclude(pk__in=[rule.pk for rule in rules]).order_by("position", "pk")
    return {
        "scheme": scoring.scheme.name,
        "rules": [rule.title for rule in rules],
        "full_marks": [plain(rule.full_marks) for rule in rules],
        "heads": [weight_words(rule) for rule in rules],
        "left_out": [rule.title for rule in asked_of_nobody],
        "ranking": score_rows(scoring, rules=rules),
        "deductions": deduction_rows(scoring),
        "circulated": scoring.status == ScoringStatus.CIRCULATED,
    }


KIND = ReportKind(
    title=title,
    addressee=lambda request: EVERYBODY,
    freeze=freeze,
    problems=problems,
    needs=frozenset({"scoring"}),
)
